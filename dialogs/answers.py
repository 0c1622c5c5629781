"""What a person gives, put where it belongs: the draft, sealed records, the capsule. Pure: a snapshot in, a
snapshot and effects out.

Rules of this file:

1. Words are kept exactly as typed. A message longer than ``MESSAGE`` becomes several records, cut between
   characters.
2. A record is never changed. A later one names the one it replaces (``corrects``); an empty one takes its
   place away.
3. What is for the capsule never becomes a record; what is only thought through, only where it is carried.
4. After sending, words become statements and no longer stay in the snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dialogs.effects import Effect, Keep, Kind
from dialogs.flow import MOVES, Keeping
from dialogs.languages import spoken
from dialogs.screen import Line
from dialogs.snapshot import Answer, Snapshot

MESSAGE = 4096
"""Characters in one record."""
CASE = 256 * 1024
"""Bytes of words in one case, in UTF-8."""
ASIDE = "common.aside"
"""Where words that answered no question are kept until they are sent."""

Kept = tuple[Snapshot, tuple[Effect, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as a record will tell it."""

    flow: str
    edition: str
    state: str
    keep: Keeping
    asked: Line

    @property
    def key(self) -> str:
        """The key of its answer."""
        return f"{self.flow}.{self.state}"


def storable(text: str) -> bool:
    """Say whether the words can be written down at all: half a character cannot."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def fits(snapshot: Snapshot, text: str) -> bool:
    """Say whether there is room for these words in the case."""
    return snapshot.size + len(text.encode()) <= CASE


def pieces(text: str) -> Iterator[str]:
    """Cut words into what fits one record, losing nothing."""
    return (text[at : at + MESSAGE] for at in range(0, len(text), MESSAGE))


def give_words(snapshot: Snapshot, question: Question, text: str, replacing: bool = False) -> Kept:
    """Add one message to the answer, or let it replace what was given before."""
    before = snapshot.answers.get(question.key, Answer())
    answer = before if before.parts and not replacing else Answer(records=() if replacing else before.records)
    old = list(before.records) if replacing else []
    if question.keep != "record":
        size = snapshot.size + len(text.encode())
        answer = replace(answer, parts=(*answer.parts, text))
        answer = replace(answer, kind="draft" if question.keep == "none" else question.keep)
        return _answered(replace(snapshot, size=size), question.key, answer), ()
    effects: list[Effect] = []
    sent = snapshot.stage == "filed"
    for piece in pieces(text):
        corrects = old.pop(0) if old else 0
        snapshot, keep = _record(snapshot, question, "statement" if sent else "words", piece, corrects)
        effects.append(keep)
        parts = answer.parts if sent else (*answer.parts, piece)
        answer = replace(answer, kind="record", parts=parts, records=(*answer.records, keep.n))
    snapshot, gone = _take_away(snapshot, question, old)
    return _answered(snapshot, question.key, answer), (*effects, *gone)


def give_choice(snapshot: Snapshot, question: Question, option: str, label: Line) -> Kept:
    """Give an option as the answer. Skipping leaves no record, and takes away the one that stood."""
    before = snapshot.answers.get(question.key, Answer())
    if before.option == option and not before.parts:
        return snapshot, ()
    if question.keep == "private":
        if option in MOVES:
            return snapshot, ()
        chosen = Answer(option=option, kind="private")
        return _answered(left_out(snapshot, question.key), question.key, chosen), ()
    if question.keep != "record":
        return _answered(snapshot, question.key, Answer(option=option)), ()
    if option in MOVES:
        snapshot, gone = _take_away(snapshot, question, list(before.records))
        return _answered(snapshot, question.key, Answer(option=option, kind="record")), gone
    old = list(before.records)
    snapshot, keep = _record(snapshot, question, "choice", "", old.pop(0) if old else 0)
    keep = replace(keep, option=option, label=label)
    snapshot, gone = _take_away(snapshot, question, old)
    answer = Answer(option=option, records=(keep.n,), kind="record")
    return _answered(snapshot, question.key, answer), (keep, *gone)


def left_out(snapshot: Snapshot, key: str) -> Snapshot:
    """Drop an answer that is written down nowhere, and the room that it took."""
    kept = dict(snapshot.answers)
    gone = kept.pop(key, Answer())
    room = sum(len(part.encode()) for part in gone.parts)
    return replace(snapshot, answers=kept, size=snapshot.size - room)


def say_aside(snapshot: Snapshot, question: Question, text: str) -> Kept:
    """Keep words that answered no question: beside the draft, or as a statement once it was sent."""
    effects: list[Effect] = []
    if snapshot.stage == "filed":
        for piece in pieces(text):
            snapshot, keep = _record(snapshot, question, "statement", piece, 0)
            effects.append(keep)
        return snapshot, tuple(effects)
    for piece in pieces(text):
        snapshot, keep = _record(snapshot, question, "aside", piece, 0)
        effects.append(keep)
        answer = snapshot.answers.get(ASIDE, Answer(kind="record"))
        answer = replace(answer, parts=(*answer.parts, piece), records=(*answer.records, keep.n))
        snapshot = _answered(snapshot, ASIDE, answer)
    return snapshot, tuple(effects)


def closest(snapshot: Snapshot, text: str) -> tuple[str, int] | None:
    """Find which earlier message an edited one was: networks do not say, so the most alike, the latest of
    equals.

    Names and numbers for the capsule are looked through too, so that an edited name is never taken for
    something else.
    """
    best: tuple[int, str, int] | None = None
    for key, answer in snapshot.answers.items():
        for index, part in enumerate(answer.parts):
            alike = _alike(part, text)
            if best is None or alike >= best[0]:
                best = (alike, key, index)
    return None if best is None else best[1:]


def correct(snapshot: Snapshot, question: Question, index: int, text: str) -> Kept:
    """Put an edited message in the place of the one it was; what does not fit its record follows in more."""
    answer = snapshot.answers[question.key]
    parts, records = list(answer.parts), list(answer.records)
    effects: list[Effect] = []
    if records:
        parts[index : index + 1] = pieces(text)
        corrects = records.pop(index)
        for place, piece in enumerate(pieces(text), index):
            snapshot, keep = _record(snapshot, question, "words", piece, corrects)
            records.insert(place, keep.n)
            effects.append(keep)
            corrects = 0
    else:
        parts[index] = text
    answer = replace(answer, parts=tuple(parts), records=tuple(records))
    return _answered(snapshot, question.key, answer), tuple(effects)


def _alike(one: str, other: str) -> int:
    """Count the characters that two texts share at both ends."""
    short = min(len(one), len(other))
    head = next((i for i in range(short) if one[i] != other[i]), short)
    tail = next((i for i in range(short - head) if one[-1 - i] != other[-1 - i]), short - head)
    return head + tail


def _record(
    snapshot: Snapshot, question: Question, kind: Kind, text: str, corrects: int
) -> tuple[Snapshot, Keep]:
    keep = Keep(
        n=snapshot.kept + 1,
        kind=kind,
        flow=question.flow,
        edition=question.edition,
        question=question.state,
        asked=question.asked,
        answer=text,
        corrects=corrects,
        language=spoken(snapshot),
    )
    return replace(snapshot, kept=keep.n, size=snapshot.size + len(text.encode())), keep


def _take_away(snapshot: Snapshot, question: Question, old: list[int]) -> Kept:
    effects: list[Effect] = []
    for n in old:
        snapshot, keep = _record(snapshot, question, "words", "", n)
        effects.append(keep)
    return snapshot, tuple(effects)


def _answered(snapshot: Snapshot, key: str, answer: Answer) -> Snapshot:
    return replace(snapshot, answers={**snapshot.answers, key: answer})
