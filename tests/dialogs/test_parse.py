"""Every fault of a flow at once, each with its place and how to mend it."""

from __future__ import annotations

import pytest

from dialogs.errors import FlowError
from dialogs.parse import parse

GOOD = "flow: f\nstart: a\nstates:\n  a: {choices: {on: b}}\n  b: {end: over}\n"


def faults(text: str, flows: tuple[str, ...] | None = None) -> list[str]:
    """Parse and give the faults."""
    with pytest.raises(FlowError) as caught:
        parse(text, "f.yaml", flows)
    return list(caught.value.faults)


def test_a_good_flow_has_none() -> None:
    """It parses, and its names are as written."""
    flow = parse(GOOD, "f.yaml")
    assert (flow.name, flow.start, list(flow.states)) == ("f", "a", ["a", "b"])


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("{on: b}", "{on: bb}", "f.yaml:4:21: unknown state 'bb'; did you mean 'b'?"),
        ("start: a", "start: zzz", "f.yaml:2:8: unknown state 'zzz'; known: a, b"),
        ("start: a\n", "", "f.yaml:1:1: 'start' is missing; every flow has it"),
        ("{end: over}", "{end: over, dooo: [file]}", "unknown field of state 'b' 'dooo'; did you mean 'do'?"),
        ("{end: over}", "{end: over, do: [fil]}", "f.yaml:5:23: unknown deed 'fil'; did you mean 'file'?"),
        ("{end: over}", "{end: over, do: file}", "f.yaml:5:22: this must be a list, as [one, two]"),
        ("{on: b}", "{on: {to: b, if: can_sent}}", "unknown check 'can_sent'; did you mean 'can_send'?"),
        ("{on: b}", "{on: {to: b, end: x}}", "a target is one of 'to', 'call' and 'end'; write exactly one"),
        ("{on: b}", "{on: {too: b}}", "unknown field of choice 'on' 'too'; did you mean 'to'?"),
        ("{on: b}", "{on: [{to: b, url: x}]}", "unknown field of a target 'url'"),
        ("{on: b}", "{on: {call: helf}}", "unknown flow 'helf'; did you mean 'help'?"),
        ("{on: b}", "{on: {url: [x]}}", "this must be one word"),
        ("{on: b}", "{on: {to: b, style: loud}}", "unknown style 'loud'; known: danger, plain, primary"),
        ("{choices: {on: b}}", "{}", "state 'a' leads nowhere; give it choices, next or end"),
        ("{end: over}", "{end: over, next: a}", "state 'b' ends the flow, so it can lead nowhere; drop one"),
        ("{choices: {on: b}}", "{ask: words, choices: {on: b}}", "give it the choice 'done'"),
        ("{choices: {on: b}}", "{ask: line, choices: {on: b}}", "needs 'next', where its answer leads"),
        (
            "{choices: {on: b}}",
            "{ask: date, choices: {on: b}}",
            "unknown ask 'date'; known: choice, line, words",
        ),
        (
            "{choices: {on: b}}",
            "{keep: recrod, choices: {on: b}}",
            "unknown keep 'recrod'; did you mean 'record'?",
        ),
        ("{choices: {on: b}}", "{list: towns, next: b}", "unknown list 'towns'; known: areas"),
        ("{choices: {on: b}}", "[a]", "this must be the names of state 'a', as {name: value}"),
        ("{choices", "{primary: onn, choices", "f.yaml:4:16: unknown choice 'onn'; did you mean 'on'?"),
        ("on: b", "On!: b", "'On!' is no name for a choice"),
        ("  b: {end", "  B: {end", "'B' is no name for a state"),
        ("start: a", "start: a\ninterrupts: {helpp: f}", "unknown command 'helpp'; did you mean 'help'?"),
    ],
)
def test_a_fault_says_where_and_how_to_mend_it(old: str, new: str, fault: str) -> None:
    """File, line, column, what is wrong, and the nearest word that is known."""
    assert old in GOOD
    found = faults(GOOD.replace(old, new), ("f", "help"))
    assert any(fault in line for line in found), found
    assert all(line.startswith("f.yaml:") for line in found)


def test_every_fault_comes_at_once_in_the_order_of_the_file() -> None:
    """An author mends a flow in one go."""
    text = "flow: f\nstart: x\nstates:\n  a: {choices: {on: y}}\n  b: {end: over, do: [z]}\n"
    assert [fault.split(":")[1] for fault in faults(text)] == ["2", "4", "5"]


def test_yes_and_no_stay_words() -> None:
    """An option named yes is the string, and so are on and off."""
    flow = parse(GOOD.replace("{on: b}", "{yes: b, no: b, on: b, off: b}"), "f.yaml")
    assert [choice.option for choice in flow.states["a"].choices] == ["yes", "no", "on", "off"]


def test_flows_are_not_looked_at_when_none_are_named() -> None:
    """A flow from the store is read alone."""
    assert parse(GOOD.replace("{on: b}", "{on: {call: unknown}}"), "f.yaml").name == "f"
