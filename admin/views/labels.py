"""What keys are called on a page: stages, areas, outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from admin.door import Door
from admin.wording import MOVES, STAGES
from storage.records import MoveRow


def labels(door: Door) -> Mapping[str, Any]:
    """Give the templates their names for keys; a key without one is shown as it is."""

    def area_name(area: str) -> str:
        return door.areas.get(area) or (_plain(area) if area else "Not said")

    def stage_name(stage: str) -> str:
        return STAGES.get(stage, _plain(stage))

    return {"area_name": area_name, "stage_name": stage_name}


def move_name(move: MoveRow) -> str:
    """Say what a move did."""
    if move.what == "move":
        return f"Moved to {STAGES.get(move.stage, _plain(move.stage)).lower()}"
    return MOVES.get(move.what, _plain(move.what))


def _plain(key: str) -> str:
    return key.replace("_", " ").capitalize()
