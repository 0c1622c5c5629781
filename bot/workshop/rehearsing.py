"""A rehearsal from the middle: finds the way to where somebody wants to begin, and writes down what they
then do as a journey. Writes one file, the one that was named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from bot.workshop.talk import BEGAN, REFERENCE, Step, told, written
from bot.workshop.ways import way_to
from dialogs.errors import UnknownFlow
from dialogs.facts import Door, Facts
from dialogs.languages import SOURCE
from dialogs.library import Library

SITE = "https://site.example"


def beginning(library: Library, flow: str, state: str, door: str, language: str) -> dict[str, Any]:
    """Give the beginning of a journey that leads to a place: its door, its facts, its first steps. Raises
    ``UnknownFlow`` where there is no such place, or no way to it.
    """
    facts = Facts(BEGAN, cast(Door, door), REFERENCE, language=language)
    told_facts: dict[str, Any] = {} if language == SOURCE else {"language": language}
    at = _place(library, flow, state)
    for changes in ({}, {"open": False}, {"website": SITE}, {"telegram": "door", "website": SITE}):
        way = way_to(library, replace(facts, **cast(dict[str, Any], changes)), at) if at else []
        if way is not None:
            return {"door": door, "facts": {**told_facts, **changes}, "steps": way}
    raise UnknownFlow(f"no way leads to {at} at the door {door!r}; an ending is never stood at")


def _place(library: Library, flow: str, state: str) -> str:
    if not flow and not state:
        return ""
    name, dot, rest = state.partition(".")
    if dot:
        flow, state = name, rest
    found = library.flow(flow or library.root)
    state = state or found.start
    if state not in found.states:
        raise UnknownFlow(f"the flow {found.name!r} has no state {state!r}; it has {', '.join(found.states)}")
    return f"{found.name}.{state}"


def record(library: Library, begun: dict[str, Any], steps: Sequence[Step], path: Path) -> None:
    """Write the whole rehearsal as a journey, with what each step led to."""
    title = {"journey": f"Rehearsed and written to {path.name}"}
    body = {**title, **begun, "steps": [*begun["steps"], *steps]}
    path.write_text(written(told(library, body)), encoding="utf-8")
