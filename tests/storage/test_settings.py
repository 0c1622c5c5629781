"""Settings are read once; an unknown or wrong one is one line that names it, and no secret is ever shown."""

from __future__ import annotations

from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from storage.settings import READERS, SECRETS, SETTINGS, SettingError, Settings, load_settings


def test_without_any_setting_everything_has_a_default() -> None:
    """An empty environment gives the defaults, with the database in a file."""
    settings = load_settings({})
    assert settings == Settings()
    assert settings.database_url.startswith("sqlite:///var/")
    assert settings.telegram_token == ""


def test_every_setting_can_be_given() -> None:
    """Each field has a name in the environment and a way to be read."""
    assert {one.name for one in fields(Settings)} == set(READERS)
    assert "CONCERN_PROFILE" in SETTINGS
    assert set(SECRETS) < set(SETTINGS)


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("CONCERN_PROFILE", "west_midlands", "profile", "west_midlands"),
        ("CONCERN_DATABASE_URL", "sqlite:///a b.db", "database_url", "sqlite:///a b.db"),
        ("CONCERN_DATABASE_URL", "sqlite:////abs/x.db", "database_url", "sqlite:////abs/x.db"),
        ("CONCERN_DATABASE_URL", "sqlite+aiosqlite:///x.db", "database_url", "sqlite:///x.db"),
        ("CONCERN_DATABASE_URL", "postgresql://h/d", "database_url", "postgresql+psycopg://h/d"),
        ("CONCERN_DATABASE_URL", "postgresql+asyncpg://h/d", "database_url", "postgresql+psycopg://h/d"),
        ("CONCERN_DATABASE_URL", "postgres://h/d?x=1", "database_url", "postgresql+psycopg://h/d?x=1"),
        ("CONCERN_KEYSTORE", "keys", "keystore", Path("keys")),
        ("CONCERN_TELEGRAM_TOKEN", "12:AbC", "telegram_token", "12:AbC"),
        ("CONCERN_TELEGRAM_API", "http://127.0.0.1:9/", "telegram_api", "http://127.0.0.1:9"),
        ("CONCERN_TELEGRAM_POLICY", "door", "telegram_policy", "door"),
        ("CONCERN_WEB_PORT", "0", "web_port", 0),
        ("CONCERN_WEB_ORIGIN", "https://example.org/", "web_origin", "https://example.org"),
        (
            "CONCERN_TRUSTED_PROXIES",
            "10.0.0.0/8, ::1",
            "trusted_proxies",
            (ip_network("10.0.0.0/8"), ip_network("::1")),
        ),
        ("CONCERN_DRAFT_HOURS", "24", "draft_hours", 24),
        ("CONCERN_LOG_FORMAT", "json", "log_format", "json"),
    ],
)
def test_a_setting_is_read(name: str, text: str, field: str, value: object) -> None:
    """What is given in the environment stands in its field, in the form we use."""
    assert getattr(load_settings({name: text}), field) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CONCERN_PROFILE", "../etc"),
        ("CONCERN_PROFILE", ""),
        ("CONCERN_DATABASE_URL", "mysql://h/d"),
        ("CONCERN_DATABASE_URL", "sqlite://"),
        ("CONCERN_DATABASE_URL", "sqlite:///:memory:"),
        ("CONCERN_DATABASE_URL", "store.db"),
        ("CONCERN_KEYSTORE", ""),
        ("CONCERN_TELEGRAM_TOKEN", "secret-without-a-number"),
        ("CONCERN_TELEGRAM_API", "ftp://x"),
        ("CONCERN_TELEGRAM_MODE", "push"),
        ("CONCERN_TELEGRAM_WEBHOOK_SECRET", "short"),
        ("CONCERN_TELEGRAM_WEBHOOK_PATH", "telegram"),
        ("CONCERN_WEB_PORT", "70000"),
        ("CONCERN_WEB_PORT", "-1"),
        ("CONCERN_WEB_PORT", "٣"),
        ("CONCERN_WEB_ORIGIN", "https://example.org/path"),
        ("CONCERN_WEB_ORIGIN", ""),
        ("CONCERN_TRUSTED_PROXIES", "everybody"),
        ("CONCERN_DRAFT_HOURS", "0"),
        ("CONCERN_LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_setting(name: str, text: str) -> None:
    """The start stops with one line, which begins with the setting's name and shows no secret."""
    with pytest.raises(SettingError) as refusal:
        load_settings({name: text})
    line = str(refusal.value)
    assert line.startswith(f"{name}: ")
    assert "\n" not in line
    if name in SECRETS and text != "sqlite://":
        assert text not in line


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CONCERN_WEB_PROT", "CONCERN_WEB_PORT"),
        ("CONCERN_TELEGRAM_TOKEN_FIEL", "CONCERN_TELEGRAM_TOKEN_FILE"),
        ("CONCERN_CONFIGS", "CONCERN_CONFIG"),
    ],
)
def test_an_unknown_setting_is_refused_with_the_nearest(name: str, meant: str) -> None:
    """A slip of the finger does not silently leave the default in place."""
    with pytest.raises(SettingError, match=f"{name}: no such setting; did you mean {meant}"):
        load_settings({name: "x"})


def test_an_unknown_setting_like_none_is_refused_without_a_guess() -> None:
    """Where nothing is near, nothing is suggested."""
    with pytest.raises(SettingError, match=r"^CONCERN_ZZZZZZZZ: no such setting$"):
        load_settings({"CONCERN_ZZZZZZZZ": "x"})


def test_what_is_not_ours_is_left_alone() -> None:
    """Other variables, and those of the tests, are not settings."""
    assert load_settings({"PATH": "x", "CONCERN_TEST_PG_URL": "x"}) == Settings()


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    """A secret is read from the file that its setting with _FILE names; both at once are refused."""
    (tmp_path / "token").write_text("12:AbC\n")
    name, path = "CONCERN_TELEGRAM_TOKEN_FILE", str(tmp_path / "token")
    assert load_settings({name: path}).telegram_token == "12:AbC"
    with pytest.raises(SettingError, match="given as well"):
        load_settings({"CONCERN_TELEGRAM_TOKEN": "1:a", name: path})
    with pytest.raises(SettingError, match="cannot be read"):
        load_settings({name: str(tmp_path / "absent")})
    with pytest.raises(SettingError, match="no such setting"):
        load_settings({"CONCERN_WEB_PORT_FILE": path})


def test_a_file_of_settings_gives_way_to_the_environment(tmp_path: Path) -> None:
    """The file holds the same names without the prefix; the environment wins."""
    file = tmp_path / "concern.toml"
    file.write_text('web_port = 9000\ntrusted_proxies = ["10.0.0.1", "10.0.0.2"]\ntelegram_policy = "door"\n')
    settings = load_settings({"CONCERN_CONFIG": str(file), "CONCERN_TELEGRAM_POLICY": "off"})
    assert (settings.web_port, settings.telegram_policy, len(settings.trusted_proxies)) == (9000, "off", 2)


@pytest.mark.parametrize("text", ["web_prot = 1", "[web]\nport = 1", "web_port = ", "web_port = 'x'"])
def test_a_wrong_file_of_settings_is_one_line(tmp_path: Path, text: str) -> None:
    """An unknown name, a table, a slip of syntax or a wrong value in the file stops the start too."""
    file = tmp_path / "concern.toml"
    file.write_text(text)
    with pytest.raises(SettingError) as refusal:
        load_settings({"CONCERN_CONFIG": str(file)})
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).startswith("CONCERN_")


def test_a_port_that_was_given_shows_in_the_public_address() -> None:
    """Without an address of its own, a door is found at the port it was given."""
    settings = load_settings({"CONCERN_WEB_PORT": "9000", "CONCERN_ADMIN_PORT": "9001"})
    assert (settings.web_origin, settings.admin_origin) == ("http://127.0.0.1:9000", "http://localhost:9001")


def test_a_webhook_needs_its_address_and_its_secret() -> None:
    """Webhook mode with a token and without either is refused, naming what is missing."""
    given = {"CONCERN_TELEGRAM_MODE": "webhook", "CONCERN_TELEGRAM_TOKEN": "1:a"}
    with pytest.raises(SettingError, match="CONCERN_TELEGRAM_WEBHOOK_URL"):
        load_settings(given)
    given["CONCERN_TELEGRAM_WEBHOOK_URL"] = "https://example.org"
    with pytest.raises(SettingError, match="CONCERN_TELEGRAM_WEBHOOK_SECRET"):
        load_settings(given)


def test_no_secret_is_printed() -> None:
    """Settings in a message or a log show neither token, nor secret, nor the address of the database."""
    given = {
        "CONCERN_TELEGRAM_TOKEN": "12:canary-token",
        "CONCERN_TELEGRAM_WEBHOOK_SECRET": "canary-secret-canary",
        "CONCERN_DATABASE_URL": "postgresql://canary:canary@h/d",
    }
    assert "canary" not in repr(load_settings(given))


def test_the_doors_need_two_host_names() -> None:
    """Both doors under one host name is refused: browsers would send each the other's cookie."""
    with pytest.raises(SettingError, match="CONCERN_ADMIN_ORIGIN"):
        load_settings({"CONCERN_ADMIN_ORIGIN": "http://127.0.0.1:8081"})
