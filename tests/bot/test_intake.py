"""What comes in: kept whole or not at all, once, with the poll offset; floods held back short of danger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels import Incoming
from bot.editions import keep_editions
from dialogs.events import Chose, Commanded, Event, Wrote
from dialogs.flow import make_flow
from storage.errors import Unavailable
from tests.bot.house import House, a_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A door with a team."""
    async with a_house(tmp_path) as made:
        yield made


def one(house: House, name: str, event: Event, address: str = "1001") -> Incoming:
    """One event at the time of the clock."""
    house.said += 1
    return Incoming(address, name, house.said, event, {"chat": address}, sent_at=house.clock())


async def test_the_offset_is_kept_with_the_batch(house: House) -> None:
    """Where polling stood is known to the next process; an empty batch moves it too."""
    assert (await house.parts.intake.watermark("telegram")).offset is None
    await house.parts.intake.accept("telegram", [one(house, "a", Commanded("start"))], offset=77)
    mark = await house.parts.intake.watermark("telegram")
    assert (mark.offset, mark.last_update_at) == (77, house.clock())
    await house.parts.intake.accept("telegram", [], offset=12)
    assert (await house.parts.intake.watermark("telegram")).offset == 12
    assert (await house.parts.intake.watermark("web")).offset is None


async def test_several_people_in_one_batch_each_get_their_conversation(house: House) -> None:
    """Newcomers of one batch get a key each, and only one each."""
    batch = [one(house, f"{who}-{n}", Wrote("hello there"), who) for who in ("1", "2", "3") for n in range(2)]
    assert await house.parts.intake.accept("telegram", batch) == ()
    assert len(house.parts.seals.draft_kids()) == 3
    await house.works()
    for who in ("1", "2", "3"):
        assert (await house.card(address=who)).heading


async def test_a_flood_is_held_back_kindly_then_in_silence(house: House) -> None:
    """The forty-first message of a minute is not kept; its person is told, three times, then no more."""
    batch = [one(house, f"f{n}", Wrote("again and again")) for n in range(46)]
    held = await house.parts.intake.accept("telegram", batch)
    assert [one.ext_id for one in held] == [f"f{n}" for n in range(40, 46)]
    assert [one.tell for one in held] == [True, True, True, False, False, False]
    assert all(one.text for one in held)
    house.clock.passes(seconds=61)
    assert await house.parts.intake.accept("telegram", [one(house, "later", Wrote("calmer"))]) == ()


@pytest.mark.parametrize(
    "danger", [Commanded("emergency"), Chose("!emergency", 3), Wrote("999"), Wrote("Danger")]
)
async def test_danger_passes_the_flood(house: House, danger: Event) -> None:
    """However it is said, danger is taken after forty messages as after none."""
    await house.parts.intake.accept("telegram", [one(house, f"f{n}", Wrote("words")) for n in range(45)])
    assert await house.parts.intake.accept("telegram", [one(house, "danger", danger)]) == ()
    await house.works()
    assert "999" in (await house.card()).plain()


async def test_an_evening_that_arrives_at_once_is_no_flood(house: House) -> None:
    """What waited at the network during an outage counts by when it was written."""
    batch = []
    for n in range(60):
        batch.append(one(house, f"e{n}", Wrote(f"line {n}")))
        house.clock.passes(seconds=20)
    assert await house.parts.intake.accept("telegram", batch) == ()


async def test_a_full_disk_keeps_nothing_and_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the key of a newcomer cannot be written nothing is kept, and the same batch is taken later."""
    batch = [one(house, "a", Commanded("start"))]

    def full() -> bytes:
        raise Unavailable("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(house.parts.seals, "new_draft_key", full)
        with pytest.raises(Unavailable):
            await house.parts.intake.accept("telegram", batch, offset=5)
    assert (await house.parts.intake.watermark("telegram")).offset is None
    await house.parts.intake.accept("telegram", batch, offset=5)
    await house.works()
    assert (await house.card()).heading


async def test_what_could_not_be_kept_was_not_said_yet(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that hands the same words over again and again during an outage is not a flood."""
    first = one(house, "hello", Commanded("start"))
    await house.parts.intake.accept("telegram", [first])
    batch = [one(house, f"o{n}", Wrote(f"line {n}")) for n in range(10)]
    batch += [one(house, f"n{n}", Commanded("start"), address=f"2{n}") for n in range(10)]

    async def full(_: object) -> None:
        raise Unavailable("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(house.parts.store, "do", full)
        for _ in range(12):
            with pytest.raises(Unavailable):
                await house.parts.intake.accept("telegram", batch, offset=5)
    assert await house.parts.intake.accept("telegram", batch, offset=5) == ()


async def test_leaving_passes_the_flood(house: House) -> None:
    """Whoever wants what they wrote forgotten is heard, however much they wrote."""
    await house.parts.intake.accept("telegram", [one(house, f"f{n}", Wrote("words")) for n in range(45)])
    assert await house.parts.intake.accept("telegram", [one(house, "go", Commanded("leave"))]) == ()


async def test_strangers_in_danger_are_answered_and_not_all_kept(house: House) -> None:
    """An address costs nothing: beyond 120 a minute, newcomers get the numbers to call only."""
    batch = [one(house, f"d{n}", Commanded("emergency"), address=f"5{n}") for n in range(125)]
    held = await house.parts.intake.accept("telegram", batch)
    assert len(held) == 5
    assert all(one.tell and "999" in one.text for one in held)


async def test_newcomers_at_one_door_close_no_other(house: House) -> None:
    """A flood of newcomers on the web leaves Telegram open."""
    batch = [one(house, f"w{n}", Wrote("hello"), address=f"6{n}") for n in range(61)]
    assert len(await house.parts.intake.accept("web", batch)) == 1
    assert await house.parts.intake.accept("telegram", [one(house, "t", Commanded("start"))]) == ()


async def test_every_edition_in_use_is_kept_and_found_again(house: House) -> None:
    """Today's editions stand in the store at the start; an older one is taken back into the library."""
    library, store = house.parts.library, house.parts.store
    kept = await store.read(lambda unit: set(unit.editions.names()))
    assert {(name, library.current(name).edition) for name in library.names()} <= kept
    today = library.current("help")
    states = {**today.states, "more": replace(today.states[today.start], name="more")}
    older = make_flow(replace(today, states=states))
    await store.do(lambda unit: unit.editions.keep(older.name, older.edition, older.to_json()))
    await keep_editions(store, library)
    assert library.flow("help", older.edition).states.keys() == older.states.keys()
    assert library.current("help").edition == today.edition
