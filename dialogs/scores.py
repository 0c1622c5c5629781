"""How well the interview linter does against questions labelled by hand: precision, recall and F1, for each
rule and over all. Reads no file, and changes no rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dialogs.interview import RULES, Question, lint
from dialogs.marked import Faults, read

FIELDS = ("n", "ask", "faults", "choices", "held")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One question and the faults a person saw in it; ``held`` ones had no part in writing the rules."""

    question: Question
    faults: frozenset[str]
    held: bool


@dataclass(frozen=True, slots=True)
class Score:
    """What was found rightly, what wrongly, and what was missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """The share of what was found that is a fault; 1 if nothing was found."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The share of the faults that was found; 1 if there are none."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Both in one figure."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def read_labelled(text: str, name: str) -> list[Labelled]:
    """Read the labelled questions. Raises ``FlowError``."""
    faults = Faults(name)
    found = []
    for piece in read(text, name).items:
        body = piece.mapping
        for field in body.keys() - set(FIELDS):
            faults.unknown(piece, "field of a question", field, FIELDS)
        labels = [str(label.value) for label in body["faults"].items]
        for label in set(labels) - RULES.keys():
            faults.unknown(body["faults"], "fault", label, RULES)
        choices = tuple(str(choice.value) for choice in body["choices"].items) if "choices" in body else ()
        found.append(Labelled(Question(str(body["ask"].value), choices), frozenset(labels), "held" in body))
    faults.raise_any()
    return found


def score(questions: Iterable[Labelled]) -> Mapping[str, Score]:
    """Give the score of each rule, by its name."""
    scores = dict.fromkeys(RULES, Score())
    for labelled in questions:
        found = {finding.rule for finding in lint(labelled.question)}
        for rule in RULES:
            seen, there = rule in found, rule in labelled.faults
            scores[rule] += Score(int(seen and there), int(seen and not there), int(there and not seen))
    return scores


def table(title: str, questions: Iterable[Labelled]) -> str:
    """Write the scores as lines of text."""
    chosen = list(questions)
    scores = score(chosen)
    rows = [*scores.items(), ("overall", sum(scores.values(), Score()))]
    lines = [f"{title}, {len(chosen)} questions", f"  {'rule':<12} precision  recall     F1"]
    lines += [f"  {rule:<12} {s.precision:>9.3f} {s.recall:>7.3f} {s.f1:>6.3f}" for rule, s in rows]
    return "\n".join(lines)
