"""What a library holds, and that every file's faults come together."""

from __future__ import annotations

import pytest

from dialogs.errors import FlowError, UnknownFlow
from dialogs.flow import from_json
from dialogs.library import load_library, make_library
from dialogs.profile import read_profile
from dialogs.signposts import read_signposts
from tests.dialogs.small import FLOWS, PROFILE, ROOT, SIGNPOSTS, WORDS, library


def test_the_shipped_library_loads() -> None:
    """Flows, words, signposts and the force."""
    shipped = load_library("west_midlands")
    assert shipped.root in shipped.names()
    assert shipped.flow("family") is shipped.current("family")
    assert shipped.profile.areas


def test_an_unknown_profile_is_a_fault() -> None:
    """It is named."""
    with pytest.raises(FlowError, match="no such force profile"):
        load_library("atlantis")


def test_editions_live_beside_the_current_one() -> None:
    """An edition from the store is found by its name and edition; anything else is unknown."""
    where = library()
    old = from_json(library(family=ROOT.replace("look: menu}", "look: hello}")).current("family").to_json())
    with pytest.raises(UnknownFlow):
        where.flow("family", old.edition)
    where.add(old)
    assert where.flow("family", old.edition) is old
    assert where.current("family") is not old
    with pytest.raises(UnknownFlow):
        where.current("gone")


def test_faults_of_all_files_come_together() -> None:
    """A wrong flow, wrong words and a wrong catalogue are named in one error."""
    flows = FLOWS | {"help.yaml": "{flow: help, start: x, states: {}}"}
    with pytest.raises(FlowError) as caught:
        make_library(flows, "a: [", "x: {name: X}", PROFILE)
    places = {fault.split(":")[0] for fault in caught.value.faults}
    assert places == {"flows/help.yaml", "words/en.yaml", "signposts.yaml"}
    assert str(caught.value).count("\n") == len(caught.value.faults) - 1


def test_one_wrong_flow_is_enough() -> None:
    """A library with any fault is not made."""
    with pytest.raises(FlowError):
        make_library(FLOWS | {"help.yaml": "{}"}, WORDS, SIGNPOSTS, PROFILE)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: {name: A, value: v, source: s, mark: Z, checked: c}", "unknown mark 'Z'"),
        ("a: {name: A, value: v, source: s, mark: V}", "has no 'checked'"),
        ("a: {name: A, value: v, source: s, mark: V, checked: c, hrefs: h}", "did you mean 'href'?"),
        ("a: b", "has no 'name'"),
        ("[a]", "the catalogue is a mapping"),
    ],
)
def test_a_wrong_signpost_is_a_fault(text: str, fault: str) -> None:
    """What every entry must say, and what none may."""
    with pytest.raises(FlowError, match=r"signposts\.yaml:1:") as caught:
        read_signposts(text, "signposts.yaml")
    assert any(fault in line for line in caught.value.faults)


def test_doubtful_signposts_are_never_shown() -> None:
    """A mark of `?`, a switch that is off, or no entry at all."""
    posts = read_signposts(
        SIGNPOSTS + "off: {name: O, value: v, source: s, mark: V, checked: c, on: false}", "s.yaml"
    )
    assert [post.key for post in posts.shown(("emergency", "doubtful", "off", "gone", "act"))] == [
        "emergency",
        "act",
    ]
    assert posts.entries["act"].plain == "ACT: act"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name = ", "this is not TOML"),
        ("short = 'x'", "'name' is missing"),
        ("name = 'x'\ncolour = 'blue'", "unknown setting 'colour'"),
        ("name = 3", "'name' must be of the kind str"),
        ("name = 'x'\ntelegram = 'maybe'", "'telegram' is one of full, door, off"),
    ],
)
def test_a_wrong_profile_is_a_fault(text: str, fault: str) -> None:
    """Each setting that is wrong is named."""
    with pytest.raises(FlowError, match=r"profiles/x\.toml:1:1: ") as caught:
        read_profile(text, "x")
    assert any(fault in line for line in caught.value.faults)


def test_a_referral_form_is_found_by_area() -> None:
    """An area's own, or the default, or none."""
    profile = read_profile("name='x'\n[areas]\nnorth='N'\n[referral]\nnorth='n'\ndefault='d'", "x")
    assert (profile.referral_for("north"), profile.referral_for("south")) == ("n", "d")
    assert PROFILE.referral_for("south") == ""
