"""Kills the bot at named points while a scripted person talks to it, starts it again, looks at what is left.

The bot is a real process, Telegram a stand-in that keeps what was not confirmed, the store a real file.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from storage import transcripts
from storage.database import Store, open_store
from storage.officer_seals import OfficerSeals, Transcript
from storage.records import CaseRow, OfficerRow, TeamWrapRow
from storage.settings import Settings, load_settings
from tests.bot.house import PASSPHRASE, environment, make_team
from tests.peers.telegram import TelegramStandIn, served
from tests.peers.telegram_person import Person

ROOT = Path(__file__).resolve().parents[2]
WORDS = ("CANARY-one my son", "CANARY-two he changed", "CANARY-three since march")
ANSWER = "Thank you. We have read it."
PATIENCE = 40.0


@dataclass(frozen=True)
class Kill:
    """Where the process dies: at the ``hit``-th time it passes a waypoint."""

    name: str
    hit: int


@dataclass
class Watched:
    """The bot as a process that is started again whenever it dies, each start armed with the next kill."""

    environment: dict[str, str]
    kills: list[Kill]
    log: Path
    deaths: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Start, and start again, until told to stop."""
        with self.log.open("ab") as log:
            while not self._over.is_set():
                self._process = self._start(log)
                while self._process.poll() is None and not self._over.wait(0.02):
                    pass
                if self._process.poll() is None:
                    self._process.terminate()
                    self._process.wait(30)
                elif self._process.returncode == -9:
                    self.deaths += 1
                else:
                    raise RuntimeError(
                        f"the bot ended by itself, code {self._process.returncode}: see {self.log}"
                    )

    def _start(self, log: object) -> subprocess.Popen[bytes]:
        arms: Sequence[str] = ()
        if self.kills:
            kill = self.kills.pop(0)
            arms = (kill.name, str(kill.hit))
        command = [sys.executable, "-m", "tests.crash.victim", *arms]
        return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, cwd=ROOT)  # type: ignore[call-overload,no-any-return]  # an open file

    def stop(self) -> None:
        """Ask it to end, and end it."""
        self._over.set()


@dataclass
class Scene:
    """One run: the person, the process, and the officers' side of the same folder."""

    folder: Path
    telegram: TelegramStandIn
    person: Person
    bot: Watched
    settings: Settings
    officer: OfficerRow
    wraps: list[TeamWrapRow]
    seals: OfficerSeals

    # What the person does

    def talk(self) -> None:
        """Go all the way from the first word to *sent*, each step once, as a person would."""
        self.person.writes("/start")
        for press, then in (
            ("Go on", "I understand"),
            ("I understand", "Family"),
            ("Family", "it is safe"),
            ("it is safe", "Done"),
        ):
            self.press(press, then)
        for words in WORDS:
            self.person.writes(words)
        self.until(lambda: not self.telegram.waiting)
        self.press("Done", "Send now")
        self.press("Send now", "got worse")

    def press(self, label: str, then: str) -> None:
        """Press once, as soon as the button is there; wait for what must come of it."""
        self.until(lambda: self.offers(label))
        self.person.presses(label)
        self.until(lambda: self.offers(then))

    def offers(self, label: str) -> bool:
        """Whether the newest card has such a button."""
        cards = [message for message in self.person.sees if message.keyboard]
        labels = [button["text"] for row in cards[-1].keyboard for button in row] if cards else []
        return any(label.casefold() in text.casefold() for text in labels)

    def until(self, true: object) -> None:
        """Wait, across deaths and new starts."""
        end = time.monotonic() + PATIENCE
        while not true():  # type: ignore[operator]  # a plain test without arguments
            if time.monotonic() > end:
                raise AssertionError(f"it went no further; the chat shows {self.person.told[-1:]}")
            time.sleep(0.01)

    # What an officer does and sees

    def answered(self) -> None:
        """Let an officer answer, for the next visit, and let the person come by."""
        asyncio.run(self._answer())
        self.person.writes("/start")
        self.until(lambda: any(ANSWER in text for text in self.person.told))

    def settled(self) -> None:
        """Wait until nothing waits any more."""
        self.until(lambda: not self.telegram.waiting and asyncio.run(self._quiet()))

    async def _answer(self) -> None:
        store = await open_store(self.settings, "admin")
        try:
            case = await self._case(store)
            reach = await store.read(lambda unit: unit.conversations.by_case(case.id))
            assert reach is not None
            blind = reach.blind_address
            seq = await store.read(lambda unit: unit.outbox.next_seq(blind))
            text = f'{{"text": "{ANSWER}", "number": 1}}'.encode()
            sealed = self.seals.seal_reply(blind, seq, text)
            await store.do(
                lambda unit: unit.outbox.add(blind, reach.conversation_id, seq, "reply", sealed, hold=True)
            )
        finally:
            await store.close()

    async def _quiet(self) -> bool:
        store = await open_store(self.settings, "admin")
        try:
            waiting = await store.read(lambda unit: unit.outbox.backlog()["waiting"])
            return waiting == 0 and await store.read(lambda unit: unit.inbox.backlog()) == 0
        finally:
            await store.close()

    async def _case(self, store: Store) -> CaseRow:
        page = await store.read(lambda unit: unit.cases.queue("unassigned", self.officer.id))
        (case,) = page.rows
        return case

    def check(self) -> None:
        """Hold everything that must be true after any number of deaths."""
        asyncio.run(self._check())
        assert self.count(ANSWER) >= 1
        for path in (path for path in self.folder.rglob("*") if path.is_file()):
            assert b"CANARY" not in path.read_bytes(), f"words of the person stand in {path.name}"

    async def _check(self) -> None:
        store = await open_store(self.settings, "admin")
        try:
            case = await self._case(store)
            transcript = await self._opened(store, case)
            faults = await store.read(lambda unit: unit.audit.verify())
        finally:
            await store.close()
        assert transcript.findings == ()
        assert faults == []
        records = [entry.record for entry in transcript.entries if entry.record is not None]
        assert words_of(records) == list(WORDS)
        assert [record.question for record in records if record.kind == "choice"] == ["safe"]
        assert len(records) == len(WORDS) + 1

    async def _opened(self, store: Store, case: CaseRow) -> Transcript:
        rows = await store.read(lambda unit: unit.cases.records(case.id))
        wrap = await store.read(lambda unit: unit.cases.wrap(case.id))
        anchor = await store.read(lambda unit: unit.audit.anchor(case.id))
        root = self.seals.unlock(self.officer, PASSPHRASE)
        return self.seals.read(self.seals.open_case(root, self.wraps[0], case, wrap), case, rows, anchor)

    def count(self, text: str) -> int:
        """How many messages of the chat hold this text."""
        return sum(text in told for told in self.person.told)


def words_of(records: Sequence[transcripts.Record]) -> list[str]:
    """The words, in the order of the chain."""
    return [record.answer for record in records if record.kind == "words"]


@contextmanager
def a_scene(folder: Path, kills: Sequence[Kill]) -> Iterator[Scene]:
    """Serve a stand-in, make a team, start the bot with the first kill armed; stop all of it at the end."""
    with served() as telegram:
        settings = environment(folder) | {
            "CONCERN_TELEGRAM_TOKEN": telegram.token,
            "CONCERN_TELEGRAM_API": telegram.api,
            "CONCERN_WEB_PORT": str(free_port()),
            "CONCERN_BOT_HEALTH_PORT": str(free_port()),
        }
        given = load_settings(settings)
        officer, wraps, seals = asyncio.run(make_team(folder, given))
        bot = Watched({**os.environ, **settings}, list(kills), folder / "bot.log")
        watching = threading.Thread(target=bot.watch)
        watching.start()
        try:
            yield Scene(folder, telegram, telegram.person(), bot, given, officer, wraps, seals)
        finally:
            bot.stop()
            watching.join(40)


def free_port() -> int:
    """A port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


__all__ = ["ANSWER", "WORDS", "Kill", "Scene", "a_scene"]
