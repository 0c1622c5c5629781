"""Every setting, read once at the start: environment (``CONCERN_…``), then the file that ``CONCERN_CONFIG``
names, then the default. An unknown or wrong one stops the start with one line that names it. Nothing else
reads the environment.

A secret may stand in a file of its own, named by the same setting with ``_FILE`` behind it.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

PREFIX = "CONCERN_"
_TESTS, _CONFIG = "CONCERN_TEST_", "CONCERN_CONFIG"
Network = IPv4Network | IPv6Network


class SettingError(Exception):
    """A setting is unknown or wrong: one line, naming it, without the value of a secret."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, checked. Names are those of the environment, without the prefix and in small letters."""

    profile: str = "west_midlands"
    database_url: str = field(default="sqlite:///var/concern.db", repr=False)
    keystore: Path = Path("var/keystore")
    telegram_token: str = field(default="", repr=False)
    telegram_api: str = "https://api.telegram.org"
    telegram_mode: Literal["poll", "webhook"] = "poll"
    telegram_webhook_url: str = ""
    telegram_webhook_secret: str = field(default="", repr=False)
    telegram_webhook_path: str = "/telegram"
    telegram_policy: Literal["full", "door", "off"] = "full"
    web_host: str = "127.0.0.1"
    web_port: int = 8080
    web_origin: str = "http://127.0.0.1:8080"
    admin_host: str = "127.0.0.1"
    admin_port: int = 8081
    admin_origin: str = "http://localhost:8081"
    health_host: str = "127.0.0.1"
    bot_health_port: int = 8090
    admin_health_port: int = 8091
    trusted_proxies: tuple[Network, ...] = ()
    chats_an_hour: int = 30
    failed_sign_ins_an_hour: int = 20
    body_seconds: int = 30
    draft_hours: int = 72
    session_idle_minutes: int = 10
    session_hours: int = 8
    pickup_lease_hours: int = 24
    log_format: Literal["plain", "json"] = "plain"


def load_settings(env: Mapping[str, str]) -> Settings:
    """Read the settings. Raises: SettingError."""
    given = _from_file(env[_CONFIG]) if env.get(_CONFIG) else {}
    for name, value in env.items():
        if name.startswith(PREFIX) and not name.startswith(_TESTS) and name != _CONFIG:
            _take(given, name, value)
    values = {_field(name): READERS[_field(name)](name, text) for name, text in given.items()}
    return _sound(Settings(**_origins(values)))


def _field(setting: str) -> str:
    return setting.removeprefix(PREFIX).lower()


def _take(given: dict[str, str], name: str, value: str) -> None:
    """Take one variable, from its file where the name says so."""
    plain = name.removesuffix("_FILE")
    if name != plain and plain in SECRETS:
        if plain in given:
            raise SettingError(f"{name}: {plain} is given as well; keep one of them")
        given[plain] = _contents(name, value)
        return
    if name not in SETTINGS:
        raise SettingError(f"{name}: no such setting{_near(name)}")
    given[name] = value


def _near(name: str) -> str:
    near = difflib.get_close_matches(
        name, [*SETTINGS, _CONFIG, *(f"{secret}_FILE" for secret in SECRETS)], n=1
    )
    return f"; did you mean {near[0]}?" if near else ""


def _contents(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as why:
        raise SettingError(f"{name}: the file cannot be read ({type(why).__name__})") from None


def _from_file(path: str) -> dict[str, str]:
    """Read the TOML file: the same names, in small letters and without the prefix."""
    try:
        table = tomllib.loads(_contents(_CONFIG, path))
    except tomllib.TOMLDecodeError as why:
        raise SettingError(f"{_CONFIG}: not TOML: {why}") from None
    given: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            raise SettingError(f"{_CONFIG}: {key} is a table; settings stand at the top, one a line")
        text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        try:
            _take(given, PREFIX + key.upper(), text)
        except SettingError as why:
            raise SettingError(f"{_CONFIG}: {str(why).replace(PREFIX + key.upper(), key, 1)}") from None
    return given


# How each kind of value is read. Messages hold the value only where it is no secret.


def _text(name: str, text: str) -> str:
    return text


def _name(name: str, text: str) -> str:
    if not text.replace("_", "").isalnum() or not text.isascii():
        raise SettingError(f"{name}: {text!r} is not a name of letters, digits and _")
    return text


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise SettingError(f"{name}: {text!r} is not a whole number from {low} to {high}")
        return int(text)

    return read


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if text not in allowed:
            raise SettingError(f"{name}: {text!r} is not one of {', '.join(allowed)}")
        return text

    return read


def _path(name: str, text: str) -> Path:
    if not text:
        raise SettingError(f"{name}: a path is needed")
    return Path(text)


def _address(name: str, text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise SettingError(f"{name}: {text!r} is not an address that begins with http:// or https://")
    return text.rstrip("/")


def _origin(name: str, text: str) -> str:
    address = _address(name, text)
    if not address or urlsplit(address).path or urlsplit(address).query:
        raise SettingError(
            f"{name}: {text!r} is not scheme, host and port alone, such as https://example.org"
        )
    return address


def _token(name: str, text: str) -> str:
    number, colon, secret = text.strip().partition(":")
    if text and not (number.isascii() and number.isdigit() and colon and secret):
        raise SettingError(f"{name}: not a bot token, which is a number, a colon and a secret")
    return text.strip()


def _secret(name: str, text: str) -> str:
    if text and not (
        16 <= len(text) <= 256 and all(c.isascii() and (c.isalnum() or c in "_-") for c in text)
    ):
        raise SettingError(f"{name}: 16 to 256 letters, digits, _ and - are needed")
    return text


def _slash(name: str, text: str) -> str:
    if not text.startswith("/") or text == "/":
        raise SettingError(f"{name}: {text!r} is not a path such as /telegram")
    return text


def _networks(name: str, text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())
    except ValueError:
        raise SettingError(
            f"{name}: {text!r} is not a list of addresses or networks such as 10.0.0.0/8"
        ) from None


def _database(name: str, text: str) -> str:
    """Bring ``sqlite:///PATH`` and ``postgresql://…`` to the drivers we use, whichever were named."""
    scheme, found, rest = text.partition("://")
    engine = scheme.partition("+")[0]
    if found and engine == "sqlite" and rest.startswith("/") and len(rest) > 1 and rest != "/:memory:":
        return f"sqlite://{rest}"
    if found and engine in {"postgresql", "postgres"} and rest:
        return f"postgresql+psycopg://{rest}"
    raise SettingError(f"{name}: neither sqlite:///PATH nor postgresql://…")


READERS: Mapping[str, Callable[[str, str], Any]] = {
    "profile": _name,
    "database_url": _database,
    "keystore": _path,
    "telegram_token": _token,
    "telegram_api": _address,
    "telegram_mode": _one_of("poll", "webhook"),
    "telegram_webhook_url": _address,
    "telegram_webhook_secret": _secret,
    "telegram_webhook_path": _slash,
    "telegram_policy": _one_of("full", "door", "off"),
    "web_host": _text,
    "web_port": _whole(0, 65535),
    "web_origin": _origin,
    "admin_host": _text,
    "admin_port": _whole(0, 65535),
    "admin_origin": _origin,
    "health_host": _text,
    "bot_health_port": _whole(0, 65535),
    "admin_health_port": _whole(0, 65535),
    "trusted_proxies": _networks,
    "chats_an_hour": _whole(1, 100_000),
    "failed_sign_ins_an_hour": _whole(1, 3600),
    "body_seconds": _whole(1, 600),
    "draft_hours": _whole(1, 24 * 30),
    "session_idle_minutes": _whole(1, 60),
    "session_hours": _whole(1, 24),
    "pickup_lease_hours": _whole(1, 24 * 30),
    "log_format": _one_of("plain", "json"),
}
SETTINGS = tuple(PREFIX + one.name.upper() for one in fields(Settings))
SECRETS = (f"{PREFIX}TELEGRAM_TOKEN", f"{PREFIX}TELEGRAM_WEBHOOK_SECRET", f"{PREFIX}DATABASE_URL")


def _origins(values: dict[str, Any]) -> dict[str, Any]:
    """Let a port that was given show in the public address that was not."""
    for door, host in (("web", "127.0.0.1"), ("admin", "localhost")):
        if f"{door}_port" in values and f"{door}_origin" not in values:
            values[f"{door}_origin"] = f"http://{host}:{values[f'{door}_port']}"
    return values


def _sound(settings: Settings) -> Settings:
    """Check what only shows when settings are seen together."""
    if urlsplit(settings.web_origin).hostname == urlsplit(settings.admin_origin).hostname:
        raise SettingError(
            f"{PREFIX}ADMIN_ORIGIN: the same host name as {PREFIX}WEB_ORIGIN; the doors need two, "
            "because browsers share cookies between the ports of one"
        )
    if settings.telegram_mode == "webhook" and settings.telegram_token:
        for name in ("telegram_webhook_url", "telegram_webhook_secret"):
            if not getattr(settings, name):
                raise SettingError(f"{PREFIX}{name.upper()}: needed while {PREFIX}TELEGRAM_MODE is webhook")
    return settings
