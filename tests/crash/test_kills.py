"""``kill -9`` at every named point of the path: the talk goes on, nothing is missing, nothing is doubled."""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path

import pytest

from tests.crash.harness import Kill, Scene, a_scene, a_web_scene

PROOF = bool(os.environ.get("CONCERN_TEST_PROOF"))
EVERY = range(1, 11)
"""Hits that a whole conversation comes by, more or less: the later ones are not always reached."""
HITS = {
    "intake sealed": 8,
    "inbox committed": 7,
    "network told": 7,
    "attempt noted": 8,
    "plan made": 8,
    "case key made": 1,
    "shred key put": 1,
    "turn committed": 7,
    "draft key destroyed": 1,
    "outbox leased": 6,
    "network called": 6,
    "sent marked": 6,
    "reply opened": 1,
}
WEB_HITS = {
    "intake sealed": 6,
    "inbox committed": 7,
    "turn committed": 6,
    "shred key put": 1,
    "draft key destroyed": 1,
    "reply opened": 1,
    "reply shown": 1,
}


def kills(hits: dict[str, int]) -> list[Kill]:
    """One kill a point in the short form; every hit of every point in the full one."""
    if not PROOF:
        return [Kill(name, hit) for name, hit in hits.items()]
    return [Kill(name, n) for name, hit in hits.items() for n in (EVERY if hit > 1 else (1,))]


def named(kill: Kill) -> str:
    """The name of a test."""
    return f"{kill.name}, hit {kill.hit}"


def run(folder: Path, *kills: Kill) -> Scene:
    """Let one person talk through these deaths, hold what must hold."""
    with a_scene(folder, kills) as scene:
        scene.talk()
        scene.answered()
        scene.settled()
    scene.check()
    return scene


@pytest.mark.crash
@pytest.mark.parametrize("kill", kills(HITS), ids=named)
def test_killed_once_and_started_again(tmp_path: Path, kill: Kill) -> None:
    """One death at one point: every acknowledged answer is in the case exactly once, in order."""
    scene = run(tmp_path, kill)
    assert scene.bot.deaths == 1 or PROOF


@pytest.mark.crash
@pytest.mark.parametrize("kill", kills(WEB_HITS), ids=named)
def test_killed_under_a_web_visitor(tmp_path: Path, kill: Kill) -> None:
    """A form that got no answer is sent again, and what it said is in the case exactly once."""
    with a_web_scene(tmp_path, [kill]) as scene:
        asyncio.run(scene.visit())
        asyncio.run(scene.check())
    assert scene.bot.deaths == 1 or PROOF


@pytest.mark.crash
@pytest.mark.parametrize("seed", range(40 if PROOF else 2))
def test_killed_twice_and_three_times(tmp_path: Path, seed: int) -> None:
    """Deaths after deaths, at points drawn by lot, change nothing either."""
    lot = random.Random(seed)
    names = [name for name in HITS if name != "reply opened"]
    run(tmp_path, *(Kill(lot.choice(names), lot.randint(1, 4)) for _ in range(2 + seed % 2)))


@pytest.mark.crash
def test_without_a_death_everything_is_said_once(tmp_path: Path) -> None:
    """The control: no death, one answer of the officer, one way through."""
    scene = run(tmp_path)
    assert scene.bot.deaths == 0
    assert scene.count("We have read it") == 1
