"""The closed register of checks a flow may name. Each is a pure question about this moment; none changes
anything.

``something_said`` and ``short_line`` guard the leaving of a state (``check``); the others choose (``if``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from dialogs.facts import Facts
from dialogs.languages import SOURCE
from dialogs.snapshot import Answer, Snapshot

LINE = 200
"""Characters that fit a short line."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a check or a deed may look at: where the conversation stands, the world, the answer just given,
    the languages that are open for reporting.
    """

    snapshot: Snapshot
    facts: Facts
    flow: str
    state: str
    option: str = ""
    text: str = field(default="", repr=False)
    languages: frozenset[str] = frozenset({SOURCE})

    @property
    def answer(self) -> Answer:
        """What this question has been given so far."""
        return self.snapshot.answers.get(f"{self.flow}.{self.state}", Answer())


Check = Callable[[Moment], bool]


def visible(text: str) -> bool:
    """Say whether there is anything to read: not only spaces, controls and marks without width."""
    return any(unicodedata.category(c) not in INVISIBLE and c not in BLANK for c in text)


INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufe0e\ufe0f\u034f")
"""Letters by category that nobody can see."""


def _short_line(moment: Moment) -> bool:
    line = moment.text.strip()
    return visible(line) and len(line) <= LINE and "\n" not in line


def _something_said(moment: Moment) -> bool:
    return bool(moment.answer.parts or moment.answer.records) or visible(moment.text)


def _something_kept(moment: Moment) -> bool:
    """Words that can be sent: options alone tell nobody what happened."""
    return any(answer.parts and answer.kind == "record" for answer in moment.snapshot.answers.values())


CHECKS: dict[str, Check] = {
    "something_said": _something_said,
    "short_line": _short_line,
    "can_send": lambda moment: moment.facts.open,
    "cannot_send": lambda moment: not moment.facts.open,
    "two_people": lambda moment: moment.facts.two_people,
    "on_telegram": lambda moment: moment.facts.door == "telegram",
    "on_web": lambda moment: moment.facts.door == "web",
    "telegram_door": lambda moment: moment.facts.door == "telegram" and moment.facts.telegram != "full",
    "consented": lambda moment: moment.snapshot.stage in ("drafting", "filed"),
    "something_kept": _something_kept,
    "language_closed": lambda moment: moment.option not in moment.languages,
    "was_sent": lambda moment: moment.snapshot.stage == "filed",
}
