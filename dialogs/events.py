"""What happened, in the past tense: the only things that can move a conversation.

Channels turn what their network brought into one of these; nothing here knows a network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Command = Literal["start", "help", "emergency", "back", "stop", "leave", "privacy"]


@dataclass(frozen=True, slots=True)
class Wrote:
    """A message of words."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Chose:
    """A button, with the step of the screen that carried it: a stale one is told apart by its step."""

    option: str
    step: int


@dataclass(frozen=True, slots=True)
class Commanded:
    """One of the always-there commands, from a slash command, a button or a plain word."""

    name: Command


@dataclass(frozen=True, slots=True)
class Edited:
    """An earlier message was changed on the network: kept as a correction, never as an overwrite."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that is not words: ``sticker``, ``voice``, ``photo``, ``document``, ``location``, ``contact``, ``other``."""

    kind: str


Event = Wrote | Chose | Commanded | Edited | Sent
