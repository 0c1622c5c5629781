"""Telegram's HTTP at one end, the real store at the other: the channel, the desk and the courier together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import app
from bot.channels import Hall
from bot.channels.telegram import TelegramChannel
from storage.settings import load_settings
from tests.bot.house import FAST, House, environment, make_team
from tests.bot.house import Chat as NoChat
from tests.bot.house import Clock as HouseClock
from tests.peers.telegram import TelegramStandIn
from tests.peers.telegram_person import Person


@asynccontextmanager
async def door(folder: Path, telegram: TelegramStandIn, *, team: bool = True) -> AsyncIterator[House]:
    """The reporter's door on the stand-in, everything in it running."""
    env = {"CONCERN_TELEGRAM_TOKEN": telegram.token, "CONCERN_TELEGRAM_API": telegram.api}
    given = load_settings(environment(folder) | env)
    officer, wraps, seals = await make_team(folder, given, team=team)
    parts = await app.put_together(given, app.utc_now, FAST)
    hall = Hall(given, parts.library, parts.intake, parts.visits, app.utc_now)
    channel = parts.channels["telegram"] = TelegramChannel(hall, patience=1)
    await channel.open()
    running = asyncio.create_task(app.run(parts))
    try:
        yield House(parts, HouseClock(), NoChat(), officer, wraps, seals)
    finally:
        parts.stop.set()
        await asyncio.wait_for(running, 20)
        await channel.close()
        await parts.store.close()


async def step(person: Person, press: str) -> None:
    """Press a button and wait until the card has changed and its little clock has stopped."""
    before = (person.card.id, person.card.text)
    person.presses(press)
    await person.until(lambda: bool(cards(person)) and (person.card.id, person.card.text) != before)
    await person.until(lambda: not person.waits)


def cards(person: Person) -> list[int]:
    """The numbers of the messages with buttons."""
    return [m.id for m in person.sees if m.keyboard]


async def write(person: Person, text: str) -> None:
    """Write and wait until the card stands below it, and no other card is left that we know of."""
    before = cards(person)[-1:]
    await below(person, person.writes(text))
    await person.until(lambda: not set(before) & set(cards(person)))


async def below(person: Person, said: int) -> None:
    """Wait until the card stands below what was said."""
    await person.until(lambda: bool(cards(person)) and person.card.id > said)


async def tell(person: Person, *words: str) -> None:
    """Go from the start to the question, and answer it."""
    await write(person, "/start")
    for press in ("Go on", "I understand", "Family", "safe"):
        await step(person, press)
    for text in words:
        await write(person, text)


async def test_a_concern_goes_from_the_first_message_to_an_officers_eyes(
    tmp_path: Path, telegram: TelegramStandIn
) -> None:
    """On one card, in a few presses, what was typed reaches the officer as it was typed."""
    person = telegram.person()
    async with door(tmp_path, telegram) as house:
        await tell(person, "my son", "he changed \U0001f614", "since march")
        await step(person, "Done")
        await step(person, "Send now")
        assert "reference" in person.card.text
        assert len(cards(person)) == 1
        read = await house.answers(await house.case())
        assert [r.answer for r in read if r.kind == "words"] == [
            "my son",
            "he changed \U0001f614",
            "since march",
        ]
        assert not any(p.get("disable_notification") is False for p in telegram.called("sendMessage"))


@pytest.mark.parametrize("how", ["drop", "refuse", "garbage"])
async def test_a_card_lost_on_the_way_comes_again(
    tmp_path: Path, telegram: TelegramStandIn, how: str
) -> None:
    """When sending fails, surely or perhaps, the person still gets a card, and words are kept once."""
    person = telegram.person()
    async with door(tmp_path, telegram) as house:
        telegram.goes_wrong("sendMessage", how)
        person.writes("/start")
        await person.until(lambda: bool(cards(person)) and len(telegram.called("sendMessage")) > 1)
        await tell(person, "once")
        await step(person, "Done")
        await step(person, "Send now")
        assert [r.answer for r in await house.answers(await house.case()) if r.kind == "words"] == ["once"]


async def test_danger_is_one_press_away_and_leads_back(tmp_path: Path, telegram: TelegramStandIn) -> None:
    """The danger button stands on every card and shows 999; an old card's danger button works too."""
    person = telegram.person()
    async with door(tmp_path, telegram):
        await write(person, "/start")
        await step(person, "danger")
        assert "999" in person.card.text
        person.writes("danger")
        await person.until(lambda: "999" in person.card.text and len(cards(person)) == 1)


async def test_leaving_clears_the_chat(tmp_path: Path, telegram: TelegramStandIn) -> None:
    """/leave ends and clears: one neutral message stays."""
    person = telegram.person()
    async with door(tmp_path, telegram):
        await tell(person, "my son")
        person.writes("/leave")
        await person.until(lambda: len(person.sees) == 1)
        for word in ("prevent", "radical", "report", "concern", "police", "my son"):
            assert word not in person.card.text.lower()[:60]


async def test_someone_who_blocked_and_came_back_is_answered(
    tmp_path: Path, telegram: TelegramStandIn
) -> None:
    """A chat that was closed by the person is silent, and open again when they write again."""
    person = telegram.person()
    async with door(tmp_path, telegram):
        await write(person, "/start")
        card = person.card
        person.blocks()
        person.presses("Go on", card)
        await person.until(lambda: not telegram.waiting)
        await asyncio.sleep(0.3)
        await write(person, "/start")
        assert person.buttons


async def test_odd_input_gets_a_kind_answer_and_loses_nothing(
    tmp_path: Path, telegram: TelegramStandIn
) -> None:
    """Whatever a person sends in the middle of their answer, they get a card, and their words are kept."""
    person = telegram.person()
    words = [
        "x" * 4096,
        "\u202e\u200bسلام",
        "nul \x00 here",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "/my words",
    ]
    async with door(tmp_path, telegram) as house:
        await tell(person, *words)
        for kind in ("sticker", "voice", "photo", "location", "contact", "video", "poll"):
            await below(person, person.sends(kind, "with words" if kind == "photo" else ""))
        person.sends_album(*[""] * 10)
        person.forges("1|00000000|1|send")
        person.forges("nonsense")
        await write(person, "/nosuchcommand")
        await person.until(lambda: not telegram.waiting and not person.waits)
        await write(person, "/start")
        while "Done" not in person.buttons:
            await step(person, "Back")
        await step(person, "Done")
        await step(person, "Send now")
        kept = [r.answer for r in await house.answers(await house.case()) if r.kind == "words"]
        assert kept == [*words, "with words"]


async def test_without_a_team_danger_and_a_plain_sentence_are_all(
    tmp_path: Path, telegram: TelegramStandIn
) -> None:
    """With no certified key nothing can be taken; the person hears so, and whom to call."""
    person = telegram.person()
    async with door(tmp_path, telegram, team=False):
        await write(person, "/start")
        assert "999" in person.card.text
