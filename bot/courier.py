"""Takes what waits in the outbox to the channels that push: one at a time for each address, in order, at the
networks' pace, again as the error says. Out is at least once: a message that may have arrived is sent again
and says so; in is exactly once.

1. A card is drawn when it leaves. Later than two minutes after the person's last word it is not sent at all:
   a neutral notice with one button goes in its place.
2. An officer's answer leaves only for someone who asked for it; the others stay for the next visit (``hold``,
   by whoever wrote it).
3. What a killed process held under lease is taken up again at the start, not a minute later.
4. Nothing here moves a conversation or reads a case.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot import waypoints
from bot.channels import Channel, Delivered, Mark, Outgoing
from bot.drafts import tag_of
from bot.errors import ChannelError, DeliveryFailed, Unreachable
from bot.intake import MARKS_KEEP
from bot.pace import Pace, Turnstile
from bot.visits import Drawn, Visits
from dialogs.screen import Line
from storage import discretion
from storage.errors import CannotOpen, Unavailable

if TYPE_CHECKING:
    from dialogs.library import Library
    from storage.database import Store
    from storage.records import ConversationRow, OutboxRow, RouteRow
    from storage.reporter_seals import ReporterSeals
    from storage.unit_of_work import Unit

LEASE = timedelta(seconds=60)
AT_ONCE = 16
TRIES = 500  # at five minutes each, most of two days
_BREATH = 1.0


class Courier:
    """Delivers."""

    def __init__(
        self,
        store: Store,
        seals: ReporterSeals,
        library: Library,
        visits: Visits,
        channels: Mapping[str, Channel],
        now: Callable[[], datetime],
        pace: Pace | None = None,
    ) -> None:
        """Take the outbox, what opens it, and the channels by door."""
        self._store, self._seals, self._library, self._visits = store, seals, library, visits
        self._channels, self._now, self._pace = channels, now, pace or Pace()
        self._bell = asyncio.Event()
        self._turnstile = Turnstile(self._pace)
        self._under_way: set[int] = set()
        self.sent = 0
        self.failed = 0

    def ring(self) -> None:
        """Say that something may be waiting."""
        self._bell.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop; what is under way is finished. One process delivers for a network."""
        flying: set[asyncio.Task[None]] = set()
        resumed = False
        while not stop.is_set():
            self._bell.clear()
            due: list[OutboxRow] = []
            try:
                if not resumed:
                    await self._store.do(lambda unit: unit.outbox.end_leases())
                    resumed = True
                due = await self._due(AT_ONCE - len(flying))
            except (Unavailable, OSError) as why:
                discretion.log("courier_waits", error=type(why).__name__)
            for row in due:
                task = asyncio.create_task(self._attempt(row))
                flying.add(task)
                task.add_done_callback(flying.discard)
                task.add_done_callback(lambda _: self.ring())
            if not due:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), _BREATH)
        await asyncio.gather(*flying)

    async def deliver_waiting(self) -> int:
        """Deliver what is due, at most one message for each address; say how many were tried."""
        due = await self._due(AT_ONCE)
        await asyncio.gather(*(self._attempt(row) for row in due))
        return len(due)

    async def _due(self, room: int) -> list[OutboxRow]:
        """Take what may be sent now under a lease, as long as there is room."""
        now = self._now()
        if room <= 0 or not await self._store.read(lambda unit: unit.outbox.anything_due(now)):
            return []
        due = await self._store.do(lambda unit: unit.outbox.due(now, room, LEASE))
        if due:
            waypoints.passed("outbox leased")
        return [row for row in due if row.id not in self._under_way]

    async def _attempt(self, row: OutboxRow) -> None:
        """Deliver one message. What cannot be written down now is tried again when its lease is over; a
        message that this program itself cannot handle is given up after a few tries. A lease may end while
        the network has us wait: what is under way is not begun again.
        """
        self._under_way.add(row.id)
        try:
            await self._deliver(row)
        except (Unavailable, OSError) as why:
            discretion.log("courier_waits", error=type(why).__name__)
        except Exception as why:
            discretion.log_fault("delivery_failed", why, kind=row.kind, tries=row.tries)
            self.failed += 1
            with contextlib.suppress(Unavailable):
                await self._store.do(partial(self._failed, row, DeliveryFailed()))
        finally:
            self._under_way.discard(row.id)

    async def _deliver(self, row: OutboxRow) -> None:
        """Deliver one message and write down what became of it."""
        way, conversation = await self._store.read(partial(_way, row.blind_address))
        channel = self._channels.get(way.door) if way else None
        if way is None or channel is None or not channel.pushes:
            await self._store.do(lambda unit: unit.outbox.dead(row.id, "no_way"))
            return
        known = await self._marks(row.blind_address)
        message = await self._message(row, way, conversation, tuple(known.values()))
        if message is None:
            await self._store.do(lambda unit: unit.outbox.dead(row.id, "does_not_open"))
            return
        await self._turnstile.wait(row.blind_address)
        try:
            delivered = await channel.deliver(message)
        except ChannelError as why:
            self.failed += 1
            await self._store.do(partial(self._failed, row, why))
            return
        waypoints.passed("network called")
        await self._store.do(partial(_sent, row, *self._chat_now(row.blind_address, known, delivered)))
        waypoints.passed("sent marked")
        self.sent += 1

    # What is said

    async def _message(
        self, row: OutboxRow, way: RouteRow, conversation: ConversationRow | None, marks: tuple[Mark, ...]
    ) -> Outgoing | None:
        """Make the message that a row stands for; none when it cannot be opened."""
        try:
            route = json.loads(self._seals.open_route(row.blind_address, way.sealed_route))
        except CannotOpen as why:
            discretion.log("route_lost", error=type(why).__name__)
            return None
        plain = Outgoing(
            kind="notice",
            route=route,
            tag=tag_of(conversation.id) if conversation else "",
            marks=marks,
            repeated=row.uncertain,
        )
        drawn = await self._visits.drawn(conversation) if conversation else None
        spoken = drawn.card.language if drawn else ""
        if row.kind == "reply":
            return self._reply(row, plain, spoken)
        fresh = drawn is not None and self._is_fresh(drawn)
        if row.kind == "clear":
            return replace(plain, kind="clear", card=drawn.card if drawn and fresh else None)
        if drawn is None:
            return None
        if not fresh:
            text, button = self._say("notice.update", spoken), self._say("always.show", spoken)
            return replace(plain, text=text, button=button)
        return replace(plain, kind="card", card=drawn.card)

    def _is_fresh(self, drawn: Drawn) -> bool:
        """Whether the person is still there: words of the conversation are pushed to nobody else."""
        return self._now().timestamp() - drawn.said_at <= self._pace.fresh.total_seconds()

    def _reply(self, row: OutboxRow, plain: Outgoing, language: str) -> Outgoing | None:
        reply = self._visits.reply(row)
        if reply is None:
            return None
        text = f"{self._say('notice.update', language)}\n\n{reply.text}"
        return replace(plain, kind="reply", text=text, number=reply.number, silent=False)

    def _say(self, key: str, language: str) -> str:
        wording = self._library.wording
        return wording.text(Line(key), wording.nearest(language))

    # What the chat holds

    async def _marks(self, blind_address: bytes) -> dict[int, Mark]:
        """Open the names of the messages in a chat; one that does not open is left to expire."""
        rows = await self._store.read(lambda unit: unit.marks.for_address(blind_address))
        marks: dict[int, Mark] = {}
        for row in rows:
            with contextlib.suppress(CannotOpen):
                whole = json.loads(self._seals.open_marks(blind_address, row.sealed_marks))
                marks[row.id] = Mark(whole["name"], whole["what"])
        return marks

    def _chat_now(
        self, blind_address: bytes, known: dict[int, Mark], delivered: Delivered
    ) -> tuple[list[int], list[bytes]]:
        """Say which marks to forget, and seal the new ones."""
        gone = set(delivered.gone)
        names = [
            json.dumps({"v": 1, "name": mark.name, "what": mark.what}).encode() for mark in delivered.made
        ]
        return (
            [row_id for row_id, mark in known.items() if mark.name in gone],
            [self._seals.seal_marks(blind_address, name) for name in names],
        )

    # What became of it

    def _failed(self, row: OutboxRow, why: ChannelError, unit: Unit) -> None:
        discretion.log("not_delivered", kind=row.kind, error=type(why).__name__, tries=row.tries)
        if isinstance(why, Unreachable):
            unit.outbox.dead(row.id, "unreachable")
            unit.conversations.close_route(row.blind_address)
        elif isinstance(why, DeliveryFailed) and row.tries < TRIES:
            unit.outbox.retry(
                row.id, self._again(row, why), uncertain=why.uncertain, counts=not why.retry_after
            )
        else:
            unit.outbox.dead(row.id, "refused")

    def _again(self, row: OutboxRow, why: DeliveryFailed) -> datetime:
        """When to try again: as the network says, or 1, 2, 4 … seconds, and a little chance so that not all
        come at once.
        """
        wait = why.retry_after or min(2.0 ** min(row.tries, 10), self._pace.longest_wait)
        if why.retry_after and why.whole_network:
            self._turnstile.hold_all(why.retry_after)
        return self._now() + timedelta(seconds=wait + random.random())  # noqa: S311 - spreads load, keeps no secret


def _way(blind_address: bytes, unit: Unit) -> tuple[RouteRow | None, ConversationRow | None]:
    """How an address is reached, and its conversation where one is open."""
    return unit.conversations.route(blind_address), unit.conversations.by_address(blind_address)


def _sent(row: OutboxRow, gone: list[int], made: list[bytes], unit: Unit) -> None:
    unit.outbox.sent(row.id)
    unit.marks.forget(gone)
    for sealed in made:
        unit.marks.add(row.blind_address, sealed, unit.now + MARKS_KEEP)
