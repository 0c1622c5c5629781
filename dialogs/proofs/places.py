"""Where everything stands that a fault can be about: file, line and column of every name in flows, words,
signposts and allowances. Judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

from dialogs.flow import Flow
from dialogs.marked import Marked, read
from dialogs.translations import parse

WORDS = "words/en.yaml"
LANGUAGES = "words/languages.yaml"
SIGNPOSTS = "signposts.yaml"
ALLOWANCES = "allowances.yaml"
CONTEXT = re.compile(r'^msgctxt "([^"]*)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing by its names: the file, and the way from its top to the thing."""

    file: str
    path: tuple[str, ...] = ()


class Places:
    """The places of everything in these texts, by file."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._found: dict[Spot, tuple[int, int]] = {}
        for file, text in texts.items():
            entries = _entries(text) if file.endswith(".po") else _walk(read(text, file), ())
            for path, line, column in entries:
                self._found[Spot(file, path)] = (line, column)

    def of(self, spot: Spot) -> str:
        """Write where a thing stands, or else the nearest that it would stand in."""
        for length in range(len(spot.path), 0, -1):
            found = self._found.get(Spot(spot.file, spot.path[:length]))
            if found:
                return f"{spot.file}:{found[0]}:{found[1]}"
        return f"{spot.file}:1:1"


def shipped_places() -> Places:
    """Give the places of everything that is shipped. Raises ``FlowError`` where a file cannot be read."""
    package = resources.files("dialogs")
    texts = {name: (package / name).read_text(encoding="utf-8") for name in (SIGNPOSTS, ALLOWANCES)}
    for folder in ("flows", "words"):
        for entry in (package / folder).iterdir():
            if entry.name.endswith((".yaml", ".po")):
                texts[f"{folder}/{entry.name}"] = entry.read_text(encoding="utf-8")
    for name, text in texts.items():
        if name.endswith(".po"):
            parse(text, name)
    return Places(texts)


def of_flow(flow: Flow, *path: str) -> Spot:
    """Name a thing of a flow."""
    return Spot(f"flows/{flow.name}.yaml", path)


def of_state(flow: Flow, state: str, *path: str) -> Spot:
    """Name a state, or a thing of it."""
    return of_flow(flow, "states", state, *path)


def of_words(key: str) -> Spot:
    """Name an English wording by its key."""
    return Spot(WORDS, tuple(key.split(".")))


def _walk(piece: Marked, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int, int]]:
    place = piece.named
    yield path, place.line, place.column
    for name, below in piece.mapping.items():
        yield from _walk(below, (*path, name))
    for number, below in enumerate(piece.items):
        name = below.value if isinstance(below.value, str) else str(number)
        yield from _walk(below, (*path, name))


def _entries(text: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Find the entries of a PO file by their keys."""
    for found in CONTEXT.finditer(text):
        yield (found[1],), text.count("\n", 0, found.start()) + 1, 1
