"""All the engine may know of the world, handed in with every event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Door = Literal["telegram", "web", "terminal"]


@dataclass(frozen=True, slots=True)
class Facts:
    """The world at one moment.

    ``now`` is UTC and aware. ``reference`` is a fresh one, used only when this turn files a concern. ``open``
    says that a certified team key exists, so that a concern can be taken. ``two_people`` says that an
    authoriser's key exists too, so that a name can be kept behind two people; without it no name is asked.
    ``waited`` is how long the event lay before it was read. ``website`` is the address of the web chat, or
    empty. ``telegram`` is the force's policy for that network. ``language`` is what the network hints at,
    used when a conversation begins and only if it is open for reporting.
    """

    now: datetime
    door: Door
    reference: str
    open: bool = True
    two_people: bool = True
    waited: timedelta = timedelta()
    language: str = "en"
    website: str = ""
    telegram: Literal["full", "door", "off"] = "full"
