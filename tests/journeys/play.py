"""Plays a journey, a transcript in YAML, against the pure engine. Never touches a store, network or clock.

A journey::

    journey: A mother sends what she noticed  # a sentence
    door: web  # telegram | web | terminal; default web
    facts: {open: true, two_people: true}  # optional: open, two_people, website, telegram, language
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
        waited: 3600  # seconds that this one lay before it was read
        editions: gone  # from here on the flows are shorter ones; those of before are `kept` or `gone`
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

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.workshop import talk as talks
from bot.workshop.talk import Talk, seen, written
from dialogs.effects import Effect
from dialogs.engine import Turn
from dialogs.library import Library

HERE = Path(__file__).parent
ELSEWHERE = "elsewhere"
AREAS = ("birmingham", "coventry", "dudley", "sandwell", "solihull", "walsall", "wolverhampton")
"""The areas that the journeys name: those of the first profile."""
JOURNEYS = sorted(HERE.glob("*.yaml"))


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


def moved(journey: Journey, library: Library) -> Journey:
    """Let it happen with another force: each area of the first is one of this force's."""
    theirs = [area for area in library.profile.areas if area != ELSEWHERE]
    areas = {area: theirs[place % len(theirs)] for place, area in enumerate(AREAS)}
    body = journey.body
    steps = [
        {**step, "press": areas.get(step["press"], step["press"])}
        if isinstance(step.get("press"), str)
        else dict(step)
        for step in body["steps"]
    ]
    ends = {
        **body["ends"],
        **({"area": areas[body["ends"]["area"]]} if body["ends"].get("area") in areas else {}),
    }
    return Journey(journey.path, {**body, "steps": steps, "ends": ends})


def play(library: Library, journey: Journey) -> Journey:
    """Play it to its end, writing down what happened at each step."""
    talk = Talk(library, journey.body)
    journey.turns.append(talk.turn)
    for step in journey.body["steps"]:
        journey.turns.append(talk.take(step))
        journey.seen.append(seen(talk.turn))
    return journey


def ends(journey: Journey) -> dict[str, Any]:
    """Say what is true at the end."""
    return talks.ends(journey.turns)


def rewrite(journey: Journey) -> None:
    """Write what happened into the journey's own file."""
    for step, found in zip(journey.body["steps"], journey.seen, strict=True):
        for key in ("at", "notice", "silent"):
            step.pop(key, None)
        step.update(found)
    journey.body["ends"] = ends(journey)
    journey.path.write_text(written(journey.body), encoding="utf-8")


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
