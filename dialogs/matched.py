"""Which other help goes with which explicit answer: a child's line when somebody said that it is about a
child. A table and nothing more. Reads no free text, counts nothing, weighs nothing, and never says why an
entry is there.

Answers are forgotten in the turn that sends. What stays with the conversation, and only until it ends, are
the names of public help lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dialogs.snapshot import Answer

MATCHES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("family.relation", "child"): ("act_early_signs", "educate_against_hate"),
    ("family.age_band", "under_13"): ("childline", "educate_against_hate"),
    ("family.age_band", "teens"): ("childline", "papyrus"),
    ("family.age_band", "young_adult"): ("papyrus",),
    ("family.how", "online"): ("online_content",),
    ("family.where", "online"): ("online_content",),
    ("family.where", "school"): ("educate_against_hate",),
    ("under_18.about", "me"): ("childline", "papyrus"),
    ("under_18.about", "someone"): ("childline",),
    ("under_18.age", "under_11"): ("childline",),
    ("under_18.age", "middle"): ("childline", "papyrus"),
    ("under_18.age", "older"): ("childline", "papyrus"),
}
"""By question and option, both as the person gave them."""
MOST = 3
"""Entries that are added at most: more is a wall of numbers."""


def matched(answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """Name the entries that go with these answers, in the order of the answers, each once."""
    return tuple(dict.fromkeys(_named(answers)))[:MOST]


def _named(answers: Mapping[str, Answer]) -> Iterator[str]:
    for key, answer in answers.items():
        yield from MATCHES.get((key, answer.option), ())
