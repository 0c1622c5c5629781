"""What a person gives, put where it belongs: the draft, sealed records, the capsule. Pure: a snapshot in, a
snapshot and effects out.

Rules of this file:

1. Words are kept exactly as typed. A message longer than ``MESSAGE`` becomes several records, cut between
   characters.
2. A record is never changed. A later one names the one it replaces (``corrects``); an empty one takes its
   place away.
3. What is for the capsule never becomes a record; what is only thought through, only where it is carried.
   Which messages were for the capsule is remembered by their names alone, so that an edit of one never does
   either.
4. After sending, words become statements and no longer stay in the snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

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
T = TypeVar("T")


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


def give_words(
    snapshot: Snapshot, question: Question, text: str, replacing: bool = False, name: str = ""
) -> Kept:
    """Add one message to the answer, or let it replace what was given before."""
    before = snapshot.answers.get(question.key, Answer())
    answer = before if before.parts and not replacing else Answer(records=() if replacing else before.records)
    if question.keep != "record":
        answer = replace(answer, parts=(*answer.parts, text), names=(*answer.names, name))
        answer = replace(answer, kind="draft" if question.keep == "none" else question.keep)
        return _answered(_grown(snapshot, text), question.key, answer), ()
    sent, old = snapshot.stage == "filed", before.records if replacing else ()
    snapshot, written, gone = _written(snapshot, question, "statement" if sent else "words", text, old)
    answer = _added(answer, written, name, parts=not sent)
    return _answered(snapshot, question.key, answer), (*written, *gone)


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


def say_aside(snapshot: Snapshot, question: Question, text: str, name: str = "") -> Kept:
    """Keep words that answered no question: beside the draft, or as a statement once it was sent."""
    sent = snapshot.stage == "filed"
    snapshot, written, _ = _written(snapshot, question, "statement" if sent else "aside", text)
    if sent:
        return snapshot, written
    answer = _added(snapshot.answers.get(ASIDE, Answer()), written, name)
    return _answered(snapshot, ASIDE, answer), written


def correct(snapshot: Snapshot, question: Question, places: range, text: str) -> Kept:
    """Put an edited message in the place of all the parts that it was, where these are kept."""
    answer = snapshot.answers[question.key]
    parts: tuple[str, ...] = (text,)
    effects: tuple[Effect, ...] = ()
    if answer.kind == "record":
        before = len(answer.records) - len(answer.parts)  # an option pressed first has a record and no part
        old = answer.records[before + places.start : before + places.stop]
        snapshot, written, gone = _written(snapshot, question, "words", text, old)
        parts, effects = tuple(keep.answer for keep in written), (*written, *gone)
        ns = tuple(keep.n for keep in written)
        answer = replace(answer, records=_spliced(answer.records, before, places, ns))
    else:
        snapshot = _grown(snapshot, text)
    names = answer.names[places.start : places.start + 1] * len(parts)
    answer = replace(
        answer,
        parts=_spliced(answer.parts, 0, places, parts),
        names=_spliced(answer.names, 0, places, names),
    )
    return _answered(snapshot, question.key, answer), effects


def meant_for_capsule(snapshot: Snapshot, name: str) -> Snapshot:
    """Remember that this message was, whatever becomes of it: an edit of it is never anything else."""
    if name in snapshot.capsule:
        return snapshot
    return replace(snapshot, capsule=(*snapshot.capsule, name))


def _added(answer: Answer, written: tuple[Keep, ...], name: str, parts: bool = True) -> Answer:
    """Add records to an answer, and before sending the words in them."""
    answer = replace(answer, kind="record", records=(*answer.records, *(keep.n for keep in written)))
    if not parts:
        return answer
    said, names = tuple(keep.answer for keep in written), (name,) * len(written)
    return replace(answer, parts=(*answer.parts, *said), names=(*answer.names, *names))


def _spliced(whole: tuple[T, ...], shift: int, places: range, fresh: tuple[T, ...]) -> tuple[T, ...]:
    return (*whole[: shift + places.start], *fresh, *whole[shift + places.stop :])


def _written(
    snapshot: Snapshot, question: Question, kind: Kind, text: str, old: tuple[int, ...] = ()
) -> tuple[Snapshot, tuple[Keep, ...], tuple[Effect, ...]]:
    """Write one message down as records in the places of old ones, and take away what of these is left."""
    written: list[Keep] = []
    for piece in pieces(text):
        corrects = old[len(written)] if len(written) < len(old) else 0
        snapshot, keep = _record(snapshot, question, kind, piece, corrects)
        written.append(keep)
    snapshot, gone = _take_away(snapshot, question, list(old[len(written) :]))
    return snapshot, tuple(written), gone


def _grown(snapshot: Snapshot, text: str) -> Snapshot:
    return replace(snapshot, size=snapshot.size + len(text.encode()))


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
    return replace(_grown(snapshot, text), kept=keep.n), keep


def _take_away(snapshot: Snapshot, question: Question, old: list[int]) -> Kept:
    effects: list[Effect] = []
    for n in old:
        snapshot, keep = _record(snapshot, question, "words", "", n)
        effects.append(keep)
    return snapshot, tuple(effects)


def _answered(snapshot: Snapshot, key: str, answer: Answer) -> Snapshot:
    return replace(snapshot, answers={**snapshot.answers, key: answer})
