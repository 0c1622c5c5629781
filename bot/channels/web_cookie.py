"""The one cookie of the chat, and the form's own proof that it belongs to it. The cookie is the address of
the conversation: 256 random bits, gone with the browser session. It never holds anything about the person.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from aiohttp import web

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
_LABEL = b"cl1/web-form"


class Cookie:
    """Reads, sets and drops the cookie; ``__Host-`` and ``Secure`` where the chat is served by https."""

    def __init__(self, secure: bool) -> None:
        """Choose the name by what the browser will accept."""
        self._secure = secure
        self.name = "__Host-chat" if secure else "chat"

    def read(self, request: web.BaseRequest) -> str:
        """Give the address in this request's cookie, or nothing where there is none of our making."""
        given = request.cookies.get(self.name, "")
        return given if _SHAPE.fullmatch(given) else ""

    def put(self, response: web.StreamResponse) -> None:
        """Begin: a fresh address, until the browser closes."""
        self._set(response, secrets.token_urlsafe(32), None)

    def drop(self, response: web.StreamResponse) -> None:
        """End: the browser forgets the address."""
        self._set(response, "", 0)

    def _set(self, response: web.StreamResponse, value: str, max_age: int | None) -> None:
        response.set_cookie(
            self.name,
            value,
            max_age=max_age,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="Strict",
        )


def proof(address: str) -> str:
    """Derive the form's proof from the cookie: no page of another site can know it, and it opens nothing."""
    return hmac.new(address.encode(), _LABEL, hashlib.sha256).hexdigest()[:32]


def proves(address: str, given: str) -> bool:
    """Compare a form's proof with the cookie that came beside it, in constant time."""
    return bool(address) and hmac.compare_digest(proof(address).encode(), given.encode())


def fresh_nonce() -> str:
    """Name one showing of a form, so that a repeated post of it is told apart."""
    return secrets.token_hex(16)
