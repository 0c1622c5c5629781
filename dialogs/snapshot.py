"""Where one conversation stands: one serialisable value, and nothing else remembers anything.

Holds a reporter's words until they are sent, so it is sealed at rest and never printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dialogs.screen import Line

Stage = Literal["fresh", "drafting", "filed", "ended"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One flow under way. ``trail`` is the way back; ``resume`` the state to return to after changing one answer."""

    flow: str
    edition: str
    state: str
    tries: int = 0
    trail: tuple[str, ...] = ()
    resume: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was given to one question, kept until it is sent: shown on the check page and used for branching.

    ``records`` are the ``n`` of the records that hold it, ``parts`` the messages it came in.
    """

    option: str = ""
    parts: tuple[str, ...] = field(default=(), repr=False)
    records: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole conversation between two events. ``frames[-1]`` is what is on the screen."""

    frames: tuple[Frame, ...]
    language: str = "en"
    step: int = 0
    stage: Stage = "fresh"
    private: bool = False
    kept: int = 0
    size: int = 0
    answers: Mapping[str, Answer] = field(default_factory=dict, repr=False)
    notices: tuple[Line, ...] = ()
    reference: str = ""
    finished: str = ""
    finished_at: float = 0.0
