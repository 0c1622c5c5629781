"""What becomes of conversations when a flow has a new edition, as data: questions renamed, removed, inserted,
reordered or split, and where their answers go. Reads every fault of a file at once, with its place.

Moves nothing (``dialogs.moving`` does) and knows nobody's answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources

from dialogs.errors import FlowError, UnknownFlow
from dialogs.flow import Flow
from dialogs.library import Library
from dialogs.marked import Faults, Marked, read

FIELDS = ("flow", "from", "to", "rename", "remove", "insert", "reorder", "split")
EDITION = re.compile(r"[0-9a-f]{16}")
Editions = Callable[[str, str], Flow | None]
"""Gives an edition of a flow, or None where nobody knows it."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One flow from one edition to the next.

    ``places`` maps a state of the old edition to where one stands in the new one, ``answers`` to the question
    that its answer belongs to; a state in neither keeps its name. ``removed`` and ``split`` are the states of
    the old edition that are no more; ``order`` is the new order of questions that changed places.
    """

    flow: str
    start: str
    end: str
    places: Mapping[str, str] = field(default_factory=dict, hash=False)
    answers: Mapping[str, str] = field(default_factory=dict, hash=False)
    removed: frozenset[str] = frozenset()
    split: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()


class Migrations:
    """All that are known, by the edition they begin at."""

    def __init__(self, migrations: Iterable[Migration] = ()) -> None:
        """Take them; of two that begin at one edition the first is meant."""
        self._by_start: dict[tuple[str, str], Migration] = {}
        for one in migrations:
            self._by_start.setdefault((one.flow, one.start), one)

    def way(self, flow: Flow, edition: str) -> tuple[Migration, ...]:
        """List the migrations from an edition to this one, in order; none where they do not lead there."""
        found: list[Migration] = []
        while edition != flow.edition:
            step = self._by_start.get((flow.name, edition))
            if step is None or step in found:
                return ()
            found.append(step)
            edition = step.end
        return tuple(found)

    def towards(self, flow: Flow) -> tuple[Migration, ...]:
        """List every migration that in the end leads to this edition, the earliest first."""
        leading = [
            one for one in self._by_start.values() if one.flow == flow.name and self.way(flow, one.start)
        ]
        return tuple(sorted(leading, key=lambda one: len(self.way(flow, one.start)), reverse=True))


def load_migrations(library: Library) -> Migrations:
    """Read what is shipped beside the flows. Raises ``FlowError`` with every fault."""
    folder = resources.files("dialogs") / "flows" / "migrations"
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name) if folder.is_dir() else []
    texts = {entry.name: entry.read_text("utf-8") for entry in entries if entry.name.endswith(".yaml")}
    return make_migrations(texts, library)


def make_migrations(texts: Mapping[str, str], library: Library) -> Migrations:
    """Read migrations from texts by file name. Raises ``FlowError`` with every fault of all of them."""
    faults: list[str] = []
    found: list[Migration] = []
    for name, text in texts.items():
        try:
            found.append(read_migration(text, f"flows/migrations/{name}", _known(library)))
        except FlowError as error:
            faults.extend(error.faults)
    if faults:
        raise FlowError(faults)
    return Migrations(found)


def _known(library: Library) -> Editions:
    def edition(flow: str, name: str) -> Flow | None:
        try:
            return library.flow(flow, name)
        except UnknownFlow:
            return None

    return edition


def read_migration(text: str, name: str, editions: Editions) -> Migration:
    """Read one. What is said of an edition that is known must be so. Raises ``FlowError``."""
    faults = Faults(name)
    reader = _Reader(faults, read(text, name))
    migration = reader.migration(editions)
    faults.raise_any()
    return migration


class _Reader:
    """Reads the pieces of one file, noting what is wrong and going on."""

    def __init__(self, faults: Faults, whole: Marked) -> None:
        self.faults = faults
        self.whole = whole
        self.body = self.mapping(whole)
        for name, piece in self.body.items():
            if name not in FIELDS:
                faults.unknown(piece.named, "field of a migration", name, FIELDS)
        self.places: dict[str, str] = {}
        self.answers: dict[str, str] = {}
        self.at: dict[str, Marked] = {}
        self.new: dict[str, Marked] = {}

    def migration(self, editions: Editions) -> Migration:
        flow, start, end = self.header()
        for old, piece in self.mapping(self.body.get("rename")).items():
            self.lead(old, piece, piece, piece)
        removed = self.mapping(self.body.get("remove"))
        for old, piece in removed.items():
            self.removal(old, piece)
        split = self.mapping(self.body.get("split"))
        for old, piece in split.items():
            self.parting(old, piece)
        inserted = {self.text(item): item for item in self.items(self.body.get("insert"))}
        order = {self.text(item): item for item in self.items(self.body.get("reorder"))}
        self.new |= inserted | order
        before, after = editions(flow, start), editions(flow, end)
        if after is not None:
            self.exist(after.states, self.new, "the new edition")
        if before is not None:
            self.exist(before.states, self.at, "the old edition")
        if before is not None and after is not None:
            for fault in self.unsaid(before, after, inserted):
                self.faults.at(self.body.get("to", self.whole), fault)
        gone = frozenset(removed), frozenset(split)
        return Migration(flow, start, end, self.places, self.answers, *gone, tuple(order))

    def header(self) -> tuple[str, str, str]:
        for needed in FIELDS[:3]:
            if needed not in self.body:
                self.faults.at(self.whole, f"{needed!r} is missing; every migration has it")
        flow, start, end = (self.text(self.body.get(name)) for name in FIELDS[:3])
        for name in ("from", "to"):
            piece = self.body.get(name)
            if piece is not None and not EDITION.fullmatch(self.text(piece)):
                self.faults.at(piece, f"{name!r} is no edition; `python -m bot editions` names them")
        called = self.faults.name.rpartition("/")[2]
        if called != f"{flow}-{start}-{end}.yaml":
            self.faults.at(self.whole, f"this belongs into {flow}-{start}-{end}.yaml; rename the file")
        return flow, start, end

    def lead(self, old: str, piece: Marked, stand: Marked, answer: Marked | None) -> None:
        """Note where one state of the old edition leads, and its answer if it goes anywhere."""
        if old in self.at:
            self.faults.at(piece.named, f"{old!r} is named twice; one thing can become of it")
        self.at[old] = piece.named
        self.places[old] = self.standing(stand)
        if answer is not None:
            self.answers[old] = self.standing(answer)

    def removal(self, old: str, piece: Marked) -> None:
        body = self.fields(piece, "stand")
        if "stand" in body:
            self.lead(old, piece, body["stand"], body.get("answer"))

    def parting(self, old: str, piece: Marked) -> None:
        body = self.fields(piece, "into")
        parts = self.items(body.get("into"))
        for part in parts:
            self.standing(part)
        if len(parts) >= 2:
            self.lead(old, piece, parts[0], body.get("answer", parts[0]))
        elif "into" in body:
            self.faults.at(piece, f"{old!r} is split into two or more, as [one, two]")

    def fields(self, piece: Marked, first: str) -> Mapping[str, Marked]:
        """Give what is said of one state; the short form says only the first."""
        if not isinstance(piece.value, dict):
            return {first: piece}
        for name, value in piece.value.items():
            if name not in (first, "answer"):
                self.faults.unknown(value.named, "field", name, (first, "answer"))
        if first not in piece.value:
            self.faults.at(piece, f"{first!r} is missing here")
        return piece.value

    def standing(self, piece: Marked) -> str:
        name = self.text(piece)
        self.new.setdefault(name, piece)
        return name

    def exist(self, states: Collection[str], named: Mapping[str, Marked], where: str) -> None:
        for name, piece in named.items():
            if name not in states:
                self.faults.unknown(piece, f"state of {where}", name, states)

    def unsaid(self, before: Flow, after: Flow, inserted: Collection[str]) -> Iterator[str]:
        """List what differs between two editions and is not spoken of, or must not be."""
        reached = {self.places.get(name, name) for name in before.states} | set(self.new)
        for name, state in before.states.items():
            if name not in self.places and name not in after.states:
                yield f"state {name!r} is gone; say under rename, remove or split what becomes of it"
            heir = self.answers.get(name, "" if name in self.places else name)
            if heir in after.states and after.states[heir].keep != state.keep != "none":
                kept, keeps = state.keep, after.states[heir].keep
                yield f"{name!r} was kept as {kept} and {heir!r} is as {keeps}; an answer stays where it is"
        for name in after.states:
            if name not in reached:
                yield f"state {name!r} is new; say so under insert"
        for name in inserted:
            if name in before.states and name not in self.places:
                yield f"state {name!r} was there before; take it out of insert"

    def text(self, piece: Marked | None) -> str:
        if piece is None:
            return ""
        if isinstance(piece.value, str):
            return piece.value
        self.faults.at(piece, "this must be one word")
        return ""

    def items(self, piece: Marked | None) -> list[Marked]:
        if piece is not None and not isinstance(piece.value, list):
            self.faults.at(piece, "this must be a list, as [one, two]")
        return piece.items if piece is not None else []

    def mapping(self, piece: Marked | None) -> dict[str, Marked]:
        if piece is not None and not isinstance(piece.value, dict):
            self.faults.at(piece, "this must be names, as {name: value}")
        return piece.mapping if piece is not None else {}
