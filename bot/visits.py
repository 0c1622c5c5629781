"""What a channel that is visited may ask: the card of now, the answers that wait, whether everything said has
been worked. Opens with this door's keys for as long as it takes to draw; keeps nothing and moves no
conversation.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from bot import waypoints
from bot.channels import Reply
from bot.desk import Desk
from bot.drafts import tag_of
from bot.turns import Turns
from dialogs import engine
from storage import discretion
from storage.errors import CannotOpen

if TYPE_CHECKING:
    from dialogs.facts import Door
    from dialogs.library import Library
    from dialogs.wording import Card
    from storage.database import Store
    from storage.records import ConversationRow, OutboxRow
    from storage.reporter_seals import ReporterSeals
    from storage.unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card as it stands now. ``said_at`` is when the person last said anything (Unix time), 0
    when never.
    """

    card: Card
    said_at: float


class Visits:
    """Answers the channels that are visited, and draws cards for the courier."""

    def __init__(
        self, store: Store, seals: ReporterSeals, library: Library, turns: Turns, desk: Desk
    ) -> None:
        """Take what reads, opens and draws."""
        self._store, self._seals, self._library = store, seals, library
        self._turns, self._desk = turns, desk

    async def settled(self, door: Door, address: str, within: float = 8.0) -> bool:
        """Wait until everything accepted from this address has been worked; false when the time ran out."""
        return await self._desk.settled(self._seals.blind(door, address), within)

    async def card(self, door: Door, address: str) -> Card | None:
        """Draw what this address is shown now; none when there is no conversation."""
        row = await self._conversation(door, address)
        drawn = await self.drawn(row) if row else None
        return drawn.card if drawn else None

    async def drawn(self, row: ConversationRow) -> Drawn | None:
        """Draw where a conversation stands; none when it is gone or its draft does not open."""
        for _ in range(2):
            try:
                return await asyncio.to_thread(self._draw, row)
            except CannotOpen as why:
                again = await self._store.read(partial(_by_address, row.blind_address))
                if again is None or again.version == row.version:
                    discretion.log("draft_lost", error=type(why).__name__)
                    return None
                row = again
        return None

    async def opening(self, door: Door) -> Card:
        """Draw the first card, as someone who has never been here sees it. Stores nothing."""
        return self._first(door)

    async def tag(self, door: Door, address: str) -> str:
        """Name the conversation for its buttons; empty when there is none yet."""
        row = await self._conversation(door, address)
        return tag_of(row.id) if row else ""

    async def replies(self, door: Door, address: str) -> tuple[Reply, ...]:
        """Open the officers' answers that wait for this visit, oldest first."""
        blind = self._seals.blind(door, address)
        rows = await self._store.read(lambda unit: unit.outbox.waiting_for_visit(blind))
        opened = [self.reply(row) for row in rows]
        return tuple(reply for reply in opened if reply is not None)

    async def shown(self, door: Door, address: str, ids: Sequence[int]) -> None:
        """Note, after display, that these answers were shown; they are then destroyed here."""
        blind = self._seals.blind(door, address)

        def mark(unit: Unit) -> None:
            mine = {row.id for row in unit.outbox.waiting_for_visit(blind)}
            unit.outbox.shown([one for one in ids if one in mine])

        await self._store.do(mark)
        waypoints.passed("reply shown")

    def reply(self, row: OutboxRow) -> Reply | None:
        """Open one officer's answer; none, and a line in the log, when it does not open."""
        try:
            whole = json.loads(self._seals.open_reply(row.blind_address, row.seq, row.sealed_message or b""))
        except CannotOpen as why:
            discretion.log("reply_lost", error=type(why).__name__)
            return None
        waypoints.passed("reply opened")
        return Reply(row.id, int(whole["number"]), str(whole["text"]))

    async def _conversation(self, door: Door, address: str) -> ConversationRow | None:
        blind = self._seals.blind(door, address)
        return await self._store.read(partial(_by_address, blind))

    def _draw(self, row: ConversationRow) -> Drawn:
        door = cast("Door", row.door)
        draft = self._turns.opened(row)
        if draft is None:
            return Drawn(self._first(door), 0.0)
        screen = engine.screen(self._library, draft.snapshot, self._turns.facts(door))
        return Drawn(self._library.wording.card(screen, draft.snapshot.language), draft.said_at)

    def _first(self, door: Door) -> Card:
        facts = self._turns.facts(door)
        snapshot = engine.begin(self._library, facts).snapshot
        return self._library.wording.card(engine.screen(self._library, snapshot, facts), snapshot.language)


def _by_address(blind_address: bytes, unit: Unit) -> ConversationRow | None:
    return unit.conversations.by_address(blind_address)
