"""Made-up people: what each of them does next, drawn from a source of chance that is handed in. They press,
write, command and edit, rightly and wrongly, while things go wrong around them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from bot.workshop.talk import Step, Talk
from dialogs import engine
from dialogs.events import COMMANDS

T = TypeVar("T")

WORDS = (
    "my son has changed",
    "He says things that frighten me.",
    *("1", "2", "42", "done", "skip", "I don't know", "no", "999", "stop", "help", "back", "leave", "hello"),
    *(
        "",
        " ",
        "\u200b",
        "\u202eback to front",
        "half \ud83d one",
        "a\x00b",
        "a\x1b[31mb",
        "line one\nline two",
    ),
    *("مرحبا، أخي تغيّر", "ਮੇਰਾ ਪੁੱਤਰ", "мой сын", "我的儿子", "👩\u200d👧\u200d👦" * 20),
    *("<b>bold</b> & 'quoted'", "{reference", "%s %d", "'; DROP TABLE cases; --", "07700 900123"),
    *("x" * 201, "x" * 4097),
)
WRONG = ("agree", "send", "done", "!emergency", "!nowhere", "change:family.noticed", "change:no.such", "")
KINDS = ("sticker", "voice", "photo", "document", "location", "contact", "hologram")
DOORS = ("web", "web", "telegram", "telegram", "terminal")
SOME_TURNS = (8, 20, 40, 60, 120)
VAST = {"repeat": "w", "times": 200_000}


class Chance(Protocol):
    """Where chance comes from: Python's ``random.Random``, or a test's."""

    def random(self) -> float:
        """A number from 0 up to 1."""
        ...

    def choice(self, seq: Sequence[T], /) -> T:
        """One of these."""
        ...

    def randint(self, a: int, b: int, /) -> int:
        """A whole number from ``a`` to ``b``, both included."""
        ...


def beginning(chance: Chance, language: str) -> dict[str, Any]:
    """Say where somebody comes from: their door, and how the deployment stands on that day."""
    facts = {
        "open": chance.random() < 0.9,
        "two_people": chance.random() < 0.8,
        "website": "https://site.example" if chance.random() < 0.5 else "",
        "telegram": "door" if chance.random() < 0.15 else "full",
        "language": language,
    }
    return {"door": chance.choice(DOORS), "facts": facts}


class Person:
    """Somebody, with habits of their own."""

    def __init__(self, chance: Chance) -> None:
        """Draw the habits: how long, how careful, how much goes wrong."""
        self._chance = chance
        self.turns = chance.choice(SOME_TURNS)
        self._careful = chance.choice((0.55, 0.8, 0.95))
        self._faults = chance.choice((0.0, 0.03, 0.15))
        self._last: Step = {"say": "hello"}
        self._changed = False

    def next(self, talk: Talk) -> list[Step]:
        """Say what happens next: mostly one step; two where an event comes twice; none where it is lost."""
        step = self._meant(talk) if self._chance.random() < self._careful else self._odd(talk)
        if self._chance.random() < self._faults:
            return self._gone_wrong(step, talk)
        self._last = step
        return [step]

    def _meant(self, talk: Talk) -> Step:
        shown = engine.screen(talk.library, talk.snapshot, talk.facts)
        if shown.input != "none" and self._chance.random() < 0.4:
            return {"say": self._chance.choice(WORDS[:2]), **self._soon()}
        buttons = [button.option for button in shown.buttons if not button.url]
        if not buttons or self._chance.random() < 0.04:
            buttons = [button.option for button in shown.always]
        return {"press": self._chance.choice(buttons)}

    def _odd(self, talk: Talk) -> Step:
        drawn = self._chance.random()
        if drawn < 0.35:
            return {"say": self._chance.choice(WORDS), **self._soon()}
        if drawn < 0.50:
            return {"command": self._chance.choice(tuple(COMMANDS.values()))}
        if drawn < 0.62:
            return {"edit": self._chance.choice(WORDS)}
        if drawn < 0.72:
            return {"sent": self._chance.choice(KINDS)}
        if drawn < 0.84:
            step = max(0, talk.snapshot.step - self._chance.randint(1, 3))
            return {"press": {"option": self._chance.choice(("done", "go_on", "send", "skip")), "step": step}}
        if drawn < 0.845:
            return {"say": VAST}
        wrong = (
            "agree",
            "send",
            "done",
            "!emergency",
            "!nowhere",
            "change:family.noticed",
            "change:no.such",
            "",
        )
        return {"press": self._chance.choice(wrong)}

    def _gone_wrong(self, step: Step, talk: Talk) -> list[Step]:
        drawn = self._chance.random()
        if drawn < 0.25:
            return [step, {**step, "after": 0}]
        if drawn < 0.40:
            return []
        if drawn < 0.60:
            return [{**step, "waited": self._chance.choice((60, 3_600, 86_400))}]
        if drawn < 0.75:
            return [{**step, "open": not talk.facts.open}]
        if drawn < 0.85:
            return [{**step, "two_people": not talk.facts.two_people}]
        if drawn < 0.93 and not self._changed:
            self._changed = True
            return [{**step, "editions": self._chance.choice(("kept", "gone"))}]
        return [self._last]

    def _soon(self) -> Step:
        return {"after": self._chance.choice((1, 30, 30))}
