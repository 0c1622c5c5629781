"""The life of a case as a table: its stages, what may be done at each, who may do it, what closing needs.

1. Nothing closes itself: a person, an outcome, a reason where one is due, and a note.
2. Picking up is not reading, and nobody reads what nobody has: a concern always has a name beside it first.
3. Keys only: what they are called stands with the door that shows them.

No case, no clock and no store in here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialogs.errors import NotAllowed

Stage = Literal["new", "picked_up", "gathering", "waiting", "gateway", "closed"]
Who = Literal["team", "holder", "nobody"]
Progress = Literal["received", "read", "looked_into", "finished"]

STAGES: tuple[Stage, ...] = ("new", "picked_up", "gathering", "waiting", "gateway", "closed")
OPEN: tuple[Stage, ...] = STAGES[:-1]

# Where a case may be moved to by hand. Picking up and closing are deeds of their own.
MOVES: dict[str, tuple[Stage, ...]] = {
    "new": (),
    "picked_up": ("gathering", "waiting", "gateway"),
    "gathering": ("waiting", "gateway"),
    "waiting": ("gathering", "gateway"),
    "gateway": ("gathering", "waiting"),
    "closed": (),
}

# All that a reporter may ever be told about progress; never an outcome, a reason or another agency.
PROGRESS: dict[str, Progress] = {
    "new": "received",
    "picked_up": "received",
    "gathering": "looked_into",
    "waiting": "looked_into",
    "gateway": "looked_into",
    "closed": "finished",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that can be done to a case: at which stages, and by whom.

    ``team``: anyone of the team, once somebody has the case; ``holder``: whoever has it, or a supervisor;
    ``nobody``: anyone of the team while nobody has it.
    """

    stages: tuple[Stage, ...]
    who: Who


DEEDS: dict[str, Deed] = {
    "pick_up": Deed(OPEN, "nobody"),
    "put_back": Deed(OPEN, "holder"),
    "read": Deed(STAGES, "team"),
    "note": Deed(STAGES, "team"),
    "reply": Deed(OPEN, "holder"),
    "move": Deed(OPEN, "holder"),
    "close": Deed(OPEN, "holder"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case ends: ``reasons``, one of which is due; ``elsewhere``, where it goes on under another
    reference.
    """

    reasons: tuple[str, ...] = ()
    elsewhere: bool = False


OUTCOMES: dict[str, Outcome] = {
    "channel": Outcome(elsewhere=True),
    "police_led": Outcome(elsewhere=True),
    "investigation": Outcome(elsewhere=True),
    "emergency": Outcome(),
    "domestic_abuse": Outcome(),
    "signposted": Outcome(),
    "transferred": Outcome(elsewhere=True),
    "no_action": Outcome(("explained", "safeguarding", "mistaken", "malicious", "cannot_identify")),
    "duplicate": Outcome(elsewhere=True),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands, seen by one officer: its stage, whether anyone has it, whether they do, their
    role.
    """

    stage: str
    held: bool
    mine: bool
    role: str


def allowed(deed: str, standing: Standing) -> bool:
    """Say whether this officer may do this now."""
    rule = DEEDS[deed]
    if standing.role not in ("officer", "supervisor") or standing.stage not in rule.stages:
        return False
    if rule.who == "nobody":
        return not standing.held
    if rule.who == "team":
        return standing.held
    return standing.mine or (standing.held and standing.role == "supervisor")


def demand(deed: str, standing: Standing) -> None:
    """Raises: NotAllowed, in words for the officer, unless this officer may do this now."""
    if allowed(deed, standing):
        return
    rule = DEEDS[deed]
    if standing.stage not in rule.stages:
        raise NotAllowed("The case is not at a stage where this can be done.")
    if rule.who == "team":
        raise NotAllowed("Nobody has this case yet. Pick it up first.")
    if rule.who == "nobody":
        raise NotAllowed("Someone has this case already.")
    raise NotAllowed("Only the person who has this case, or a supervisor, can do this.")


def demand_move(stage: str, to: str) -> None:
    """Raises: NotAllowed unless a case may be moved by hand from one stage to the other."""
    if to not in MOVES.get(stage, ()):
        raise NotAllowed("A case cannot be moved from this stage to that one.")


def closing_faults(outcome: str, reason: str, elsewhere: str, note: str) -> dict[str, str]:
    """Name what is wrong with a closing, field by field.

    ``missing``, ``unknown``, ``not_due`` or ``not_of_this_outcome``.
    """
    faults: dict[str, str] = {}
    known = OUTCOMES.get(outcome)
    if known is None:
        faults["outcome"] = "unknown" if outcome else "missing"
    else:
        wrong = _reason_fault(known, reason)
        if wrong:
            faults["reason"] = wrong
        if known.elsewhere and not elsewhere.strip():
            faults["elsewhere"] = "missing"
    if not note.strip():
        faults["note"] = "missing"
    return faults


def _reason_fault(outcome: Outcome, reason: str) -> str:
    if not outcome.reasons:
        return "not_due" if reason else ""
    if not reason:
        return "missing"
    return "" if reason in outcome.reasons else "not_of_this_outcome"
