"""The web chat served over real HTTP by a whole door in a temporary folder, and people who visit it."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from multidict import CIMultiDictProxy

from bot.channels import Answers, Hall, Held, Incoming, Reply, TakesIn, Watermark
from bot.channels.web import WebChannel
from bot.visits import Visits
from dialogs.facts import Door
from storage.errors import Unavailable
from tests.bot.house import House, a_house


@dataclass
class Way:
    """The way into the house: the real intake and visits, which a test can make fail or be slow."""

    intake: TakesIn
    visits: Visits
    down: bool = False
    slow: bool = False
    unread: bool = False
    held: tuple[str, ...] = ()
    accepted: int = 0

    async def accept(
        self, door: Door, batch: Sequence[Incoming], offset: int | None = None
    ) -> tuple[Held, ...]:
        if self.down:
            raise Unavailable
        if self.held:
            return tuple(
                Held(one.address, one.ext_id, say, bool(say))
                for one, say in zip(batch, self.held, strict=False)
            )
        self.accepted += len(batch)
        return await self.intake.accept(door, batch, offset)

    async def watermark(self, door: Door) -> Watermark:
        return await self.intake.watermark(door)

    async def settled(self, door: Door, address: str, within: float = 8.0) -> bool:
        if self.unread:
            raise Unavailable
        return not self.slow and await self.visits.settled(door, address, within)

    def __getattr__(self, name: str) -> object:
        return getattr(self.visits, name)


@dataclass
class Page:
    """A response as a person and their browser see it."""

    status: int
    headers: CIMultiDictProxy[str] = field(repr=False)
    html: str = field(repr=False)
    heading: str = ""
    text: str = field(default="", repr=False)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    box: str | None = field(default=None, repr=False)


class _Reader(HTMLParser):
    """Reads a page: its heading, its text, the buttons and hidden fields of its main forms, the box."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page, self._inside, self._button = page, [""], ("", "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and given.get("type") == "hidden":
            self._page.hidden.setdefault(given["name"], given["value"])
        elif tag == "input":
            self._page.box = given.get("value", "")
        elif tag == "textarea":
            self._page.box = ""
        elif tag == "button":
            self._button = (given.get("name", ""), given.get("value", ""))
        elif tag == "a":
            self._page.links[given["href"]] = ""
        if tag not in {"input", "meta", "link", "br"}:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        tag = self._inside[-1]
        self._page.text += data
        if tag == "h1":
            self._page.heading += data
        elif tag == "button":
            self._page.buttons[data.strip()] = self._button
        elif tag == "textarea":
            self._page.box = (self._page.box or "") + data.removeprefix("\n")


def read(status: int, headers: CIMultiDictProxy[str], html: str) -> Page:
    """Read a page."""
    page = Page(status, headers, html)
    _Reader(page).feed(html)
    return page


@dataclass
class Visitor:
    """One browser without a script."""

    base: str
    session: aiohttp.ClientSession
    page: Page | None = None

    async def get(self, path: str = "/", **headers: str) -> Page:
        """Open a page, following redirects within the chat."""
        async with self.session.get(self.base + path, headers=_named(headers)) as answer:
            self.page = read(answer.status, answer.headers, await answer.text())
        return self.page

    async def post(
        self, fields: dict[str, str] | bytes, path: str = "/", follow: bool = True, **headers: str
    ) -> Page:
        """Post a form as a browser does from our own page."""
        given = {
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/x-www-form-urlencoded",
            **_named(headers),
        }
        body = io.BytesIO(fields if isinstance(fields, bytes) else urlencode(fields).encode())
        async with self.session.post(
            self.base + path, data=body, headers=given, allow_redirects=follow
        ) as answer:
            self.page = read(answer.status, answer.headers, await answer.text())
        return self.page

    def form(self, label: str = "", words: str | None = None) -> dict[str, str]:
        """Fill in the form of the page that is open and choose a button by its label."""
        assert self.page is not None
        fields = dict(self.page.hidden)
        if words is not None:
            fields["words"] = words
        if label:
            assert label in self.page.buttons, (
                f"{label!r} is not among {list(self.page.buttons)} under {self.page.heading!r}"
            )
            name, value = self.page.buttons[label]
            fields |= {name: value} if name else {}
        return fields

    async def press(self, label: str, words: str | None = None) -> Page:
        """Press a button of the page that is open, with words in its box."""
        return await self.post(self.form(label, words))

    async def goes_to_the_question(self) -> Page:
        """Go from the first visit to "What have you noticed?"."""
        await self.get()
        for label in ("Go on", "Go on", "I understand, go on", "Family or friend", "Yes, it is safe"):
            page = await self.press(label)
        return page

    @property
    def address(self) -> str:
        """The address in this browser's cookie."""
        cookies = {one.key: one.value for one in self.session.cookie_jar}
        return cookies.get("chat", "")


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class WebHouse:
    """A house, its pages on a port, and the way between."""

    house: House
    channel: WebChannel
    way: Way
    base: str
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    desk: asyncio.Task[None] | None = None

    def resume(self) -> None:
        """Let the desk work in the background."""
        self.stop = asyncio.Event()
        self.desk = asyncio.create_task(self.house.parts.desk.run(self.stop))

    async def pause(self) -> None:
        """Let the desk finish what it is at, and rest."""
        self.stop.set()
        self.house.parts.desk.ring()
        if self.desk is not None:
            await self.desk

    @asynccontextmanager
    async def visitor(self) -> AsyncIterator[Visitor]:
        """Let somebody open a browser."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            yield Visitor(self.base, session)

    async def conversations(self) -> int:
        """Count draft keys: there is one for each conversation that was begun."""
        return len(self.house.parts.seals.draft_kids())

    async def answer(self, address: str, text: str, number: int = 1) -> None:
        """Let an officer's answer wait for this address, sealed as the officers' door seals it."""
        parts, seals = self.house.parts, self.house.seals
        blind = parts.seals.blind("web", address)
        row = await parts.store.read(lambda unit: unit.conversations.by_address(blind))
        assert row is not None
        conversation = row.id
        seq = await parts.store.read(lambda unit: unit.outbox.next_seq(blind))
        sealed = seals.seal_reply(blind, seq, json.dumps({"text": text, "number": number}).encode())
        await parts.store.do(
            lambda unit: unit.outbox.add(blind, conversation, seq, "reply", sealed, hold=True)
        )


@asynccontextmanager
async def a_web_house(
    folder: Path,
    *,
    team: bool = True,
    origin: str = "",
    beside: Sequence[web.RouteDef] = (),
    port: int = 0,
    **chosen: Any,
) -> AsyncIterator[WebHouse]:
    """Serve the chat of a whole house on a port of 127.0.0.1; its desk works in the background."""
    async with a_house(folder, team=team) as house:
        given = replace(house.parts.settings, web_origin=origin or "http://127.0.0.1:8080", **chosen)
        way = Way(house.parts.intake, house.parts.visits)
        channel = WebChannel(Hall(given, house.parts.library, way, cast("Answers", way), house.clock))
        runner = web.AppRunner(channel.application(beside=beside), access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        address = runner.addresses[0]
        try:
            whole = WebHouse(house, channel, way, f"http://127.0.0.1:{address[1]}")
            whole.resume()
            yield whole
        finally:
            await channel.stop()
            await runner.cleanup()
            await whole.pause()


__all__ = ["Reply", "Visitor", "WebHouse", "a_web_house"]
