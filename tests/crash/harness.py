"""Kills the bot at named points while somebody talks to it, starts it again, looks at what is left.

The bot is a real process, Telegram a stand-in that keeps what was not confirmed, the store a real file.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.bot.channels.web_house import Page, Visitor
from tests.bot.house import environment
from tests.crash.office import ANSWER, Office
from tests.crash.watched import Kill, Watched
from tests.peers.telegram import TelegramStandIn, served
from tests.peers.telegram_person import Person

WORDS = ("CANARY-one my son", "CANARY-two he changed", "CANARY-three since march")
PATIENCE = 50.0


@dataclass
class Scene:
    """One run: the person on Telegram, the process, and the officers' side of the same folder."""

    office: Office
    telegram: TelegramStandIn
    person: Person
    bot: Watched

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

    def until(self, true: Callable[[], bool]) -> None:
        """Wait, across deaths and new starts."""
        end = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > end:
                raise AssertionError(f"it went no further; the chat shows {self.person.told[-1:]}")
            time.sleep(0.01)

    def answered(self) -> None:
        """Let an officer answer, for the next visit, and let the person come by."""
        asyncio.run(self.office.answer())
        self.person.writes("/start")
        self.until(lambda: self.count(ANSWER) > 0)

    def settled(self) -> None:
        """Wait until nothing waits any more."""
        self.until(lambda: not self.telegram.waiting and asyncio.run(self.office.quiet()))

    def check(self) -> None:
        """Hold everything that must be true after any number of deaths."""
        assert self.count(ANSWER) >= 1
        asyncio.run(self.office.check(WORDS))

    def count(self, text: str) -> int:
        """How many messages of the chat hold this text."""
        return sum(text in told for told in self.person.told)


@dataclass
class WebScene:
    """One run: a visitor of the web chat, the process, and the officers' side of the same folder."""

    office: Office
    bot: Watched
    base: str

    async def visit(self) -> None:
        """Go all the way, read an officer's answer, and go on: each form is sent again until it is taken."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            visitor = Visitor(self.base, session)
            await self.until(visitor, visitor.get, "Go on")
            for press, then in (
                ("Go on", "I am under 18"),
                ("Go on", "I understand, go on"),
                ("I understand, go on", "Family or friend"),
                ("Family or friend", "Yes, it is safe"),
                ("Yes, it is safe", "Done"),
            ):
                await self.press(visitor, press, then)
            more = next(label for label in self.offered(visitor) if "write more" in label)
            await self.press(visitor, more, "Done", WORDS[0])
            await self.press(visitor, more, "Done", WORDS[1])
            await self.press(visitor, "Done", "Send now", WORDS[2])
            await self.press(visitor, "Send now", "This got worse")
            await self.office.answer()
            await self.until(visitor, visitor.get, "This got worse", ANSWER)
            await self.press(visitor, "Finish for now", "How was this chat?")

    async def press(self, visitor: Visitor, label: str, then: str, words: str | None = None) -> None:
        """Send one form until it is taken, as a person reloads; then look until what must come is there."""
        form = visitor.form(label, words)
        await self.until(visitor, lambda: visitor.post(form), "")
        if then not in self.offered(visitor):
            await self.until(visitor, visitor.get, then)

    async def until(
        self, visitor: Visitor, ask: Callable[[], Awaitable[Page]], offered: str, text: str = ""
    ) -> None:
        """Ask again, across deaths and new starts, until the page is one of ours and offers this."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                page = await ask()
                right = not offered or (offered in page.buttons and text in page.text)
                if page.status in (200, 409) and right:
                    return
            except (aiohttp.ClientError, OSError):
                pass
            if time.monotonic() > end:
                raise AssertionError(f"it went no further; offered are {self.offered(visitor)}")
            await asyncio.sleep(0.05)

    def offered(self, visitor: Visitor) -> list[str]:
        """The buttons of the page that is open."""
        return list(visitor.page.buttons) if visitor.page else []

    async def check(self) -> None:
        """Hold everything that must be true after any number of deaths."""
        await self.office.check(WORDS)


@contextmanager
def a_scene(folder: Path, kills: Sequence[Kill]) -> Iterator[Scene]:
    """Serve a stand-in, make a team, start the bot with the first kill armed; stop all of it at the end."""
    with served() as telegram:
        given = settings(folder) | {
            "CONCERN_TELEGRAM_TOKEN": telegram.token,
            "CONCERN_TELEGRAM_API": telegram.api,
        }
        office = asyncio.run(Office.made(folder, given))
        with Watched({**os.environ, **given}, list(kills), folder / "bot.log") as bot:
            yield Scene(office, telegram, telegram.person(), bot)


@contextmanager
def a_web_scene(folder: Path, kills: Sequence[Kill]) -> Iterator[WebScene]:
    """The same for the web chat alone."""
    given = settings(folder)
    office = asyncio.run(Office.made(folder, given))
    with Watched({**os.environ, **given}, list(kills), folder / "bot.log") as bot:
        yield WebScene(office, bot, f"http://127.0.0.1:{given['CONCERN_WEB_PORT']}")


def settings(folder: Path) -> dict[str, str]:
    """Settings that keep everything in one folder and listen where nobody else does."""
    ports = {f"CONCERN_{name}_PORT": str(free_port()) for name in ("WEB", "BOT_HEALTH")}
    return environment(folder) | ports


def free_port() -> int:
    """A port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


__all__ = ["Kill", "Scene", "WebScene", "a_scene", "a_web_scene"]
