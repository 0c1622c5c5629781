"""What somebody says while they think it through: written down nowhere. Lists it, words it, forgets it. Keeps
nothing.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs.screen import Line
from dialogs.snapshot import Answer, Snapshot


def thoughts(snapshot: Snapshot) -> tuple[tuple[str, Answer], ...]:
    """List what was said and chosen, in the order it was first given."""
    return tuple((key, answer) for key, answer in snapshot.answers.items() if answer.kind == "private")


def forgotten(snapshot: Snapshot) -> Snapshot:
    """Drop all of it, and the room that it took."""
    kept = {key: answer for key, answer in snapshot.answers.items() if answer.kind != "private"}
    room = sum(len(part.encode()) for _, answer in thoughts(snapshot) for part in answer.parts)
    return replace(snapshot, answers=kept, size=snapshot.size - room)


def told(key: str, answer: Answer) -> Line:
    """Say a choice as words: its question, and the label of the button."""
    label = f"{key}.choices.{answer.option}"
    return Line("common.review.item", {"question_key": f"{key}.short", "answer_key": label})
