"""Finds which message an edited one was, and what becomes of it: a correction, words beside it, or nothing.

Rules of this file:

1. The network's own name decides. Likeness decides only where there is no name, and only when it is strong
   and one message alone has it.
2. What may have been given for the capsule is corrected there or not kept at all: never as anything that one
   officer can read, before sending or after.
3. Words are never lost in silence: they are kept, or the person is told that they were not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from dialogs import answers
from dialogs.checks import visible
from dialogs.events import Edited
from dialogs.snapshot import Snapshot
from dialogs.walk import Walk

STRONG = 0.6
"""The share of the longer text that two must have in common at their ends, to be one message edited."""
TELLING = 3
"""Letters of a word that makes two texts alike when both have it."""

Place = tuple[str, range]
"""The key of an answer, and which of its parts."""


def take_edit(walk: Walk, edit: Edited) -> None:
    """Keep an edited message where it belongs, and say what became of it."""
    text = edit.text
    storable = answers.storable(text) and visible(text) and answers.fits(walk.snapshot, text)
    walk.notice(_kept(walk, edit) if storable else "notice.edit_not_kept")


def _kept(walk: Walk, edit: Edited) -> str:
    snapshot = walk.snapshot
    place = named(snapshot, edit.name) or likely(snapshot, edit)
    if place is not None:
        return "notice.edit_kept" if _corrected(walk, place, edit.text) else "notice.edit_not_kept"
    asked_apart = walk.state.keep == "identity" or may_be_apart(snapshot, edit.name)
    fresh = snapshot.stage == "fresh" or snapshot.private
    if fresh or asked_apart or any(like(part, edit.text) for _, part in _apart(snapshot)):
        return "notice.edit_not_kept"
    walk.take(answers.say_aside(snapshot, walk.question, edit.text, edit.name))
    return "notice.statement_sent" if snapshot.stage == "filed" else "notice.edit_kept"


def named(snapshot: Snapshot, name: str) -> Place | None:
    """Find the parts of the message with this name."""
    for key, answer in snapshot.answers.items() if name else ():
        found = [index for index, own in enumerate(answer.names) if own == name]
        if found:
            return key, range(found[0], found[-1] + 1)
    return None


def likely(snapshot: Snapshot, edit: Edited) -> Place | None:
    """Find the one message that is strongly like it, where names cannot say. None where there is doubt."""
    if edit.name in snapshot.capsule and edit.name:
        return None
    strong = [
        (key, index)
        for key, answer in snapshot.answers.items()
        for index, (part, own) in enumerate(zip_longest(answer.parts, answer.names, fillvalue=""))
        if not (own and edit.name) and len(part) < answers.MESSAGE and _strongly(part, edit.text)
    ]
    if len(strong) != 1:
        return None
    key, index = strong[0]
    others = (part for place, part in _apart(snapshot) if place != (key, index))
    return None if any(like(part, edit.text) for part in others) else (key, range(index, index + 1))


def may_be_apart(snapshot: Snapshot, name: str) -> bool:
    """Say whether the message of this name may have been given for the capsule."""
    return name in snapshot.capsule or "" in snapshot.capsule or bool(snapshot.capsule and not name)


def like(part: str, text: str) -> bool:
    """Say whether two texts have anything telling in common: the ends, one inside the other, or a word."""
    one, other = part.casefold(), text.casefold()
    shared = {word for word in one.split() if len(word) >= TELLING} & set(other.split())
    return bool(shared) or one in other or other in one or _ends(one, other) * 2 >= min(len(one), len(other))


def _apart(snapshot: Snapshot) -> Iterator[tuple[tuple[str, int], str]]:
    """List what is kept for the capsule now, and where."""
    for key, answer in snapshot.answers.items():
        if answer.kind == "identity":
            yield from (((key, index), part) for index, part in enumerate(answer.parts))


def _corrected(walk: Walk, place: Place, text: str) -> bool:
    key, parts = place
    aside = replace(walk.question, flow="common", state="aside", keep="record")
    question = aside if key == answers.ASIDE else walk.question_at(key)
    if question is None:
        return False
    walk.take(answers.correct(walk.snapshot, question, parts, text))
    return True


def _strongly(part: str, text: str) -> bool:
    return _ends(part, text) >= STRONG * max(len(part), len(text))


def _ends(one: str, other: str) -> int:
    """Count the characters that two texts share at both ends."""
    short = min(len(one), len(other))
    head = next((i for i in range(short) if one[i] != other[i]), short)
    tail = next((i for i in range(short - head) if one[-1 - i] != other[-1 - i]), short - head)
    return head + tail
