"""Key, language and blanks to text: the only place where a screen becomes words. It never decides what is shown.

Being written: the types and signatures below are settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogs.events import Command
from dialogs.screen import Input, Line, Screen, Style
from dialogs.signposts import Signpost, Signposts


@dataclass(frozen=True, slots=True)
class CardButton:
    """A button with its words."""

    option: str
    label: str
    style: Style = "plain"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A screen with its words, ready for a channel to lay out. ``repr`` hides what may hold a reporter's words."""

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

    def plain(self) -> str:
        """Lay it out as plain text: notices, the paragraphs, the signposts, the question, the banner; buttons apart."""
        raise NotImplementedError


class Wording:
    """The words of one deployment, in every language it has."""

    def __init__(self, words: Mapping[str, Mapping[str, str]], signposts: Signposts) -> None:
        raise NotImplementedError

    def has(self, key: str) -> bool:
        """Say whether there are words for this very key or its fallback."""
        raise NotImplementedError

    def text(self, line: Line, language: str) -> str:
        """Put a line into words. Never raises: an unknown key comes back as itself."""
        raise NotImplementedError

    def card(self, screen: Screen, language: str) -> Card:
        """Put a whole screen into words."""
        raise NotImplementedError

    def command(self, text: str, language: str) -> Command | None:
        """Recognise a whole short message that is a command in plain words."""
        raise NotImplementedError

    def reviewed(self, key: str, language: str) -> bool:
        """Say whether a named person has reviewed these words."""
        raise NotImplementedError
