"""What a flow is made of: frozen values that hold keys only, never a word that a person reads.

An edition is the hash of a flow's meaning: change where a button leads and it is a new edition, change a
comma in a sentence and it is not. Nothing here moves a conversation and nothing here reads a file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from dialogs.screen import Style

Ask = Literal["choice", "words", "line"]
Keeping = Literal["none", "draft", "record", "identity", "private"]

NEXT = "next"
"""The event of going on without a button: a line was given, or a place is passed through."""
DONE, SKIP, GO_ON = "done", "skip", "go_on"
MOVES = frozenset({DONE, SKIP, GO_ON})
"""Options that only move: pressing one is not an answer, so it leaves no record."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a choice leads: to a state, into another flow, or out of this one with an outcome.

    ``check`` names what must hold for it to be taken; ``do`` the deeds done on the way.
    """

    to: str = ""
    call: str = ""
    end: str = ""
    check: str = ""
    do: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One button. The first target whose check holds is taken; ``url`` names a link instead; ``check`` says
    when it is shown.
    """

    option: str
    targets: tuple[Target, ...] = ()
    url: str = ""
    check: str = ""
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class State:
    """One question, or one place without a screen.

    ``ask``: a choice, any number of messages until *Done*, or one line. ``keep``: nowhere, in the draft for
    branching, as a sealed record, in the identity capsule, or in one process's memory only (``private``).
    ``list`` names a list of the force profile that becomes choices (``areas``), each leading to ``next``.
    ``also`` maps further paragraphs to the check that must hold for them to be shown. ``primary`` is the
    option that shows the way on. ``end`` is the outcome
    with which the flow is left here. A state with ``next`` and nothing to ask is passed through.
    """

    name: str
    ask: Ask = "choice"
    keep: Keeping = "none"
    check: str = ""
    choices: tuple[Choice, ...] = ()
    next: tuple[Target, ...] = ()
    list: str = ""
    also: tuple[tuple[str, str], ...] = ()
    signposts: tuple[str, ...] = ()
    review: bool = False
    end: str = ""
    do: tuple[str, ...] = ()
    primary: str = ""

    @property
    def silent(self) -> bool:
        """Whether it is passed through without a screen."""
        return self.ask == "choice" and not (self.choices or self.list or self.end or self.review)

    def guards(self, option: str) -> bool:
        """Whether its check must hold to leave by this option (empty: by a line)."""
        leaving = {"choice": option, "words": DONE, "line": ""}[self.ask]
        return bool(self.check) and option == leaving


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow. ``on`` maps the outcomes of other flows to states of this one.

    Only the root flow says the rest: ``interrupts`` maps commands to flows; ``again`` is where someone who
    comes back after sending is met; ``stop`` and ``leave`` where those commands lead.
    """

    name: str
    start: str
    states: Mapping[str, State] = field(compare=False, hash=False)
    interrupts: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)
    on: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)
    again: str = ""
    stop: tuple[Target, ...] = field(default=(), compare=False, hash=False)
    leave: tuple[Target, ...] = field(default=(), compare=False, hash=False)
    edition: str = ""

    @property
    def private(self) -> bool:
        """Whether it thinks with a person and keeps nothing: it asks what only a memory may hold."""
        return any(state.keep == "private" for state in self.states.values())

    @property
    def meaning(self) -> dict[str, Any]:
        """Everything that decides how a conversation goes, as plain data.

        What was added to flows later is left out where it says nothing, so that older editions keep their
        name.
        """
        body = asdict(self)
        del body["edition"]
        for state in body["states"].values():
            if not state["primary"]:
                del state["primary"]
        return body

    def to_json(self) -> str:
        """Write it for the store's editions."""
        return canonical(self.meaning)


def make_flow(flow: Flow) -> Flow:
    """Give a flow its edition."""
    return replace(flow, edition=hashlib.sha256(flow.to_json().encode()).hexdigest()[:16])


def from_json(text: str) -> Flow:
    """Read a flow back from the store's editions."""
    body = json.loads(text)
    states = {name: _state(state) for name, state in body["states"].items()}
    leads = {name: _targets(body[name]) for name in ("stop", "leave")}
    return make_flow(Flow(**{**body, **leads, "states": states}))


def canonical(data: object) -> str:
    """One text for one meaning: sorted keys, no spaces, no escapes for letters."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _state(body: dict[str, Any]) -> State:
    choices = tuple(
        Choice(**{**choice, "targets": _targets(choice["targets"])}) for choice in body["choices"]
    )
    lists = {name: tuple(body[name]) for name in ("signposts", "do")}
    also = tuple((name, check) for name, check in body["also"])
    return State(**{**body, **lists, "also": also, "choices": choices, "next": _targets(body["next"])})


def _targets(bodies: Sequence[dict[str, Any]]) -> tuple[Target, ...]:
    return tuple(Target(**{**body, "do": tuple(body["do"])}) for body in bodies)
