"""Thinking it through at a real door: intake, desk, a real store and keystore. Nothing of it is at rest."""

from __future__ import annotations

import json
import logging
import os
import random
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels import Incoming
from bot.memory import KEEPS, Memory
from dialogs.events import Chose, Commanded, Wrote
from dialogs.facts import Door
from dialogs.screen import Line
from storage.errors import Conflict, UnknownKey
from storage.records import ConversationRow
from tests.bot.house import Clock, House, a_house

PROOF = bool(os.environ.get("CONCERN_TEST_PROOF"))
WALKS = 1000 if PROOF else 60
STEPS = 8
CANARY = "rivet-sable"
OUTLINE = ["family.welcome", "think.hello"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A door with a team."""
    async with a_house(tmp_path) as made:
        yield made


async def row_of(house: House, door: Door, address: str) -> ConversationRow:
    """One person's conversation as it is stored."""
    blind = house.parts.seals.blind(door, address)
    row = await house.parts.store.read(lambda unit: unit.conversations.by_address(blind))
    assert row is not None
    return row


async def sealed(house: House, door: Door, address: str) -> str:
    """What stands in the sealed draft, opened with the key of the draft."""
    row = await row_of(house, door, address)
    assert row.sealed_draft is not None
    draft = house.parts.seals.open_draft(row.draft_kid, row.id, row.version, row.sealed_draft)
    return draft.decode()


def places(draft: str) -> list[str]:
    """Where a sealed draft says that its conversation stands."""
    snapshot = json.loads(json.loads(draft)["snapshot"])
    assert snapshot["answers"] == {}
    return [f"{frame['flow']}.{frame['state']}" for frame in snapshot["frames"]]


def at_rest(folder: Path) -> bytes:
    """Every byte of every file."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def tables(folder: Path) -> str:
    """Every value of every table."""
    with sqlite3.connect(folder / "concern.db") as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join(str(row) for name in names for row in database.execute(f'SELECT * FROM "{name}"'))


async def thinks(house: House, *options: str, door: Door = "web", address: str = "1001") -> None:
    """Let the person begin, and think."""
    await house.hears(Commanded("start"), door=door, address=address)
    await house.presses("think", *options, door=door, address=address)


async def wander(house: House, address: str, chance: random.Random) -> int:
    """Let somebody think at random on the web; say how often they wrote."""
    typed = 0
    await thinks(house, "go_on", "changed", address=address)
    for _ in range(STEPS):
        card = await house.card("web", address)
        if card.input != "none" and chance.random() < 0.7:
            await house.hears(Wrote(f"{CANARY} {address}"), door="web", address=address)
            typed += 1
        else:
            ways = [button.option for button in card.buttons if not button.url]
            option = chance.choice([way for way in ways if way not in ("finish", "emergency", "ready")])
            await house.hears(Chose(option, card.step), door="web", address=address)
        draft = await sealed(house, "web", address)
        assert CANARY not in draft
        assert places(draft) == OUTLINE
    return typed


async def test_no_byte_of_what_was_typed_is_at_rest(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """After many walks through intake and desk no file, table, log or opened draft holds a byte of it: 60, or
    1,000 with ``CONCERN_TEST_PROOF``.
    """
    caplog.set_level(logging.DEBUG)
    typed = 0
    for number in range(WALKS):
        typed += await wander(house, str(5000 + number), random.Random(number))
    assert typed > WALKS
    assert CANARY.encode() not in at_rest(tmp_path)
    assert CANARY not in tables(tmp_path)
    assert CANARY not in caplog.text
    with sqlite3.connect(tmp_path / "concern.db") as database:
        assert database.execute("SELECT count(*) FROM conversations WHERE private = 1").fetchone() == (WALKS,)
        assert database.execute("SELECT count(*) FROM cases").fetchone() == (0,)


async def test_what_comes_in_is_kept_by_name_only(house: House) -> None:
    """The conversation says that it is private before its next event comes in."""
    await thinks(house, "go_on", "changed")
    await house.parts.intake.accept("web", [Incoming("1001", "p1/0", 50, Wrote(CANARY), {"language": "en"})])
    row = await row_of(house, "web", "1001")
    (waiting,) = await house.parts.store.read(lambda unit: unit.inbox.waiting(row.id))
    assert row.private
    assert waiting.sealed_event is None
    await house.works()
    assert CANARY not in await sealed(house, "web", "1001")
    assert house.parts.turns.opened(row) is not None


async def test_an_event_sealed_just_before_it_is_private_is_refused(house: House) -> None:
    """The draft key changes as thinking begins, so that what was sealed under the old comes back by name."""
    await house.hears(Commanded("start"), door="web")
    before = await row_of(house, "web", "1001")
    await house.presses("think", door="web")
    after = await row_of(house, "web", "1001")
    assert after.draft_kid != before.draft_kid
    with pytest.raises((Conflict, UnknownKey)):
        await house.parts.intake._keep(
            "web", [Incoming("1001", "late/0", 60, Wrote(CANARY), {})], {"1001": before}, None
        )


async def test_a_restart_loses_it_and_says_so(house: House) -> None:
    """The card says it at once, again to whoever presses an old button, and the old button means nothing."""
    await thinks(house, "go_on", "changed")
    await house.hears(Wrote(CANARY), door="web")
    old = await house.card("web")
    house.parts.turns._memory = house.parts.intake._memory = Memory(house.clock)
    said = house.parts.library.wording.text(Line("notice.private_lost"), "en")
    card = await house.card("web")
    assert said in card.notices
    assert card.banner == "Nothing has been sent, and nothing is kept."
    await house.hears(Chose("done", old.step), door="web")
    again = await house.card("web")
    assert said in again.notices
    assert again.heading == card.heading
    await house.presses("go_on", door="web")
    assert said not in (await house.card("web")).notices
    assert places(await sealed(house, "web", "1001")) == OUTLINE


async def test_after_two_hours_it_is_gone(house: House) -> None:
    """Memory has a time limit of its own, and the janitor keeps it without anybody coming back."""
    await thinks(house, "go_on", "changed")
    row = await row_of(house, "web", "1001")
    memory = house.parts.turns._memory
    assert memory.held(row.id, row.version) is not None
    house.clock.passes(seconds=KEEPS.total_seconds() + 1)
    assert memory.held(row.id, row.version) is None
    assert memory._drafts
    memory.tidy()
    assert not memory._drafts
    assert row.expires_at < house.clock()


async def test_what_was_chosen_is_what_an_officer_reads(house: House, tmp_path: Path) -> None:
    """Carried with one tap after consent, and nothing that was left out."""
    await thinks(house, "go_on", "changed")
    await house.hears(Wrote("He laughs at it"), door="web")
    await house.presses("done", "whom", "friend", "menu", "ready", "ready", "agree_carry", door="web")
    assert places(await sealed(house, "web", "1001")) == ["family.welcome"]
    await house.presses("leave:think.whom", "put_in", "safe", "done", "send", door="web")
    records = await house.answers(await house.case("web"))
    assert [record.answer for record in records if record.question == "noticed"] == [
        "What worries me most: They have changed",
        "He laughs at it",
    ]
    assert not any("friend" in record.answer for record in records)
    assert not (await row_of(house, "web", "1001")).private
    assert b"laughs" not in at_rest(tmp_path)


async def test_on_telegram_what_is_typed_is_not_even_held(house: House) -> None:
    """Buttons only: the words are refused, and gone once that was said."""
    await thinks(house, "go_on", door="telegram")
    await house.hears(Wrote(CANARY))
    said = house.parts.library.wording.text(Line("repair.buttons_only"), "en")
    assert said in (await house.card()).notices
    held = str(house.parts.turns._memory._words) + str(house.parts.turns._memory._drafts)
    assert CANARY not in held
    assert CANARY not in await sealed(house, "telegram", "1001")


def test_a_version_that_was_not_committed_is_taken_back() -> None:
    """Memory holds what will be beside what is, until one of them is."""
    memory = Memory(Clock())
    memory.hold(b"c", 1, b"one")
    memory.hold(b"c", 2, b"two")
    memory.take_back(b"c", 2)
    assert (memory.held(b"c", 1), memory.held(b"c", 2)) == (b"one", None)
    memory.hold(b"c", 2, b"two")
    memory.settle(b"c", 2)
    assert (memory.held(b"c", 1), memory.held(b"c", 2)) == (None, b"two")
    memory.settle(b"c", 3)
    assert memory._drafts == {}


def test_events_wait_no_longer_than_the_rest() -> None:
    """An event that nobody worked is forgotten too."""
    clock = Clock()
    memory = Memory(clock)
    memory.keep("web", "a", b"words")
    clock.passes(hours=1)
    memory.keep("web", "b", b"words")
    clock.passes(hours=1.5)
    memory.tidy()
    assert memory.look("web", "a") is None
    assert memory.look("web", "b") == b"words"
