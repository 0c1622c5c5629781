"""Looks for ways through the flows by pressing what is shown: to a place, or to an end. Tries every button
in turn; draws no chance and keeps nothing but where it has been.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from bot.workshop.talk import Step, place
from dialogs import engine
from dialogs.effects import Close, Effect, FileConcern
from dialogs.events import COMMANDS, Chose, Commanded, Event, Wrote
from dialogs.facts import Facts
from dialogs.library import Library
from dialogs.snapshot import Answer, Snapshot

WORDS = "words"
FAR = 4_000
"""Places looked at before a search gives up."""
Position = tuple[object, ...]


def position(snapshot: Snapshot, facts: Facts) -> Position:
    """Tell apart what decides where a conversation may still go."""
    stack = tuple((frame.flow, frame.state, frame.edition, frame.resume) for frame in snapshot.frames)
    said = any(answer.parts for answer in snapshot.answers.values())
    given = snapshot.answers.get(place(snapshot), Answer())
    here = bool(given.parts or given.records), given.option
    world = facts.open, facts.two_people, facts.door, facts.telegram
    return (stack, snapshot.stage, snapshot.kept > 0, said, here, world)


def moves(library: Library, snapshot: Snapshot, facts: Facts) -> Iterator[tuple[Step, Event]]:
    """List what somebody may do here: words where they are asked for, each button, and going back."""
    shown = engine.screen(library, snapshot, facts)
    if shown.input != "none":
        yield {"say": WORDS}, Wrote(WORDS)
    back = [button for button in shown.always if button.option == "!back"]
    for button in (*shown.buttons, *back):
        if not button.url:
            yield {"press": button.option}, Chose(button.option, snapshot.step)


def way_to(library: Library, facts: Facts, at: str) -> list[Step] | None:
    """Give the shortest way from the beginning to a place, or None where there is none."""
    begun = engine.begin(library, facts).snapshot
    if place(begun) == at:
        return []
    waiting: deque[tuple[Snapshot, list[Step]]] = deque([(begun, [])])
    been = {_near(begun)}
    while waiting and len(been) < FAR:
        snapshot, steps = waiting.popleft()
        for step, event in (*moves(library, snapshot, facts), *_commands(library)):
            after = engine.advance(library, snapshot, event, facts).snapshot
            where = _near(after)
            if where in been or after.stage == "ended":
                continue
            been.add(where)
            way = [*steps, step]
            if place(after) == at:
                return way
            waiting.append((after, way))
    return None


def _near(snapshot: Snapshot) -> Position:
    """Tell places apart by what is on the screen alone: enough to find a way, and soon done."""
    given = snapshot.answers.get(place(snapshot), Answer())
    return place(snapshot), snapshot.stage, snapshot.kept > 0, bool(given.parts or given.records)


def _commands(library: Library) -> Iterator[tuple[Step, Event]]:
    for name in library.current(library.root).interrupts:
        yield {"command": name}, Commanded(COMMANDS[name])


class Ends:
    """Knows from which places an end is within reach, and learns each place once."""

    def __init__(self, library: Library) -> None:
        """Know nothing yet."""
        self._library = library
        self._known: set[Position] = set()

    def within_reach(self, snapshot: Snapshot, facts: Facts) -> bool:
        """Say whether pressing what is shown leads to the end of the conversation, or to where it is sent."""
        first = position(snapshot, facts)
        if first in self._known or snapshot.stage == "ended":
            return True
        way: dict[Position, Position] = {}
        waiting = deque([(first, snapshot)])
        while waiting and len(way) < FAR:
            here, stands = waiting.popleft()
            for _, event in moves(self._library, stands, facts):
                turn = engine.advance(self._library, stands, event, facts)
                there = position(turn.snapshot, facts)
                if there in self._known or _over(turn.effects) or _at_rest(self._library, turn.snapshot):
                    self._learn(here, way)
                    return True
                if there not in way and there != first:
                    way[there] = here
                    waiting.append((there, turn.snapshot))
        return False

    def _learn(self, here: Position, way: dict[Position, Position]) -> None:
        step: Position | None = here
        while step is not None:
            self._known.add(step)
            step = way.get(step)


def _over(effects: tuple[Effect, ...]) -> bool:
    return any(isinstance(effect, Close | FileConcern) for effect in effects)


def _at_rest(library: Library, snapshot: Snapshot) -> bool:
    """After sending, a conversation rests where its flow leads those who stop, and may go on at any time."""
    root = library.current(library.root)
    rests = {target.to for target in (*root.stop, *root.leave)}
    return snapshot.stage == "filed" and len(snapshot.frames) == 1 and snapshot.frames[0].state in rests
