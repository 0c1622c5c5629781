"""What a process holds of people's words in memory goes nowhere else."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from bot import __main__ as command
from bot import app
from storage import discretion
from tests.bot.house import environment


def test_a_door_that_falls_leaves_no_core(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the door serves, a crash writes no image of its memory to the disk."""
    asked: list[tuple[int, tuple[int, int]]] = []

    async def serve(_: object) -> None:
        assert asked == [(resource.RLIMIT_CORE, (0, 0))]

    monkeypatch.setattr(resource, "setrlimit", lambda what, limits: asked.append((what, limits)))
    monkeypatch.setattr(app, "serve", serve)
    monkeypatch.setattr(discretion, "set_up", lambda _: None)
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    assert command.main(["serve"]) == 0
