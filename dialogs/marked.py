"""YAML with the place of every piece, so that a fault can be named by file, line and column. Every scalar is
a string.

Refuses what hides meaning: a key twice, anchors and aliases. Knows nothing of flows.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import yaml

from dialogs.errors import FlowError

_LOADER: type[yaml.CBaseLoader] | type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Marked:
    """One piece of a file and where it stands. ``value`` is a text, a list of pieces, or a mapping of texts
    to pieces.
    """

    value: str | list[Marked] | dict[str, Marked]
    line: int
    column: int
    key: tuple[int, int] = (0, 0)
    """Where its name stands, if it has one."""

    @property
    def named(self) -> Marked:
        """The place of its name, for faults of the whole; its own if it has none."""
        return Marked("", *self.key) if self.key[0] else self

    @property
    def mapping(self) -> dict[str, Marked]:
        """The pieces by name; none if it is no mapping."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Marked]:
        """The pieces in their order; none if it is no list."""
        return self.value if isinstance(self.value, list) else []

    @property
    def plain(self) -> object:
        """The same without its places."""
        if isinstance(self.value, dict):
            return {key: piece.plain for key, piece in self.value.items()}
        return [piece.plain for piece in self.value] if isinstance(self.value, list) else self.value


class Faults:
    """What is wrong in one file, gathered until the end."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[str] = []

    def at(self, piece: Marked, what: str) -> None:
        """Note a fault at this piece."""
        self.found.append(f"{self.name}:{piece.line}:{piece.column}: {what}")

    def unknown(self, piece: Marked, kind: str, word: str, known: Iterable[str]) -> None:
        """Note a word that nobody knows, with the nearest that is known."""
        names = sorted(known)
        near = difflib.get_close_matches(word, names, 1)
        mend = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names) or 'none'}"
        self.at(piece, f"unknown {kind} {word!r}; {mend}")

    def raise_any(self) -> None:
        """Raise them all at once, in the order of the file. Raises ``FlowError``."""
        if self.found:
            raise FlowError(sorted(self.found, key=_place))


def read(text: str, name: str) -> Marked:
    """Read one YAML text. Raises ``FlowError`` with every fault of form at once."""
    faults = Faults(name)
    try:
        for token in yaml.scan(text, Loader=_LOADER):
            if isinstance(token, (yaml.AnchorToken, yaml.AliasToken)):
                mark = token.start_mark
                here = Marked("", mark.line + 1, mark.column + 1)
                faults.at(here, "anchors and aliases hide what a flow says; write it out")
        faults.raise_any()
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise FlowError([f"{name}:{line}:{column}: this is not YAML: {error.problem}"]) from None
    except yaml.reader.ReaderError as error:
        raise FlowError([f"{name}:1:1: this is not YAML: {error.reason}"]) from None
    if node is None:
        raise FlowError([f"{name}:1:1: the file is empty; write at least `flow`, `start` and `states`"])
    piece = _piece(node, faults)
    faults.raise_any()
    return piece


def flat(piece: Marked, prefix: str = "") -> Mapping[str, str]:
    """Flatten nested words to ``a.b.c: text``; the items of a list end in their number."""
    if isinstance(piece.value, str):
        return {prefix: piece.value}
    below = piece.value.items() if isinstance(piece.value, dict) else enumerate(piece.value)
    words: dict[str, str] = {}
    for key, value in below:
        words.update(flat(value, f"{prefix}.{key}" if prefix else str(key)))
    return words


def _piece(node: yaml.Node, faults: Faults) -> Marked:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if isinstance(node, yaml.SequenceNode):
        return Marked([_piece(item, faults) for item in node.value], line, column)
    if isinstance(node, yaml.ScalarNode):
        return Marked(str(node.value), line, column)
    body: dict[str, Marked] = {}
    for key, value in node.value:
        piece = _piece(key, faults)
        if not isinstance(piece.value, str):
            faults.at(piece, "a key must be one word")
        elif piece.value in body:
            first = body[piece.value].line
            faults.at(piece, f"{piece.value!r} stands here twice (first at line {first}); take one out")
        else:
            body[piece.value] = replace(_piece(value, faults), key=(piece.line, piece.column))
    return Marked(body, line, column)


def _place(fault: str) -> tuple[int, int]:
    _, line, column, _ = fault.split(":", 3)
    return int(line), int(column)
