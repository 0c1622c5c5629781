"""A screen in words, ready for a channel to lay out, and how it reads as plain text. Chooses no word."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace

from dialogs.languages import SOURCE, Direction
from dialogs.screen import Input, Style
from dialogs.signposts import Signpost

ISOLATE, END = "\u2068", "\u2069"
"""What stands between them does not turn the sentence around it, whichever way it runs."""
RIGHT = "\u200f"
"""A mark without width that begins a line from the right."""


@dataclass(frozen=True, slots=True)
class CardButton:
    """A button with its words."""

    option: str
    label: str
    style: Style = "plain"
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class CardItem:
    """One answer on the check page: its name, what was given, and the option that changes it, if any."""

    name: str
    answer: str = field(repr=False)
    change: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A screen with its words, ready for a channel to lay out. ``repr`` hides what may hold a reporter's
    words.

    ``repairs`` are those of the notices that say what did not fit. ``items`` are the answers of a check page,
    which its last paragraphs say as well, one each.
    """

    heading: str = field(repr=False)
    paragraphs: tuple[str, ...] = field(default=(), repr=False)
    notices: tuple[str, ...] = field(default=(), repr=False)
    banner: str = ""
    signposts: tuple[Signpost, ...] = ()
    buttons: tuple[CardButton, ...] = field(default=(), repr=False)
    always: tuple[CardButton, ...] = ()
    input: Input = "none"
    step: int = 0
    ended: bool = False
    repairs: tuple[str, ...] = field(default=(), repr=False)
    language: str = SOURCE
    direction: Direction = "ltr"
    items: tuple[CardItem, ...] = field(default=(), repr=False)

    def plain(self) -> str:
        """Lay it out as plain text: notices, paragraphs, signposts, the banner, and the question last."""
        parts = [*self.notices, *self.paragraphs]
        if self.signposts:
            parts.append("\n".join(self._line(post) for post in self.signposts))
        parts += [self.banner, self.heading]
        whole = "\n\n".join(part for part in parts if part)
        return "\n".join(map(_begun_right, whole.split("\n"))) if self.direction == "rtl" else whole

    def _line(self, post: Signpost) -> str:
        return replace(post, value=isolated(post.value, self.direction)).plain


def _begun_right(line: str) -> str:
    """Let a line run from right to left even if it begins with letters that do not: plain text has no other
    way to say so.
    """
    depth, strong = 0, ""
    for character in line:
        depth += (character == ISOLATE) - (character == END)
        kind = unicodedata.bidirectional(character)
        if not depth and kind in ("L", "R", "AL"):
            strong = kind
            break
    return f"{RIGHT}{line}" if line and strong in ("", "L") else line


def isolated(value: str, direction: Direction) -> str:
    """Keep what is filled in from turning the sentence around it, where either runs from right to left."""
    if direction == "ltr" and not any(unicodedata.bidirectional(c) in ("R", "AL") for c in value):
        return value
    return "\n".join(f"{ISOLATE}{line}{END}" if line else "" for line in value.split("\n"))
