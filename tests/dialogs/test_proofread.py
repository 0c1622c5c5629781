"""The shipped flows have no fault; what no small planted flow can show is found too."""

from __future__ import annotations

from datetime import date

import pytest

from dialogs.consent import kept_before_consent
from dialogs.diagram import draw_flow
from dialogs.errors import FlowError
from dialogs.library import Library, load_library, make_library
from dialogs.marked import read
from dialogs.proofread import proofread, shipped_allowances
from dialogs.proofs.numbers import MONTHS
from dialogs.proofs.places import ALLOWANCES, Places, Spot, shipped_places
from tests.dialogs.small import FLOWS, PROFILE, ROOT, SIGNPOSTS, WORDS, library

TODAY = date(2026, 11, 22)


def faults(where: Library, places: Places | None = None) -> list[str]:
    """Proofread a library of which nobody knows the places, if none are given."""
    return proofread(where, places or Places({}), TODAY)


def test_the_shipped_library_has_no_fault() -> None:
    """Every word, way, signpost, limit and question, and no allowance that nothing explains or needs."""
    assert proofread(load_library("west_midlands"), shipped_places(), TODAY, shipped_allowances()) == []


def test_without_its_allowances_the_shipped_library_has_as_many_faults() -> None:
    """Each allowance stands for one fault, has its reason, and the fault is named at the question's words."""
    allowed = read(shipped_allowances(), ALLOWANCES).items
    found = proofread(load_library("west_midlands"), shipped_places(), TODAY)
    assert len(found) == len(allowed)
    assert all(fault.startswith("words/en.yaml:") for fault in found)
    assert all(len(str(one.mapping["reason"].value)) > 40 for one in allowed)


def test_numbers_grow_old_on_a_day_that_is_handed_in() -> None:
    """What was looked at is good for the months that are named, and not one more."""
    where = load_library("west_midlands")
    good = date(2026, 11, 1).replace(year=2027, month=11 + MONTHS - 12)
    assert proofread(where, shipped_places(), good, shipped_allowances()) == []
    late = proofread(where, shipped_places(), good.replace(month=good.month + 1), shipped_allowances())
    assert len(late) == sum(entry.shown for entry in where.signposts.entries.values())
    assert all(fault.startswith(("signposts.yaml:", "profiles/west_midlands.toml:")) for fault in late)


def test_faults_come_in_the_order_of_the_files() -> None:
    """By file, line and column; a thing without a place is named at the top of its file."""
    found = faults(library(), Places({"flows/family.yaml": ROOT}))
    lines = [int(fault.split(":")[1]) for fault in found if fault.startswith("flows/family.yaml")]
    assert lines == sorted(lines)
    assert lines[0] > 1
    assert all(fault.startswith(("flows/", "words/en.yaml:1:1:", "signposts")) for fault in found)


def test_the_nearest_place_is_named() -> None:
    """What is not written stands where it would be."""
    places = Places({"x.yaml": "a:\n  b: [c, {d: e}]\n", "words/pl.po": 'msgid ""\n\nmsgctxt "a.b"\n'})
    assert places.of(Spot("x.yaml", ("a", "b", "c"))) == "x.yaml:2:7"
    assert places.of(Spot("x.yaml", ("a", "b", "1", "d"))) == "x.yaml:2:11"
    assert places.of(Spot("x.yaml", ("a", "z"))) == "x.yaml:1:1"
    assert places.of(Spot("y.yaml", ("a",))) == "y.yaml:1:1"
    assert places.of(Spot("words/pl.po", ("a.b",))) == "words/pl.po:3:1"


def test_what_does_not_fit_is_found_on_the_buttons_that_are_always_there() -> None:
    """A label of 61 characters beside every card, and one that many share."""
    words = WORDS.replace("skip: Skip", f"skip: {'s' * 61}") + f"always: {{help: {'h' * 61}}}\n"
    found = faults(make_library(FLOWS, words, SIGNPOSTS, PROFILE))
    assert any("the label of '!help' is over 60" in fault for fault in found)
    assert any("the label of 'skip' is over 60" in fault for fault in found)


def test_an_area_is_named_by_the_profile() -> None:
    """The options of a list need no words; words for an area of the force are shown."""
    words = WORDS.replace("area: {ask: Where?}", "area: {ask: Where?, choices: {north: N, west: W}}")
    found = faults(make_library(FLOWS, words, SIGNPOSTS, PROFILE))
    assert any("nothing shows 'family.area.choices.west'" in fault for fault in found)
    assert not any("choices.north" in fault for fault in found)


def test_a_review_with_everything_at_length_fits_one_message() -> None:
    """However much was written, the check page of the shipped flows stays within a message."""
    assert not [fault for fault in faults(load_library("west_midlands")) if "message is over" in fault]


def test_keeping_before_consent_is_found() -> None:
    """On any way: the root's own, a flow that interrupts or is called, an outcome that comes back."""
    shipped = load_library("west_midlands")
    assert kept_before_consent(shipped) == []
    bare = ROOT.replace(", do: [consent]}", "}")
    assert ("family", "words") in kept_before_consent(library(family=bare))
    danger = FLOWS["danger.yaml"].replace(", do: [consent]}", "}")
    assert ("danger", "sentence") in kept_before_consent(library(danger=danger))
    assert any("keeps an answer before consent" in line for line in faults(library(family=bare)))


def test_a_translation_that_cannot_be_read_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named before anything else is looked at."""
    monkeypatch.setattr("dialogs.proofs.places.parse", _refused)
    with pytest.raises(FlowError):
        shipped_places()


def _refused(_: str, name: str) -> None:
    raise FlowError([f"{name}:1:1: this is not a PO file"])


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
