"""The crowd of made-up people: what it finds, how it tells it, and that it finds what was planted."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import yaml

from bot.workshop import crowd, promises
from bot.workshop.crowd import Crowd, Failure, Tally, places, summary
from bot.workshop.editions import changed, shorter
from bot.workshop.shortest import shortest
from bot.workshop.talk import Step, Talk, event_of, written
from bot.workshop.tongues import spoken_library
from bot.workshop.ways import Ends
from dialogs.effects import Close, FileConcern, Keep, Show
from dialogs.engine import Turn
from dialogs.errors import FlowError
from dialogs.events import Wrote
from dialogs.library import Library, load_library
from dialogs.pseudo import PSEUDO
from dialogs.screen import Line
from dialogs.snapshot import Answer
from tests.journeys.play import Journey, play

PROFILE = "west_midlands"


@cache
def shipped() -> Library:
    """Give the shipped library, once."""
    return load_library(PROFILE)


def moved(step: Step, *before: Step, **facts: Any) -> promises.Moved:
    """Make the record of one turn after some others."""
    talk = Talk(shipped(), {"facts": facts})
    for one in before:
        talk.take(one)
    stood = talk.snapshot
    turn = talk.take(step)
    show = turn.effects[-1] if turn.effects else None
    card = shipped().wording.card(show.screen, "en") if isinstance(show, Show) else None
    return promises.Moved(shipped(), stood, talk.before, event_of(step, stood.step), turn, talk.facts, card)


AGREED: tuple[Step, ...] = ({"press": "go_on"}, {"press": "agree"})


@pytest.mark.parametrize("language", ["en", PSEUDO, "cy"])
def test_a_small_crowd_breaks_no_promise(language: str) -> None:
    """Sixty people in English, in the made-up language and in one that is not open yet: nothing raised."""
    tally = crowd.share(PROFILE, language, 60, "tests")
    assert [(f.promise, f.what, written(f.body)) for f in tally.failures] == []
    assert tally.people == 60
    assert len(tally.states) > 60


def test_the_same_seed_walks_the_same() -> None:
    """A walk can be walked again."""
    one, other = (Crowd(shipped()).walk(5, "again") for _ in range(2))
    assert (one.turns, one.states) == (other.turns, other.states)


def test_two_processes_share_the_people() -> None:
    """Each takes its part and the counts are put together."""
    tally = crowd.walk(PROFILE, "en", 5, "shared", 2)
    assert tally.people == 5


def test_the_summary_is_one_line_and_names_what_was_missed() -> None:
    """All reached and nothing broken is well; anything missed is named and is not."""
    states, endings = places(shipped())
    tally = Tally(2, 30)
    tally.states.update(states)
    lines, well = summary(tally, shipped(), 1.5)
    (line,) = lines
    assert well
    assert line == (
        f"2 people, 30 turns, 0 raised, 0 stuck, {len(endings)} of {len(endings)} endings, "
        f"{len(states)} of {len(states)} states, 1.5 s"
    )
    del tally.states["family.welcome"]
    lines, well = summary(tally, shipped(), 1.5)
    assert not well
    assert lines[0] == "not reached: family.welcome"


def test_a_failure_is_told_as_the_shortest_journey(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted promise, that nobody may reach one question, is broken by two presses and no more; what is
    printed plays.
    """

    def nobody_is_asked_who(one: promises.Moved) -> bool:
        return one.after.frames[-1].state != "who"

    monkeypatch.setattr(promises, "PROMISES", (nobody_is_asked_who,))
    tally = Crowd(shipped()).walk(200, "planted")
    assert tally.failures
    failure = min(tally.failures, key=lambda one: len(one.body["steps"]))
    assert failure.promise == "nobody_is_asked_who"
    assert [step["press"] for step in failure.body["steps"]] == ["go_on", "agree"]
    lines, well = summary(tally, shipped(), 1.0)
    assert not well
    assert "broken promises" in lines[-1]
    body = yaml.safe_load(written(failure.body))
    played = play(shipped(), Journey(__file__, body))  # type: ignore[arg-type]  # never written back
    assert played.turns[-1].snapshot.frames[-1].state == "who"


def test_what_raises_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception in the engine ends nobody's walk but one, and is told by its kind and place."""

    def bad(one: promises.Moved) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(promises, "PROMISES", (bad,))
    tally = Crowd(shipped()).walk(10, "raises")
    assert len(tally.failures) == crowd.AT_MOST
    assert {failure.promise for failure in tally.failures} == {crowd.RAISED}
    assert len(tally.failures[0].body["steps"]) == 1


def test_every_promise_can_be_broken() -> None:
    """Each promise says no to a turn that does not keep it, so that its yes means something."""
    good = moved({"press": "go_on"})
    said = moved({"say": "my son"}, *AGREED)
    assert list(promises.broken(good)) == []
    assert list(promises.broken(said)) == []
    assert good.card is not None
    keep = next(e for e in said.turn.effects if isinstance(e, Keep))
    show = good.turn.effects[-1]
    assert isinstance(show, Show)
    sending = FileConcern("7K2M-9QXD", False, "", "visit", "en")
    wrong = Show(replace(show.screen, banner=None))

    def turned(of: promises.Moved, *effects: Any, **snapshot: Any) -> promises.Moved:
        return replace(of, turn=Turn(replace(of.after, **snapshot), effects))

    answers = {"family.noticed": Answer(parts=("w",), kind="record")}
    broken = {
        "silence_changes_nothing": turned(good),
        "the_last_effect_shows": turned(good, Close()),
        "the_screen_is_in_words": replace(good, card=replace(good.card, heading="repair.sent.other")),
        "the_screen_fits_every_channel": replace(good, card=replace(good.card, heading="w" * 5000)),
        "there_is_always_something_to_press": replace(good, card=replace(good.card, always=())),
        "nothing_is_kept_before_consent": turned(good, show, answers=answers),
        "the_banner_stands_until_it_is_sent": turned(good, wrong),
        "records_are_numbered": turned(said, replace(keep, n=7), show),
        "only_what_was_kept_is_sent": turned(good, sending, show),
        "no_word_is_lost_in_silence": replace(said, event=Wrote("something else")),
        "it_comes_back_as_it_was": replace(good, before=replace(good.before, step=99)),
    }
    assert set(broken) == {promise.__name__ for promise in promises.PROMISES}
    for name, one in broken.items():
        assert name in list(promises.broken(one)), name


def test_words_may_be_refused_but_not_lost() -> None:
    """Told that nothing was kept is well; a notice that says kept, with nothing kept, is not."""
    refused = moved({"say": "my son"})
    assert promises.no_word_is_lost_in_silence(refused)
    lying = replace(refused.after, notices=(Line("notice.kept"),))
    assert not promises.no_word_is_lost_in_silence(replace(refused, turn=Turn(lying, refused.turn.effects)))


def test_an_end_is_out_of_reach_where_it_is() -> None:
    """Where no button leads on, the search says so; from the welcome it finds a way, and remembers it."""
    ends, talk = Ends(shipped()), Talk(shipped(), {})
    assert ends.within_reach(talk.snapshot, talk.facts)
    assert ends.within_reach(talk.snapshot, talk.facts)
    welcome = shipped().current("family").states["welcome"]
    alone = replace(welcome, choices=welcome.choices[3:4])
    numbers = replace(shipped().current("family").states["numbers"], choices=())
    family = shipped().current("family")
    stuck = replace(family, states={**family.states, "welcome": alone, "numbers": numbers}, edition="stuck")
    others = [shipped().current(name) for name in shipped().names() if name != "family"]
    wall = Library([stuck, *others], shipped().wording, shipped().signposts, shipped().profile)
    talk = Talk(wall, {})
    assert not Ends(wall).within_reach(talk.snapshot, talk.facts)


def test_the_shortest_keeps_what_matters_and_no_more() -> None:
    """Of forty steps the two that it takes are left, without what was said beside them."""
    steps: list[Step] = [{"say": f"w{n}", "after": 1} for n in range(38)]
    steps[7:7] = [{"press": "one", "after": 2}]
    steps[30:30] = [{"press": "two", "waited": 9}]
    left = shortest(steps, lambda some: [s["press"] for s in some if "press" in s] == ["one", "two"])
    assert left == [{"press": "one"}, {"press": "two"}]


def test_a_shorter_edition_leads_past_what_is_gone() -> None:
    """Every target exists, some questions are gone, and the old edition is there only if it is kept."""
    for name in shipped().names():
        flow = changed(shipped().current(name))
        targets = [t.to for s in flow.states.values() for c in s.choices for t in c.targets if t.to]
        assert set(targets) <= set(flow.states)
    family = shipped().current("family")
    assert len(shorter(shipped(), kept=True).current("family").states) < len(family.states)
    assert shorter(shipped(), kept=True).flow("family", family.edition) is family
    with pytest.raises(Exception, match="no flow"):
        shorter(shipped(), kept=False).flow("family", family.edition)


def test_a_language_nobody_knows_is_refused() -> None:
    """The line names those that are known."""
    with pytest.raises(FlowError, match="qps"):
        spoken_library(PROFILE, "tlh")


def test_a_failure_hides_its_words() -> None:
    """What somebody typed is in the journey and not in the repr."""
    assert "secret" not in repr(Failure("one", "two", {"steps": [{"say": "secret"}]}))
