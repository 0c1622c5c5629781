"""One turn under way: the stack of frames, what has been said and what must happen, until the turn is closed.

Lives for one event and is then gone. Knows how to stand, to go in, to come out and to go back; never which
way to choose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from dialogs.answers import Kept, Question
from dialogs.checks import Moment
from dialogs.effects import Effect
from dialogs.errors import UnknownFlow
from dialogs.facts import Facts
from dialogs.flow import Flow, State
from dialogs.library import Library
from dialogs.screen import Line
from dialogs.screens import asked
from dialogs.snapshot import Frame, Snapshot

DEPTH = 8
"""Frames on the stack at most; a deeper one replaces the top."""


class Mover(Protocol):
    """Makes one move and all that follow from it by themselves. Says whether there was one to make."""

    def __call__(self, walk: Walk, event: str, option: str, text: str, answered: bool) -> bool: ...


class Walk:
    """A conversation during one turn."""

    __slots__ = ("_began", "_mover", "effects", "facts", "library", "moved", "notices", "snapshot")

    def __init__(self, library: Library, snapshot: Snapshot, facts: Facts, mover: Mover) -> None:
        self._began = snapshot.stage
        self._mover = mover
        self.library = library
        self.facts = facts
        self.snapshot = snapshot
        self.effects: list[Effect] = []
        self.notices: list[Line] = []
        self.moved = False

    @property
    def top(self) -> Frame:
        """The frame on the screen."""
        return self.snapshot.frames[-1]

    @property
    def flow(self) -> Flow:
        """The flow on the screen."""
        return self.library.flow(self.top.flow, self.top.edition)

    @property
    def root(self) -> Flow:
        """The flow that everything else is laid over."""
        frame = self.snapshot.frames[0]
        return self.library.flow(frame.flow, frame.edition)

    @property
    def first(self) -> Frame:
        """Where a conversation begins."""
        return Frame(self.root.name, self.root.edition, self.root.start)

    @property
    def state(self) -> State:
        """The state on the screen."""
        return self.flow.states[self.top.state]

    @property
    def question(self) -> Question:
        """The question on the screen, as a record will tell it."""
        return self._told(self.flow, self.state)

    def question_at(self, key: str) -> Question | None:
        """Any question by the key of its answer, unless its flow no longer has it."""
        name, _, state = key.partition(".")
        try:
            flow = self.flow_named(name)
        except UnknownFlow:
            return None
        return self._told(flow, flow.states[state]) if state in flow.states else None

    def _told(self, flow: Flow, state: State) -> Question:
        line = asked(self.snapshot, f"{flow.name}.{state.name}")
        return Question(flow.name, flow.edition, state.name, state.keep, line)

    def flow_named(self, name: str) -> Flow:
        """A flow in the edition that stands on the stack, or else the current one."""
        found = (frame.edition for frame in self.snapshot.frames if frame.flow == name)
        return self.library.flow(name, next(found, ""))

    def moment(self, option: str = "", text: str = "") -> Moment:
        """What a check or a deed may look at now."""
        top, spoken = self.top, self.library.wording.open
        return Moment(self.snapshot, self.facts, top.flow, top.state, option, text, spoken, self.say)

    def say(self, line: Line) -> str:
        """Put a line into the words of this conversation, where it becomes part of an answer."""
        return self.library.wording.text(line, self.snapshot.language)

    def go(self, event: str, option: str = "", text: str = "", answered: bool = False) -> bool:
        """Make the move that this event leads to; ``answered`` ends the changing of one answer."""
        return self._mover(self, event, option, text, answered)

    def notice(self, key: str, blanks: Mapping[str, str] | None = None) -> None:
        """Say something before the question."""
        self.notices.append(Line(key, blanks or {}))

    def apologise(self) -> None:
        """Say first that it lay too long, what was saved, and where help is at once."""
        stage = self.snapshot.stage
        saved = {"drafting": "draft", "filed": "sent"}.get(stage, "nothing")
        if self.snapshot.private:
            saved = "nothing"
        self.notices[:0] = [Line(f"notice.late.{name}") for name in ("sorry", saved, "danger")]

    def take(self, kept: Kept) -> None:
        """Take over what a deed or an answer changed."""
        self.snapshot = kept[0]
        self.effects.extend(kept[1])

    def change(self, **values: object) -> None:
        """Change the top frame."""
        top = replace(self.top, **values)  # type: ignore[arg-type]  # the names are Frame's own
        self._stack((*self.snapshot.frames[:-1], top))

    def move(self, name: str) -> None:
        """Stand at another state of this flow, and remember the way back, cutting loops out of it.

        In the turn that sends there is no way back: what was asked before it is behind everybody.
        """
        top = self.top
        sending = self.snapshot.stage == "filed" != self._began
        trail = () if sending else (*top.trail, top.state)
        if name in trail:
            trail = trail[: trail.index(name)]
        self.change(state=name, trail=trail, tries=0)
        self.moved = True

    def push(self, name: str, state: str = "", resume: str = "") -> None:
        """Lay a flow over the present one."""
        try:
            flow = self.flow_named(name)
        except UnknownFlow:
            self.notice("repair.lost")
            return
        frame = Frame(name, flow.edition, state or flow.start, resume=resume, replacing=bool(resume))
        self._stack((*self.snapshot.frames[: DEPTH - 1], frame))
        self.moved = True

    def forget(self, key: str) -> None:
        """Drop one answer, so that the same question begins anew."""
        kept = {name: answer for name, answer in self.snapshot.answers.items() if name != key}
        self.snapshot = replace(self.snapshot, answers=kept)

    def unwind(self, depth: int) -> None:
        """Take off every frame above this many."""
        self._stack(self.snapshot.frames[:depth])
        self.moved = True

    def pop(self, outcome: str = "") -> bool:
        """Come out of the top flow: to the nearest frame that waits for this outcome, or else to the one
        below.

        Says whether a frame waits for it, so that it is to move on.
        """
        frames = self.snapshot.frames
        for depth in range(len(frames) - 1, 0, -1):
            below = frames[depth - 1]
            if outcome in self.library.flow(below.flow, below.edition).on:
                self.unwind(depth)
                return True
        self.unwind(len(frames) - 1)
        return False

    def close_the_way_back(self) -> None:
        """Forget where they came from: what those questions were about was sent, or is gone."""
        self._stack(tuple(replace(frame, trail=()) for frame in self.snapshot.frames))

    def back(self) -> bool:
        """Go back one question, or out of the flow laid over. Says whether there was a way."""
        if self.top.trail:
            self.change(state=self.top.trail[-1], trail=self.top.trail[:-1], tries=0)
            self.moved = True
        elif len(self.snapshot.frames) > 1:
            self.unwind(len(self.snapshot.frames) - 1)
        else:
            return False
        return True

    def _stack(self, frames: tuple[Frame, ...]) -> None:
        self.snapshot = replace(self.snapshot, frames=frames)
