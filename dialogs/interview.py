"""Tells a bad interview question from a good one: leading, double, loaded, blaming, yes or no only, jargon or
hard to read. Judges the words of a question and of the answers beside it; never what somebody answered.

``RULES`` holds one small function for each fault: it gives the words that it stumbled over, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dialogs.lexicon import Lexicon, shipped
from dialogs.readability import grade, sentences, words

HARD = 6.0
"""Flesch-Kincaid grade above which one question is hard. A card as a whole reads at nine or ten."""
LONG = 22
"""Words above which a sentence is hard, however short they are."""
FEW = 3
"""Words up to which a sentence is a call and no statement: *Ready to start?*"""


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it is put: its words, and what the buttons beside it say."""

    ask: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a question, and the words that show it."""

    rule: str
    seen: str

    @property
    def text(self) -> str:
        """Say what is wrong, and how to mend it."""
        what, mend = SAID[self.rule]
        return f"{what} ({self.seen}); {mend}"


Rule = Callable[[Question, Lexicon], str]


def lint(question: Question) -> list[Finding]:
    """List what is wrong with a question, by rule. Nothing: it may be asked."""
    lexicon = shipped()
    found = ((name, rule(question, lexicon)) for name, rule in RULES.items())
    return [Finding(name, seen) for name, seen in found if seen]


def leading(question: Question, lexicon: Lexicon) -> str:
    """A tag, a press for agreement, an answer within the question, or a statement with a question mark."""
    return lexicon.seen("leading", question.ask) or _stated(_last(question), lexicon)


def _stated(text: str, lexicon: Lexicon) -> str:
    """A statement that only its sign makes a question. *Write, or call?* offers, and states nothing."""
    states = text.endswith("?") and len(words(text)) > FEW
    return text if states and not lexicon.seen("asking", text) else ""


def _last(question: Question) -> str:
    return "".join(sentences(question.ask)[-1:])


def double(question: Question, lexicon: Lexicon) -> str:
    """Two question marks, two question words, or two things joined where one answer is expected."""
    text = question.ask.strip()
    if text.count("?") > 1:
        return text[text.index("?") + 1 :].strip()
    return lexicon.seen("double", lexicon.without("pairs", lexicon.without("scene", text), "both"))


def loaded(question: Question, lexicon: Lexicon) -> str:
    """A charged word, or a harm taken for granted."""
    charged = lexicon.charged.search(question.ask)
    return charged[0] if charged else lexicon.seen("loaded", question.ask)


def blaming(question: Question, lexicon: Lexicon) -> str:
    """Makes the person asked answer for it."""
    return lexicon.seen("blaming", question.ask)


def yes_no_only(question: Question, lexicon: Lexicon) -> str:
    """Can be answered by yes or no alone, and nothing beside it offers more."""
    text = lexicon.without("scene", _last(question))
    closed = lexicon.seen("closed", text)
    if lexicon.seen("offers", text) or lexicon.seen("negated", closed) or leading(question, lexicon):
        return ""
    return "" if _third_answer(question.choices, lexicon) else closed


def _third_answer(choices: tuple[str, ...], lexicon: Lexicon) -> bool:
    answers = [choice for choice in choices if not lexicon.seen("moving", choice)]
    plain = [choice for choice in answers if lexicon.seen("yes_or_no", choice)]
    return len(answers) > len(plain) or len(answers) > 2


def jargon(question: Question, lexicon: Lexicon) -> str:
    """A word of the trade, or initials."""
    found = ((pattern.search(question.ask), plain) for pattern, plain in lexicon.trade.items())
    said = next((f"{match[0]}: {plain}" for match, plain in found if match), "")
    return said or lexicon.unknown_initials(question.ask)


def reading_age(question: Question, lexicon: Lexicon) -> str:
    """Long words or a long sentence. A word of the trade has its own rule."""
    text = lexicon.untraded(question.ask)
    longest = max((len(words(part)) for part in sentences(text)), default=0)
    if longest > LONG:
        return f"{longest} words"
    reached = grade(text, lexicon.exempt)
    return f"grade {reached:.1f}" if reached > HARD else ""


RULES: Mapping[str, Rule] = {
    rule.__name__: rule for rule in (leading, double, loaded, blaming, yes_no_only, jargon, reading_age)
}
SAID: Mapping[str, tuple[str, str]] = {
    "leading": ("the question leads to its answer", "ask openly: what, who, when, how"),
    "double": ("two questions in one", "ask one thing, and the other after it"),
    "loaded": ("a judgement stands in the question", "say only what is known, in plain words"),
    "blaming": ("the question blames", "ask what happened, or what made it hard"),
    "yes_no_only": ("only yes or no can answer this", "ask openly, or offer a third answer"),
    "jargon": ("a word of the trade", "say it as a family would"),
    "reading_age": ("hard to read", "use shorter words and shorter sentences"),
}
