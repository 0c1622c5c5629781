"""Plays every journey against the engine and holds it to what it says should happen."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from dialogs.effects import FileConcern, Show
from dialogs.library import Library, load_library
from tests.journeys.play import JOURNEYS, ends, load, moved, play, rewrite

FEWEST = 7
FORCES = ("west_midlands", "heddlu_glannau")


@cache
def library(force: str = FORCES[0]) -> Library:
    """The shipped library of a force, once."""
    return load_library(force)


@pytest.mark.parametrize("force", FORCES)
@pytest.mark.parametrize("path", JOURNEYS, ids=lambda path: path.stem)
def test_the_journey_goes_as_it_says(path: Path, force: str, request: pytest.FixtureRequest) -> None:
    """With every force, each step leads where the transcript says, and all it promises is true at the end."""
    journey = play(library(force), moved(load(path), library(force)) if force != FORCES[0] else load(path))
    if force == FORCES[0] and request.config.getoption("--update"):
        rewrite(journey)
    for number, (step, seen) in enumerate(zip(journey.body["steps"], journey.seen, strict=True), 1):
        expected = {key: step[key] for key in ("at", "notice", "silent") if key in step}
        assert expected == {key: seen.get(key) for key in expected}, f"{path.name}, step {number}"
    expected = journey.body["ends"]
    found = ends(journey)
    assert expected == {key: found[key] for key in expected}


def test_every_banner_says_so_until_it_is_sent() -> None:
    """On every screen of every journey the line that nothing has been sent stands exactly until it has."""
    for path in JOURNEYS:
        sent = False
        for effect in play(library(), load(path)).effects:
            sent = sent or isinstance(effect, FileConcern)
            if isinstance(effect, Show) and not effect.screen.ended:
                assert (effect.screen.banner is None) == sent, f"{path.name}, {effect.screen.state}"


def test_seven_screens_are_enough() -> None:
    """From the first screen to *sent* there are at most seven, counting both."""
    journey = play(library(), load(next(path for path in JOURNEYS if path.stem == "sends_now")))
    assert ends(journey)["screens"] <= FEWEST
