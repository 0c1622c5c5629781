"""An edition of a flow as the store kept it, read back by the program of today: under the name it was kept
by, or not at all. Decides nothing about who stands on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dialogs.checks import CHECKS
from dialogs.deeds import DEEDS
from dialogs.flow import Flow, Target, from_json


def revived(text: str, edition: str) -> Flow | None:
    """Read a kept edition; None where today's program no longer knows a thing that it names.

    It keeps its name even where today's program would give its meaning another: conversations stand on it by
    that name.
    """
    try:
        flow = replace(from_json(text), edition=edition)
    except (KeyError, TypeError, ValueError):
        return None
    known = CHECKS.keys() | DEEDS.keys() | {""}
    return flow if known.issuperset(_names(flow)) else None


def _names(flow: Flow) -> Iterator[str]:
    """Name every check and every deed of a flow."""
    for target in _targets(flow):
        yield from (target.check, *target.do)
    for state in flow.states.values():
        yield from (state.check, *state.do, *(check for _, check in state.also))
        yield from (choice.check for choice in state.choices)


def _targets(flow: Flow) -> Iterator[Target]:
    yield from (*flow.stop, *flow.leave)
    for state in flow.states.values():
        yield from state.next
        for choice in state.choices:
            yield from choice.targets
