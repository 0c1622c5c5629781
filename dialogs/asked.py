"""What a conversation may ask, read from the flows themselves: the other half of *what we never ask*. Writes
no sentence of its own, and leaves nothing out.
"""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.flow import Flow, State
from dialogs.library import Library
from dialogs.screen import Line

TITLES = ("family", "think", "under_18", "myself", "professional", "danger", "feedback", "language")
"""Flows in the order in which a page lists them; any other follows."""


def asks(state: State) -> bool:
    """Say whether a state asks for anything that is kept, if only for a moment."""
    return bool(state.keep != "none" or state.ask != "choice") and not state.end


def questions(flow: Flow) -> Iterator[Line]:
    """Give the questions of one flow as they are put."""
    return (Line(f"{flow.name}.{state.name}.ask") for state in flow.states.values() if asks(state))


def everything(library: Library) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """Give every flow that asks anything, by name, with its questions."""
    names = library.names()
    for name in sorted(names, key=lambda one: (TITLES.index(one) if one in TITLES else len(TITLES), one)):
        found = tuple(questions(library.current(name)))
        if found:
            yield name, found


def shown(library: Library, name: str) -> Iterator[Line]:
    """Give the questions of a flow for a card: those with a short name, by it."""
    flow = library.current(name)
    for state in flow.states.values():
        if asks(state) and library.wording.has(f"{name}.{state.name}.short"):
            yield Line("common.name", {"name_key": f"{name}.{state.name}.short"})
