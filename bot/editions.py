"""Keeps the editions of flows in the store, and moves conversations under way to those of today: counted
first, then one small unit each.

1. A dry run plans exactly what the move commits, so their counts are equal.
2. A move is saved by compare-and-set, like a turn. What has something waiting is left for the next run.
3. A run that was cut short is taken up by running it again: what was moved counts as moved no more.

Says counts and names of questions; never a word of a person, never who it was.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.drafts import Draft
from dialogs.flow import Flow
from dialogs.library import Library
from dialogs.migrations import Migrations, load_migrations
from dialogs.moving import Note, move
from dialogs.retired import revived
from storage.errors import CannotOpen, Conflict, NotFound

if TYPE_CHECKING:
    from storage.database import Store
    from storage.records import ConversationRow
    from storage.reporter_seals import ReporterSeals
    from storage.unit_of_work import Unit

TOGETHER = 100
REPLANS = 5


@dataclass
class Count:
    """What was found of all conversations: how many each note is true of."""

    live: int = 0
    moved: int = 0
    waiting: int = 0
    closed: int = 0
    notes: Counter[Note] = field(default_factory=Counter)


async def keep_editions(store: Store, library: Library) -> None:
    """Keep today's edition of every flow, and take back every earlier one that today's program can read.

    Where it cannot, a conversation goes on with today's as the engine says.
    """
    current = [library.current(name) for name in library.names()]
    kept = await store.read(lambda unit: set(unit.editions.names()))
    new = [one for one in current if (one.name, one.edition) not in kept]
    if new:
        await store.do(partial(_keep, new))
    for name, edition in sorted(kept - {(one.name, one.edition) for one in current}):
        flow = revived(await store.read(partial(_edition, name, edition)), edition)
        if flow is not None:
            library.add(flow)


def _keep(new: list[Flow], unit: Unit) -> None:
    for one in new:
        unit.editions.keep(one.name, one.edition, one.to_json())


def _edition(name: str, edition: str, unit: Unit) -> str:
    return unit.editions.get(name, edition)


class Mover:
    """Looks at every conversation under way, and moves it when told to."""

    def __init__(self, store: Store, seals: ReporterSeals, library: Library, migrations: Migrations) -> None:
        """Take the store, the keys, today's flows beside the kept ones, and the ways between them."""
        self._store, self._seals = store, seals
        self._library, self._migrations = library, migrations

    async def count(self) -> Count:
        """Count what a move would do, and change nothing."""
        return await self._through(move_them=False)

    async def move(self) -> Count:
        """Move every conversation that a migration leads on from; count what was done."""
        return await self._through(move_them=True)

    async def _through(self, *, move_them: bool) -> Count:
        count = Count()
        async for row in self._all():
            await self._one(row, count, move_them)
        return count

    async def _all(self) -> AsyncIterator[ConversationRow]:
        after = b""
        while rows := await self._store.read(partial(_some, after)):
            for row in rows:
                yield row
            after = rows[-1].id

    async def _one(self, row: ConversationRow, count: Count, move_them: bool) -> None:
        for _ in range(REPLANS):
            one = Count()
            saved = await asyncio.to_thread(self._planned, row, one)
            if saved is None or not move_them:
                return _add(count, one)
            try:
                await self._store.do(partial(_save, saved, row))
            except Conflict:
                try:
                    row = await self._store.read(partial(_again, row.id))
                except NotFound:
                    return None
            else:
                return _add(count, one)
        return _add(count, Count(live=1, waiting=1))

    def _planned(self, row: ConversationRow, count: Count) -> ConversationRow | None:
        """Plan one move and count it; the row to save if there is anything to move."""
        if row.sealed_draft is None:
            return None
        try:
            draft = Draft.from_bytes(
                self._seals.open_draft(row.draft_kid, row.id, row.version, row.sealed_draft)
            )
        except CannotOpen:
            count.closed += 1
            return None
        if draft.snapshot.stage == "ended":
            return None
        count.live += 1
        moved = move(self._library, self._migrations, draft.snapshot)
        if moved.snapshot != draft.snapshot and row.pending:
            count.waiting += 1
            return None
        count.notes.update(moved.notes)
        if moved.snapshot == draft.snapshot:
            return None
        count.moved += 1
        whole = replace(draft, snapshot=moved.snapshot).to_bytes()
        sealed = self._seals.seal_draft(row.draft_kid, row.id, row.version + 1, whole)
        return replace(row, version=row.version + 1, sealed_draft=sealed)


def _some(after: bytes, unit: Unit) -> list[ConversationRow]:
    return unit.conversations.some(after, TOGETHER)


def _again(conversation_id: bytes, unit: Unit) -> ConversationRow:
    return unit.conversations.get(conversation_id)


def _save(saved: ConversationRow, seen: ConversationRow, unit: Unit) -> None:
    unit.conversations.save(saved, seen_version=seen.version, seen_pending=seen.pending, done=0)


def _add(count: Count, one: Count) -> None:
    count.live += one.live
    count.moved += one.moved
    count.waiting += one.waiting
    count.closed += one.closed
    count.notes += one.notes


SAID: Mapping[str, str] = {
    "on": "{n} on edition {edition} of {flow}",
    "moves": "  {n} go on in today's edition, {to}",
    "ends": "  {n} end on it: no migration leads them on",
    "renamed": "  {n} stand on {state}, which is now {to}",
    "removed": "  {n} stand on the question you removed, {state}: they go on at {to}",
    "split": "  {n} stand on the question you split, {state}: they go on at {to}",
    "reordered": "  {n} stand on {state}, and are first asked {to}",
    "answer": "  {n} have answered {state}: that answer is now found under {to}",
    "unworded": "  {n} stand on {state}, for which there are no words any more: put them back",
}


def told(count: Count, *, done: bool) -> list[str]:
    """Say what was counted, one edition after the other, in lines."""
    order = list(SAID)
    notes = sorted(count.notes, key=lambda one: (one.flow, one.edition, order.index(one.what), one.state))
    lines = [SAID[one.what].format(n=count.notes[one], **_names(one)) for one in notes]
    moved = "were moved" if done else "would be moved"
    lines.append(f"{count.live} conversations under way; {count.moved} {moved}")
    if count.waiting:
        lines.append(f"{count.waiting} have something waiting to be read: run it again afterwards")
    if count.closed:
        lines.append(f"{count.closed} cannot be opened, and begin anew by themselves")
    return lines


def _names(note: Note) -> dict[str, Any]:
    return {"flow": note.flow, "edition": note.edition, "state": note.state, "to": note.to}


async def run(environment: Mapping[str, str], *, move_them: bool, say: Callable[[str], object]) -> bool:
    """Open what is needed, count or move, and say it; whether nothing is left over. Raises ``FlowError``."""
    from dialogs.library import load_library
    from storage.database import open_store
    from storage.reporter_seals import ReporterSeals
    from storage.settings import load_settings
    from storage.vault.keystore import open_bot_keystore

    settings = load_settings(environment)
    library = load_library(settings.profile)
    keys = await asyncio.to_thread(open_bot_keystore, settings.keystore)
    store = await open_store(settings, "bot")
    try:
        await keep_editions(store, library)
        migrations = load_migrations(library)
        mover = Mover(store, ReporterSeals(keys, store.deployment), library, migrations)
        count = await (mover.move() if move_them else mover.count())
    finally:
        await store.close()
    for line in told(count, done=move_them):
        say(line)
    return not count.waiting
