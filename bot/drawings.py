"""The flows as Mermaid and as pictures, and whether the drawings that stand in the papers and beside the
flows are those of today. A drawing in a paper follows a line ``<!-- drawing: NAME -->``. Reads this
project's papers only, and writes nothing but the drawings beside the flows.
"""

from __future__ import annotations

import re
from pathlib import Path

from bot.workshop.picture import picture
from dialogs import diagram
from dialogs.library import Library

ROOT = Path(__file__).resolve().parent.parent
FLOWS = ROOT / "dialogs" / "flows"
PAPERS = ("README.md", "dialogs/README.md", "bot/README.md")
_DRAWING = re.compile(r"<!-- drawing: (\w+) -->\s*```mermaid\n(.*?)```", re.DOTALL)


def all_drawn(library: Library) -> str:
    """Draw every flow, each under its name."""
    parts = [f"%% {name}\n{diagram.draw_flow(library.current(name))}" for name in library.names()]
    return "\n".join(parts)


def not_of_today(library: Library, folder: Path = FLOWS) -> list[str]:
    """Name the drawings in papers that differ from their flow, or belong to none."""
    wrong = _beside(library, folder)
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


def write(library: Library, folder: Path = FLOWS) -> list[Path]:
    """Write the drawings that stand beside the flows, and take away those of flows that are gone."""
    made = _drawings(library)
    for name in _strays(made, folder):
        (folder / name).unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in made]


def _drawings(library: Library) -> dict[str, str]:
    """Draw every flow both ways, by file name."""
    made: dict[str, str] = {}
    for name in library.names():
        made[f"{name}.mmd"] = diagram.draw_flow(library.current(name))
        made[f"{name}.svg"] = picture(library.current(name))
    return made


def _beside(library: Library, folder: Path) -> list[str]:
    made = _drawings(library)
    wrong = [f"dialogs/flows/{name}: there is no such flow" for name in _strays(made, folder)]
    for name, text in made.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            wrong.append(f"dialogs/flows/{name}: not of today; python -m bot draw --write draws it")
    return wrong


def _strays(made: dict[str, str], folder: Path) -> list[str]:
    kept = [path.name for path in sorted(folder.iterdir()) if path.suffix in (".mmd", ".svg")]
    return [name for name in kept if name not in made]
