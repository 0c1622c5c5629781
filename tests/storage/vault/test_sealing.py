"""Every sealed column is in the register, bound to its own place, and the library is called from one file."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import storage.vault
from storage.sealing import SEALED, Places
from storage.tables import metadata

PLACES = {name: call for name, call in inspect.getmembers(Places, inspect.isfunction) if name[0] != "_"}


def test_every_sealed_column_is_in_the_register_and_the_reverse() -> None:
    """A new sealed column needs a line that says what binds it; a line needs its column."""
    columns = {
        f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns
    }
    assert {column for column in columns if ".sealed_" in column} == set(SEALED)


def test_every_place_has_a_label_of_its_own_and_names_the_deployment() -> None:
    """No two columns can be taken for one another, whatever stands in their rows."""
    written = {}
    for name, builder in PLACES.items():
        arguments = [value(part.annotation, 0) for part in parts(builder)]
        written[name] = builder(Places(b"the deployment!!"), *arguments)
    labels = {place[2 : 2 + int.from_bytes(place[:2], "big")] for place in written.values()}
    assert len(labels) == len(PLACES)
    assert all(b"the deployment!!" in place for place in written.values())


def test_everything_that_names_a_row_changes_its_place() -> None:
    """No argument of a place is left out of it."""
    places = Places(b"the deployment!!")
    for name, builder in PLACES.items():
        kinds = [part.annotation for part in parts(builder)]
        plain = [value(kind, 0) for kind in kinds]
        for at, kind in enumerate(kinds):
            changed = [*plain[:at], value(kind, 1), *plain[at + 1 :]]
            assert builder(places, *plain) != builder(places, *changed), (name, at)


def test_one_file_calls_the_library() -> None:
    """Everything else in the vault sees only ``primitives``."""
    folder = Path(storage.vault.__file__).parent
    callers = {path.name for path in folder.glob("*.py") if "cryptography" in imported(path)}
    assert callers == {"primitives.py"}


def parts(builder: object) -> list[inspect.Parameter]:
    """Give the parameters of a place but for ``self``."""
    assert callable(builder)
    return list(inspect.signature(builder).parameters.values())[1:]


def value(kind: str, which: int) -> bytes | int | str:
    """Give one of two values of a kind."""
    if kind == "int":
        return which
    return "xy"[which] if kind == "str" else b"xy"[which : which + 1]


def imported(path: Path) -> set[str]:
    """Give the packages that a file imports from."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return {
        name.split(".")[0]
        for name in plain | {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}
    }
