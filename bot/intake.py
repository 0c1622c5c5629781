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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot import hints, waypoints
from bot.channels import Held, Incoming, Watermark
from bot.drafts import Happened
from bot.limits import Counted, Flood
from bot.memory import Memory
from dialogs.events import Chose, Commanded, Wrote
from dialogs.screen import Line
from storage.errors import Conflict, Unavailable, UnknownKey
from storage.records import Arrival, ConversationRow

if TYPE_CHECKING:
    from dialogs.facts import Door
    from dialogs.library import Library
    from storage.database import Store
    from storage.reporter_seals import ReporterSeals
    from storage.unit_of_work import Unit

MARKS_KEEP = timedelta(hours=48)
_SEALINGS = 5
_PASS = ("emergency", "leave")
"""What passes every limit: danger, and the wish to have what was not sent forgotten."""


@dataclass(slots=True)
class _Sealed:
    """A batch ready to be committed."""

    newcomers: list[ConversationRow] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    marks: list[tuple[bytes, bytes]] = field(default_factory=list)
    words: dict[tuple[str, str], bytes] = field(default_factory=dict)


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
        counted: Counted = []
        taken, held = self._weigh(door, batch, known, counted)
        try:
            await self._keep_all(door, taken, known, offset)
        except BaseException:
            self._flood.take_back(counted)
            raise
        self.held += len(held)
        self.accepted += len(taken)
        self._arrived()
        return held

    async def _keep_all(
        self, door: Door, taken: Sequence[Incoming], known: dict[str, ConversationRow], offset: int | None
    ) -> None:
        """Keep a batch, sealed again as often as a conversation moved on meanwhile. Raises: Unavailable."""
        for attempt in range(_SEALINGS):
            try:
                return await self._keep(door, taken, known, offset)
            except (Conflict, UnknownKey) as why:
                if isinstance(why, UnknownKey) and attempt:
                    await self._renew_lost_keys(known)
                known = await self._known(door, taken)
        raise Unavailable("too many at once for one address")

    async def _keep(
        self, door: Door, taken: Sequence[Incoming], known: dict[str, ConversationRow], offset: int | None
    ) -> None:
        """Seal and commit a batch. Raises ``Conflict`` or ``UnknownKey`` when a conversation moved on."""
        sealed = _Sealed()
        try:
            await asyncio.to_thread(self._seal, sealed, door, taken, known)
            waypoints.passed("intake sealed")
            await self._store.do(lambda unit: self._commit(unit, door, sealed, offset))
        except (Conflict, UnknownKey):
            for row in sealed.newcomers:
                await asyncio.to_thread(self._seals.forget_draft_key, row.draft_kid)
            raise
        waypoints.passed("inbox committed")

    async def watermark(self, door: Door) -> Watermark:
        """Say where polling of this door stood."""
        return await self._store.read(
            lambda unit: Watermark(unit.doors.offset(door) or None, unit.doors.last_update_at(door))
        )

    def _weigh(
        self, door: Door, batch: Sequence[Incoming], known: dict[str, ConversationRow], counted: Counted
    ) -> tuple[list[Incoming], tuple[Held, ...]]:
        """Part what is taken from what the flood limits hold back."""
        taken: list[Incoming] = []
        held: list[Held] = []
        begun: set[str] = set()
        for incoming in batch:
            at = (incoming.sent_at or self._now()).timestamp()
            asked = self._command(incoming)
            new = incoming.address not in known and incoming.address not in begun
            if new:
                if no := self._no_welcome(door, incoming, at, asked == "emergency", counted):
                    held.append(Held(incoming.address, incoming.ext_id, self._say(no, incoming), tell=True))
                    continue
                begun.add(incoming.address)
            blind = self._seals.blind(door, incoming.address)
            verdict = self._flood.weigh(blind, at, emergency=asked in _PASS, counted=counted)
            if verdict == "take":
                taken.append(incoming)
                if new and asked != "emergency":
                    self._flood.begun(incoming.network, at, counted)
            else:
                text = self._say("notice.too_many", incoming)
                held.append(Held(incoming.address, incoming.ext_id, text, tell=verdict == "tell"))
        return taken, tuple(held)

    def _no_welcome(self, door: Door, incoming: Incoming, at: float, danger: bool, counted: Counted) -> str:
        """Name the notice for a newcomer who cannot begin now; empty for one who can, as anyone in danger
        whose network address is crowded.
        """
        if not danger and self._flood.crowded(incoming.network, at):
            return "notice.crowded"
        welcome = self._flood.welcome(at, door, emergency=danger, counted=counted)
        return "" if welcome else "notice.busy"

    def _command(self, incoming: Incoming) -> str | None:
        """Name what was asked for, however it was said: a command, a button or a plain word."""
        event = incoming.event
        if isinstance(event, Wrote):
            wording = self._library.wording
            asked = {wording.command(event.text, code) for code in wording.open}
            return next((name for name in _PASS if name in asked), None)
        if isinstance(event, Chose):
            return event.option.removeprefix("!")
        return event.name if isinstance(event, Commanded) else None

    def _say(self, key: str, incoming: Incoming) -> str:
        wording = self._library.wording
        return wording.text(Line(key), wording.nearest(hints.of_route(incoming.route)))

    async def _known(self, door: Door, batch: Sequence[Incoming]) -> dict[str, ConversationRow]:
        """Find the conversations of these addresses."""
        blinds = {incoming.address: self._seals.blind(door, incoming.address) for incoming in batch}

        def look(unit: Unit) -> dict[str, ConversationRow]:
            rows = {address: unit.conversations.by_address(blind) for address, blind in blinds.items()}
            return {address: row for address, row in rows.items() if row is not None}

        return await self._store.read(look)

    async def _renew_lost_keys(self, known: dict[str, ConversationRow]) -> None:
        """Give a conversation whose draft key is gone for good a new one: its draft is lost."""
        held = set(await asyncio.to_thread(self._seals.draft_kids))
        for row in known.values():
            if row.draft_kid in held:
                continue
            kid = await asyncio.to_thread(self._seals.new_draft_key)
            fresh = replace(row, draft_kid=kid, sealed_draft=None)
            try:
                await self._store.do(partial(_save_anew, fresh))
            except Conflict:
                await asyncio.to_thread(self._seals.forget_draft_key, kid)

    def _seal(
        self, sealed: _Sealed, door: Door, taken: Sequence[Incoming], known: dict[str, ConversationRow]
    ) -> None:
        """Seal a batch; newcomers get their key here."""
        rows = dict(known)
        for incoming in taken:
            row = rows.get(incoming.address)
            if row is None:
                row = rows[incoming.address] = self._newcomer(door, incoming)
                sealed.newcomers.append(row)
            self._seal_one(sealed, row, incoming)

    def _seal_one(self, sealed: _Sealed, row: ConversationRow, incoming: Incoming) -> None:
        event = Happened(incoming.event, incoming.sent_at, incoming.tag).to_bytes()
        blob: bytes | None = None
        if row.private:
            sealed.words[row.door, incoming.ext_id] = event
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

    def _commit(self, unit: Unit, door: Door, sealed: _Sealed, offset: int | None) -> None:
        for row in sealed.newcomers:
            unit.conversations.add(row)
        for arrival in sealed.arrivals:
            new = unit.inbox.accept(arrival)
            words = sealed.words.get((arrival.door, arrival.ext_id))
            if new and words is not None:
                self._memory.keep(arrival.door, arrival.ext_id, words)
        for blind, mark in sealed.marks:
            unit.marks.add(blind, mark, unit.now + MARKS_KEEP)
        if offset is not None:
            unit.doors.advance(door, offset, unit.now)


def _save_anew(row: ConversationRow, unit: Unit) -> None:
    unit.conversations.save(row, seen_version=row.version, seen_pending=row.pending, done=0)
