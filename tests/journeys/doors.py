"""Plays a journey through a real door: the web over HTTP, Telegram's HTTP on its stand-in, a terminal's
lines. Beside each step stands what the pure engine shows at that door; a person there must be shown the same.

What only one door can do (a sticker, an edit, a button that a channel has alone) is not played at the others;
``plays_at`` says so from the journey itself. Never looks into a door but for what an officer reads at last.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import app
from bot.channels import Hall
from bot.channels.telegram import TelegramChannel
from bot.channels.terminal import Rehearsal
from bot.channels.web_pages import ELSEWHERE
from bot.workshop.talk import REFERENCE, Step, Talk, place
from dialogs.effects import FileConcern, Keep, Show
from dialogs.library import Library
from dialogs.screen import Line, Screen
from dialogs.snapshot import Snapshot
from dialogs.wording import Card
from storage.records import CaseRow
from storage.settings import load_settings
from tests.bot.channels.web_house import Visitor, WebHouse
from tests.bot.house import FAST, Chat, Clock, House, environment, make_team
from tests.journeys.play import Journey
from tests.peers.telegram import TelegramStandIn
from tests.peers.telegram_person import Person

DOORS = ("terminal", "web", "telegram")
ENGINE_ONLY = frozenset({"editions", "waited", "open", "two_people", "after"})
"""What a step may say that changes the world and not what a person does."""
CHANNELS = ("on_telegram", "on_web")
A_CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
Plain = list[tuple[str, str, str]]
"""Records as an officer reads them: question, kind, answer (an option's label counts as nothing said)."""


@dataclass
class Reference:
    """What the engine shows at one door: a card before the first step and after each, and what it keeps."""

    cards: list[Card] = field(default_factory=list)
    screens: list[Screen] = field(default_factory=list)
    ends: list[Snapshot] = field(default_factory=list)
    kept: Plain = field(default_factory=list)
    sent: bool = False

    @property
    def places(self) -> list[str]:
        """Where it stood, step by step."""
        return [place(snapshot) for snapshot in self.ends]


def reference(library: Library, journey: Journey, door: str) -> Reference:
    """Play it with the engine alone, at this door."""
    talk, found = Talk(library, {**journey.body, "door": door}), Reference()
    turns = [talk.turn, *(talk.take(step) for step in journey.body["steps"])]
    for turn in turns:
        found.ends.append(turn.snapshot)
        for effect in turn.effects:
            if isinstance(effect, Keep):
                found.kept.append((effect.question, effect.kind, effect.answer))
            found.sent = found.sent or isinstance(effect, FileConcern)
        shown = [effect.screen for effect in turn.effects if isinstance(effect, Show)]
        found.screens.append(shown[-1])
        found.cards.append(library.wording.card(shown[-1], turn.snapshot.language))
    return found


def plays_at(library: Library, journey: Journey, door: str) -> bool:
    """Say whether everybody's hands can do these steps at this door, in the world a fresh door is in."""
    body = journey.body
    if body.get("facts", {}) or any(ENGINE_ONLY & step.keys() or "silent" in step for step in body["steps"]):
        return False
    try:
        found = reference(library, journey, door)
    except IndexError:
        return False
    return found.places[1:] == [step["at"] for step in body["steps"]] and all(
        _possible(card, step, door) for card, step in zip(found.cards, body["steps"], strict=False)
    )


def _possible(card: Card, step: Step, door: str) -> bool:
    if "press" in step:
        return any(button.option == step["press"] for button in card.buttons if not button.url)
    if "command" in step:
        return door != "web" or f"!{step['command']}" in [button.option for button in card.always]
    if "say" in step:
        short = isinstance(step["say"], str) and 0 < len(step["say"].strip()) < 1000
        lone = short and "\n" not in step["say"] and not step["say"].strip().isdigit()
        return lone and (door != "web" or card.input != "none")
    return door == "telegram" and "edit" not in step


def without_marked(library: Library, screen: Screen) -> tuple[Any, ...]:
    """Give a screen without what the flow marks for one channel: further paragraphs, choices, links."""
    state = library.current(screen.flow).states[screen.state]
    marked = {choice.option for choice in state.choices if choice.check in CHANNELS or choice.url}

    def kept(line: Line) -> bool:
        return ".also." not in line.key

    options = tuple(b.option for b in screen.buttons if b.option not in marked)
    body = tuple((line.key, tuple(line.blanks.items())) for line in screen.body if kept(line))
    heading = (screen.heading.key, tuple(screen.heading.blanks.items()))
    return screen.flow, screen.state, heading, body, screen.signposts, options, screen.banner, screen.input


def said(card: Card) -> Iterator[str]:
    """Give every text of a card that a person must be shown, in the order in which it reads."""
    for text in (*card.notices, *card.paragraphs, *(post.value for post in card.signposts), card.heading):
        yield from (one(line) for line in text.split("\n") if line.strip())


def one(text: str) -> str:
    """Lay aside spacing, and which reference it was."""
    return A_CODE.sub(REFERENCE, " ".join(text.split()))


def missing(card: Card, shown: str, labels: list[str], *, items: bool = True) -> list[str]:
    """List what the person is not shown of a card, its buttons included."""
    there = one(shown)
    listed = {one(line) for item in card.items for line in f"{item.name}: {item.answer}".split("\n")}
    texts = [text for text in said(card) if items or text not in listed]
    parts = [] if items else [text for item in card.items for text in (item.name, *item.answer.split("\n"))]
    wanted = [button.label for button in (*card.buttons, *card.always) if not button.url]
    return [text for text in (*texts, *map(one, parts)) if text not in there] + [
        label for label in wanted if label not in labels
    ]


async def officer_reads(house: House, case: CaseRow) -> Plain:
    """Give what an officer reads, with nothing for what was only pressed."""
    return [
        (record.question, record.kind, "" if record.kind == "choice" else record.answer)
        for record in await house.answers(case)
    ]


# A terminal.


def in_a_terminal(library: Library, journey: Journey) -> None:
    """Type each step, by the numbers that are printed, and compare what is printed."""
    expected, printed = reference(library, journey, "terminal"), [""]
    now = datetime(2026, 3, 1, 9, tzinfo=UTC)

    def lines() -> Iterator[str]:
        for number, step in enumerate(journey.body["steps"]):
            card, shown = expected.cards[number], printed[-1]
            buttons = re.findall(r"^ +(\d+)  (.+?)(?:  -> .*)?$", shown, re.MULTILINE)
            texts = re.sub(r"\b[A-Z]{4}-[0-9A-F]{4}\b", REFERENCE, shown)
            labels = [label for _, label in buttons]
            assert missing(card, texts, labels) == [], f"{journey.path.name}, before step {number + 1}"
            yield _typed(card, step, {label: digit for digit, label in buttons})

    rehearsal = Rehearsal(library, lambda: now, lambda text: printed.append(str(text)))
    rehearsal.play(lines())
    if printed[-1] == rehearsal.words("closed"):
        printed.pop()
    final = re.sub(r"\b[A-Z]{4}-[0-9A-F]{4}\b", REFERENCE, printed[-1])
    assert (
        missing(expected.cards[-1], final, re.findall(r"^ +\d+  (.+?)(?:  -> .*)?$", final, re.MULTILINE))
        == []
    )


def _typed(card: Card, step: Step, numbers: dict[str, str]) -> str:
    if "press" in step:
        return numbers[next(b.label for b in card.buttons if b.option == step["press"])]
    return f"/{step['command']}" if "command" in step else str(step["say"])


# The web.


async def on_the_web(house: WebHouse, library: Library, journey: Journey) -> None:
    """Fill in each page with no script, compare every page, and then what an officer reads."""
    expected = reference(library, journey, "web")
    async with house.visitor() as visitor:
        await visitor.get()
        await visitor.press("Go on")
        address = ""
        for number, card in enumerate(expected.cards):
            page, address = visitor.page, visitor.address or address
            assert page is not None
            if page.headers.get("Location") == ELSEWHERE:
                break  # whoever leaves on the web is taken elsewhere at once, and sees no more of us
            lost = missing(_on_a_page(card), page.text, list(page.buttons), items=False)
            assert lost == [], f"{journey.path.name}, after step {number}"
            if number < len(journey.body["steps"]):
                await _fill_in(visitor, card, journey.body["steps"][number])
            house.house.clock.passes(seconds=30)
        if expected.sent:
            case = await house.house.case("web", address)
            assert await officer_reads(house.house, case) == expected.kept, journey.path.name


def _on_a_page(card: Card) -> Card:
    """Leave out what a page has in another place: its button to leave, and changes, beside the answers."""
    changes = {item.change for item in card.items}
    return replace(
        card,
        buttons=tuple(button for button in card.buttons if button.option not in changes),
        always=tuple(button for button in card.always if button.option != "!leave"),
    )


async def _fill_in(visitor: Visitor, card: Card, step: Step) -> None:
    if "say" in step:
        await visitor.press(
            "Keep this and write more" if card.input == "words" else "Go on", str(step["say"])
        )
        return
    option = f"!{step['command']}" if "command" in step else step["press"]
    form = visitor.form(words="" if card.input != "none" else None)
    if option == "!leave":
        await visitor.post(visitor.form(), "/exit", follow=False)
        return
    assert visitor.page is not None
    assert ("choose", option) in visitor.page.buttons.values(), option
    await visitor.post({**form, "choose": option})


# Telegram.


@dataclass
class OnTheNetwork:
    """A house whose channel is on the stand-in, and a clock that both share."""

    house: House
    telegram: TelegramStandIn
    clock: _Now

    def passes(self, seconds: float) -> None:
        """Let time pass at both ends."""
        self.clock.skew += timedelta(seconds=seconds)
        self.telegram.passes(seconds)


@dataclass
class _Now:
    skew: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.skew


@asynccontextmanager
async def a_telegram_house(folder: Path) -> AsyncIterator[OnTheNetwork]:
    """Run the reporter's door on the stand-in, everything in it."""
    clock = _Now()
    async with TelegramStandIn() as telegram:
        env = {"CONCERN_TELEGRAM_TOKEN": telegram.token, "CONCERN_TELEGRAM_API": telegram.api}
        given = load_settings(environment(folder) | env)
        officer, wraps, seals = await make_team(folder, given)
        parts = await app.put_together(given, clock, FAST)
        hall = Hall(given, parts.library, parts.intake, parts.visits, clock)
        channel = parts.channels["telegram"] = TelegramChannel(hall, patience=1)
        await channel.open()
        running = asyncio.create_task(app.run(parts))
        try:
            yield OnTheNetwork(House(parts, Clock(), Chat(), officer, wraps, seals), telegram, clock)
        finally:
            parts.stop.set()
            await asyncio.wait_for(running, 20)
            await channel.close()
            await parts.store.close()


async def on_telegram(line: OnTheNetwork, library: Library, journey: Journey, number: int) -> None:
    """Press and write as a person with a telephone, compare every card, and then what an officer reads."""
    expected, person = reference(library, journey, "telegram"), line.telegram.person(number)
    person.writes("/start")
    for at, card in enumerate(expected.cards):
        await _shown(person, card, f"{journey.path.name}, after step {at}")
        if at < len(journey.body["steps"]):
            line.passes(5)
            _act(person, card, journey.body["steps"][at])
    if expected.sent:
        case = await line.house.case("telegram", str(number))
        assert await officer_reads(line.house, case) == expected.kept, journey.path.name


async def _shown(person: Person, card: Card, where: str) -> None:
    def lost() -> list[str]:
        cards = [message for message in person.sees if message.keyboard]
        return missing(card, cards[-1].text, person.buttons) if cards else ["a card"]

    try:
        await person.until(lambda: not lost() and not person.waits, within=8)
    except AssertionError:
        raise AssertionError(f"{where}: not shown: {lost()}") from None


def _act(person: Person, card: Card, step: Step) -> None:
    if "press" in step:
        label = next(b.label for b in card.buttons if b.option == step["press"])
        keys = [key for row in person.card.keyboard for key in row]
        person.forges(next(key["callback_data"] for key in keys if key["text"] == label))
    elif "command" in step:
        person.writes(f"/{step['command']}")
    elif "sent" in step:
        person.sends(step["sent"])
    else:
        person.writes(str(step["say"]))
