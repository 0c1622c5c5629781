"""What stands before and after every page: the right host name, a request from our own pages, the headers,
and a kind page for every refusal. Never shows a trace, never logs an address or a word.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.channels.web_cookie import Cookie, proof
from bot.channels.web_pages import ELSEWHERE, Pages
from storage import discretion
from storage.errors import Unavailable

_KNOWN = frozenset({400, 403, 404, 405, 408, 413, 421, 429, 500, 503})
_NEVER = (
    "accelerometer",
    "autoplay",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    f"form-action 'self' {urlsplit(ELSEWHERE).scheme}://{urlsplit(ELSEWHERE).netloc}; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _NEVER),
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
_HSTS = "max-age=31536000; includeSubDomains"


class Guard:
    """One door's rules, for the public address that the settings name."""

    def __init__(self, origin: str, pages: Pages, cookie: Cookie) -> None:
        """Take the address that people use, ``https://name`` or ``http://127.0.0.1:8080``."""
        parts = urlsplit(origin)
        self.origin = f"{parts.scheme}://{parts.netloc}".lower()
        self.secure = parts.scheme == "https"
        self._host = (parts.hostname or "").lower()
        self._pages = pages
        self._cookie = cookie

    def is_ours(self, request: web.Request) -> bool:
        """Say whether a browser that states where a request began says it began on our own page.

        ``Referrer-Policy: no-referrer`` makes browsers send ``Origin: null`` from our own forms, so an old
        browser that does not state the site either is left to the cookie's ``SameSite`` and the form's proof.
        """
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site in {"same-origin", "none"}
        stated = request.headers.get("Origin", "null")
        return stated == "null" or stated.lower() == self.origin

    def middleware(self, outside: Collection[web.AbstractRoute]) -> Middleware:
        """Make the aiohttp middleware; routes in ``outside`` (a webhook) are none of its business."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.match_info.route in outside:
                return await handler(request)
            return await self._kindly(request, handler)

        return guard

    async def finish(self, request: web.Request, response: web.StreamResponse) -> None:
        """Put the headers on a response, whatever it is; the server does not say what it is made of."""
        response.headers.pop("Server", None)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if self.secure:
            response.headers.setdefault("Strict-Transport-Security", _HSTS)

    async def _kindly(self, request: web.Request, answer: Handler) -> web.StreamResponse:
        if not self._host_is_right(request):
            return self.problem(request, 421, address=self.origin)
        if request.method not in {"GET", "HEAD"} and not self.is_ours(request):
            return self.problem(request, 403)
        try:
            return await answer(request)
        except web.HTTPException as refused:
            return self.problem(request, refused.status, allow=refused)
        except Unavailable:
            return self.problem(request, 503)
        except (
            Exception
        ) as fault:  # The boundary: whatever went wrong, a frightened person gets a page that helps.
            discretion.log_fault("web_failed", fault)
            return self.problem(request, 500)

    def problem(
        self, request: web.Request, status: int, *, allow: web.HTTPException | None = None, address: str = ""
    ) -> web.Response:
        """Answer with the page of this status, with the numbers to call."""
        name = f"error.{status if status in _KNOWN else 400}"
        visitor = self._cookie.read(request) if status != 421 else ""
        language = self._pages.spoken(request)
        text = self._pages.problem(name, proof(visitor), blanks={"address": address}, language=language)
        response = web.Response(text=text, status=status, content_type="text/html")
        if allow is not None and "Allow" in allow.headers:
            response.headers["Allow"] = allow.headers["Allow"]
        return response

    def _host_is_right(self, request: web.Request) -> bool:
        try:
            return (urlsplit(f"//{request.host}").hostname or "").rstrip(".").lower() == self._host
        except ValueError:
            return False
