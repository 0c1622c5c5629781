"""Takes in what the channels bring: seals each event under its conversation's draft key and commits it with
the poll offset. Only when ``accept`` has returned may a network be told that anything was received. Never
decides what an event means.

1. A newcomer gets a draft key, a sealed route and a conversation in the same commit as their first event.
2. When a conversation's draft key changed in between (it was filed), the commit is refused and the event
   sealed again.
3. Of a private conversation the inbox holds a name only; the words wait in this process's memory.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot import waypoints
from bot.channels import Held, Incoming, Watermark
from bot.drafts import Happened
from bot.limits import Flood
from bot.turns import Memory
from dialogs.events import Chose, Commanded, Wrote
from dialogs.screen import Line
from storage.errors import Conflict, Unavailable
from storage.records import Arrival, ConversationRow

if TYPE_CHECKING:
    from storage.database import Store

    from dialogs.facts import Door
    from dialogs.library import Library
    from storage.reporter_seals import ReporterSeals
    from storage.unit_of_work import Unit

MARKS_KEEP = timedelta(hours=48)
_SEALINGS = 5


@dataclass(slots=True)
class _Sealed:
    """A batch ready to be committed."""

    newcomers: list[ConversationRow] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    marks: list[tuple[bytes, bytes]] = field(default_factory=list)
    words: list[tuple[str, str, bytes]] = field(default_factory=list)


class Intake:
    """Accepts events."""

    def __init__(
        self,
        store: Store,
        seals: ReporterSeals,
        library: Library,
        memory: Memory,
        now: Callable[[], datetime],
        arrived: Callable[[], None],
        *,
        draft_hours: int = 72,
        flood: Flood | None = None,
    ) -> None:
        """Take what seals and keeps, and whom to tell that something arrived."""
        self._store, self._seals, self._library, self._memory = store, seals, library, memory
        self._now, self._arrived, self._flood = now, arrived, flood or Flood()
        self._draft = timedelta(hours=draft_hours)
        self.accepted = 0
        self.held = 0

    async def accept(
        self, door: Door, batch: Sequence[Incoming], offset: int | None = None
    ) -> tuple[Held, ...]:
        """Keep the batch, sealed, and the next poll offset in one commit; return what was held back.

        Raises: Unavailable when nothing could be kept.
        """
        known = await self._known(door, batch)
        taken, held = self._weigh(door, batch, known)
        self.held += len(held)
        for _ in range(_SEALINGS):
            sealed = await self._sealed(door, taken, known)
            waypoints.passed("intake sealed")
            try:
                await self._store.do(lambda unit, s=sealed: self._commit(unit, door, s, offset))
            except Conflict:
                await self._take_back(sealed)
                known = await self._known(door, taken)
                continue
            waypoints.passed("inbox committed")
            self.accepted += len(taken)
            self._arrived()
            return held
        raise Unavailable("too many at once for one address")

    async def watermark(self, door: Door) -> Watermark:
        """Say where polling of this door stood."""
        return await self._store.read(
            lambda unit: Watermark(unit.doors.offset(door) or None, unit.doors.last_update_at(door))
        )

    def _weigh(
        self, door: Door, batch: Sequence[Incoming], known: dict[str, ConversationRow]
    ) -> tuple[list[Incoming], tuple[Held, ...]]:
        """Part what is taken from what the flood limits hold back."""
        taken: list[Incoming] = []
        held: list[Held] = []
        begun: set[str] = set()
        for incoming in batch:
            at, emergency = time.monotonic(), self._emergency(incoming)
            if incoming.address not in known and incoming.address not in begun and not emergency:
                if not self._flood.welcome(at):
                    held.append(Held(incoming.address, incoming.ext_id, self._say("notice.busy"), tell=True))
                    continue
                begun.add(incoming.address)
            verdict = self._flood.weigh(self._seals.blind(door, incoming.address), at, emergency=emergency)
            if verdict == "take":
                taken.append(incoming)
            else:
                text = self._say("notice.too_many")
                held.append(Held(incoming.address, incoming.ext_id, text, tell=verdict == "tell"))
        return taken, tuple(held)

    def _emergency(self, incoming: Incoming) -> bool:
        """Danger, however it was said, passes every limit."""
        event = incoming.event
        if isinstance(event, Wrote):
            return self._library.wording.command(event.text, "en") == "emergency"
        return event == Commanded("emergency") or (isinstance(event, Chose) and event.option == "!emergency")

    def _say(self, key: str) -> str:
        return self._library.wording.text(Line(key), "en")

    async def _known(self, door: Door, batch: Sequence[Incoming]) -> dict[str, ConversationRow]:
        """Find the conversations of these addresses."""
        blinds = {incoming.address: self._seals.blind(door, incoming.address) for incoming in batch}

        def look(unit: Unit) -> dict[str, ConversationRow]:
            rows = {address: unit.conversations.by_address(blind) for address, blind in blinds.items()}
            return {address: row for address, row in rows.items() if row is not None}

        return await self._store.read(look)

    async def _sealed(
        self, door: Door, taken: Sequence[Incoming], known: dict[str, ConversationRow]
    ) -> _Sealed:
        return await asyncio.to_thread(self._seal, door, taken, known) if taken else _Sealed()

    def _seal(self, door: Door, taken: Sequence[Incoming], known: dict[str, ConversationRow]) -> _Sealed:
        """Seal a batch; newcomers get their key here."""
        sealed = _Sealed()
        rows = dict(known)
        for incoming in taken:
            row = rows.get(incoming.address)
            if row is None:
                row = rows[incoming.address] = self._newcomer(door, incoming)
                sealed.newcomers.append(row)
            self._seal_one(sealed, row, incoming)
        return sealed

    def _seal_one(self, sealed: _Sealed, row: ConversationRow, incoming: Incoming) -> None:
        event = Happened(incoming.event, incoming.sent_at, incoming.tag).to_bytes()
        blob: bytes | None = None
        if row.private:
            sealed.words.append((row.door, incoming.ext_id, event))
        else:
            blob = self._seals.seal_event(row.draft_kid, row.door, incoming.ext_id, event)
        sealed.arrivals.append(
            Arrival(row.door, incoming.ext_id, incoming.ordinal, row.blind_address, row.id, blob)
        )
        if incoming.mark:
            mark = json.dumps({"v": 1, "name": incoming.mark, "what": "theirs"}).encode()
            sealed.marks.append((row.blind_address, self._seals.seal_marks(row.blind_address, mark)))

    def _newcomer(self, door: Door, incoming: Incoming) -> ConversationRow:
        blind = self._seals.blind(door, incoming.address)
        return ConversationRow(
            id=secrets.token_bytes(16),
            blind_address=blind,
            door=door,
            version=0,
            pending=0,
            private=False,
            draft_kid=self._seals.new_draft_key(),
            sealed_draft=None,
            sealed_route=self._seals.seal_route(blind, json.dumps(dict(incoming.route)).encode()),
            case_id=None,
            replies="",
            expires_at=self._now() + self._draft,
        )

    async def _take_back(self, sealed: _Sealed) -> None:
        """Destroy the keys of newcomers who turned out to be here already."""
        for row in sealed.newcomers:
            await asyncio.to_thread(self._seals.forget_draft_key, row.draft_kid)

    def _commit(self, unit: Unit, door: Door, sealed: _Sealed, offset: int | None) -> None:
        for row in sealed.newcomers:
            unit.conversations.add(row)
        for arrival in sealed.arrivals:
            unit.inbox.accept(arrival)
        for blind, mark in sealed.marks:
            unit.marks.add(blind, mark, unit.now + MARKS_KEEP)
        for where, ext_id, words in sealed.words:
            self._memory.keep(where, ext_id, words)
        if offset is not None:
            unit.doors.advance(door, offset, unit.now)
