"""A whole officers' door on a free port: real SQLite file, real keystore, real HTTP, and cases made by the
reporter's own seals.

Only the clock is the test's.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from aiohttp import ClientSession, CookieJar, web

from admin.app import application, compose
from admin.door import Door
from admin.headers import ASSET_KEPT, headers
from admin.health import Health
from admin.opening import opened
from admin.pages import Assets, Pages
from admin.staff import Added, Newcomer
from bot import references
from storage.database import Store, open_store
from storage.officer_seals import OfficerSeals
from storage.records import AlarmRow, CaseRow, ConversationRow, RecordRow
from storage.reporter_seals import ReporterSeals
from storage.settings import load_settings
from storage.transcripts import Record, Source, to_bytes
from storage.vault import onetime
from storage.vault.keystore import open_bot_keystore
from storage.vault.passphrase import Cost
from storage.vault.transcript import Head
from tests.admin.page import Form, Page

PASSPHRASE = "orchard lantern violin harbour"
CHEAP = Cost(12 * 1024, 1, 1)
AGENT = "a test browser"
PAGES = Pages(Assets())


@dataclass
class Clock:
    """A clock that a test sets."""

    at: datetime = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **amount: float) -> None:
        self.at += timedelta(**amount)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def said(answer: str, asked: str = "What have you noticed?", **more: Any) -> Record:
    """Write one record as the reporter's door does."""
    given: dict[str, Any] = {
        "kind": "words",
        "t": 1_772_440_000,
        "src": Source("web"),
        "flow": "family",
        **more,
    }
    return Record(question="family.noticed", asked=asked, answer=answer, edition="0" * 16, **given)


@dataclass
class Visitor:
    """A browser, with its own cookies, that holds the rules of the house on every page it loads."""

    origin: str
    http: ClientSession
    token: str = ""

    async def get(self, path: str, status: int | None = 200, **more: Any) -> Page:
        return await self.ask("GET", path, status, **more)

    async def ask(self, method: str, path: str, status: int | None = None, **more: Any) -> Page:
        async with self.http.request(
            method, urljoin(self.origin, path), allow_redirects=False, **more
        ) as answer:
            text = await answer.text()
            if status is not None:
                assert answer.status == status, f"{method} {path}: {answer.status}, not {status}"
            asset = path.startswith("/static/") and answer.status == 200
            for name, value in headers(self.origin, asset).items():
                assert answer.headers.getall(name) == [value], f"{method} {path}: header {name}"
            assert "Server" not in answer.headers
            if answer.content_type != "text/html" or not text:
                return Page("", answer.status, answer.headers)
            page = Page(text, answer.status, answer.headers)
            page.check()
            return page

    async def post(self, form: Form, status: int = 303, **values: str) -> Page:
        """Send a form as a browser does."""
        fetched = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
        return await self.ask("POST", form.action, status, data={**form.values, **values}, headers=fetched)

    async def follow(self, page: Page) -> Page:
        return await self.get(page.headers["Location"])

    async def submit(self, form: Form, **values: str) -> Page:
        """Send a form and look at the page that comes of it."""
        return await self.follow(await self.post(form, 303, **values))


@dataclass
class TestDoor:
    """The door, its people, and the reporter's side of the same folder."""

    __test__ = False

    door: Door
    store: Store
    seals: OfficerSeals
    reporters: ReporterSeals
    bot_store: Store
    clock: Clock
    origin: str
    folder: Path
    secrets: dict[str, str] = field(default_factory=dict)
    visitors: list[Visitor] = field(default_factory=list)

    # People

    def visitor(self, agent: str = AGENT) -> Visitor:
        made = Visitor(
            self.origin, ClientSession(cookie_jar=CookieJar(unsafe=True), headers={"User-Agent": agent})
        )
        self.visitors.append(made)
        return made

    async def add(self, login: str, role: str = "officer", name: str = "", by: str = "") -> Added:
        """Add a person; ``by`` names the colleague who admits them."""
        added = await self.door.staff.add(Newcomer(login, name or login.capitalize(), role, PASSPHRASE))
        self.secrets[login] = added.secret
        if by:
            colleague, root = await self.door.staff.colleague(by, PASSPHRASE)
            await self.door.staff.admit(colleague, root, login)
        return added

    def code(self, login: str) -> str:
        """Give a code that was not used: half a minute passes for each."""
        self.clock.passes(seconds=30)
        return onetime.code(self.secrets[login], self.clock().timestamp())

    async def sign_in(self, login: str, visitor: Visitor | None = None) -> Visitor:
        visitor = visitor or self.visitor()
        form = (await visitor.get("/sign-in")).form("/sign-in")
        await visitor.post(form, login=login, passphrase=PASSPHRASE, code=self.code(login))
        return visitor

    # Cases, as the reporter's door makes them

    async def files(
        self,
        records: Sequence[Record] = (),
        *,
        urgent: bool = False,
        area: str = "birmingham",
        replies: str = "visit",
        door: str = "web",
        reach: bool = True,
    ) -> CaseRow:
        """File a case through the reporter's seals and repositories."""
        team = await self.bot_store.read(lambda unit: unit.teams.current("team"))
        assert team is not None
        case_id, reference = secrets.token_bytes(16), references.fresh()
        made = self.reporters.new_case(case_id, team)
        row = CaseRow(
            id=case_id,
            reference="",
            team_id=team.team_id,
            public_key=made.public_key,
            head_n=0,
            head_hash=made.head.hash,
            head_signature=made.head.signature,
            head_signer=made.head.signer,
            stage="drafting",
            urgent=False,
            area="",
            owner_id=None,
            version=0,
            flagged=False,
            filed_hour=None,
            waiting_hour=None,
            closed_hour=None,
            outcome="",
        )
        await self.bot_store.do(lambda unit: unit.cases.add(row))
        case = await self.tells(row, *(records or (said("He has changed since the summer."),)))
        wrap = self.reporters.file(case_id, team.team_id, made.epoch, made.team_wrap)
        hour = self.clock().replace(minute=0, second=0, microsecond=0)
        await self.bot_store.do(lambda unit: unit.cases.file(case_id, reference, urgent, area, wrap, hour))
        if reach:
            await self._reached(case_id, replies, door)
        return await self.case(case.id)

    async def tells(self, case: CaseRow, *records: Record) -> CaseRow:
        """Let the reporter say more."""
        for record in records:
            now = await self.bot_store.read(lambda unit: unit.cases.get(case.id))
            before = head_of(now)
            blob, head = self.reporters.append(case.id, now.public_key, before, "r", to_bytes(record))
            sealed = RecordRow(case.id, head.n, "r", secrets.token_bytes(16), blob)

            def work(unit: Any, sealed: RecordRow = sealed, head: Any = head, seen: int = now.head_n) -> None:
                unit.cases.append(case.id, seen, sealed, head)
                unit.audit.add("msg_in", "reporter", case=case.id, n=head.n, h=head.hash[:16].hex())

            await self.bot_store.do(work)
        return await self.bot_store.read(lambda unit: unit.cases.get(case.id))

    async def raises_alarm(self, case: CaseRow) -> AlarmRow:
        row = AlarmRow(
            secrets.token_bytes(16), case.id, case.reference, self.clock(), "filed as urgent", None, None
        )
        await self.bot_store.do(lambda unit: unit.alarms.raise_(row))
        return row

    async def case(self, case_id: bytes) -> CaseRow:
        return await self.store.read(lambda unit: unit.cases.get(case_id))

    async def audited(self, event: str) -> list[dict[str, Any]]:
        """List the entries of one kind in the log of this door."""
        entries = await self.store.read(lambda unit: unit.audit.entries("admin"))
        return [body for entry in entries if (body := json.loads(entry.body))["event"] == event]

    # Somebody at the database

    async def tampers(self, statement: str, *values: Any) -> None:
        """Change the file behind everybody's back."""

        def change() -> None:
            with closing(sqlite3.connect(self.folder / "concern.db", timeout=10)) as file, file:
                file.execute("PRAGMA foreign_keys = OFF")
                assert file.execute(statement, values).rowcount > 0, "nothing was tampered with"

        await asyncio.to_thread(change)

    async def plants(self, row: RecordRow) -> None:
        """Put a record where nobody signed for it."""
        await self.tampers(
            "INSERT INTO records (case_id, seq, direction, update_tag, sealed_record) VALUES (?, ?, ?, ?, ?)",
            row.case_id,
            row.seq,
            row.direction,
            row.update_tag,
            row.sealed_record,
        )

    async def _reached(self, case_id: bytes, replies: str, door: str) -> None:
        blind = self.reporters.blind(door, case_id.hex())
        row = ConversationRow(
            id=secrets.token_bytes(16),
            blind_address=blind,
            door=door,
            version=0,
            pending=0,
            private=False,
            draft_kid=self.reporters.new_draft_key(),
            sealed_draft=None,
            sealed_route=self.reporters.seal_route(blind, b"{}"),
            case_id=None,
            replies=replies,
            expires_at=self.clock() + timedelta(days=3),
        )
        await self.bot_store.do(lambda unit: unit.conversations.add(row))
        await self.bot_store.do(lambda unit: unit.conversations.save(replace(row, case_id=case_id), 0, 0, 0))


def head_of(case: CaseRow) -> Head:
    """Give the head of a case as the vault has it."""
    return Head(case.head_n, case.head_hash, case.head_signature, case.head_signer)


@asynccontextmanager
async def a_door(folder: Path, *, scheme: str = "http", **chosen: str) -> AsyncIterator[TestDoor]:
    """Open the door on a free port; close everything behind."""
    port, clock = free_port(), Clock()
    settings = load_settings(
        {
            "CONCERN_DATABASE_URL": f"sqlite:///{folder / 'concern.db'}",
            "CONCERN_KEYSTORE": str(folder / "keystore"),
            "CONCERN_ADMIN_ORIGIN": f"{scheme}://localhost:{port}",
            **chosen,
        }
    )
    bot_keys = await asyncio.to_thread(open_bot_keystore, settings.keystore)
    async with opened(settings, CHEAP, clock) as (store, seals):
        bot_store = await open_store(settings, "bot", clock)
        door = compose(settings, store, seals, clock, PAGES)
        runner = web.AppRunner(application(door, Health(store)), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        reporters = ReporterSeals(bot_keys, bot_store.deployment)
        made = TestDoor(door, store, seals, reporters, bot_store, clock, f"http://localhost:{port}", folder)
        try:
            yield made
        finally:
            for visitor in made.visitors:
                await visitor.http.close()
            await runner.cleanup()
            await bot_store.close()


__all__ = ["ASSET_KEPT", "PASSPHRASE", "Clock", "TestDoor", "Visitor", "a_door", "said"]
