"""The paper beside the store says what is in the clear, and says it of every column."""

from __future__ import annotations

import re
from pathlib import Path

from storage.sealing import SEALED
from storage.tables import metadata

PAPER = Path(__file__).resolve().parents[2] / "storage" / "README.md"


def listed() -> dict[str, set[str]]:
    """Read the table of the paper: what it names for each table."""
    rows: dict[str, set[str]] = {}
    for line in PAPER.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 3:
            for table in re.findall(r"`(\w+)`", cells[0]):
                rows[table] = set(re.findall(r"`(\w+)`", cells[1]))
    return rows


def test_every_column_is_sealed_or_listed_with_a_reason() -> None:
    """A column stands in ``SEALED`` or in the paper's list of what is in the clear: no third kind."""
    named = listed()
    missing = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if f"{table.name}.{column.name}" not in SEALED and column.name not in named.get(table.name, set())
    ]
    assert not missing, f"seal these, or list them in storage/README.md with what a thief learns: {missing}"


def test_the_paper_lists_nothing_that_is_gone() -> None:
    """Every table and column of the list exists, and none of them is sealed."""
    real = {table.name: {c.name for c in table.columns} for table in metadata.sorted_tables}
    named = listed()
    assert set(named) == set(real)
    shared = {name for columns in real.values() for name in columns}
    assert not {n for names in named.values() for n in names} - shared
    assert not {f"{table}.{name}" for table, names in named.items() for name in names} & set(SEALED)
