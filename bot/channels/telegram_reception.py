"""Takes raw updates in, whichever way they came, and does what must follow: buttons answered, groups left.

1. The intake first. Only when it has returned may Telegram be told "received".
2. A bad update is passed over and its neighbours are kept.
3. When nothing can be kept, each person of the batch is told so once an outage, with the number to call.
4. What follows runs beside, and its failure fails nothing.
Never decides what a conversation does next, and never sees Telegram's types.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from bot.channels import Hall, Held, Incoming
from bot.channels.telegram_layout import Rows, split
from bot.channels.telegram_updates import Reading, Unreadable, read
from bot.errors import ChannelError
from dialogs.screen import Line
from storage import discretion
from storage.errors import StoreError, Unavailable


class Courtesy(Protocol):
    """The calls whose result nobody needs. Each raises ``bot.errors.ChannelError`` kinds only."""

    async def answer(self, query: str) -> None:
        """Stop the little clock on a pressed button."""
        ...

    async def leave(self, chat: int) -> None:
        """Leave a group."""
        ...

    async def send(self, chat: int, text: str, rows: Rows, *, silent: bool, protect: bool) -> int:
        """Send a message."""
        ...


class Reception:
    """What stands between Telegram and the intake."""

    def __init__(self, hall: Hall, wire: Courtesy) -> None:
        """Take the hall and the wire."""
        self._hall, self._wire = hall, wire
        self._beside: set[asyncio.Task[None]] = set()
        self._warned: set[str] = set()
        self._left: set[int] = set()

    async def receive(
        self, updates: Sequence[object], offset: int | None = None, *, answer: bool = True
    ) -> tuple[str, ...]:
        """Keep a batch. Return the pressed buttons, answered here unless ``answer`` is false.

        Raises ``Unavailable`` when nothing was kept.
        """
        readings = [reading for update in updates if (reading := _readable(update))]
        batch = [incoming for reading in readings for incoming in reading.incoming]
        try:
            held = await self._hall.intake.accept("telegram", batch, offset) if batch or offset else ()
        except (StoreError, OSError):
            self._run(self._warn(batch))
            raise Unavailable("nothing of this batch was kept") from None
        self._warned.clear()
        queries = tuple(reading.query for reading in readings if reading.query)
        for query in queries if answer else ():
            self._run(self._wire.answer(query))
        for reading in readings:
            self._leave(reading)
        if any(one.tell for one in held):
            self._run(self._tell_held(held, batch))
        return queries

    async def close(self) -> None:
        """Give what runs beside two seconds, then let it go."""
        if self._beside:
            _, late = await asyncio.wait(self._beside, timeout=2)
            for task in late:
                task.cancel()

    def _leave(self, reading: Reading) -> None:
        if reading.leave and reading.leave not in self._left:
            self._left.add(reading.leave)
            self._run(self._wire.leave(reading.leave))

    async def _tell_held(self, held: Sequence[Held], batch: Sequence[Incoming]) -> None:
        chats = {incoming.address: _chat(incoming) for incoming in batch}
        for one in held:
            if one.tell and one.address in chats:
                await self._say(chats[one.address], one.text)

    async def _warn(self, batch: Sequence[Incoming]) -> None:
        for incoming in batch:
            if incoming.address not in self._warned:
                self._warned.add(incoming.address)
                hint = str(incoming.route.get("locale") or "")
                await self._say(_chat(incoming), self._unavailable(hint))

    def _unavailable(self, hint: str) -> str:
        """Say from memory that nothing was kept, and whom to call."""
        posts = self._hall.library.signposts.shown(("emergency", "emergency_silent", "act_early_line"))
        numbers = "\n".join(f"{post.name}: {post.value}" for post in posts)
        wording = self._hall.library.wording
        words = wording.text(Line("telegram.unavailable"), wording.nearest(hint))
        return f"{words}\n\n{numbers}"

    async def _say(self, chat: int, text: str) -> None:
        with contextlib.suppress(ChannelError):
            await self._wire.send(chat, split(text)[0], (), silent=True, protect=False)

    def _run(self, courtesy: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_suppressed(courtesy))
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)


async def _suppressed(courtesy: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(ChannelError):
        await courtesy


def _readable(update: object) -> Reading | None:
    try:
        return read(update)
    except Unreadable:
        discretion.log("telegram_update_unreadable")
        return None


def _chat(incoming: Incoming) -> int:
    return int(incoming.route["chat"])
