"""The closed register of checks a flow may name. Each is a pure question about this moment; none changes anything.

``something_said`` and ``short_line`` are for ``check`` of a state; the others choose between targets (``if``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from dialogs.facts import Facts
from dialogs.snapshot import Answer, Snapshot


@dataclass(frozen=True, slots=True)
class Moment:
    """What a check or a deed may look at: where the conversation stands, the world, and the answer just given."""

    snapshot: Snapshot
    facts: Facts
    flow: str
    edition: str
    state: str
    option: str = ""
    text: str = field(default="", repr=False)

    @property
    def question(self) -> str:
        """The key under which this answer is kept."""
        return f"{self.flow}.{self.state}"

    @property
    def answer(self) -> Answer:
        """What this question has been given so far."""
        return self.snapshot.answers.get(self.question, Answer())


Check = Callable[[Moment], bool]
LINE = 200


def _option(moment: Moment, name: str) -> str:
    """The option chosen for the question of this name, in whatever flow it was asked."""
    found = [answer.option for key, answer in moment.snapshot.answers.items() if key.endswith(f".{name}")]
    return found[-1] if found else ""


def _short_line(moment: Moment) -> bool:
    return 0 < len(moment.text.strip()) <= LINE and "\n" not in moment.text.strip()


def _chose(option: str) -> Check:
    return lambda moment: any(answer.option == option for answer in moment.snapshot.answers.values())


CHECKS: dict[str, Check] = {
    "something_said": lambda moment: bool(moment.answer.parts or moment.answer.records),
    "short_line": _short_line,
    "can_send": lambda moment: moment.facts.open,
    "cannot_send": lambda moment: not moment.facts.open,
    "two_people": lambda moment: moment.facts.two_people,
    "on_telegram": lambda moment: moment.facts.door == "telegram",
    "on_web": lambda moment: moment.facts.door == "web",
    "on_terminal": lambda moment: moment.facts.door == "terminal",
    "telegram_door": lambda moment: moment.facts.door == "telegram" and moment.facts.telegram != "full",
    "has_website": lambda moment: bool(moment.facts.website),
    "website_from_telegram": lambda moment: moment.facts.door == "telegram" and bool(moment.facts.website),
    "consented": lambda moment: moment.snapshot.stage in ("drafting", "filed"),
    "not_consented": lambda moment: moment.snapshot.stage not in ("drafting", "filed"),
    "has_words": lambda moment: moment.snapshot.kept > 0,
    "no_words": lambda moment: moment.snapshot.kept == 0,
    "filed": lambda moment: moment.snapshot.stage == "filed",
    "not_filed": lambda moment: moment.snapshot.stage != "filed",
    "urgent": lambda moment: moment.snapshot.urgent,
    "wants_push": lambda moment: moment.snapshot.replies == "push",
    "under_18": lambda moment: any(a.option == "under_18" for a in moment.snapshot.answers.values()),
}
