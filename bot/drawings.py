"""The flows as Mermaid, and whether the drawings that stand in the papers are those of today. A drawing in a
paper follows a line ``<!-- drawing: NAME -->``. Reads this project's papers only, and writes nothing.
"""

from __future__ import annotations

import re
from pathlib import Path

from dialogs import diagram
from dialogs.library import Library

ROOT = Path(__file__).resolve().parent.parent
PAPERS = ("README.md", "dialogs/README.md", "bot/README.md")
_DRAWING = re.compile(r"<!-- drawing: (\w+) -->\s*```mermaid\n(.*?)```", re.DOTALL)


def all_drawn(library: Library) -> str:
    """Draw every flow, each under its name."""
    parts = [f"%% {name}\n{diagram.draw_flow(library.current(name))}" for name in library.names()]
    return "\n".join(parts)


def not_of_today(library: Library) -> list[str]:
    """Name the drawings in papers that differ from their flow, or belong to none."""
    wrong: list[str] = []
    for paper in PAPERS:
        path = ROOT / paper
        if not path.exists():
            continue
        for name, drawn in _DRAWING.findall(path.read_text(encoding="utf-8")):
            if name not in library.names():
                wrong.append(f"{paper}: there is no flow {name}")
            elif drawn.strip() != diagram.draw_flow(library.current(name)).strip():
                wrong.append(f"{paper}: the drawing of {name} is not of today; python -m bot draw prints it")
    return wrong
