"""The signposting catalogue: every number, address and opening time as data with provenance. No message ever
holds a number.

An entry whose mark is ``?`` is never shown, whatever its switch says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dialogs.marked import Faults, read

Mark = Literal["V", "V2", "I", "?"]
MARKS = ("V", "V2", "I", "?")
NEEDED = frozenset({"name", "value", "source", "mark", "checked"})
FIELDS = NEEDED | {"href", "hours", "on"}


@dataclass(frozen=True, slots=True)
class Signpost:
    """One number or link: what it is called, what to call or open, when it answers, and where we have that
    from.
    """

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

    @property
    def plain(self) -> str:
        """The entry as one line of text, with its times."""
        when = f" ({self.hours})" if self.hours else ""
        return f"{self.name}: {self.value}{when}"


@dataclass(frozen=True, slots=True)
class Signposts:
    """The whole catalogue."""

    entries: Mapping[str, Signpost]

    def shown(self, keys: tuple[str, ...]) -> tuple[Signpost, ...]:
        """List those of these entries that may be shown, in this order."""
        found = (self.entries[key] for key in keys if key in self.entries)
        return tuple(entry for entry in found if entry.shown)


def read_signposts(text: str, name: str) -> Signposts:
    """Read the catalogue. Raises ``FlowError`` with every fault at once."""
    faults = Faults(name)
    entries: dict[str, Signpost] = {}
    whole = read(text, name)
    if not isinstance(whole.value, dict):
        faults.at(whole, "the catalogue is a mapping of names to signposts")
    for key, piece in whole.value.items() if isinstance(whole.value, dict) else ():
        fields = {k: str(v.value) for k, v in piece.value.items()} if isinstance(piece.value, dict) else {}
        for field in fields.keys() - FIELDS:
            faults.unknown(piece, "field of a signpost", field, FIELDS)
        for field in sorted(NEEDED - fields.keys()):
            faults.at(piece, f"{key!r} has no {field!r}; every signpost says it")
        if fields.get("mark", "?") not in MARKS:
            faults.unknown(piece, "mark", fields["mark"], MARKS)
        if not faults.found:
            on = fields.pop("on", "true") == "true"
            entries[key] = Signpost(**{**fields, "key": key, "on": on})  # type: ignore[arg-type]  # checked above
    faults.raise_any()
    return Signposts(entries)
