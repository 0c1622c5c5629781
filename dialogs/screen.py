"""What a person is shown, as keys: the engine makes screens, ``wording`` turns them into words.

Never holds English: only keys, blanks and the person's own words (kept out of every ``repr``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Style = Literal["plain", "primary", "danger"]
Input = Literal["none", "words", "line"]


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of wording: a key, and what fills its blanks."""

    key: str
    blanks: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Button:
    """One choice. ``url`` makes it a link that leaves the conversation untouched; ``language`` is that of its
    label, where it is not the screen's.
    """

    option: str
    label: Line
    style: Style = "plain"
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of one conversation.

    ``notices`` are said before the question (what was kept, what was not understood); ``banner`` is the line
    that stands on every screen until something has been sent; ``heading`` is the question; ``body`` the
    paragraphs under it; ``signposts`` names of the catalogue's entries; ``input`` whether words are expected;
    ``always`` the buttons that are on every screen (danger, help, back, close), whose options begin with
    ``!`` and are the names of commands; ``language`` is the one that is spoken on it.
    """

    flow: str
    state: str
    step: int
    heading: Line
    body: tuple[Line, ...] = ()
    notices: tuple[Line, ...] = ()
    banner: Line | None = None
    signposts: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    always: tuple[Button, ...] = ()
    input: Input = "none"
    ended: bool = False
    language: str = ""
