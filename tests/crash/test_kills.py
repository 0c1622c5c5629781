"""``kill -9`` at every named point of the path: the talk goes on, nothing is missing, nothing is doubled."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.crash.harness import Kill, Scene, a_scene

PROOF = bool(os.environ.get("CONCERN_TEST_PROOF"))
HITS = {
    "intake sealed": (1, 8),
    "inbox committed": (1, 7),
    "network told": (2, 7),
    "attempt noted": (1, 8),
    "plan made": (3, 8),
    "case key made": (1,),
    "shred key put": (1,),
    "turn committed": (1, 7),
    "draft key destroyed": (1,),
    "outbox leased": (1, 6),
    "network called": (1, 6),
    "sent marked": (2, 6),
    "reply opened": (1,),
}
SHORT = [Kill(name, hits[-1]) for name, hits in HITS.items()]
FULL = [Kill(name, hit) for name in HITS for hit in range(1, 13)]


def run(folder: Path, *kills: Kill) -> Scene:
    """Let one person talk through these deaths, hold what must hold."""
    with a_scene(folder, kills) as scene:
        scene.talk()
        scene.answered()
        scene.settled()
    scene.check()
    return scene


@pytest.mark.crash
@pytest.mark.parametrize("kill", FULL if PROOF else SHORT, ids=lambda kill: f"{kill.name}, hit {kill.hit}")
def test_killed_once_and_started_again(tmp_path: Path, kill: Kill) -> None:
    """One death at one point: every acknowledged answer is in the case exactly once, in order."""
    scene = run(tmp_path, kill)
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
