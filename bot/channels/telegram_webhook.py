"""The webhook: one address on the web door's port, to which Telegram posts one update at a time.

1. Without the secret, compared in constant time, nothing of a request is read.
2. A body has at most 1 MiB. What is no update is refused; what is one but cannot be read is accepted and
   passed over, because Telegram would post it for ever.
3. 200 only after the intake has returned; 503 while nothing can be kept, and Telegram posts it again.
4. The response carries the one call whose result nobody needs: the answer to a pressed button.
Never answers a person: replies go through the outbox.
"""

from __future__ import annotations

import hmac
import json
import re

from aiohttp import web

from bot import waypoints
from bot.channels.telegram_reception import Reception
from storage.errors import Unavailable

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header, not a secret
LARGEST = 1 << 20
DEEPEST = 64
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)


class Webhook:
    """The receiving end. ``open`` is false before the start and after the stop: then everything is 503."""

    def __init__(self, reception: Reception, path: str, secret: str) -> None:
        """Take the reception, the address and the secret that Telegram was given."""
        self._reception, self._path, self._secret = reception, path, secret
        self.open = False

    def routes(self) -> tuple[web.RouteDef, ...]:
        """The one address."""
        return (web.post(self._path, self._receive),)

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        given = request.headers.get(SECRET_HEADER, "")
        if not self._secret or not hmac.compare_digest(_bytes(given), _bytes(self._secret)):
            return web.Response(status=403)
        if not self.open:
            return _later()
        body = await _read(request)
        if body is None or _too_deep(body):
            return web.Response(status=413)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        try:
            queries = await self._reception.receive([update], answer=False)
        except Unavailable:
            return _later()
        return await _received(request, queries)


def _bytes(text: str) -> bytes:
    """A header may hold bytes that are no text: they compare like any other."""
    return text.encode("utf-8", "surrogatepass")


async def _read(request: web.Request) -> bytes | None:
    """Read the body, or nothing when it is too large, whatever its header says."""
    if (request.content_length or 0) > LARGEST:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)


def _too_deep(body: bytes) -> bool:
    """Count the brackets outside strings, so that no body can exhaust the parser."""
    depth = 0
    for found in _BRACKETS.finditer(body):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(found[0], 0)
        if depth > DEEPEST:
            return True
    return False


async def _received(request: web.Request, queries: tuple[str, ...]) -> web.StreamResponse:
    call = {"method": "answerCallbackQuery", "callback_query_id": queries[0]} if queries else None
    response = web.json_response(call) if call else web.Response()
    await response.prepare(request)
    await response.write_eof()
    waypoints.passed("network told")
    return response


def _later() -> web.Response:
    return web.Response(status=503, headers={"Retry-After": "5"})
