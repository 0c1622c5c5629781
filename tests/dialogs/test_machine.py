"""Holds the one call into `transitions` that everything moves by, and that nothing of a reporter stays behind
it.
"""

from __future__ import annotations

import gc
import logging

from dialogs import engine
from dialogs.engine import machine
from dialogs.library import load_library
from tests.dialogs.small import Talk, library


class Light:
    """A model as light as the engine's: no dictionary, never registered."""

    __slots__ = ("state", "taken", "walk")

    def __init__(self, state: str) -> None:
        self.state = state
        self.walk = None
        self.taken = None


def test_an_unregistered_model_is_moved_by_the_public_events() -> None:
    """`machine.events[name].trigger(model)` moves a model that the machine has never seen, and keeps nothing
    of it.
    """
    built = machine(library().current("help"))
    model = Light("done")
    assert built.events["chose go_back"].trigger(model) is False
    assert model.state == "done"
    model = Light("menu")
    assert built.events["chose go_back"].trigger(model) is True
    assert (model.state, built.models) == ("done", [])


def test_no_machine_keeps_a_model() -> None:
    """After whole conversations every machine still has no models, and no model is alive."""
    talk = Talk().press("agree", "words").say("my son").press("done", "check", "send")
    for name in talk.library.names():
        assert machine(talk.library.current(name)).models == []
    gc.collect()
    assert not [kept for kept in gc.get_objects() if isinstance(kept, engine._Model)]


def test_machines_are_built_once_an_edition_and_bounded() -> None:
    """The same edition gives the same machine; the number at hand is limited."""
    one, other = library().current("help"), library().current("help")
    assert one is not other
    assert machine(one) is machine(other)
    assert machine.cache_info().maxsize == engine.MACHINES


def test_nothing_is_given_to_machines_as_a_name() -> None:
    """Callbacks are callables, never strings that would be looked up or imported."""
    shipped = load_library("west_midlands")
    for name in shipped.names():
        for event in machine(shipped.current(name)).events.values():
            for ways in event.transitions.values():
                for way in ways:
                    calls = [*way.before, *way.after, *way.prepare, *(check.func for check in way.conditions)]
                    assert all(callable(call) for call in calls)


def test_the_library_is_silent() -> None:
    """`transitions` logs states at INFO; it is kept from it."""
    assert logging.getLogger("transitions").level == logging.WARNING
