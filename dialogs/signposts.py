"""The signposting catalogue: every number, address and opening time as data with provenance. No message ever holds a number.

An entry whose mark is ``?`` is never shown, whatever its switch says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Mark = Literal["V", "V2", "I", "?"]


@dataclass(frozen=True, slots=True)
class Signpost:
    """One number or link: what it is called, what to call or open, when it answers, and where we have that from."""

    key: str
    name: str
    value: str
    href: str = ""
    hours: str = ""
    source: str = ""
    mark: Mark = "?"
    checked: str = ""
    on: bool = True

    @property
    def shown(self) -> bool:
        """Whether a reporter may be shown it."""
        return self.on and self.mark != "?"


@dataclass(frozen=True, slots=True)
class Signposts:
    """The whole catalogue."""

    entries: Mapping[str, Signpost]

    def shown(self, keys: tuple[str, ...]) -> tuple[Signpost, ...]:
        """List those of these entries that may be shown, in this order."""
        found = (self.entries[key] for key in keys if key in self.entries)
        return tuple(entry for entry in found if entry.shown)
