"""Plays a journey, a transcript in YAML, against the pure engine. Never touches a store, network or clock.

A journey::

    journey: A mother sends what she noticed  # a sentence
    door: web  # telegram | web | terminal; default web
    facts: {open: true, two_people: true}  # optional: open, two_people, website, telegram (the policy)
    steps:  # `begin` happens by itself; the first step acts on the first screen
      - press: go_on  # an option of the screen now shown (`!help` and the like too)
        at: family.consent  # expected: where we are after it (flow.state)
      - say: my son  # a message of words
        notice: [notice.kept]  # expected: the keys of the notices, in order (written by --update)
      - press: {option: done, step: 1}  # a stale press: a step that is not the screen's
        silent: true  # expected: nothing is shown
      - command: emergency  # /emergency
      - sent: sticker  # something that is not words
      - edit: my son and his friend  # an edited message
      - say: and one more thing
        after: 2  # seconds since the step before; default 30
        open: false  # `open` or `two_people` may change from here on
      - say: {repeat: "a", times: 5000}  # long input without a long file
    ends:  # what must be true at the end, all of it written by --update
      at: family.bye
      stage: ended  # fresh | drafting | filed | ended
      filed: 1  # how many FileConcern
      urgent: false  # whether what was filed was urgent or marked so
      area: birmingham  # of FileConcern
      replies: visit  # of FileConcern
      records: [noticed words, age_band choice]  # in order; some with "corrects N"
      identity: [name]  # questions in the capsule
      screens: 7  # screens shown until it was sent (or until the end)
      feedback: 0  # how many KeepFeedback, MarkUrgent, Discard, ClearChat, Close
      marked_urgent: 0
      discarded: 0
      cleared: 0
      closed: 1

`pytest --update` rewrites `at`, `notice`, `silent` and `ends` of every journey with what happened; read
the diff before keeping it. Keys under `ends` that a journey leaves out are not checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from dialogs import snapshot as snapshots
from dialogs.effects import Effect, FileConcern, Keep, KeepFeedback, KeepIdentity, MarkUrgent, Show
from dialogs.engine import Turn, advance, begin
from dialogs.events import Chose, Commanded, Edited, Event, Sent, Wrote
from dialogs.facts import Facts
from dialogs.library import Library

HERE = Path(__file__).parent
JOURNEYS = sorted(HERE.glob("*.yaml"))
BEGAN = datetime(2026, 3, 1, 9, tzinfo=UTC)
USUAL = 30
REFERENCE = "7K2M-9QXD"
FACTS = ("open", "two_people", "website", "telegram")


@dataclass
class Journey:
    """One transcript and what happened when it was played."""

    path: Path
    body: dict[str, Any]
    turns: list[Turn] = field(default_factory=list)
    seen: list[dict[str, Any]] = field(default_factory=list)

    @property
    def effects(self) -> list[Effect]:
        """Everything that was to happen, in order."""
        return [effect for turn in self.turns for effect in turn.effects]


def load(path: Path) -> Journey:
    """Read one journey, with yes and no as the strings they are."""
    return Journey(path, yaml.load(path.read_text(encoding="utf-8"), _Loader))


def play(library: Library, journey: Journey) -> Journey:
    """Play it to its end, writing down what happened at each step."""
    facts = _facts(journey.body.get("facts", {}), Facts(BEGAN, journey.body.get("door", "web"), REFERENCE))
    turn = begin(library, facts)
    journey.turns.append(turn)
    for step in journey.body["steps"]:
        facts = _facts(step, replace(facts, now=facts.now + timedelta(seconds=step.get("after", USUAL))))
        before = snapshots.loads(snapshots.dumps(turn.snapshot))
        turn = advance(library, before, event_of(step, turn.snapshot.step), facts)
        journey.turns.append(turn)
        journey.seen.append(_seen(turn))
    return journey


def event_of(step: dict[str, Any], now: int) -> Event:
    """Make the event of one step."""
    if "press" in step:
        press = step["press"]
        return Chose(press["option"], press["step"]) if isinstance(press, dict) else Chose(str(press), now)
    if "say" in step:
        said = step["say"]
        return Wrote(said["repeat"] * said["times"] if isinstance(said, dict) else str(said))
    if "command" in step:
        return Commanded(step["command"])
    return Edited(str(step["edit"])) if "edit" in step else Sent(step["sent"])


def ends(journey: Journey) -> dict[str, Any]:
    """Say what is true at the end."""
    counts = Counter(type(effect).__name__ for effect in journey.effects)
    last = journey.turns[-1].snapshot
    found: dict[str, Any] = {
        "at": _at(journey.turns[-1]),
        "stage": last.stage,
        "filed": counts["FileConcern"],
    }
    for effect in journey.effects:
        if isinstance(effect, FileConcern):
            found |= {"urgent": effect.urgent, "area": effect.area, "replies": effect.replies}
    found["urgent"] = found.get("urgent", False) or counts["MarkUrgent"] > 0
    found["records"] = [_record(effect) for effect in journey.effects if isinstance(effect, Keep)]
    found["identity"] = [n for e in journey.effects if isinstance(e, KeepIdentity) for n, _ in e.given]
    found["screens"] = _screens(journey.effects)
    found["feedback"] = counts[KeepFeedback.__name__]
    found["marked_urgent"] = counts[MarkUrgent.__name__]
    found |= {"discarded": counts["Discard"], "cleared": counts["ClearChat"], "closed": counts["Close"]}
    return found


def rewrite(journey: Journey) -> None:
    """Write what happened into the journey's own file."""
    for step, seen in zip(journey.body["steps"], journey.seen, strict=True):
        for key in ("at", "notice", "silent"):
            step.pop(key, None)
        step.update(seen)
    journey.body["ends"] = ends(journey)
    text = yaml.safe_dump(journey.body, sort_keys=False, allow_unicode=True, width=1000)
    journey.path.write_text(text, encoding="utf-8")


def _facts(changes: dict[str, Any], facts: Facts) -> Facts:
    return replace(facts, **{name: changes[name] for name in FACTS if name in changes})


def _seen(turn: Turn) -> dict[str, Any]:
    if not turn.effects:
        return {"silent": True}
    notices = [line.key for line in turn.snapshot.notices]
    return {"at": _at(turn), **({"notice": notices} if notices else {})}


def _at(turn: Turn) -> str:
    frame = turn.snapshot.frames[-1]
    return f"{frame.flow}.{frame.state}"


def _record(keep: Keep) -> str:
    corrects = f" corrects {keep.corrects}" if keep.corrects else ""
    return f"{keep.question} {keep.kind}{corrects}"


def _screens(effects: list[Effect]) -> int:
    """Count the screens a person went through, up to the one that says it was sent, or to the end."""
    steps: set[int] = set()
    for effect in effects:
        if isinstance(effect, Show):
            steps.add(effect.screen.step)
            if any(isinstance(other, FileConcern) for other in _before(effects, effect)):
                break
    return len(steps)


def _before(effects: list[Effect], last: Effect) -> Iterator[Effect]:
    for effect in effects:
        if effect is last:
            return
        yield effect


class _Loader(yaml.SafeLoader):
    """YAML in which yes and no are words."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in found
        if not (tag == "tag:yaml.org,2002:bool" and first not in "tTfF") and "timestamp" not in tag
    ]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
