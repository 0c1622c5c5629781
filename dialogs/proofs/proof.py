"""One proofreading: what is read, against which day, how a fault is written down. Finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dialogs.flow import Flow, State, Target
from dialogs.library import Library
from dialogs.proofs.places import Places, Spot


@dataclass(frozen=True, slots=True)
class Proof:
    """What a rule may look at."""

    library: Library
    places: Places
    today: date
    allowances: str

    def at(self, spot: Spot, what: str) -> str:
        """Write a fault: where, what, and how to mend it."""
        return f"{self.places.of(spot)}: {what}"

    @property
    def flows(self) -> Iterator[Flow]:
        """Every current flow."""
        return (self.library.current(name) for name in self.library.names())

    @property
    def states(self) -> Iterator[tuple[Flow, State]]:
        """Every state of every flow."""
        return ((flow, state) for flow in self.flows for state in flow.states.values())

    @property
    def screens(self) -> Iterator[tuple[Flow, State]]:
        """Every state that a person is shown."""
        root = self.library.root
        return ((f, s) for f, s in self.states if not s.silent and (not s.end or f.name == root))


def targets(state: State) -> Iterator[Target]:
    """List every target of a state."""
    yield from state.next
    for choice in state.choices:
        yield from choice.targets
