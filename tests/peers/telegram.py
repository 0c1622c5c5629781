"""A stand-in for api.telegram.org: the HTTP of the Bot API, with its real semantics of updates and refusals.

In a test: ``async with TelegramStandIn() as telegram`` in its own loop, or ``with served() as telegram`` in a
thread of its own; then ``telegram.person().writes("/start")``. As a process:
``python -m tests.peers.telegram --port N``, steered as ``telegram_control`` says.
Never speaks to the real Telegram.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from tests.peers.telegram_control import Control
from tests.peers.telegram_deliveries import Deliveries, Hook
from tests.peers.telegram_faults import Fault
from tests.peers.telegram_methods import METHODS
from tests.peers.telegram_person import Person
from tests.peers.telegram_world import ApiError, Json, World

TOKEN = "700001:CANARY-token_of-the_stand-in-0123456789"


class TelegramStandIn:
    """The server: one bot, one token. ``calls`` lists every call as (method in lower case, parameters);
    ``turned_away`` counts those with another token."""

    def __init__(self, port: int = 0, token: str = TOKEN, host: str = "127.0.0.1") -> None:
        self.token, self.host, self.port = token, host, port
        self.skew = 0.0
        self.world = World(token, lambda: time.time() + self.skew)
        self.calls: list[tuple[str, Json]] = []
        self.faults: list[Fault] = []
        self.turned_away = 0
        self.deliveries = Deliveries(self.world, self._called)
        self._people: dict[int, Person] = {}

    @property
    def api(self) -> str:
        """The base address to set as ``CONCERN_TELEGRAM_API``."""
        return f"http://{self.host}:{self.port}"

    @property
    def hook(self) -> Hook:
        """The webhook as it is set now."""
        return self.deliveries.hook

    @property
    def waiting(self) -> int:
        """How many updates nobody has confirmed."""
        return len(self.world.updates.queue)

    def person(self, number: int = 1001, **about: Any) -> Person:
        """The person with this id, always the same one."""
        if number not in self._people:
            self._people[number] = Person(self.world, number, **about)
        return self._people[number]

    def goes_wrong(self, method: str = "", how: str = "answer", **rest: Any) -> Fault:
        """Let the next call (or ``times`` calls) go wrong."""
        self.faults.append(Fault(method, how, **rest))
        return self.faults[-1]

    def called(self, method: str) -> list[Json]:
        """The parameters of every call of one method, oldest first."""
        return [p for name, p in list(self.calls) if name == method.lower()]

    def passes(self, seconds: float) -> None:
        """Let time pass for Telegram alone."""
        self.skew += seconds

    async def __aenter__(self) -> TelegramStandIn:
        app = web.Application(client_max_size=8 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_routes(Control(self).routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = self._runner.addresses[0][1]
        await self.deliveries.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.deliveries.stop()
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method, token = request.match_info["method"].lower(), request.match_info["token"]
        if token != self.token:
            self.turned_away += 1
            well_formed = re.fullmatch(r"[0-9]+:[\w-]{20,}", token)
            return _refusal(ApiError(401, "Unauthorized") if well_formed else ApiError(404, "Not Found"))
        parameters = await _parameters(request)
        fault = next((f for f in self.faults if f.takes(method)), None)
        try:
            if fault and fault.how in ("answer", "refuse", "hang"):
                self.calls.append((method, parameters))
                return await _spoil(request, fault)
            result = await self._called(method, parameters)
        except ApiError as error:
            return _refusal(error)
        if fault and fault.how == "drop":
            _cut(request)
        if fault:
            return web.Response(text=f"<html>{json.dumps(result)}", content_type="application/json")
        return web.json_response({"ok": True, "result": result})

    async def _called(self, method: str, p: Json) -> Any:
        self.calls.append((method, p))
        if method == "getupdates":
            return await self.deliveries.get_updates(p)
        if method in ("setwebhook", "deletewebhook"):
            return self.deliveries.set_webhook(p if method == "setwebhook" else p | {"url": ""})
        with self.world.lock:
            if method == "getwebhookinfo":
                return self.deliveries.webhook_info()
            if method not in METHODS:
                raise ApiError(404, "Not Found")
            return METHODS[method](self.world, p)


async def _spoil(request: web.Request, fault: Fault) -> web.Response:
    """Do nothing of what was asked."""
    if fault.how == "answer":
        raise fault.error()
    if fault.how == "hang":
        await asyncio.sleep(fault.seconds)
    _cut(request)
    return web.Response()


def _cut(request: web.Request) -> None:
    """Cut the connection: what is answered after this reaches nobody."""
    if request.transport is not None:
        request.transport.abort()


def _refusal(error: ApiError) -> web.Response:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return web.json_response(body, status=error.code)


async def _parameters(request: web.Request) -> Json:
    if request.content_type == "application/json":
        given: Json = await request.json()
        return given
    form = {k: v for k, v in (await request.post()).items() if isinstance(v, str)}
    return {name: _decoded(value) for name, value in (dict(request.query) | form).items()}


def _decoded(value: str) -> Any:
    """Lists, objects and booleans stand as JSON inside a form; words stay as they are."""
    if value in ("true", "false") or value[:1] in ("[", "{"):
        with contextlib.suppress(ValueError):
            return json.loads(value)
    return value


@contextlib.contextmanager
def served(port: int = 0, token: str = TOKEN) -> Iterator[TelegramStandIn]:
    """Serve in a thread of its own, for tests that start the bot as a process or block their own loop."""
    stand_in, ready, loop = TelegramStandIn(port, token), threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        async with stand_in:
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    if not ready.wait(10):
        raise RuntimeError("the stand-in did not start")
    try:
        yield stand_in
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


async def _serve_for_ever(port: int, token: str) -> None:
    async with TelegramStandIn(port, token) as stand_in:
        print(f"CONCERN_TELEGRAM_API={stand_in.api} CONCERN_TELEGRAM_TOKEN={stand_in.token}", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Serve until stopped."""
    options = argparse.ArgumentParser(description="A stand-in for Telegram's Bot API.")
    options.add_argument("--port", type=int, default=8099)
    options.add_argument("--token", default=TOKEN)
    given = options.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve_for_ever(given.port, given.token))


if __name__ == "__main__":
    main()
