"""Jinja, set up once: templates, the filters that write times, and the addresses of the vendored files.

Autoescape is on everywhere; words are only ever text nodes. Templates decide nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aiohttp import web
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader, PrefixLoader

from admin.access import ROLE_NAMES

_HERE = Path(__file__).parent
_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}


def london() -> ZoneInfo:
    """Give the time zone that officers read, or UTC where the machine has no zone data."""
    try:
        return ZoneInfo("Europe/London")
    except ZoneInfoNotFoundError:
        return ZoneInfo("UTC")


class Assets:
    """The few files that pages ask for, read once; an address carries a digest, so browsers may keep them."""

    def __init__(self, root: Path = _HERE / "static") -> None:
        self._files = {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.suffix in _TYPES
        }

    def address(self, name: str) -> str:
        """Write the address of a file. Raises: KeyError for one that is not there."""
        return f"/static/{name}?v={hashlib.sha256(self._files[name]).hexdigest()[:12]}"

    def response(self, name: str) -> web.Response:
        """Give a file by the name in its address; any other name is 404."""
        if name not in self._files:
            raise web.HTTPNotFound
        return web.Response(body=self._files[name], content_type=_TYPES[Path(name).suffix], charset="utf-8")


class Pages:
    """Renders a template to a response."""

    def __init__(self, assets: Assets) -> None:
        self.assets = assets
        self._zone = london()
        components = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
        # ChainableUndefined: the component macros ask for options that are not given.
        self._jinja = Environment(
            loader=ChoiceLoader([PackageLoader("admin"), components]),
            undefined=ChainableUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters |= {"moment": self.moment, "hour": self.hour}
        self._jinja.globals |= {"asset": assets.address, "role_names": ROLE_NAMES}

    def render(self, template: str, values: Mapping[str, Any], status: int = 200) -> web.Response:
        """Render a page."""
        text = self._jinja.get_template(template).render(values)
        return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")

    def moment(self, at: datetime | None) -> str:
        """Write a time as people here read it."""
        return "" if at is None else _written(at.astimezone(self._zone), "%H:%M")

    def hour(self, at: datetime | None) -> str:
        """Write a time that is known to the hour only."""
        if at is None:
            return ""
        begin, end = at.astimezone(self._zone), (at + timedelta(hours=1)).astimezone(self._zone)
        return f"{_written(begin, '%H:00')} to {end.strftime('%H:00')}"


def _written(local: datetime, clock: str) -> str:
    zone = " UTC" if local.tzname() == "UTC" else ""
    return f"{local.day} {local.strftime('%B %Y')}, {local.strftime(clock)}{zone}"
