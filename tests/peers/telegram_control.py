"""Steering the stand-in from another process: what people do, what goes wrong, what they see.

``POST /control`` with ``{"do": "writes", "person": 1001, "args": ["hello"]}``, or ``goes_wrong``, ``passes``,
``duplicate``, ``shuffle``, ``jump``; ``GET /control/chat/1001``; ``GET /control/calls``.
Never part of the Bot API.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from tests.peers.telegram import TelegramStandIn

DEEDS = ("writes", "sends", "sends_album", "forwards", "edits", "deletes", "presses", "forges", "blocks")


class Control:
    """The extra addresses of a stand-in that runs as a process."""

    def __init__(self, stand_in: TelegramStandIn) -> None:
        self._telegram = stand_in

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        return [
            web.post("/control", self._carry_out),
            web.get("/control/chat/{person}", self._show_chat),
            web.get("/control/calls", self._show_calls),
        ]

    async def _carry_out(self, request: web.Request) -> web.Response:
        order = await request.json()
        try:
            return web.json_response({"done": True, "result": self._do(order.pop("do"), order)})
        except (AssertionError, LookupError, TypeError) as wrong:
            return web.json_response({"done": False, "wrong": str(wrong)}, status=409)

    def _do(self, deed: str, rest: dict[str, Any]) -> Any:
        updates = self._telegram.world.updates
        if deed == "goes_wrong":
            return asdict(self._telegram.goes_wrong(**rest))
        if deed == "passes":
            return self._telegram.passes(float(rest["seconds"]))
        if deed == "jump":
            return updates.jump()
        if deed in ("duplicate", "shuffle"):
            return setattr(updates, deed, bool(rest.get("on", True)))
        if deed not in DEEDS:
            raise LookupError(f"unknown deed {deed}")
        person = self._telegram.person(int(rest.pop("person", 1001)))
        return getattr(person, deed)(*rest.pop("args", []), **rest)

    async def _show_chat(self, request: web.Request) -> web.Response:
        person, bot = self._telegram.person(int(request.match_info["person"])), self._telegram.world.bot
        shown = [asdict(m) | {"by": "bot" if m.sender == bot["id"] else "person"} for m in person.sees]
        return web.json_response({"messages": shown, "waits": person.waits})

    async def _show_calls(self, _request: web.Request) -> web.Response:
        waiting = len(self._telegram.world.updates.queue)
        return web.json_response({"calls": self._telegram.calls, "waiting": waiting})
