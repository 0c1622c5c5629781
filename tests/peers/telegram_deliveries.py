"""How updates reach a bot: the long poll, and the webhook with its retries until it answers 200.

Never both: a webhook that is set refuses every poll, and a new poll ends the one before with 409.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.peers.telegram_world import ApiError, Json, World

POLL_KILLED = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
HOOKED = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


@dataclass
class Hook:
    """A webhook as it was set, and the status of every delivery so far (0: no answer)."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    statuses: list[int] = field(default_factory=list)


class Deliveries:
    """The way from the queue to the bot. ``perform`` carries out a call that a webhook's response holds."""

    retry_delay = 0.05

    def __init__(self, world: World, perform: Callable[[str, Json], Awaitable[Any]]) -> None:
        self._world, self._perform = world, perform
        self._chance = random.Random(11)
        self._poll = 0
        self.hook = Hook()

    async def start(self) -> None:
        """Begin to deliver, in the running loop."""
        self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()
        self._world.on_change = self._wake_from_anywhere
        self._session = ClientSession(timeout=ClientTimeout(total=10))
        self._task = asyncio.create_task(self._deliver())

    async def stop(self) -> None:
        """Deliver nothing more."""
        self._world.on_change = lambda: None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._session.close()

    def _wake_from_anywhere(self) -> None:
        self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def get_updates(self, p: Json) -> list[Json]:
        """Answer a long poll."""
        if self.hook.url:
            raise ApiError(409, HOOKED)
        self._poll += 1
        mine, end = self._poll, time.monotonic() + min(int(p.get("timeout") or 0), 50)
        self._ask_for(p)
        self._wake()
        while True:
            news = self._news
            if mine != self._poll:
                raise ApiError(409, POLL_KILLED)
            with self._world.lock:
                batch = self._world.updates.fetch(
                    int(p.get("offset") or 0), min(int(p.get("limit") or 100), 100)
                )
            rest = end - time.monotonic()
            if batch or rest <= 0:
                return batch
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), rest)

    def _ask_for(self, p: Json) -> None:
        if "allowed_updates" in p:
            self._world.updates.allowed = set(p["allowed_updates"] or []) or None

    def set_webhook(self, p: Json) -> bool:
        """Set the webhook, or delete it when the address is empty; a poll under way ends."""
        url, secret = str(p.get("url") or ""), str(p.get("secret_token") or "")
        if url and not url.startswith(("http://", "https://")):
            raise ApiError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise ApiError(400, "Bad Request: secret token contains unallowed characters")
        with self._world.lock:
            self._ask_for(p)
            if p.get("drop_pending_updates"):
                self._world.updates.queue.clear()
            self.hook = Hook(url, secret, int(p.get("max_connections") or 40))
        self._poll += 1
        self._wake()
        return True

    def webhook_info(self) -> Json:
        """What getWebhookInfo answers."""
        self._world.updates.expire()
        info: Json = {"url": self.hook.url, "has_custom_certificate": False}
        info["pending_update_count"] = len(self._world.updates.queue)
        if self.hook.url:
            info |= {"max_connections": self.hook.max_connections, "ip_address": "127.0.0.1"}
        if self.hook.last_error:
            error = {"last_error_date": int(self._world.clock()), "last_error_message": self.hook.last_error}
            info |= error
        return info

    async def _deliver(self) -> None:
        while True:
            news, hook, updates = self._news, self.hook, self._world.updates
            with self._world.lock:
                updates.expire()
                window = updates.queue[: hook.max_connections] if hook.url else []
                batch = [(p.id, p.body) for p in window]
            if not batch:
                await news.wait()
                continue
            if updates.shuffle:
                self._chance.shuffle(batch)
            told = await asyncio.gather(*(self._post(hook, i, body) for i, body in batch))
            if not all(told):
                await asyncio.sleep(self.retry_delay)

    async def _post(self, hook: Hook, update_id: int, body: Json) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        status, reply = 0, b""
        for _ in range(2 if self._world.updates.duplicate else 1):
            try:
                async with self._session.post(hook.url, json=body, headers=headers) as response:
                    status, reply = response.status, await response.read()
            except (ClientError, TimeoutError):
                status = 0
            hook.statuses.append(status)
        if not 200 <= status <= 299:
            hook.last_error = f"Wrong response from the webhook: {status}"
            return False
        with self._world.lock:
            self._world.updates.confirm(update_id)
        await self._reply_in_response(reply)
        return True

    async def _reply_in_response(self, reply: bytes) -> None:
        """Carry out the one call that a webhook's response may hold; its result goes nowhere."""
        with contextlib.suppress(ValueError, ApiError):
            call = json.loads(reply)
            if isinstance(call, dict) and "method" in call:
                await self._perform(str(call.pop("method")).lower(), call)
