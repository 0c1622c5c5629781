"""What a channel is given, for tests of the Telegram channel alone: an intake that keeps its rows in memory.

The desk and the courier have tests of their own, on the real store; here is what the network does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

from bot.channels import Answers, Hall, Held, Incoming, Mark, Outgoing, Watermark
from bot.channels.telegram import TelegramChannel
from dialogs.events import Edited, Event, Wrote
from dialogs.facts import Door
from dialogs.library import Library, load_library
from dialogs.wording import Card, CardButton
from storage.errors import Unavailable
from storage.settings import Settings
from tests.peers.telegram import TelegramStandIn

SECRET = "CANARY_webhook_secret-0123456789"


class Clock:
    """A clock that a test may push."""

    def __init__(self) -> None:
        self.skew = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.skew


class Notebook:
    """An intake that remembers, once each, what was accepted, and may be out of order."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.kept: dict[str, Incoming] = {}
        self.offsets: list[int] = []
        self.batches: list[int] = []
        self.mark = Watermark(None, None)
        self.down = False
        self.holds: tuple[Held, ...] = ()
        self._now = now

    @property
    def events(self) -> list[Event]:
        """What happened, in the order of its numbers, whatever Telegram calls it."""
        return [
            replace(event, name="") if isinstance(event, Wrote | Edited) else event for event in self.named
        ]

    @property
    def named(self) -> list[Event]:
        """What happened, with Telegram's own names of messages."""
        return [one.event for one in sorted(self.kept.values(), key=lambda one: one.ordinal)]

    async def accept(
        self, door: Door, batch: Sequence[Incoming], offset: int | None = None
    ) -> tuple[Held, ...]:
        """Keep the batch and the offset, or neither."""
        await asyncio.sleep(0)
        if self.down:
            raise Unavailable("the disk is full")
        self.batches.append(len(batch))
        for incoming in batch:
            self.kept.setdefault(incoming.ext_id, incoming)
        if offset is not None:
            self.offsets.append(offset)
            self.mark = Watermark(offset, self._now())
        return self.holds

    async def watermark(self, door: Door) -> Watermark:
        """Say where polling stood."""
        return self.mark


@cache
def library() -> Library:
    """The shipped library, read once."""
    return load_library("west_midlands")


class Line:
    """A channel on a stand-in, running, with what it was given beside it."""

    def __init__(self, telegram: TelegramStandIn, **settings: Any) -> None:
        self.telegram, self.clock = telegram, Clock()
        self.intake = Notebook(self.clock)
        chosen = Settings(**({"telegram_token": telegram.token, "telegram_api": telegram.api} | settings))
        self.hall = Hall(chosen, library(), self.intake, cast(Answers, None), self.clock)
        self.channel = TelegramChannel(self.hall, patience=1)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Line]:
        """Open, take until the test is done, stop and close."""
        await self.channel.open()
        taking = asyncio.create_task(self.channel.take())
        try:
            yield self
        finally:
            await self.channel.stop()
            await asyncio.wait_for(taking, 10)
            await self.channel.close()

    async def sent(self, chat: int, marks: Sequence[Mark] = (), **message: Any) -> list[Mark]:
        """Deliver as the courier does; return the marks as they stand afterwards."""
        outgoing = Outgoing(**({"kind": "card", "route": {"chat": chat}, "marks": tuple(marks)} | message))
        delivered = await self.channel.deliver(outgoing)
        return [m for m in marks if m.name not in delivered.gone] + list(delivered.made)


def card(heading: str = "What have you noticed?", *labels: str, step: int = 3, **parts: Any) -> Card:
    """A card with these buttons, whose options are their labels in small letters."""
    buttons = tuple(CardButton(label.lower().replace(" ", "_"), label) for label in labels)
    always = (CardButton("!emergency", "Danger", "danger"), CardButton("!leave", "Close now"))
    given: dict[str, Any] = {"buttons": buttons, "always": always, "step": step}
    return Card(heading, **(given | parts))
