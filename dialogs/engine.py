"""Walks a conversation one event at a time: one event in, one turn out. No I/O, no clock, no chance.

Rules of this file:

1. Every move is made by one flat, synchronous ``transitions`` machine a flow edition, through its public
   ``events``, on a light model that is never registered. Callables only; nothing of a reporter outlives the
   turn.
2. No event raises. What does not fit is a turn that asks again, and after ``TRIES`` of them help is laid on
   top.
3. A press that carries another step than the screen's is silence. The always-there options work always.
4. A turn with no effects is silence by rule.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache, partial
from typing import cast

from transitions import EventData, Machine

from dialogs import bounds
from dialogs.checks import CHECKS, Check, Moment
from dialogs.deeds import DEEDS, NEEDS, Deed
from dialogs.effects import ClearChat, Effect, Show
from dialogs.errors import UnknownFlow
from dialogs.events import Edited, Event, Wrote
from dialogs.facts import Facts
from dialogs.flow import NEXT, Flow, State, Target
from dialogs.library import Library
from dialogs.receiving import command_of, obey, receive
from dialogs.screen import Screen
from dialogs.screens import draw
from dialogs.snapshot import Frame, Snapshot
from dialogs.walk import Walk

logging.getLogger("transitions").setLevel(logging.WARNING)

MACHINES = 64
"""Flow editions whose machine is kept at hand."""
MOVES_A_TURN = 100
"""Moves that one event may lead to, before the turn is taken back."""
LATE = timedelta(minutes=10)
"""After lying this long, an answer is met with an apology first."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event led to: where the conversation stands now, and what must happen."""

    snapshot: Snapshot
    effects: tuple[Effect, ...]


def begin(library: Library, facts: Facts) -> Turn:
    """Begin a conversation at the root flow's start."""
    return _closed(_fresh(library, facts, Snapshot((), language=facts.language)))


def advance(library: Library, snapshot: Snapshot, event: Event, facts: Facts) -> Turn:
    """Take one event in."""
    if snapshot.stage == "ended":
        return _after_end(library, snapshot, event, facts)
    walk = Walk(library, replace(_standing(library, snapshot), notices=()), facts, _go)
    if not receive(walk, event):
        return Turn(snapshot, ())
    return _closed(walk)


def screen(library: Library, snapshot: Snapshot, facts: Facts) -> Screen:
    """Draw what is on the screen now, changing nothing."""
    return draw(library, _standing(library, snapshot), facts)


def _after_end(library: Library, snapshot: Snapshot, event: Event, facts: Facts) -> Turn:
    """Begin afresh, save that closing again stays closed and an edit means nothing any more."""
    command = command_of(library, event, snapshot.language)
    if isinstance(event, Edited):
        return Turn(snapshot, ())
    if command in ("stop", "leave"):
        clearing = (ClearChat(),) if command == "leave" else ()
        return Turn(snapshot, (*clearing, Show(screen(library, snapshot, facts))))
    walk = _fresh(library, facts, snapshot)
    if command is not None and command != "start":
        obey(walk, command)
    elif command is None and isinstance(event, Wrote):
        walk.notice("repair.nothing_kept_yet")
    return _closed(walk)


def _fresh(library: Library, facts: Facts, before: Snapshot) -> Walk:
    flow = library.current(library.root)
    frame, language = Frame(flow.name, flow.edition, flow.start), library.wording.nearest(before.language)
    start = Snapshot((frame,), language, before.step, private=before.private, capsule=before.capsule)
    walk = Walk(library, start, facts, _go)
    walk.moved = True
    if following := _arrive(walk):
        _settle(walk, following)
    return walk


def _standing(library: Library, snapshot: Snapshot) -> Snapshot:
    """Stand where the snapshot says or at the nearest place that exists, in a language that is open."""
    if snapshot.language not in library.wording.open:
        snapshot = replace(snapshot, language=library.wording.nearest(""))
    frames = tuple(_existing(library, snapshot.frames))
    if frames == snapshot.frames and frames:
        return snapshot
    if not frames:
        root = library.current(library.root)
        state = root.again if snapshot.stage == "filed" and root.again else root.start
        frames = (Frame(root.name, root.edition, state),)
    return replace(snapshot, frames=frames)


def _existing(library: Library, frames: tuple[Frame, ...]) -> Iterator[Frame]:
    """List the frames from the bottom up, in their own edition or else today's, until one is no more."""
    for frame in frames:
        for edition in (frame.edition, ""):
            try:
                flow = library.flow(frame.flow, edition)
            except UnknownFlow:
                continue
            if frame.state in flow.states:
                trail = tuple(name for name in frame.trail if name in flow.states)
                yield replace(frame, edition=flow.edition, trail=trail)
                break
        else:
            return


def _closed(walk: Walk) -> Turn:
    """End the turn: what is said stays with the snapshot, so that the screen can be drawn again."""
    if walk.facts.waited > LATE:
        walk.apologise()
    now = replace(walk.snapshot, step=walk.snapshot.step + walk.moved, notices=tuple(walk.notices))
    snapshot = bounds.bounded(walk.library, now)
    return Turn(snapshot, (*walk.effects, Show(draw(walk.library, snapshot, walk.facts))))


def _go(walk: Walk, event: str, option: str, text: str, answered: bool) -> bool:
    before = walk.snapshot, len(walk.effects)
    target = _trigger(walk, event, option, text)
    if target is None:
        return False
    if answered and walk.top.resume:
        walk.unwind(len(walk.snapshot.frames) - 1)
    elif not _settle(walk, target):
        walk.snapshot = before[0]
        del walk.effects[before[1] :]
        walk.notice("repair.lost")
    if walk.snapshot.stage != before[0].stage and walk.snapshot.stage != "drafting":
        walk.close_the_way_back()
    return True


def _settle(walk: Walk, target: Target) -> bool:
    """Make every move that follows by itself. Says whether it came to rest within ``MOVES_A_TURN``."""
    following: Target | None = target
    for _ in range(MOVES_A_TURN):
        if following is None:
            return True
        following = _step(walk, following)
    return False


def _step(walk: Walk, target: Target) -> Target | None:
    if target.call:
        walk.push(target.call)
    elif target.end:
        if len(walk.snapshot.frames) == 1:
            _end(walk)
            return None
        return _trigger(walk, f"on {target.end}") if walk.pop(target.end) else None
    else:
        walk.move(target.to)
    return _arrive(walk)


def _arrive(walk: Walk) -> Target | None:
    """Do what is done on arriving here, and say where it leads by itself."""
    state = walk.state
    if walk.snapshot.stage == "filed" and state.keep == "record":
        walk.forget(walk.question.key)
    for name in state.do:
        walk.take(DEEDS[name](walk.moment()))
    if state.end:
        return Target(end=state.end)
    return _trigger(walk, NEXT) if state.silent else None


def _end(walk: Walk) -> None:
    """End the whole conversation, whether or not its last state said so."""
    if walk.snapshot.stage != "ended":
        walk.take(DEEDS["close"](walk.moment()))


class _Model:
    """What a machine moves: as light as can be, known to one call, never registered."""

    __slots__ = ("option", "state", "taken", "text", "walk")

    def __init__(self, walk: Walk, option: str, text: str) -> None:
        self.state = walk.top.state
        self.walk = walk
        self.option = option
        self.text = text
        self.taken: Target | None = None

    def moment(self) -> Moment:
        return self.walk.moment(self.option, self.text)


def _trigger(walk: Walk, event: str, option: str = "", text: str = "") -> Target | None:
    """Let the machine make one move. None: no such event here, or nothing that holds."""
    events = machine(walk.flow).events
    if event not in events:
        return None
    model = _Model(walk, option, text)
    events[event].trigger(model)
    return model.taken


@lru_cache(maxsize=MACHINES)
def machine(flow: Flow) -> Machine:
    """Build the machine of one flow edition, once."""
    built = Machine(
        model=None,
        states=list(flow.states),
        initial=flow.start,
        auto_transitions=False,
        send_event=True,
        ignore_invalid_triggers=True,
    )
    for event, source, target, checks in _moves(flow):
        deeds = [partial(_do, DEEDS[name]) for name in target.do]
        built.add_transition(
            event,
            source,
            target.to or None,
            conditions=[partial(_holds, check) for check in checks],
            before=[*deeds, partial(_take, target)],
        )
    return built


def _moves(flow: Flow) -> Iterator[tuple[str, str, Target, list[Check]]]:
    """List every move of a flow: its event, where from, where to, and what must hold."""
    for outcome, name in flow.on.items():
        yield f"on {outcome}", "*", Target(to=name), []
    everywhere = {
        "again": (Target(to=flow.again),) if flow.again else (),
        "stop": flow.stop,
        "leave": flow.leave,
    }
    for event, targets in everywhere.items():
        for target in targets:
            yield event, "*", target, _checks(flow, target)
    for state in flow.states.values():
        for choice in state.choices:
            for target in choice.targets:
                yield (
                    f"chose {choice.option}",
                    state.name,
                    target,
                    _checks(flow, target, state, choice.option),
                )
        for target in state.next:
            yield NEXT, state.name, target, _checks(flow, target, state)


def _checks(flow: Flow, target: Target, state: State | None = None, option: str = "") -> list[Check]:
    """List what must hold for a target: its own check, its state's, and what its deeds need."""
    deeds = (*target.do, *(flow.states[target.to].do if target.to else ()))
    checks = [NEEDS[name] for name in deeds if name in NEEDS]
    if target.check:
        checks.append(CHECKS[target.check])
    if state is not None and state.guards(option):
        checks.append(CHECKS[state.check])
    return checks


def _holds(check: Check, event: EventData) -> bool:
    return check(_model(event).moment())


def _do(deed: Deed, event: EventData) -> None:
    model = _model(event)
    model.walk.take(deed(model.moment()))


def _take(target: Target, event: EventData) -> None:
    _model(event).taken = target


def _model(event: EventData) -> _Model:
    return cast(_Model, event.model)
