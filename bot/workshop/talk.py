"""One conversation as a list of plain steps, the way a journey writes them down: the same steps always lead
to the same place. Keeps nothing; the clock is a count of seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from bot.workshop.editions import shorter
from dialogs import engine
from dialogs.effects import Effect, FileConcern, Keep, KeepFeedback, KeepIdentity, MarkUrgent, Show
from dialogs.engine import Turn
from dialogs.events import Chose, Commanded, Edited, Event, Sent, Wrote
from dialogs.facts import Facts
from dialogs.library import Library
from dialogs.snapshot import Snapshot, dumps, loads

BEGAN = datetime(2026, 3, 1, 9, tzinfo=UTC)
USUAL = 30
REFERENCE = "7K2M-9QXD"
FACTS = ("open", "two_people", "website", "telegram", "language")

Step = dict[str, Any]


class Talk:
    """A conversation, written to bytes and read back before every step."""

    def __init__(self, library: Library, body: Mapping[str, Any]) -> None:
        """Begin as a journey says: its ``door`` and ``facts``."""
        self._shipped = self.library = library
        first = Facts(BEGAN, body.get("door", "web"), REFERENCE)
        self.facts = _changed(body.get("facts", {}), first)
        self.turn: Turn = engine.begin(library, self.facts)
        self.before = self.turn.snapshot

    @property
    def snapshot(self) -> Snapshot:
        """Where it stands."""
        return self.turn.snapshot

    def take(self, step: Mapping[str, Any]) -> Turn:
        """Take one step."""
        if "editions" in step:
            self.library = shorter(self._shipped, kept=step["editions"] == "kept")
        later = self.facts.now + timedelta(seconds=step.get("after", USUAL))
        lay = timedelta(seconds=step.get("waited", 0))
        self.facts = _changed(step, replace(self.facts, now=later, waited=lay))
        self.before = loads(dumps(self.snapshot))
        self.turn = engine.advance(self.library, self.before, event_of(step, self.before.step), self.facts)
        return self.turn


def event_of(step: Mapping[str, Any], now: int) -> Event:
    """Make the event of one step; ``now`` is the step of the screen that is shown."""
    if "press" in step:
        press = step["press"]
        return Chose(press["option"], press["step"]) if isinstance(press, dict) else Chose(str(press), now)
    if "say" in step:
        said = step["say"]
        return Wrote(said["repeat"] * said["times"] if isinstance(said, dict) else str(said))
    if "command" in step:
        return Commanded(step["command"])
    return Edited(str(step["edit"])) if "edit" in step else Sent(step["sent"])


def place(snapshot: Snapshot) -> str:
    """Name where a conversation stands: flow and state."""
    frame = snapshot.frames[-1]
    return f"{frame.flow}.{frame.state}"


def seen(turn: Turn) -> dict[str, Any]:
    """Say what one step led to, as a journey expects it."""
    if not turn.effects:
        return {"silent": True}
    notices = [line.key for line in turn.snapshot.notices]
    return {"at": place(turn.snapshot), **({"notice": notices} if notices else {})}


def ends(turns: Sequence[Turn]) -> dict[str, Any]:
    """Say what is true at the end."""
    effects = [effect for turn in turns for effect in turn.effects]
    counts = Counter(type(effect).__name__ for effect in effects)
    last = turns[-1].snapshot
    found: dict[str, Any] = {"at": place(last), "stage": last.stage, "filed": counts["FileConcern"]}
    for effect in effects:
        if isinstance(effect, FileConcern):
            found |= {"urgent": effect.urgent, "area": effect.area, "replies": effect.replies}
    found["urgent"] = found.get("urgent", False) or counts["MarkUrgent"] > 0
    found["records"] = [_record(effect) for effect in effects if isinstance(effect, Keep)]
    found["identity"] = [n for e in effects if isinstance(e, KeepIdentity) for n, _ in e.given]
    found["screens"] = _screens(effects)
    found["feedback"] = counts[KeepFeedback.__name__]
    found["marked_urgent"] = counts[MarkUrgent.__name__]
    found |= {"discarded": counts["Discard"], "cleared": counts["ClearChat"], "closed": counts["Close"]}
    return found


def told(library: Library, body: Mapping[str, Any]) -> dict[str, Any]:
    """Play a journey and give it whole: what each step led to, and what is true at the end."""
    talk = Talk(library, body)
    turns, steps = [talk.turn], []
    for step in body["steps"]:
        turns.append(talk.take(step))
        steps.append({**step, **seen(talk.turn)})
    return {**body, "steps": steps, "ends": ends(turns)}


def written(body: Mapping[str, Any]) -> str:
    """Write a journey as its file."""
    return yaml.safe_dump(dict(body), sort_keys=False, allow_unicode=True, width=1000)


def _changed(changes: Mapping[str, Any], facts: Facts) -> Facts:
    return replace(facts, **{name: changes[name] for name in FACTS if name in changes})


def _record(keep: Keep) -> str:
    corrects = f" corrects {keep.corrects}" if keep.corrects else ""
    return f"{keep.question} {keep.kind}{corrects}"


def _screens(effects: Sequence[Effect]) -> int:
    """Count the screens a person went through, up to the one that says it was sent, or to the end."""
    steps: set[int] = set()
    for number, effect in enumerate(effects):
        if isinstance(effect, Show):
            steps.add(effect.screen.step)
            if any(isinstance(other, FileConcern) for other in _before(effects, number)):
                break
    return len(steps)


def _before(effects: Sequence[Effect], number: int) -> Iterator[Effect]:
    yield from effects[:number]
