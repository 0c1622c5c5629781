"""Signing in and out, and the way in. Says the same sentence whatever was wrong."""

from __future__ import annotations

from aiohttp import web

from admin.access import HOMES
from admin.cookies import Cookies
from admin.door import Asked, see
from admin.errors import NotAdmitted, SignInFailed, TooSoon
from admin.headers import CLEAR
from admin.sessions import Credentials
from admin.views.frame import page

_WRONG = "Login, passphrase or code is wrong. A code works once: wait for the next one."
_EMPTY = {
    "login": "Enter your login",
    "passphrase": "Enter your passphrase",
    "code": "Enter the one-time code",
}


async def home(asked: Asked) -> web.StreamResponse:
    """Send everyone to their first page."""
    return see(HOMES.get(asked.me.row.role, "/account") if asked.me else "/sign-in")


async def form(asked: Asked) -> web.StreamResponse:
    """Show the sign-in page, or the first page to someone who is signed in."""
    if asked.me:
        return await home(asked)
    return await _form(asked, {})


async def sign_in(asked: Asked) -> web.StreamResponse:
    """Check who someone is; a new token every time."""
    errors = {name: text for name, text in _EMPTY.items() if not asked.form.get(name, "").strip()}
    if errors:
        return await _form(asked, errors, 400)
    typed = Credentials(asked.form["login"], asked.form["passphrase"], asked.form["code"].strip())
    try:
        agent = asked.request.headers.get("User-Agent", "")
        token = await asked.door.sessions.sign_in(typed, agent, asked.network)
    except SignInFailed:
        return await _form(asked, {"login": _WRONG}, 403)
    except NotAdmitted:
        return await _form(
            asked, {"login": "A colleague has not admitted you yet. Ask one who is signed in."}, 403
        )
    except TooSoon as wait:
        response = await _form(
            asked, {"login": f"Too many attempts. Wait {_spoken(wait.seconds)}, then try again."}, 429
        )
        response.headers["Retry-After"] = str(wait.seconds)
        return response
    if asked.me:
        await asked.door.sessions.sign_out(asked.me)
    response = see("/")
    Cookies(asked.door.origin).set_session(response, token)
    return response


async def sign_out(asked: Asked) -> web.StreamResponse:
    """End the session and have the browser forget what it holds of this door."""
    await asked.door.sessions.sign_out(asked.officer)
    response = see("/sign-in")
    Cookies(asked.door.origin).forget(response)
    response.headers[CLEAR] = '"cache", "cookies", "storage"'
    return response


async def _form(asked: Asked, errors: dict[str, str], status: int = 200) -> web.Response:
    nobody = await asked.door.sessions.nobody_yet()
    login = asked.form.get("login", "")[:200]
    return await page(asked, "sign_in.html", {"errors": errors, "nobody": nobody, "login": login}, status)


def _spoken(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    return f"{round(seconds / 60)} minutes"
