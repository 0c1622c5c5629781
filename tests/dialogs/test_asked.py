"""What is asked is read from the flows; what is never asked is all named; help goes with explicit answers."""

from __future__ import annotations

from functools import cache

import yaml

from dialogs.asked import asks, everything, shown
from dialogs.library import Library, load_library
from dialogs.matched import MATCHES, MOST, matched
from dialogs.never_asked import subject
from dialogs.screen import Line
from dialogs.signposts import MATCHED
from dialogs.snapshot import Answer
from tests.dialogs.test_words import HERE

NAMED = {
    "religion": "religion",
    "ethnicity": "ethnic background",
    "immigration status": "immigration status",
    "opinions": "opinions",
    "watch": "watch or follow",
    "search": "search their things",
    "befriend": "befriend",
    "collect": "collect anything",
}


@cache
def library() -> Library:
    """The shipped library, once."""
    return load_library("west_midlands")


def test_every_question_of_every_flow_is_on_the_page() -> None:
    """None is left out, and no flow is without a heading."""
    listed = dict(everything(library()))
    for name in library().names():
        flow = library().current(name)
        asked = [Line(f"{name}.{state.name}.ask") for state in flow.states.values() if asks(state)]
        assert list(listed.get(name, ())) == asked
    assert all(library().wording.has(f"web.never.{name}") for name in listed)


def test_every_question_to_a_family_is_on_the_card_by_its_name() -> None:
    """Those that are kept as records or apart, each once."""
    names = [line.blanks["name_key"] for line in shown(library(), "family")]
    states = library().current("family").states.values()
    kept = {f"family.{state.name}.short" for state in states if state.keep in ("record", "identity")}
    assert kept <= set(names)
    assert len(names) == len(set(names))


def test_no_question_on_the_page_is_of_what_is_never_asked() -> None:
    """The page and the proofreader read the same questions."""
    for _, questions in everything(library()):
        assert [line.key for line in questions if subject(library().wording.text(line, "en"))] == []


def test_all_that_is_never_asked_is_said() -> None:
    """Each subject and each deed that the proofreader looks for is named on the card."""
    kinds = yaml.safe_load((HERE / "never_asked.yaml").read_text(encoding="utf-8"))
    said = library().wording.text(Line("privacy.never.say"), "en")
    assert {*kinds["subjects"], *kinds["deeds"]} == set(NAMED)
    assert [name for name, words in NAMED.items() if words not in said] == []


def test_help_is_matched_to_options_that_there_are() -> None:
    """Each question, option and signpost of the table exists, and may be shown."""
    for (question, option), names in MATCHES.items():
        flow, _, state = question.partition(".")
        assert option in [choice.option for choice in library().current(flow).states[state].choices]
        assert len(library().signposts.shown(names)) == len(names)


def test_only_what_was_said_is_matched_and_never_words() -> None:
    """No answer, no entry; an option brings its own, each once and a few at most; words bring none."""
    assert matched({}) == ()
    assert matched({"family.noticed": Answer(parts=("online school under_13",))}) == ()
    assert matched({"family.age_band": Answer(option="skip")}) == ()
    teens = {"family.age_band": Answer(option="teens"), "under_18.age": Answer(option="middle")}
    assert matched(teens) == ("childline", "papyrus")
    answers = {question: Answer(option=option) for question, option in MATCHES}
    assert len(matched(answers)) <= MOST


def test_what_is_matched_stands_after_sending() -> None:
    """Both screens that say that it was sent show it."""
    states = library().current("family").states
    assert all(MATCHED in states[name].signposts for name in ("after", "after_urgent"))
