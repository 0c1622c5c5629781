"""The shipped flows have no fault, and every kind of fault is found where it is made."""

from __future__ import annotations

import pytest

from dialogs.consent import kept_before_consent
from dialogs.diagram import draw_flow
from dialogs.library import load_library, make_library
from dialogs.proofread import proofread
from tests.dialogs.small import FLOWS, PROFILE, ROOT, SIGNPOSTS, WORDS, library


def test_the_shipped_library_has_no_fault() -> None:
    """Every word, way, signpost and limit."""
    assert proofread(load_library("west_midlands")) == []


@pytest.mark.parametrize(
    ("fault", "old", "new"),
    [
        ("family.yaml: lost: nothing leads here", "  over: {", "  lost: {end: x}\n  over: {"),
        ("family.yaml: on: no flow ends with 'nowhere'", "", ""),
        ("there is no way to 'privacy'", ", privacy: privacy", ""),
        ("there is no way to 'leave'", "leave: left\n", ""),
        ("there is no way to 'stop'", "stop: bye", "stop: [{to: bye, if: was_sent}]"),
        ("'next' may lead nowhere", "", ""),
        ("links: signpost 'doubtful' is switched off", "", ""),
        ("links: unknown signpost 'helpline'", "signposts: [emergency, doubtful]", "signposts: [helpline]"),
        ("words/en.yaml: family.area.choices.dont_know: there are no words", "", ""),
        ("words/en.yaml: notice.kept: there are no words", "", ""),
    ],
)
def test_each_kind_of_fault_is_found(fault: str, old: str, new: str) -> None:
    """Made on purpose, named by place."""
    found = proofread(library(family=ROOT.replace(old, new, 1) if old else ROOT))
    assert any(fault in line for line in found), found


def test_a_flow_that_cannot_be_left_is_found() -> None:
    """A flow laid over others must lead to an end."""
    found = proofread(library(deep="{flow: deep, start: a, states: {a: {choices: {on: a}}}}"))
    assert "flows/deep.yaml: a: the flow can never be left from here; lead to an end" in found


def test_words_for_nothing_and_blanks_that_nothing_fills_are_found() -> None:
    """A key of no state, a field nobody shows, an option that is no choice, a blank without a filling."""
    words = WORDS.replace(
        "  area: {ask: Where?}",
        "  area: {ask: 'Where {is}?', sey: x, choices: {west: W, north: N}}\n  gone: {ask: x}",
    )
    found = proofread(make_library(FLOWS, words, SIGNPOSTS, PROFILE))
    for key in ("family.area.sey", "family.area.choices.west", "family.gone.ask"):
        assert f"words/en.yaml: {key}: nothing shows these words; take them out or mend the key" in found
    assert any("family.area.ask: nothing fills the blank {is}" in line for line in found)
    assert not any("choices.north: nothing" in line for line in found)


def test_what_does_not_fit_is_found() -> None:
    """Labels over 60 characters, long short names, and messages over 4,096."""
    words = WORDS.replace("words: Write", f"words: {'w' * 61}").replace(
        "short: What happened", f"short: {'s' * 55}"
    )
    words = words.replace("ask: Where?", f"ask: Where?, say: {'x' * 4097}")
    found = proofread(make_library(FLOWS, words, SIGNPOSTS, PROFILE))
    assert "flows/family.yaml: menu: the label of 'words' is over 60 characters" in found
    assert "words/en.yaml: family.words.short: too long for its button on the check page" in found
    assert any("area: the message is over 4096 characters" in line for line in found)


def test_names_too_long_for_a_button_are_found() -> None:
    """A network gives an option so many bytes."""
    name = "n" * 24
    states = f"  {name}: {{keep: record, ask: line, next: e}}\n  e: {{end: x}}\n"
    flow = f"flow: {'f' * 24}\nstart: {name}\nstates:\n{states}"
    found = proofread(make_library(FLOWS | {"f.yaml": flow}, WORDS, SIGNPOSTS, PROFILE))
    assert any("its name is too long for its button on the check page" in line for line in found)


def test_a_review_with_everything_at_length_fits_one_message() -> None:
    """However much was written, the check page of the shipped flows stays within a message."""
    assert not [fault for fault in proofread(load_library("west_midlands")) if "message is over" in fault]


def test_keeping_before_consent_is_found() -> None:
    """On any way: the root's own, a flow that interrupts or is called, an outcome that comes back."""
    shipped = load_library("west_midlands")
    assert kept_before_consent(shipped) == []
    bare = ROOT.replace(", do: [consent]}", "}")
    assert ("family", "words") in kept_before_consent(library(family=bare))
    danger = FLOWS["danger.yaml"].replace(", do: [consent]}", "}")
    assert ("danger", "sentence") in kept_before_consent(library(danger=danger))
    assert any("keeps an answer before consent" in line for line in proofread(library(family=bare)))


def test_a_diagram_shows_every_move() -> None:
    """The same flow gives the same Mermaid text, with checks, deeds, calls and ends."""
    drawn = draw_flow(library().current("family"))
    assert drawn == draw_flow(library().current("family"))
    for line in (
        "[*] --> hello",
        "[*] --> after: after sent",
        "[*] --> after: again",
        "[*] --> bye: stop",
        "words: words (record)",
        "hello --> menu: agree / consent",
        "menu --> menu: deep → deep",
        "menu --> [*]: quit ■ over",
        "passing --> words: next [was_sent]",
        "links --> menu: only [on_web]",
        "over --> [*]: over",
    ):
        assert f"    {line}\n" in drawn
    assert "again" not in draw_flow(library().current("help"))
