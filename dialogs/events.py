"""What happened, in the past tense: the only things that can move a conversation.

Channels turn what their network brought into one of these; nothing here knows a network.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Literal

Command = Literal["start", "help", "emergency", "back", "stop", "leave", "privacy", "language"]
COMMANDS: dict[str, Command] = {
    "start": "start",
    "help": "help",
    "emergency": "emergency",
    "back": "back",
    "stop": "stop",
    "leave": "leave",
    "privacy": "privacy",
    "language": "language",
}


@dataclass(frozen=True, slots=True)
class Wrote:
    """A message of words. ``name`` is the network's own for it, where it has one; never words."""

    text: str = field(repr=False)
    name: str = ""


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
    """An earlier message was changed on the network: kept as a correction, never as an overwrite.

    ``name`` is the network's own for the message that was changed, where it says which.
    """

    text: str = field(repr=False)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that is not words: ``sticker``, ``voice``, ``photo``, ``document``, ``location``,
    ``contact``, ``other``; or a ``command`` that nobody knows.
    """

    kind: str


Event = Wrote | Chose | Commanded | Edited | Sent

KINDS: dict[str, type[Wrote] | type[Chose] | type[Commanded] | type[Edited] | type[Sent]] = {
    "wrote": Wrote,
    "chose": Chose,
    "commanded": Commanded,
    "edited": Edited,
    "sent": Sent,
}


def to_json(event: Event) -> str:
    """Write an event, to be sealed. Lone surrogates survive as escapes, so that the engine can refuse them
    kindly.
    """
    return json.dumps({"event": type(event).__name__.lower(), **asdict(event)}, separators=(",", ":"))


def from_json(text: str) -> Event:
    """Read an event back, exactly as it was. One of before names has none."""
    body = json.loads(text)
    return KINDS[body.pop("event")](**body)
