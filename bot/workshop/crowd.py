"""Many made-up people walk through the pure engine with the real words: what they reached is counted, and
the first that meets a broken promise is told as the shortest journey that still breaks it. Opens no
store, sends nothing.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from typing import Any

from bot.workshop import promises
from bot.workshop.people import Person, beginning
from bot.workshop.shortest import shortest
from bot.workshop.talk import Step, Talk, event_of, place, written
from bot.workshop.tongues import spoken_library
from bot.workshop.ways import Ends
from dialogs.effects import Show
from dialogs.engine import machine
from dialogs.flow import Flow, State
from dialogs.languages import SOURCE
from dialogs.library import Library

STUCK = "an_end_is_within_reach"
RAISED = "nothing_raises"
AT_MOST = 3
"""Failures that one process looks at before it stops."""


@dataclass(frozen=True)
class Failure:
    """One broken promise, and the journey that breaks it."""

    promise: str
    what: str
    body: dict[str, Any] = field(repr=False)


@dataclass
class Tally:
    """What a crowd did."""

    people: int = 0
    turns: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another crowd in."""
        self.people += other.people
        self.turns += other.turns
        self.endings += other.endings
        self.states += other.states
        self.failures += other.failures


class _Noted(dict[str, State]):
    """The states of a flow, which note each of them that somebody stands at."""

    def __init__(self, flow: Flow, been: set[str]) -> None:
        super().__init__(flow.states)
        self._name, self._been = flow.name, been

    def __getitem__(self, name: str) -> State:
        self._been.add(f"{self._name}.{name}")
        return super().__getitem__(name)


class Crowd:
    """People one after the other, on one library."""

    def __init__(self, library: Library, language: str = SOURCE) -> None:
        """Take the flows and words; ``language`` must be open in them."""
        self._been: set[str] = set()
        self._language = language
        shipped = [library.current(name) for name in library.names()]
        for flow in shipped:
            machine(flow)
        noted = [replace(flow, states=_Noted(flow, self._been)) for flow in shipped]
        self.library = Library(noted, library.wording, library.signposts, library.profile, library.root)
        self._ends_of: dict[int, Ends] = {}

    def walk(self, people: int, seed: str) -> Tally:
        """Let so many people walk."""
        tally = Tally()
        for number in range(people):
            self._one(random.Random(f"{seed}/{number}"), tally)  # noqa: S311  # chance for a walk, not a secret
            if len(tally.failures) >= AT_MOST:
                break
        return tally

    def _one(self, chance: random.Random, tally: Tally) -> None:
        body, taken = beginning(chance, self._language), list[Step]()
        tally.people += 1
        person = Person(chance)
        found = self._begin(body)
        if isinstance(found, Failure):
            tally.failures.append(found)
            return
        while len(taken) < person.turns:
            for step in person.next(found) or [{"command": "start", "after": 600}]:
                taken.append(step)
                tally.turns += 1
                self._been.clear()
                failed = self._step(found, step)
                self._count(tally, found)
                if failed:
                    tally.failures.append(self._told(body, taken, failed))
                    return

    def _begin(self, body: Mapping[str, Any]) -> Talk | Failure:
        try:
            return Talk(self.library, body)
        except Exception as why:
            return Failure(RAISED, type(why).__name__, {**body, "steps": []})

    def _step(self, talk: Talk, step: Step) -> tuple[str, str] | None:
        """Take one step; name the promise it broke, if it broke one, and what was seen."""
        stood = talk.snapshot
        try:
            turn = talk.take(step)
            show = turn.effects[-1] if turn.effects else None
            card = None
            if isinstance(show, Show):
                card = talk.library.wording.card(show.screen, turn.snapshot.language)
            event = event_of(step, stood.step)
            moved = promises.Moved(talk.library, stood, talk.before, event, turn, talk.facts, card)
            for name in promises.broken(moved):
                return name, place(talk.snapshot)
            ends = self._ends_of.setdefault(id(talk.library), Ends(talk.library))
            return None if ends.within_reach(turn.snapshot, talk.facts) else (STUCK, place(talk.snapshot))
        except Exception as why:
            return RAISED, f"{type(why).__name__} at {place(talk.snapshot)}"

    def _count(self, tally: Tally, talk: Talk) -> None:
        if talk.library is self.library:
            tally.states.update(self._been)

    def _told(self, body: Mapping[str, Any], taken: Sequence[Step], failed: tuple[str, str]) -> Failure:
        """Tell a failure as the shortest journey that still breaks the same promise."""

        def fails(steps: Sequence[Step]) -> bool:
            talk = self._begin(body)
            return isinstance(talk, Talk) and failed[0] in self._breaks(talk, steps)

        left = shortest(taken, fails) if fails(taken) else list(taken)
        return Failure(*failed, {"journey": failed[0].replace("_", " "), **body, "steps": left})

    def _breaks(self, talk: Talk, steps: Sequence[Step]) -> Iterator[str]:
        for step in steps:
            failed = self._step(talk, step)
            if failed:
                yield failed[0]
                return


def share(profile: str, language: str, people: int, seed: str) -> Tally:
    """Walk one process's share."""
    return Crowd(spoken_library(profile, language), language).walk(people, seed)


def walk(profile: str, language: str, people: int, seed: str, processes: int) -> Tally:
    """Let a crowd walk on several processes; the same seed and number of them always walk the same."""
    shares = [people // processes + (number < people % processes) for number in range(processes)]
    whole = Tally()
    if processes == 1:
        return share(profile, language, people, f"{seed}/0")
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(share, profile, language, part, f"{seed}/{number}")
            for number, part in enumerate(shares)
        ]
        for job in jobs:
            whole.add(job.result())
    return whole


def places(library: Library) -> tuple[list[str], list[str]]:
    """Name every state there is, and those of them that are endings."""
    flows = [library.current(name) for name in library.names()]
    states = [f"{flow.name}.{state.name}" for flow in flows for state in flow.states.values()]
    endings = [f"{flow.name}.{state.name}" for flow in flows for state in flow.states.values() if state.end]
    return states, endings


def summary(tally: Tally, library: Library, seconds: float) -> tuple[list[str], bool]:
    """Say what the crowd did, in one last line; and whether all is well."""
    states, endings = places(library)
    lines = [line for failure in tally.failures for line in _failure(failure)]
    missed = [name for name in states if not tally.states[name]]
    if missed:
        lines.append(f"not reached: {', '.join(missed)}")
    raised = sum(failure.promise == RAISED for failure in tally.failures)
    stuck = sum(failure.promise == STUCK for failure in tally.failures)
    other = len(tally.failures) - raised - stuck
    ended = sum(1 for name in endings if tally.states[name])
    lines.append(
        f"{tally.people:,} people, {tally.turns:,} turns, {raised} raised, {stuck} stuck, "
        + (f"{other} broken promises, " if other else "")
        + f"{ended} of {len(endings)} endings, {len(states) - len(missed)} of {len(states)} states, "
        + f"{seconds:.1f} s"
    )
    return lines, not tally.failures and not missed


def _failure(failure: Failure) -> Iterator[str]:
    yield f"broken: {failure.promise.replace('_', ' ')} ({failure.what}); the shortest journey there:"
    yield ""
    yield written(failure.body)
