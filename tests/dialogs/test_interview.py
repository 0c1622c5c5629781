"""The interview linter: what it stumbles over, what it lets pass, how well it does on the questions it was
made with and on those that were held back.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.errors import FlowError
from dialogs.interview import Question, lint
from dialogs.never_asked import deed, questions, subject
from dialogs.readability import grade, sentences, syllables
from dialogs.scores import Labelled, Score, read_labelled, score, table

HERE = Path(__file__).parent / "questions" / "labelled.yaml"
LABELLED = read_labelled(HERE.read_text(encoding="utf-8"), "labelled.yaml")
HELD = 0.98
"""F1 on the questions held back, as it came out when they were scored; the decision says when."""


def rules(ask: str, *choices: str) -> list[str]:
    """Name the rules that find something."""
    return [finding.rule for finding in lint(Question(ask, choices))]


def overall(chosen: list[Labelled]) -> Score:
    """Add up the scores of every rule."""
    return sum(score(chosen).values(), Score())


def test_there_are_three_hundred_questions_and_a_third_of_them_is_good() -> None:
    """Every third one is held back; every fault is there in both sets at least eight times."""
    assert len(LABELLED) == 300
    assert sum(not one.faults for one in LABELLED) == 100
    assert [number for number, one in enumerate(LABELLED, 1) if one.held] == list(range(3, 301, 3))
    for chosen in ([one for one in LABELLED if one.held], [one for one in LABELLED if not one.held]):
        for rule, found in score(chosen).items():
            assert found.right + found.missed >= 8, rule
    assert len({one.question.ask for one in LABELLED}) == 300


def test_the_rules_find_nine_in_ten_of_what_a_person_sees() -> None:
    """On the questions they were written with; none of the rules stays far behind the others."""
    seen = [one for one in LABELLED if not one.held]
    assert overall(seen).f1 >= 0.9
    assert all(found.f1 >= 0.9 for found in score(seen).values())


def test_the_figure_on_what_was_held_back_is_the_one_that_was_written_down() -> None:
    """It came out once; whoever changes a rule writes it down anew, and does not tune for it."""
    assert round(overall([one for one in LABELLED if one.held]).f1, 2) == HELD


def test_the_figures_are_shares() -> None:
    """Precision, recall and F1 by hand; nothing to find and nothing found is a whole."""
    found = Score(right=6, wrong=2, missed=3)
    assert (found.precision, found.recall, found.f1) == (0.75, 6 / 9, 12 / 17)
    assert (Score().precision, Score().recall, Score().f1) == (1.0, 1.0, 1.0)
    assert "overall" in table("some", LABELLED[:2])


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{ask: x, faults: [rude]}", "unknown fault 'rude'"),
        ("{ask: x, faults: [], why: y}", "unknown field of a question 'why'"),
    ],
)
def test_a_label_that_nobody_knows_is_a_fault(line: str, fault: str) -> None:
    """With its place."""
    with pytest.raises(FlowError) as caught:
        read_labelled(f"- {line}\n", "x.yaml")
    assert fault in caught.value.faults[0]


@pytest.mark.parametrize(
    ("ask", "found"),
    [
        ("He hit her, didn't he?", ["leading"]),
        ("Your mother was angry that day?", ["leading"]),
        ("Where is he? Who is with him?", ["double"]),
        ("When did he stop hitting her?", ["loaded"]),
        ("What did the thug say?", ["loaded"]),
        ("What took you so long?", ["blaming"]),
        ("Was he there?", ["yes_no_only"]),
        ("What did the MASH team say?", ["jargon"]),
        ("What does the GP say?", []),
        ("What if he comes back?", []),
        ("When you come home, what do you see?", []),
        ("How do you and your son get on?", []),
        ("Write, or call?", []),
        ("Chat closed.", []),
        ("Ready?", []),
        ("", []),
    ],
)
def test_a_question_is_judged_by_its_words(ask: str, found: list[str]) -> None:
    """One example for each rule, and what only looks like one."""
    assert rules(ask) == found


@pytest.mark.parametrize(
    ("choices", "found"),
    [
        ((), ["yes_no_only"]),
        (("Yes", "No"), ["yes_no_only"]),
        (("Yes", "No", "Skip"), ["yes_no_only"]),
        (("Yes", "No", "I don't know"), []),
        (("Yes, and I need help", "Yes, but I can wait", "No"), []),
        (("Write here", "Call"), []),
    ],
)
def test_a_closed_question_may_stand_where_a_third_answer_is_offered(
    choices: tuple[str, ...], found: list[str]
) -> None:
    """Safety is asked plainly, with buttons that say more than yes and no."""
    assert rules("Is it safe for you to talk?", *choices) == found


def test_a_finding_says_what_is_wrong_where_and_how_to_mend_it() -> None:
    """In one line, with the words that show it."""
    (finding,) = lint(Question("Where is the perpetrator?"))
    assert finding.text == (
        "a word of the trade (perpetrator: the person who did it); say it as a family would"
    )


@pytest.mark.parametrize("ask", ["word " * 23, "What considerations influenced the organisation?"])
def test_what_is_long_is_hard_to_read(ask: str) -> None:
    """A long sentence of short words, and a short sentence of long ones."""
    assert rules(ask) == ["reading_age"]


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("what", 1), ("noticed", 2), ("changed", 1), ("wanted", 2), ("people", 2), ("video", 3)),
        *(("little", 2), ("messages", 3), ("lives", 1), ("someone", 2), ("individual", 5), ("trying", 2)),
        *(("didn't", 2), ("don't", 1), ("idea", 3), ("played", 1), ("multi-agency", 5), ("every", 2)),
        *(("science", 2), ("movement", 2), ("houses", 2), ("touches", 2), ("approximately", 5), ("e", 1)),
    ],
)
def test_syllables_are_counted(word: str, count: int) -> None:
    """Silent letters, endings, vowels said apart, and words known by heart."""
    assert syllables(word) == count


def test_the_grade_grows_with_the_words() -> None:
    """A child's sentence is easy, a form's is not; exempt words weigh nothing; no words have no grade."""
    easy = "We saw him with his friends by the old school gate."
    hard = "Individuals experiencing difficulties communicate."
    assert grade(easy) < 4 < grade(hard)
    assert grade(hard, {"individuals", "experiencing", "difficulties"}) < grade(hard)
    assert grade("999") == 0.0
    assert sentences("One. Two? 3!") == ["One.", "Two?"]


def test_what_is_never_asked_is_told_from_what_is_only_said() -> None:
    """A subject, a deed, and a sentence that says no."""
    assert subject("What is his religion?") == "religion"
    assert subject("What do you think would help them?") == ""
    assert deed("Stay calm. Please watch him tonight.") == "watch"
    assert deed("Please watch him, and do not tell him.") == "watch"
    assert deed("Please do not follow them, and never search their room.") == ""
    assert list(questions("Thank you. Who is he? Go on.")) == ["Who is he?"]
