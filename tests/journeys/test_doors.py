"""The same journey at every door: a terminal, the web over HTTP and Telegram's HTTP show and keep the same.

By default the fewest journeys in which every ending is reached; with ``CONCERN_TEST_PROOF`` all of them.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Awaitable, Sequence
from functools import cache
from pathlib import Path

import pytest

from dialogs.library import Library, load_library
from tests.bot.channels.web_house import a_web_house
from tests.journeys.doors import (
    DOORS,
    a_telegram_house,
    in_a_terminal,
    on_telegram,
    on_the_web,
    plays_at,
    reference,
    without_marked,
)
from tests.journeys.play import JOURNEYS, Journey, load

PROOF = bool(os.environ.get("CONCERN_TEST_PROOF"))
AT_ONCE = 3
"""People who talk at once: time passes for all of them when one waits, so they are few."""


@cache
def library() -> Library:
    """The shipped library, once."""
    return load_library("west_midlands")


@cache
def chosen(door: str) -> tuple[Journey, ...]:
    """The journeys to play at a door: all that can be, or the fewest in which each ending is reached."""
    can = [journey for journey in map(load, JOURNEYS) if plays_at(library(), journey, door)]
    if PROOF:
        return tuple(can)
    ends = {journey.path: endings(journey, door) for journey in can}
    left, taken = set().union(*ends.values()), []
    while left:
        best = max(can, key=lambda one: (len(ends[one.path] & left), -len(one.body["steps"])))
        left -= ends[best.path]
        taken.append(best)
    return tuple(taken)


def endings(journey: Journey, door: str) -> set[str]:
    """Where it comes to rest, and every flow that it comes out of on the way, by how."""
    places = reference(library(), journey, door).places
    found = {places[-1]}
    for before, after in itertools.pairwise(places):
        if before.partition(".")[0] != after.partition(".")[0]:
            found.add(f"{before} to {after.partition('.')[0]}")
    return found


async def together(walks: Sequence[Awaitable[None]]) -> None:
    """Let a few people talk at once."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(walk: Awaitable[None]) -> None:
        async with room:
            await walk

    await asyncio.gather(*map(one, walks))


def test_a_screen_is_the_same_at_every_door_but_for_marked_lines() -> None:
    """Of all that can be walked at more than one, nothing differs save what a channel says of itself."""
    walked = 0
    for journey in map(load, JOURNEYS):
        doors = [door for door in DOORS if plays_at(library(), journey, door)]
        shown = [
            [without_marked(library(), s) for s in reference(library(), journey, door).screens]
            for door in doors
        ]
        assert all(one == shown[0] for one in shown), journey.path.name
        walked += len(doors) > 1
    assert walked >= 40


async def test_what_is_shown_otherwise_is_seen(tmp_path: Path) -> None:
    """A door that says another force's name is not let through."""
    other, journey = load_library("heddlu_glannau"), chosen("web")[0]
    async with a_web_house(tmp_path) as house:
        with pytest.raises(AssertionError, match="after step 0"):
            await on_the_web(house, other, journey)


def test_in_a_terminal() -> None:
    """Typed by the numbers that are printed."""
    for journey in chosen("terminal"):
        in_a_terminal(library(), journey)


async def test_on_the_web(tmp_path: Path) -> None:
    """Page by page over HTTP, without a script, and what an officer then reads."""
    async with a_web_house(tmp_path) as house:
        await together([on_the_web(house, library(), journey) for journey in chosen("web")])


@pytest.mark.timeout(1200 if PROOF else 120)
async def test_on_telegram(tmp_path: Path) -> None:
    """Card by card over Telegram's HTTP, and what an officer then reads."""
    async with a_telegram_house(tmp_path) as line:
        people = enumerate(chosen("telegram"), 2001)
        await together([on_telegram(line, library(), journey, number) for number, journey in people])
