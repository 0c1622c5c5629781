"""The life of a case: the table says what may be done, and nothing else may."""

from __future__ import annotations

import itertools

import pytest

from dialogs import casework
from dialogs.casework import (
    DEEDS,
    MOVES,
    OUTCOMES,
    PROGRESS,
    STAGES,
    Standing,
    allowed,
    closing_faults,
    demand,
    demand_move,
)
from dialogs.errors import NotAllowed

ROLES = ("officer", "supervisor", "authoriser", "keyadmin", "auditor")
EVERY = [
    Standing(stage, held, mine, role)
    for stage, (held, mine), role in itertools.product(
        STAGES, [(False, False), (True, False), (True, True)], ROLES
    )
]


def named(standing: Standing) -> str:
    return (
        f"{standing.stage}-{standing.role}-{'mine' if standing.mine else 'held' if standing.held else 'free'}"
    )


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("standing", EVERY, ids=named)
def test_demand_refuses_exactly_what_is_not_allowed(deed: str, standing: Standing) -> None:
    """Whatever is not allowed raises, and whatever is allowed does not."""
    if allowed(deed, standing):
        demand(deed, standing)
    else:
        with pytest.raises(NotAllowed):
            demand(deed, standing)


def test_no_other_role_ever_touches_a_case() -> None:
    """An authoriser, a key administrator and an auditor may do nothing to any case."""
    others = [standing for standing in EVERY if standing.role not in ("officer", "supervisor")]
    assert not [(deed, standing) for deed in DEEDS for standing in others if allowed(deed, standing)]


def test_nobody_reads_what_nobody_has() -> None:
    """A concern that nobody has can be picked up and nothing else."""
    free = Standing("new", held=False, mine=False, role="supervisor")
    assert [deed for deed in DEEDS if allowed(deed, free)] == ["pick_up"]


def test_a_colleague_may_read_and_note_but_not_answer_move_or_close() -> None:
    """A case that somebody else has is open to reading and notes; the rest is theirs, or a supervisor's."""
    theirs = Standing("gathering", held=True, mine=False, role="officer")
    assert {deed for deed in DEEDS if allowed(deed, theirs)} == {"read", "note"}
    overseen = Standing("gathering", held=True, mine=False, role="supervisor")
    assert {deed for deed in DEEDS if allowed(deed, overseen)} == set(DEEDS) - {"pick_up"}


def test_a_closed_case_only_takes_notes() -> None:
    """After closing, a case can be read and noted, never answered or moved."""
    closed = Standing("closed", held=True, mine=True, role="supervisor")
    assert {deed for deed in DEEDS if allowed(deed, closed)} == {"read", "note"}


@pytest.mark.parametrize(("stage", "to"), list(itertools.product(STAGES, STAGES)))
def test_moves_are_those_of_the_table(stage: str, to: str) -> None:
    """A case moves by hand only where the table says."""
    if to in MOVES[stage]:
        demand_move(stage, to)
    else:
        with pytest.raises(NotAllowed):
            demand_move(stage, to)


def test_an_unknown_stage_moves_nowhere() -> None:
    """A stage that no table knows is refused, not raised over."""
    with pytest.raises(NotAllowed):
        demand_move("elsewhere", "gathering")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_closing_needs_what_the_outcome_says(outcome: str) -> None:
    """An outcome takes a reason where it has any, a reference where it goes on elsewhere, always a note."""
    known = OUTCOMES[outcome]
    reason = known.reasons[0] if known.reasons else ""
    assert closing_faults(outcome, reason, "PC-1", "a note") == {}
    bare = closing_faults(outcome, "", " ", " ")
    due = {"note": "missing"}
    if known.reasons:
        due["reason"] = "missing"
    if known.elsewhere:
        due["elsewhere"] = "missing"
    assert bare == due


def test_a_closing_that_does_not_fit_says_where() -> None:
    """An unknown outcome, a reason of another outcome and a reason where none is due are each named."""
    assert closing_faults("", "", "", "a note") == {"outcome": "missing"}
    assert closing_faults("solved", "", "", "a note") == {"outcome": "unknown"}
    assert closing_faults("no_action", "bored", "", "a note") == {"reason": "not_of_this_outcome"}
    assert closing_faults("signposted", "mistaken", "", "a note") == {"reason": "not_due"}


def test_a_reporter_hears_one_of_four_words() -> None:
    """Every stage is told as received, read, being looked into or finished, and as nothing else."""
    assert set(PROGRESS) == set(STAGES)
    assert set(PROGRESS.values()) <= {"received", "read", "looked_into", "finished"}
    assert "closed" not in casework.OPEN
