"""The closed register of deeds a flow may name. Each is pure: a moment in, the changed snapshot and the
effects out.

``consent`` opens the draft. ``file`` sends; ``file_urgent`` sends as urgent, and marks urgent what was sent
already. ``mark_urgent`` marks it urgent, now or when it is sent. ``discard`` forgets what was never sent.
``clear`` clears the chat. ``close`` ends the conversation. ``keep_feedback`` hands over ``found``,
``useful``, ``stars`` and ``comment`` of its flow. ``speak`` goes on in the language just chosen, if it is
open for reporting; ``speak_english`` goes on in English. ``carry`` makes what was only thought through the
answer to ``noticed`` of its flow; ``forget`` forgets it.

Conventions: the area is the answer to a question named ``area``; how an answer may reach them is the answer
to one named ``contact`` (``here``: push, ``none``: never, anything else: at their next visit).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from dialogs import thinking
from dialogs.answers import Question, give_words
from dialogs.checks import Check, Moment
from dialogs.effects import (
    ClearChat,
    Close,
    Discard,
    Effect,
    FileConcern,
    KeepFeedback,
    KeepIdentity,
    MarkUrgent,
    Replies,
)
from dialogs.flow import SKIP
from dialogs.languages import SOURCE
from dialogs.matched import matched
from dialogs.screen import Line
from dialogs.snapshot import Answer, Snapshot

Done = tuple[Snapshot, tuple[Effect, ...]]
Deed = Callable[[Moment], Done]

NOTICED = "noticed"
"""The question whose answer holds what was carried."""
NOWHERE = frozenset({SKIP, "dont_know"})
REPLIES: Mapping[str, Replies] = {"here": "push", "none": "none"}
STARS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}


def _latest(snapshot: Snapshot, name: str) -> str:
    chosen = [answer.option for key, answer in snapshot.answers.items() if key.rpartition(".")[2] == name]
    return chosen[-1] if chosen else ""


def _consent(moment: Moment) -> Done:
    if moment.snapshot.stage == "filed":
        return moment.snapshot, ()
    return replace(moment.snapshot, stage="drafting"), ()


def _file(moment: Moment) -> Done:
    snapshot, facts = moment.snapshot, moment.facts
    if snapshot.stage == "filed":
        return snapshot, ()
    area = _latest(snapshot, "area")
    sending = FileConcern(
        reference=facts.reference,
        urgent=snapshot.urgent,
        area="" if area in NOWHERE else area,
        replies=REPLIES.get(_latest(snapshot, "contact"), "visit"),
        language=snapshot.language,
    )
    given = tuple(
        (key.rpartition(".")[2], "\n".join(answer.parts))
        for key, answer in snapshot.answers.items()
        if answer.kind == "identity" and answer.parts
    )
    capsule = (KeepIdentity(given),) if given and facts.two_people else ()
    fitting = matched(snapshot.answers)
    filed = replace(_forgotten(snapshot), stage="filed", reference=facts.reference, matched=fitting)
    return filed, (*capsule, sending)


def _forgotten(snapshot: Snapshot) -> Snapshot:
    """Drop every answer."""
    return replace(snapshot, answers={}, finished="", finished_at=0.0)


def _file_urgent(moment: Moment) -> Done:
    if moment.snapshot.stage == "filed":
        return _mark_urgent(moment)
    return _file(replace(moment, snapshot=replace(moment.snapshot, urgent=True)))


def _mark_urgent(moment: Moment) -> Done:
    now = (MarkUrgent(),) if moment.snapshot.stage == "filed" else ()
    return replace(moment.snapshot, urgent=True), now


def _discard(moment: Moment) -> Done:
    if moment.snapshot.stage == "filed":
        return moment.snapshot, ()
    forgotten = _forgotten(moment.snapshot)
    return replace(forgotten, stage="fresh", kept=0, size=0, urgent=False), (Discard(),)


def _clear(moment: Moment) -> Done:
    return moment.snapshot, (ClearChat(),)


def _close(moment: Moment) -> Done:
    return replace(_forgotten(moment.snapshot), stage="ended", matched=()), (Close(),)


def _keep_feedback(moment: Moment) -> Done:
    prefix = f"{moment.flow}."
    given = {k.removeprefix(prefix): a for k, a in moment.snapshot.answers.items() if k.startswith(prefix)}
    options = {name: answer.option for name, answer in given.items() if answer.option != SKIP}
    comment = "\n".join(given.get("comment", Answer()).parts)
    if not any(options.values()) and not comment:
        return moment.snapshot, ()
    answers = {key: answer for key, answer in moment.snapshot.answers.items() if not key.startswith(prefix)}
    feedback = KeepFeedback(
        found=options.get("found", ""),
        useful=options.get("useful", ""),
        stars=STARS.get(options.get("stars", ""), 0),
        comment=comment,
    )
    return replace(moment.snapshot, answers=answers), (feedback,)


def _speak(moment: Moment) -> Done:
    language = moment.option if moment.option in moment.languages else moment.snapshot.language
    return replace(moment.snapshot, language=language), ()


def _speak_english(moment: Moment) -> Done:
    return replace(moment.snapshot, language=SOURCE), ()


def _carry(moment: Moment) -> Done:
    """Give each thought as words: what was typed exactly so, a choice as its question and its label."""
    thought = thinking.thoughts(moment.snapshot)
    snapshot = thinking.forgotten(moment.snapshot)
    key, edition = f"{moment.flow}.{NOTICED}", snapshot.frames[-1].edition
    noticed = Question(moment.flow, edition, NOTICED, "record", Line(f"{key}.ask"))
    effects: list[Effect] = []
    for name, answer in thought:
        for words in answer.parts or (moment.say(thinking.told(name, answer)),):
            snapshot, kept = give_words(snapshot, noticed, words)
            effects.extend(kept)
    return snapshot, tuple(effects)


def _forget(moment: Moment) -> Done:
    return thinking.forgotten(moment.snapshot), ()


DEEDS: dict[str, Deed] = {
    "consent": _consent,
    "file": _file,
    "file_urgent": _file_urgent,
    "mark_urgent": _mark_urgent,
    "discard": _discard,
    "clear": _clear,
    "close": _close,
    "keep_feedback": _keep_feedback,
    "speak": _speak,
    "speak_english": _speak_english,
    "carry": _carry,
    "forget": _forget,
}


def _sendable(moment: Moment) -> bool:
    """Sending needs something that was kept, and somebody it can be sealed to."""
    return moment.snapshot.stage == "filed" or (moment.facts.open and moment.snapshot.kept > 0)


def _agreed(moment: Moment) -> bool:
    """What was only thought through is kept after consent, and never before."""
    return moment.snapshot.stage == "drafting"


NEEDS: dict[str, Check] = {"file": _sendable, "file_urgent": _sendable, "carry": _agreed}
"""What must hold before a deed: a target whose deed cannot be done is not taken."""
