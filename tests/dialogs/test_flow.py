"""What an edition is, and that a flow comes back from the store as it went in."""

from __future__ import annotations

import pytest

from dialogs.flow import Flow, State, Target, from_json, make_flow
from dialogs.library import load_library
from dialogs.parse import parse
from tests.dialogs.small import FLOWS, ROOT


@pytest.mark.parametrize("name", load_library("west_midlands").names())
def test_a_flow_comes_back_from_the_store(name: str) -> None:
    """Written and read again it is the same flow of the same edition."""
    flow = load_library("west_midlands").current(name)
    back = from_json(flow.to_json())
    assert (back, back.meaning, back.edition) == (flow, flow.meaning, flow.edition)


def test_an_edition_is_the_hash_of_meaning() -> None:
    """A comment or another order of states is the same edition; another way to lead is a new one."""
    one = parse(ROOT, "a.yaml")
    assert parse(f"# a comment\n{ROOT}", "b.yaml").edition == one.edition
    assert parse(ROOT.replace("look: menu}", "look: hello}"), "a.yaml").edition != one.edition
    states = {"a": State("a", next=(Target(to="b"),)), "b": State("b", end="x")}
    turned = dict(reversed(states.items()))
    assert make_flow(Flow("f", "a", states)).edition == make_flow(Flow("f", "a", turned)).edition


def test_what_flows_could_not_say_before_changes_no_older_edition() -> None:
    """A state without a primary option means what it meant before there was one; with one, it is new."""
    one = parse(ROOT, "a.yaml")
    assert '"primary"' not in one.to_json()
    said = parse(ROOT.replace("  menu:\n", "  menu:\n    primary: words\n"), "a.yaml")
    assert said.edition != one.edition
    assert from_json(said.to_json()).states["menu"].primary == "words"


def test_an_edition_is_short_and_plain() -> None:
    """Sixteen hexadecimal digits."""
    assert all(len(parse(text, "x.yaml").edition) == 16 for text in FLOWS.values())
    int(parse(ROOT, "x.yaml").edition, 16)


@pytest.mark.parametrize(
    ("state", "option", "guarded"),
    [
        (State("a", ask="words", check="something_said"), "done", True),
        (State("a", ask="words", check="something_said"), "skip", False),
        (State("a", ask="line", check="short_line"), "", True),
        (State("a", ask="line", check="short_line"), "skip", False),
        (State("a", check="two_people"), "on", True),
        (State("a"), "on", False),
    ],
)
def test_a_check_guards_what_it_is_about(state: State, option: str, guarded: bool) -> None:
    """Words by Done, a line by the line, a choice by every option."""
    assert state.guards(option) is guarded
