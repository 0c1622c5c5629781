"""Two forces, one conversation: nothing of one stands where both look, and what differs is data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dialogs.errors import FlowError
from dialogs.library import Library, load_library
from dialogs.profile import read_profile
from dialogs.proofread import proofread, shipped_allowances
from dialogs.proofs.places import shipped_places
from dialogs.signposts import Signpost, Signposts, of_the_force

ROOT = Path(__file__).resolve().parents[2]
PLACES = re.compile(
    r"west.?midlands|birmingham|coventry|dudley|sandwell|solihull|walsall|wolverhampton|glannau",
    re.IGNORECASE,
)
FORCES = ("west_midlands", "heddlu_glannau")
TODAY = date(2026, 11, 22)
OWN = {"name": "N", "value": "V", "source": "S", "mark": "V", "checked": "2026-11"}


@pytest.fixture(scope="module", params=FORCES)
def library(request: pytest.FixtureRequest) -> Library:
    """The shipped library of each force."""
    return load_library(request.param)


def shared() -> Iterator[Path]:
    """Flows, English words, signposts and the code of the conversation."""
    for pattern in ("flows/*.yaml", "words/en.yaml", "*.yaml", "*.py", "proofs/*.py"):
        yield from sorted((ROOT / "dialogs").glob(pattern))
    for room in ("bot", "bot/channels", "bot/templates"):
        yield from sorted(path for path in (ROOT / room).iterdir() if path.suffix in (".py", ".html"))


def test_nothing_of_a_force_stands_in_what_all_share() -> None:
    """No place or force is named in flows, words, signposts or code, save as the example in ``profile``."""
    found = [
        (path.name, hit.group())
        for path in shared()
        for hit in PLACES.finditer(path.read_text(encoding="utf-8"))
        if path.name != "profile.py"
    ]
    assert found == []


def test_each_force_is_proofread_clean(library: Library) -> None:
    """Words, ways, signposts and limits hold with its names and numbers."""
    assert proofread(library, shipped_places(), TODAY, shipped_allowances()) == []


def test_the_forces_differ_in_what_is_theirs() -> None:
    """Names, areas, teams, forms, pages and numbers."""
    one, other = (load_library(force) for force in FORCES)
    assert one.profile.name != other.profile.name
    assert set(one.profile.areas) & set(other.profile.areas) == {"elsewhere"}
    assert one.profile.teams != other.profile.teams
    assert set(one.profile.referral.values()).isdisjoint(other.profile.referral.values())
    assert one.signposts.entries["contest"].href != other.signposts.entries["contest"].href
    assert "local_line" not in one.signposts.entries
    assert other.signposts.entries["local_line"].own


def test_the_second_force_says_that_it_is_made_up() -> None:
    """First line of its file; each of its pages is at an address that belongs to nobody."""
    text = (ROOT / "dialogs" / "profiles" / "heddlu_glannau.toml").read_text(encoding="utf-8")
    assert text.startswith("# MADE UP.")
    assert all(".example/" in address for address in re.findall(r"https://\S+", text))


def test_a_force_lays_its_fields_over_a_shared_entry() -> None:
    """Where it read the number, say; the name stays the one that is translated."""
    given = Signposts({"line": Signpost("line", "Line", "1", mark="V2")})
    laid = of_the_force(given, {"line": {"source": "here"}, "contest": OWN}, "p")
    assert (laid.entries["line"].name, laid.entries["line"].source) == ("Line", "here")
    assert (laid.entries["line"].own, laid.entries["contest"].own) == (False, True)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"contset": OWN}, "no signpost 'contset' of its own"),
        ({"contest": OWN | {"colour": "red"}}, "unknown field 'colour'"),
        ({"contest": OWN | {"on": "true"}}, "unknown field 'on'"),
        ({"contest": {"name": "N"}}, "needs checked, mark, source, value"),
        ({"contest": OWN | {"mark": "W"}}, "needs a known mark"),
    ],
)
def test_a_wrong_signpost_of_a_force_is_a_fault(given: dict[str, dict[str, str]], fault: str) -> None:
    """Named, with the profile's file."""
    with pytest.raises(FlowError, match=fault) as caught:
        of_the_force(Signposts({}), given, "profiles/x.toml")
    assert caught.value.faults[0].startswith("profiles/x.toml:1:1: ")


def test_teams_and_forms_are_of_areas_that_there_are() -> None:
    """An area that nobody knows is a fault."""
    with pytest.raises(FlowError, match="'teams' names 'north', which is not an area"):
        read_profile("name='x'\n[areas]\nsouth='S'\n[teams]\nnorth='T'", "x")
