"""Where one conversation stands: one serialisable value, and nothing else remembers anything.

Holds a reporter's words until they are sent, so it is sealed at rest and never printed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from dialogs.screen import Line

Stage = Literal["fresh", "drafting", "filed", "ended"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One flow under way. ``trail`` is the way back.

    ``resume`` is set while one answer is changed: the state of the frame below to return to. ``replacing``
    holds until the first new message of that change, which replaces what was given before.
    """

    flow: str
    edition: str
    state: str
    tries: int = 0
    trail: tuple[str, ...] = ()
    resume: str = ""
    replacing: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was given to one question, kept until it is sent: shown on the check page and used for branching.

    ``records`` are the ``n`` of the records that hold it, ``parts`` the messages it came in, ``names`` the
    network's own names of these, one beside each; ``kind`` says where it is kept.
    """

    option: str = ""
    parts: tuple[str, ...] = field(default=(), repr=False)
    records: tuple[int, ...] = ()
    kind: Literal["draft", "record", "identity", "private"] = "draft"
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole conversation between two events. ``frames[-1]`` is what is on the screen.

    ``private`` while somebody only thinks it through: nothing but ``bounds.outline`` is then written down.
    ``answers`` by ``flow.state``; ``kept`` counts the records and ``size`` the bytes of words in them;
    ``finished`` is the question last ended with *Done* and ``finished_at`` when, in seconds of the epoch.
    ``matched`` names the signposts that went with what was sent; ``capsule`` every message that was meant for
    the capsule, empty where one had no name; never words.
    """

    frames: tuple[Frame, ...]
    language: str = "en"
    step: int = 0
    stage: Stage = "fresh"
    private: bool = False
    urgent: bool = False
    kept: int = 0
    size: int = 0
    answers: Mapping[str, Answer] = field(default_factory=dict, repr=False)
    notices: tuple[Line, ...] = ()
    reference: str = ""
    finished: str = ""
    finished_at: float = 0.0
    matched: tuple[str, ...] = ()
    capsule: tuple[str, ...] = ()


def dumps(snapshot: Snapshot) -> bytes:
    """Write it as one canonical text, to be sealed: fields in their order, answers in the order they were
    given.

    What cannot be written in UTF-8 never gets into a snapshot.
    """
    return json.dumps(asdict(snapshot), separators=(",", ":"), ensure_ascii=False).encode()


def loads(data: bytes) -> Snapshot:
    """Read it back, exactly as it was."""
    body: dict[str, Any] = json.loads(data)
    body["frames"] = tuple(Frame(**{**frame, "trail": tuple(frame["trail"])}) for frame in body["frames"])
    body["answers"] = {key: _answer(answer) for key, answer in body["answers"].items()}
    body["matched"] = tuple(body.get("matched", ()))
    body["notices"] = tuple(Line(**line) for line in body["notices"])
    body["capsule"] = tuple(body["capsule"]) if "capsule" in body else _capsule_of_before(body)
    return Snapshot(**body)


def _answer(body: dict[str, Any]) -> Answer:
    lists = {"parts": body["parts"], "records": body["records"]}
    lists["names"] = body.get("names", [""] * len(body["parts"]))
    return Answer(**{**body, **{name: tuple(listed) for name, listed in lists.items()}})


def _capsule_of_before(body: dict[str, Any]) -> tuple[str, ...]:
    """Take no chances with what was written before messages had names: it may be in the capsule."""
    given = body["stage"] == "filed" or any(answer.kind == "identity" for answer in body["answers"].values())
    return ("",) if given else ()
