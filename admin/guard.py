"""What stands between an address and its view: the session, the permission, and proof that a form came from
here.

1. A form is believed only when the browser says that it came from this door and its token belongs to the
   session.
2. Nothing is asked of the store for a request that already failed.
3. A refusal is recorded, with who and where, never with what was typed.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl

from aiohttp import web

from admin.access import Permission, may
from admin.cookies import Cookies
from admin.door import DOOR, Asked, Door
from admin.errors import Refused, SignedOut
from admin.routes import Route
from admin.sessions import SignedIn

TYPED = web.RequestKey("typed", Mapping[str, str])
_MOST_FIELDS = 40
Guarded = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guarded(route: Route) -> Guarded:
    """Give the function that answers a route: checks first, then its view."""

    async def answer(request: web.Request) -> web.StreamResponse:
        door = request.app[DOOR]
        cookies = Cookies(door.origin)
        form = request[TYPED] = await _form(request, door)
        token = cookies.session(request)
        me = await door.sessions.who(token, request.headers.get("User-Agent", "")) if token else None
        await _permitted(door, route, me)
        sid = me.session.sid if me else None
        visitor = cookies.visitor(request) or secrets.token_urlsafe(24)
        key = sid or visitor.encode()
        if request.method == "POST" and not door.sessions.seals.csrf_ok(key, form.get("csrf", "")):
            if me is not None:  # a stranger must not be able to fill the log
                await door.staff.note_refusal(me, "form")
            raise Refused("This form did not come from this page, or it is from an earlier session.")
        response = await route.view(Asked(request, door, door.sessions.seals.csrf(key), me, form))
        if me is None and route.permission is Permission.ANYONE and not cookies.visitor(request):
            cookies.set_visitor(response, visitor)
        return response

    return answer


async def _permitted(door: Door, route: Route, me: SignedIn | None) -> None:
    if route.permission is Permission.ANYONE:
        return
    if me is None:
        raise SignedOut
    if not may(me.row.role, route.permission):
        await door.staff.note_refusal(me, str(route.permission))
        raise Refused("Your role does not include this.")


async def _form(request: web.Request, door: Door) -> Mapping[str, str]:
    if request.method != "POST":
        return {}
    _came_from_here(request, door.origin)
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refused("Only this door’s own forms are read.")
    try:
        async with asyncio.timeout(door.settings.body_seconds):
            body = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    written = body.decode("utf-8", "replace")  # whatever alphabet it claims
    try:
        return dict(parse_qsl(written, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise web.HTTPBadRequest from None


def _came_from_here(request: web.Request, origin: str) -> None:
    """Believe the browser about where a form came from.

    It says ``Origin: null`` because our own pages send no referrer; then ``Sec-Fetch-Site`` alone decides,
    and
    a browser too old for that must name the origin.
    """
    site, said = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    honest = site in ("same-origin", "none") if site is not None else said == origin
    if not honest or said not in (None, "null", origin):
        raise Refused("This form came from another site.")
