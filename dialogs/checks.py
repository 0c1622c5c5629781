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
from dialogs.screen import Line
from dialogs.snapshot import Answer, Snapshot

LINE = 200
"""Characters that fit a short line."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a check or a deed may look at: where the conversation stands, the world, the answer just given,
    the languages that are open for reporting, and how a line is put into words where it becomes an answer.
    """

    snapshot: Snapshot
    facts: Facts
    flow: str
    state: str
    option: str = ""
    text: str = field(default="", repr=False)
    languages: frozenset[str] = frozenset({SOURCE})
    say: Callable[[Line], str] = lambda line: line.key

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


def _nothing_kept(moment: Moment) -> bool:
    return moment.snapshot.stage in ("fresh", "drafting") and not moment.snapshot.kept


def _telegram_door(moment: Moment) -> bool:
    return moment.facts.door == "telegram" and moment.facts.telegram != "full"


def _thoughts(moment: Moment) -> bool:
    """Something was said or chosen that is written down nowhere."""
    return any(answer.kind == "private" for answer in moment.snapshot.answers.values())


def _violence_feared(moment: Moment) -> bool:
    """Someone may get hurt, or it is not sure that they would not."""
    return any(a.kind == "private" and a.option in FEARS for a in moment.snapshot.answers.values())


FEARS = frozenset({"afraid", "not_sure", "hurt"})
"""Answers after which no talk is planned."""


def _talk_fits(moment: Moment) -> bool:
    asked = any(key.endswith(".take_it") for key in moment.snapshot.answers)
    return asked and not _violence_feared(moment)


def _carried(moment: Moment) -> bool:
    return moment.snapshot.answers.get(f"{moment.flow}.carried", Answer()).option == "put_in"


CHECKS: dict[str, Check] = {
    "something_said": _something_said,
    "short_line": _short_line,
    "can_send": lambda moment: moment.facts.open,
    "cannot_send": lambda moment: not moment.facts.open,
    "two_people": lambda moment: moment.facts.two_people,
    "on_telegram": lambda moment: moment.facts.door == "telegram",
    "on_web": lambda moment: moment.facts.door == "web",
    "telegram_door": _telegram_door,
    "may_type": lambda moment: moment.facts.door != "telegram" and moment.facts.open,
    "may_think": lambda moment: _nothing_kept(moment) and not _telegram_door(moment),
    "nothing_kept": _nothing_kept,
    "thoughts": _thoughts,
    "no_thoughts": lambda moment: not _thoughts(moment),
    "violence_feared": _violence_feared,
    "talk_fits": _talk_fits,
    "carried": _carried,
    "consented": lambda moment: moment.snapshot.stage in ("drafting", "filed"),
    "something_kept": _something_kept,
    "language_closed": lambda moment: moment.option not in moment.languages,
    "was_sent": lambda moment: moment.snapshot.stage == "filed",
}
