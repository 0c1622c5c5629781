"""Moves one conversation to the editions of today, as migrations say. Pure and total: a snapshot in, a
snapshot out, and what happened to it in names that are no content.

Rules of this file:

1. No answer is ever dropped: it goes where the migration sends it, or stays under the name it had.
2. What cannot be moved whole is not moved, and neither is what only a memory holds: it ends on the edition
   it began.
3. Who now stands at another question meets a new step, so that a press meant for the old one is not taken for
   an answer to the new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from dialogs.errors import UnknownFlow
from dialogs.events import Chose, Event
from dialogs.flow import Flow
from dialogs.library import Library
from dialogs.migrations import Migration, Migrations
from dialogs.screen import Line
from dialogs.snapshot import Answer, Frame, Snapshot

What = Literal["on", "ends", "moves", "renamed", "removed", "split", "reordered", "answer", "unworded"]
MOVED = "notice.where_you_are"
"""What is said to someone who now stands at another question."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that is true of a conversation, to be counted.

    ``on``: it stands on this edition. ``ends``: it stays on it. ``moves``: it goes to today's. ``renamed``,
    ``removed``, ``split``, ``reordered``: it stands at that ``state``, and goes on at ``to``. ``answer``: the
    answer to ``state`` is found under ``to``. ``unworded``: nothing says ``state`` in words any more.
    """

    what: What
    flow: str
    edition: str
    state: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a conversation stands after its migrations, and what is to be counted."""

    snapshot: Snapshot
    notes: frozenset[Note]


def move(library: Library, migrations: Migrations, snapshot: Snapshot) -> Moved:
    """Move one conversation as far as migrations lead to today's editions."""
    if snapshot.stage == "ended":
        return Moved(snapshot, frozenset())
    moved, notes = snapshot, set(_standing(snapshot)) | set(_unworded(library, snapshot))
    for name in () if snapshot.private else _flows(snapshot):
        try:
            flow = library.current(name)
        except UnknownFlow:
            continue
        found: set[Note] = set()
        then = _flow(flow, migrations, moved, found)
        if then is not None and _whole(flow, moved, then):
            moved, notes = then, notes | found
    notes |= set(_staying(library, snapshot, moved))
    if moved == snapshot:
        return Moved(snapshot, frozenset(notes))
    if _elsewhere(snapshot, moved, notes):
        moved = replace(moved, step=moved.step + 1, notices=(Line(MOVED),))
    return Moved(moved, frozenset(notes))


def met(snapshot: Snapshot, event: Event) -> bool:
    """Say whether this is a press meant for the question that stood here before a move."""
    moved = any(line.key == MOVED for line in snapshot.notices)
    return moved and isinstance(event, Chose) and event.step != snapshot.step


def _standing(snapshot: Snapshot) -> Iterator[Note]:
    for frame in snapshot.frames:
        yield Note("on", frame.flow, frame.edition)


def _unworded(library: Library, snapshot: Snapshot) -> Iterator[Note]:
    for frame in snapshot.frames:
        if not library.wording.has(f"{frame.flow}.{frame.state}.ask"):
            yield Note("unworded", frame.flow, frame.edition, frame.state)


def _staying(library: Library, before: Snapshot, after: Snapshot) -> Iterator[Note]:
    """Say of every old edition whether the conversation stays on it."""
    today = {name: library.current(name).edition for name in library.names()}
    old = {(f.flow, f.edition) for f in before.frames if f.edition != today.get(f.flow)}
    left = {(frame.flow, frame.edition) for frame in after.frames}
    for flow, edition in old:
        yield Note("ends" if (flow, edition) in left else "moves", flow, edition, to=today.get(flow, ""))


def _flows(snapshot: Snapshot) -> Iterator[str]:
    """Name each flow that stands on the stack or was answered, once."""
    stack = (frame.flow for frame in snapshot.frames)
    yield from dict.fromkeys((*stack, *(key.partition(".")[0] for key in snapshot.answers)))


def _flow(flow: Flow, migrations: Migrations, snapshot: Snapshot, notes: set[Note]) -> Snapshot | None:
    """Take every step of one flow. Off the stack only what today's edition does not know is looked at."""
    editions = [frame.edition for frame in snapshot.frames if frame.flow == flow.name]
    strange = {key.partition(".")[2] for key in _of(flow.name, snapshot.answers)} - set(flow.states)
    steps = max((migrations.way(flow, edition) for edition in editions), key=len, default=())
    then: Snapshot | None = snapshot
    for step in steps if editions else migrations.towards(flow):
        if then is None:
            return None
        if editions:
            then = _answers(step, _frames(step, then, notes), notes)
        elif strange & set(step.answers):
            then = _answers(step, then, notes)
    return then


def _of(flow: str, answers: Mapping[str, Answer]) -> Iterator[str]:
    return (key for key in answers if key.partition(".")[0] == flow)


def _frames(step: Migration, snapshot: Snapshot, notes: set[Note]) -> Snapshot:
    """Move every frame that stands on this edition; one that changes an answer to nothing is taken off."""
    frames: list[Frame] = []
    below: Frame | None = None
    for frame in snapshot.frames:
        moved: Frame | None = frame
        if below is not None and frame.resume and _stands(step, below):
            moved = replace(frame, resume=step.places.get(frame.resume, frame.resume))
        below = frame
        if moved is not None and _stands(step, frame):
            moved = _frame(step, moved, snapshot.answers, notes)
        if moved is not None:
            frames.append(moved)
    return replace(snapshot, frames=tuple(frames))


def _stands(step: Migration, frame: Frame) -> bool:
    return (frame.flow, frame.edition) == (step.flow, step.start)


def _frame(step: Migration, frame: Frame, answers: Mapping[str, Answer], notes: set[Note]) -> Frame | None:
    state, what = _place(step, frame, answers)
    if what is not None:
        notes.add(Note(what, step.flow, step.start, frame.state, state))
    if what == "removed" and frame.resume:
        return None
    old = [step.places.get(name, name) for name in frame.trail if name not in step.removed]
    trail = tuple(dict.fromkeys(old))
    trail = trail[: trail.index(state)] if state in trail else trail
    tries = frame.tries if what in (None, "renamed") else 0
    return replace(frame, edition=step.end, state=state, trail=trail, tries=tries)


def _place(step: Migration, frame: Frame, answers: Mapping[str, Answer]) -> tuple[str, What | None]:
    """Say where somebody stands in the new edition, and what happened to where they stood."""
    old = frame.state
    if old in step.removed:
        return step.places[old], "removed"
    if old in step.split:
        return (step.answers if frame.resume else step.places)[old], "split"
    state = step.places.get(old, old)
    if state in step.order and not frame.resume:
        given = {step.answers.get(name, name) for name in _states(step.flow, answers)}
        first = next((name for name in step.order if name not in given), state)
        if first != state:
            return first, "reordered"
    return state, "renamed" if state != old else None


def _states(flow: str, answers: Mapping[str, Answer]) -> Iterator[str]:
    return (key.partition(".")[2] for key in _of(flow, answers))


def _answers(step: Migration, snapshot: Snapshot, notes: set[Note]) -> Snapshot | None:
    """Put each answer under the name of the question it now belongs to; None where two that cannot be one
    would meet.
    """
    kept: dict[str, Answer] = {}
    renamed: dict[str, str] = {}
    for key, answer in snapshot.answers.items():
        flow, _, state = key.partition(".")
        to = step.answers.get(state, state) if flow == step.flow else state
        name = f"{flow}.{to}" if to != state else key
        if name in kept and not _joins(kept[name], answer):
            return None
        if name != key:
            notes.add(Note("answer", step.flow, step.start, state, to))
            renamed[key] = name
        kept[name] = _joined(kept[name], answer) if name in kept else answer
    return replace(snapshot, answers=kept, finished=renamed.get(snapshot.finished, snapshot.finished))


def _joins(one: Answer, other: Answer) -> bool:
    """Say whether two answers can be one: only words can, kept in the same place."""
    return one.kind == other.kind and not (one.option or other.option)


def _joined(one: Answer, other: Answer) -> Answer:
    """Make one answer of two: every word and every record, in their order."""
    return replace(one, parts=one.parts + other.parts, records=one.records + other.records)


def _whole(flow: Flow, before: Snapshot, after: Snapshot) -> bool:
    """Say whether everything that was moved stands somewhere that is there, and is kept as it was."""
    frames = [frame for frame in after.frames if frame.flow == flow.name and frame not in before.frames]
    if any(f.edition != flow.edition or f.state not in flow.states for f in frames) or not after.frames:
        return False
    for key in _of(flow.name, after.answers):
        answer, state = after.answers[key], flow.states.get(key.partition(".")[2])
        given = bool(answer.parts or answer.records)
        if frames and given and state is not None and state.keep != answer.kind:
            return False
    return True


def _elsewhere(before: Snapshot, after: Snapshot, notes: set[Note]) -> bool:
    """Say whether another question may be on the screen: a renamed one is the same."""
    top = before.frames[-1].flow
    away = any(note.what in ("removed", "split", "reordered") and note.flow == top for note in notes)
    return away or len(before.frames) != len(after.frames)
