"""The two cookies of this door: the session's, which holds the only key to it, and a visitor's before
signing in.

On https both carry the ``__Host-`` prefix, so no other host can set them. Neither says who anyone is.
"""

from __future__ import annotations

import re

from aiohttp import web

_VISITOR = re.compile(r"[A-Za-z0-9_-]{32}")


class Cookies:
    """Reads and writes cookies for one origin."""

    def __init__(self, origin: str) -> None:
        self._secure = origin.startswith("https://")
        prefix = "__Host-" if self._secure else ""
        self._session, self._visitor = f"{prefix}cl-officer", f"{prefix}cl-visitor"

    def session(self, request: web.Request) -> str:
        """Give the session's token, or nothing."""
        return request.cookies.get(self._session, "")

    def visitor(self, request: web.Request) -> str:
        """Give the visitor's random name, or nothing where there is none of our making."""
        given = request.cookies.get(self._visitor, "")
        return given if _VISITOR.fullmatch(given) else ""

    def set_session(self, response: web.StreamResponse, token: str) -> None:
        """Hand the token over; it ends with the browser at the latest."""
        self._set(response, self._session, token)

    def set_visitor(self, response: web.StreamResponse, name: str) -> None:
        """Name a visitor, so that a sign-in form can be told to come from here."""
        self._set(response, self._visitor, name)

    def forget(self, response: web.StreamResponse) -> None:
        """Take the session's cookie back."""
        response.del_cookie(self._session, path="/", secure=self._secure, httponly=True, samesite="Strict")

    def _set(self, response: web.StreamResponse, name: str, value: str) -> None:
        response.set_cookie(name, value, path="/", secure=self._secure, httponly=True, samesite="Strict")
