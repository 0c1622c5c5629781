"""Walks a conversation one event at a time: one event in, one turn out. No I/O, no clock, no chance; nothing is remembered between turns.

Being written: the signatures below are settled.
"""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.effects import Effect
from dialogs.events import Event
from dialogs.facts import Facts
from dialogs.library import Library
from dialogs.screen import Screen
from dialogs.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event led to: where the conversation stands now, and what must happen. No effects at all is silence by rule."""

    snapshot: Snapshot
    effects: tuple[Effect, ...]


def begin(library: Library, facts: Facts) -> Turn:
    """Begin a conversation at the root flow's start."""
    raise NotImplementedError


def advance(library: Library, snapshot: Snapshot, event: Event, facts: Facts) -> Turn:
    """Take one event in."""
    raise NotImplementedError


def screen(library: Library, snapshot: Snapshot, facts: Facts) -> Screen:
    """Draw what is on the screen now, changing nothing."""
    raise NotImplementedError
