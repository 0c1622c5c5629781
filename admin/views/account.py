"""A person's own page: who they are here, and where they are signed in."""

from __future__ import annotations

from aiohttp import web

from admin.cookies import Cookies
from admin.door import Asked, see
from admin.headers import CLEAR
from admin.sessions import MOST_SESSIONS
from admin.views.frame import page as framed


async def page(asked: Asked) -> web.StreamResponse:
    """Show it."""
    sessions = asked.door.sessions
    values = {
        "sessions": await sessions.of(asked.officer),
        "idle_minutes": round(sessions.idle.total_seconds() / 60),
        "session_hours": round(sessions.absolute.total_seconds() / 3600),
        "most_sessions": MOST_SESSIONS,
    }
    return await framed(asked, "account.html", values)


async def sign_out_everywhere(asked: Asked) -> web.StreamResponse:
    """End every session of this person, this one included."""
    await asked.door.sessions.sign_out_everywhere(asked.officer)
    response = see("/sign-in?done=everywhere")
    Cookies(asked.door.origin).forget(response)
    response.headers[CLEAR] = '"cache", "cookies", "storage"'
    return response
