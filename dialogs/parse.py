"""YAML to ``Flow``, or every fault at once, each with its file, line, column and how to mend it.

Looks up every name while parsing: states, flows, checks, deeds and fields that nobody knows never reach a
conversation. What only shows when flows, words and signposts are laid side by side is for ``proofread``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar, cast, get_args

from dialogs.checks import CHECKS
from dialogs.deeds import DEEDS
from dialogs.events import COMMANDS
from dialogs.flow import DONE, Ask, Choice, Flow, Keeping, State, Target, make_flow
from dialogs.marked import Faults, Marked, read
from dialogs.screen import Style

FLOW_FIELDS = ("flow", "start", "states", "interrupts", "on", "again", "stop", "leave")
STATE_FIELDS = (
    *(
        "ask",
        "keep",
        "check",
        "choices",
        "next",
        "list",
        "also",
        "signposts",
        "review",
        "end",
        "do",
        "primary",
    ),
)
TARGET_FIELDS = ("to", "call", "end", "if", "do")
CHOICE_FIELDS = (*TARGET_FIELDS, "url", "style")
LISTS = ("areas", "languages")
KEY = re.compile(r"[a-z0-9][a-z0-9_]{0,23}")
T = TypeVar("T")


def parse(text: str, name: str, flows: Collection[str] | None = None) -> Flow:
    """Read one flow; ``flows`` are the names that exist (none: not looked at). Raises ``FlowError``."""
    faults = Faults(name)
    flow = _Parser(faults, flows).flow(read(text, name))
    faults.raise_any()
    return make_flow(flow)


class _Parser:
    """Reads the pieces of one file, noting what is wrong and going on."""

    def __init__(self, faults: Faults, flows: Collection[str] | None) -> None:
        self.faults = faults
        self.flows = flows
        self.states: Collection[str] = ()

    def flow(self, piece: Marked) -> Flow:
        body = self.mapping(piece, "a flow", FLOW_FIELDS)
        states = self.mapping(body.get("states", Marked({}, piece.line, piece.column)), "states")
        self.states = states
        for needed in ("flow", "start", "states"):
            if needed not in body:
                self.faults.at(piece, f"{needed!r} is missing; every flow has it")
        return Flow(
            name=self.text(body.get("flow")),
            start=self.state_name(body.get("start")),
            states={name: self.state(name, state) for name, state in states.items()},
            interrupts=self.interrupts(body.get("interrupts")),
            on={k: self.state_name(v) for k, v in self.mapping(body.get("on"), "on").items()},
            again=self.state_name(body.get("again")),
            stop=self.targets(body.get("stop")),
            leave=self.targets(body.get("leave")),
        )

    def state(self, name: str, piece: Marked) -> State:
        if not KEY.fullmatch(name):
            self.faults.at(
                piece.named, f"{name!r} is no name for a state; use a to z, digits and _, at most 24"
            )
        body = self.mapping(piece, f"state {name!r}", STATE_FIELDS)
        also = self.mapping(body.get("also"), "also").items()
        choices = self.mapping(body.get("choices"), "choices")
        state = State(
            name=name,
            ask=cast(Ask, self.one_of(body.get("ask"), "ask", ("choice", "words", "line"))),
            keep=cast(Keeping, self.one_of(body.get("keep"), "keep", get_args(Keeping))),
            check=self.known(body.get("check"), "check", CHECKS),
            choices=tuple(self.choice(k, v) for k, v in choices.items()),
            next=self.targets(body.get("next")),
            list=self.known(body.get("list"), "list", LISTS),
            also=tuple((k, self.known(v, "check", CHECKS)) for k, v in also),
            signposts=tuple(self.text(item) for item in self.items(body.get("signposts"))),
            review=self.one_of(body.get("review"), "review", ("false", "true")) == "true",
            end=self.text(body.get("end")),
            do=self.deeds(body.get("do")),
            primary=self.known(body.get("primary"), "choice", choices),
        )
        self.whole(state, piece.named)
        return state

    def whole(self, state: State, piece: Marked) -> None:
        """Note what is missing for a state to make sense."""
        onward = bool(state.choices or state.next)
        if not onward and not state.end:
            self.faults.at(piece, f"state {state.name!r} leads nowhere; give it choices, next or end")
        if onward and state.end:
            self.faults.at(piece, f"state {state.name!r} ends the flow, so it can lead nowhere; drop one")
        if state.ask == "words" and DONE not in [choice.option for choice in state.choices]:
            self.faults.at(
                piece, f"state {state.name!r} takes any number of words; give it the choice {DONE!r}"
            )
        if (state.ask == "line" or state.list) and not state.next:
            self.faults.at(piece, f"state {state.name!r} needs 'next', where its answer leads")

    def choice(self, option: str, piece: Marked) -> Choice:
        if not KEY.fullmatch(option):
            self.faults.at(
                piece.named, f"{option!r} is no name for a choice; use a to z, digits and _, at most 24"
            )
        if not isinstance(piece.value, dict):
            return Choice(option, self.targets(piece))
        body = self.mapping(piece, f"choice {option!r}", CHOICE_FIELDS)
        check = self.known(body.get("if"), "check", CHECKS)
        style = cast(Style, self.one_of(body.get("style"), "style", ("plain", "primary", "danger")))
        if "url" in body:
            return Choice(option, url=self.text(body["url"]), check=check, style=style)
        return Choice(option, (self.target(piece, body, shown=True),), check=check, style=style)

    def targets(self, piece: Marked | None) -> tuple[Target, ...]:
        if piece is None:
            return ()
        if isinstance(piece.value, str):
            return (Target(to=self.state_name(piece)),)
        if isinstance(piece.value, dict):
            return (self.target(piece, self.mapping(piece, "a target", TARGET_FIELDS)),)
        return tuple(target for item in piece.value for target in self.targets(item))

    def target(self, piece: Marked, body: Mapping[str, Marked], shown: bool = False) -> Target:
        if sum(name in body for name in ("to", "call", "end")) != 1:
            self.faults.at(piece, "a target is one of 'to', 'call' and 'end'; write exactly one")
        return Target(
            to=self.state_name(body.get("to")),
            call=self.flow_name(body.get("call")),
            end=self.text(body.get("end")),
            check="" if shown else self.known(body.get("if"), "check", CHECKS),
            do=self.deeds(body.get("do")),
        )

    def interrupts(self, piece: Marked | None) -> dict[str, str]:
        body = self.mapping(piece, "interrupts")
        for name, value in body.items():
            if name not in COMMANDS:
                self.faults.unknown(value.named, "command", name, COMMANDS)
        return {name: self.flow_name(value) for name, value in body.items()}

    def deeds(self, piece: Marked | None) -> tuple[str, ...]:
        return tuple(self.known(item, "deed", DEEDS) for item in self.items(piece))

    def state_name(self, piece: Marked | None) -> str:
        return self.known(piece, "state", self.states)

    def flow_name(self, piece: Marked | None) -> str:
        return self.text(piece) if self.flows is None else self.known(piece, "flow", self.flows)

    def known(self, piece: Marked | None, kind: str, names: Collection[str]) -> str:
        word = self.text(piece)
        if piece is not None and word not in names:
            self.faults.unknown(piece, kind, word, names)
        return word

    def one_of(self, piece: Marked | None, kind: str, names: tuple[str, ...]) -> str:
        return names[0] if piece is None else self.known(piece, kind, names)

    def text(self, piece: Marked | None) -> str:
        return self._as(piece, str, "one word")

    def items(self, piece: Marked | None) -> list[Marked]:
        return self._as(piece, list, "a list, as [one, two]")

    def mapping(
        self, piece: Marked | None, what: str, fields: Collection[str] | None = None
    ) -> dict[str, Marked]:
        body: dict[str, Marked] = self._as(piece, dict, f"the names of {what}, as {{name: value}}")
        for name, value in body.items():
            if fields is not None and name not in fields:
                self.faults.unknown(value.named, f"field of {what}", name, fields)
        return body

    def _as(self, piece: Marked | None, kind: Callable[[], T], what: str) -> T:
        if piece is None:
            return kind()
        if isinstance(piece.value, cast(type, kind)):
            return cast(T, piece.value)
        self.faults.at(piece, f"this must be {what}")
        return kind()
