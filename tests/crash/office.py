"""The officers' side of the folder in which the bot is killed: answers, and opens what was filed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.database import Store, open_store
from storage.officer_seals import OfficerSeals, Transcript
from storage.records import CaseRow, OfficerRow, TeamWrapRow
from storage.settings import Settings, load_settings
from tests.bot.house import PASSPHRASE, make_team

ANSWER = "Thank you. We have read it."


@dataclass
class Office:
    """An officer with a team, in the bot's folder."""

    folder: Path
    settings: Settings
    officer: OfficerRow
    wraps: list[TeamWrapRow]
    seals: OfficerSeals

    @classmethod
    async def made(cls, folder: Path, environment: dict[str, str]) -> Office:
        """Make the team before the bot starts."""
        given = load_settings(environment)
        return cls(folder, given, *await make_team(folder, given))

    async def answer(self) -> None:
        """Answer the one case there is, for the next visit."""
        async with self._store() as store:
            case = await self._case(store)
            reach = await store.read(lambda unit: unit.conversations.by_case(case.id))
            assert reach is not None
            blind, conversation = reach.blind_address, reach.conversation_id
            seq = await store.read(lambda unit: unit.outbox.next_seq(blind))
            sealed = self.seals.seal_reply(blind, seq, json.dumps({"text": ANSWER, "number": 1}).encode())
            await store.do(lambda unit: unit.outbox.add(blind, conversation, seq, "reply", sealed, hold=True))

    async def quiet(self) -> bool:
        """Whether nothing waits any more, neither in nor out."""
        async with self._store() as store:
            waiting = await store.read(lambda unit: unit.outbox.backlog()["waiting"])
            return waiting == 0 and await store.read(lambda unit: unit.inbox.backlog()) == 0

    async def check(self, words: Sequence[str]) -> None:
        """Hold what must be true of the case: every answer once, in order; chain and log whole; no word in a
        file.
        """
        async with self._store() as store:
            case = await self._case(store)
            transcript = await self._opened(store, case)
            faults = await store.read(lambda unit: unit.audit.verify())
            held = await store.read(lambda unit: unit.outbox.backlog()["held"])
        assert transcript.findings == ()
        assert faults == []
        assert held == 0
        records = [entry.record for entry in transcript.entries if entry.record is not None]
        assert [record.answer for record in records if record.kind == "words"] == list(words)
        assert [record.question for record in records if record.kind == "choice"] == ["safe"]
        assert len(records) == len(words) + 1
        for path in (path for path in self.folder.rglob("*") if path.is_file()):
            assert b"CANARY" not in path.read_bytes(), f"words of the person stand in {path.name}"

    async def _case(self, store: Store) -> CaseRow:
        page = await store.read(lambda unit: unit.cases.queue("unassigned", self.officer.id))
        (case,) = page.rows
        return case

    async def _opened(self, store: Store, case: CaseRow) -> Transcript:
        rows = await store.read(lambda unit: unit.cases.records(case.id))
        wrap = await store.read(lambda unit: unit.cases.wrap(case.id))
        anchor = await store.read(lambda unit: unit.audit.anchor(case.id))
        root = self.seals.unlock(self.officer, PASSPHRASE)
        return self.seals.read(self.seals.open_case(root, self.wraps[0], case, wrap), case, rows, anchor)

    @asynccontextmanager
    async def _store(self) -> AsyncIterator[Store]:
        store = await open_store(self.settings, "admin")
        try:
            yield store
        finally:
            await store.close()
