"""What stands around every page: who is signed in, where they may go, which alarms nobody has taken, what
was just done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from admin.access import Permission, may
from admin.door import Asked
from admin.wording import DONE

_PAGES = (
    ("Queue", "/queue", Permission.SEE_CASES),
    ("Officers", "/officers", Permission.SEE_OFFICERS),
    ("Your account", "/account", Permission.SIGNED_IN),
)


async def page(asked: Asked, template: str, values: Mapping[str, Any], status: int = 200) -> web.Response:
    """Render a page inside its frame."""
    me = asked.me
    alarms = await asked.door.casework.alarms() if me and may(me.row.role, Permission.WORK_CASES) else ()
    framed: dict[str, Any] = {
        "me": me,
        "csrf": asked.csrf,
        "now": asked.door.now(),
        "alarms": alarms,
        "errors": {},
        "typed": {},
        "done": DONE.get(asked.query("done"), ""),
        "navigation": _navigation(asked) if me else [],
    }
    return asked.door.pages.render(template, {**framed, **values}, status)


def _navigation(asked: Asked) -> list[dict[str, Any]]:
    path = asked.request.path
    return [
        {
            "text": name,
            "href": address,
            "active": path.startswith(address) or (address == "/queue" and path.startswith("/cases")),
        }
        for name, address, permission in _PAGES
        if may(asked.officer.row.role, permission)
    ]
