"""The signposting catalogue: every number, address and opening time as data with provenance. No message ever
holds a number.

An entry whose mark is ``?`` is never shown, whatever its switch says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from dialogs.errors import FlowError
from dialogs.marked import Faults, read

Mark = Literal["V", "V2", "I", "?"]
MARKS = ("V", "V2", "I", "?")
NEEDED = frozenset({"name", "value", "source", "mark", "checked"})
FIELDS = NEEDED | {"href", "hours", "on"}
FORCES = ("contest", "local_line")
"""Entries that a force may have of its own: a flow may name them; where a force has none, none is shown."""
MATCHED = "matched"
"""Stands in a flow for the entries that go with what somebody said (``dialogs.matched``)."""


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
    own: bool = False
    """Whether it is the force's own, said in its profile's words and in no others."""

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


def of_the_force(shared: Signposts, given: Mapping[str, Mapping[str, str]], file: str) -> Signposts:
    """Lay a force's own entries beside the catalogue's, and its fields over theirs. Raises ``FlowError``."""
    entries, faults = dict(shared.entries), []
    for key, fields in given.items():
        lacking = () if key in entries else sorted(NEEDED - fields.keys())
        if key not in entries and key not in FORCES:
            faults.append(f"a force has no signpost {key!r} of its own; known: {', '.join(FORCES)}")
        elif unknown := sorted(fields.keys() - FIELDS | fields.keys() & {"on"}):
            faults.append(f"unknown field {unknown[0]!r} of the signpost {key!r}")
        elif lacking or fields.get("mark", "V") not in MARKS:
            faults.append(f"the signpost {key!r} needs {', '.join(lacking) or 'a known mark'}")
        elif key in entries:
            entries[key] = replace(entries[key], **fields)  # type: ignore[arg-type]  # checked above
        else:
            entries[key] = Signpost(**{**fields, "key": key, "own": True})  # type: ignore[arg-type]  # as above
    if faults:
        raise FlowError([f"{file}:1:1: {fault}" for fault in faults])
    return Signposts(entries)


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
