"""A whole reporter's door in a temporary folder: real SQLite file, real keystore, a team with the other key.

Used by the tests of this folder and by the crash tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import app
from bot.app import Parts
from bot.channels import Delivered, Incoming, Mark, Outgoing
from bot.errors import ChannelError
from bot.pace import Pace
from dialogs.events import Chose, Commanded, Event, Wrote
from dialogs.facts import Door
from dialogs.wording import Card
from storage import settings
from storage.database import open_store
from storage.officer_seals import OfficerRoot, OfficerSeals, Transcript
from storage.records import CaseRow, OfficerRow, TeamWrapRow
from storage.transcripts import Record
from storage.vault.keystore import open_admin_keystore
from storage.vault.passphrase import Cost

PASSPHRASE = "a long enough passphrase"
CHEAP = Cost(12 * 1024, 1, 1)
FAST = Pace(a_second=10_000, a_second_each=10_000)


@dataclass
class Clock:
    """A clock that a test sets."""

    at: datetime = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **amount: float) -> None:
        self.at += timedelta(**amount)


@dataclass
class Chat:
    """A network that pushes, as the courier sees one: keeps what it is handed, and goes wrong on request."""

    name: Door = "telegram"
    pushes: bool = True
    delivered: list[Outgoing] = field(default_factory=list)
    wrong: list[ChannelError] = field(default_factory=list)
    numbers: int = 0

    async def open(self) -> None: ...

    async def take(self) -> None:
        await asyncio.Event().wait()

    async def stop(self) -> None: ...

    async def close(self) -> None: ...

    async def deliver(self, message: Outgoing) -> Delivered:
        if self.wrong:
            raise self.wrong.pop(0)
        self.delivered.append(message)
        self.numbers += 1
        gone = tuple(mark.name for mark in message.marks) if message.kind == "clear" else ()
        return Delivered((Mark(f"m{self.numbers}", "reply" if message.kind == "reply" else "card"),), gone)


@dataclass
class House:
    """The door's parts, and the officers' side of the same folder."""

    parts: Parts
    clock: Clock
    chat: Chat
    officer: OfficerRow
    wraps: list[TeamWrapRow]
    seals: OfficerSeals
    said: int = 0

    async def hears(
        self, *events: Event, door: Door = "telegram", address: str = "1001", tag: str = ""
    ) -> None:
        """Let one person's events come in, each worked before the next."""
        for event in events:
            self.said += 1
            incoming = Incoming(
                address,
                f"{door}-{self.said}",
                self.said,
                event,
                {"chat": address},
                sent_at=self.clock(),
                tag=tag,
                mark=f"t{self.said}",
            )
            await self.parts.intake.accept(door, [incoming])
            await self.works()

    async def works(self) -> None:
        """Work until nothing moves."""
        while await self.parts.desk.work():
            pass

    async def delivers(self) -> list[Outgoing]:
        """Let the courier go until nothing is due; give what arrived since the last time."""
        before = len(self.chat.delivered)
        while await self.parts.courier.deliver_waiting():
            pass
        return self.chat.delivered[before:]

    async def card(self, door: Door = "telegram", address: str = "1001") -> Card:
        """The card of now."""
        card = await self.parts.visits.card(door, address)
        assert card is not None
        return card

    async def presses(self, *options: str, door: Door = "telegram", address: str = "1001") -> None:
        """Let the person press buttons of the card of now, one after the other."""
        for option in options:
            card = await self.card(door, address)
            offered = [button.option for button in (*card.buttons, *card.always)]
            assert option in offered, f"{option} is not among {offered} under “{card.heading}”"
            await self.hears(Chose(option, card.step), door=door, address=address)

    async def tells(self, *words: str, door: Door = "telegram", address: str = "1001") -> None:
        """Let the person go from the first card to the question, write, and press *Done*."""
        await self.hears(Commanded("start"), door=door, address=address)
        await self.presses("go_on", "agree", "family", "safe", door=door, address=address)
        await self.hears(*(Wrote(text) for text in words), door=door, address=address)
        await self.presses("done", door=door, address=address)

    async def sends(self, *words: str, door: Door = "telegram", address: str = "1001") -> CaseRow:
        """Let the person go all the way; give the case as it was filed."""
        await self.tells(*words, door=door, address=address)
        await self.presses("send", door=door, address=address)
        return await self.case(door, address)

    async def case(self, door: Door = "telegram", address: str = "1001") -> CaseRow:
        """The case of one person's conversation."""
        blind = self.parts.seals.blind(door, address)
        row = await self.parts.store.read(lambda unit: unit.conversations.by_address(blind))
        assert row is not None
        assert row.case_id is not None
        case_id = row.case_id
        return await self.parts.store.read(lambda unit: unit.cases.get(case_id))

    async def read(self, case: CaseRow) -> Transcript:
        """Open a case as an officer does."""
        case_id = case.id
        rows = await self.parts.store.read(lambda unit: unit.cases.records(case_id))
        wrap = await self.parts.store.read(lambda unit: unit.cases.wrap(case_id))
        anchor = await self.parts.store.read(lambda unit: unit.audit.anchor(case_id))
        key = self.seals.open_case(self.root(), self.wraps[0], case, wrap)
        return self.seals.read(key, case, rows, anchor)

    async def answers(self, case: CaseRow) -> list[Record]:
        """What an officer reads, every record of it opened."""
        transcript = await self.read(case)
        assert transcript.findings == ()
        return [entry.record for entry in transcript.entries if entry.record is not None]

    def root(self) -> OfficerRoot:
        return self.seals.unlock(self.officer, PASSPHRASE)


@asynccontextmanager
async def a_house(
    folder: Path, *, team: bool = True, clock: Clock | None = None, database: str = ""
) -> AsyncIterator[House]:
    """Build the door, with a team unless told otherwise, on a file unless another database is named."""
    named = {"CONCERN_DATABASE_URL": database} if database else {}
    given = settings.load_settings(environment(folder) | named)
    officer, wraps, seals = await make_team(folder, given, team=team)
    at = clock or Clock()
    chat = Chat()
    parts = await app.put_together(given, at, FAST)
    parts.channels["telegram"] = chat
    try:
        yield House(parts, at, chat, officer, wraps, seals)
    finally:
        await parts.store.close()


def environment(folder: Path) -> dict[str, str]:
    """Settings that keep everything in one folder."""
    return {
        "CONCERN_DATABASE_URL": f"sqlite:///{folder / 'concern.db'}",
        "CONCERN_KEYSTORE": str(folder / "keystore"),
    }


async def make_team(
    folder: Path, given: settings.Settings, *, team: bool = True
) -> tuple[OfficerRow, list[TeamWrapRow], OfficerSeals]:
    """Make an officer with a team, and an authoriser with theirs, as the officers' door does."""
    keys = await asyncio.to_thread(open_admin_keystore, given.keystore)
    store = await open_store(given, "admin")
    try:
        seals = OfficerSeals(keys, store.deployment, CHEAP)
        officer, _ = seals.enrol(b"o" * 16, "officer", "An Officer", "officer", PASSPHRASE)
        authoriser, _ = seals.enrol(b"a" * 16, "authoriser", "An Authoriser", "authoriser", PASSPHRASE)
        if not team:
            return officer, [], seals
        key, wrap = seals.make_team(b"t" * 16, "team", 1, officer)
        second, second_wrap = seals.make_team(b"t" * 16, "authorisers", 1, authoriser)
        await store.do(lambda unit: unit.officers.add(officer))
        await store.do(lambda unit: unit.officers.add(authoriser))
        await store.do(lambda unit: unit.teams.add(key, [wrap]))
        await store.do(lambda unit: unit.teams.add(second, [second_wrap]))
        return officer, [wrap], seals
    finally:
        await store.close()


__all__ = ["Chat", "Clock", "House", "a_house", "environment", "make_team"]
