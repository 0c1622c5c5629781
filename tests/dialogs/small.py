"""A small library of flows made for tests: every kind of state, and some that no shipped flow should have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dialogs.effects import Effect, Show
from dialogs.engine import Turn, advance, begin
from dialogs.events import Chose, Event, Wrote
from dialogs.facts import Facts
from dialogs.library import Library, make_library
from dialogs.profile import Profile
from dialogs.screen import Screen
from dialogs.snapshot import Snapshot, dumps, loads

ROOT = """
flow: family
start: hello
interrupts: {emergency: danger, help: help, privacy: privacy}
on: {sent: after, nowhere: after}
again: after
stop: bye
leave: left
states:
  hello:
    choices: {agree: {to: menu, do: [consent]}, look: menu}
  menu:
    keep: draft
    choices: {words: words, line: line, area: area, pass: passing, loop: round_one, deep: {call: deep},
      links: links, check: review, name: name, guarded: guarded, stuck: stuck, quit: {end: over}}
  words: {ask: words, keep: record, check: something_said,
    choices: {done: menu, nothing: menu, skip: menu, aside: menu_two}}
  menu_two: {choices: {back: words}}
  line: {ask: line, keep: record, check: short_line, next: menu, choices: {dont_know: menu, skip: menu}}
  name: {ask: line, keep: identity, check: short_line, next: menu}
  area: {keep: record, list: areas, next: menu,
    choices: {skip: menu, dont_know: menu, questions: {call: help}}}
  passing: {next: [{to: words, if: was_sent}, {to: line}]}
  stuck: {next: [{to: line, if: was_sent}]}
  round_one: {next: round_two}
  round_two: {next: round_one}
  links:
    also: {shown: on_telegram, hidden: on_web}
    signposts: [emergency, doubtful]
    choices: {site: {url: website}, form: {url: referral}, post: {url: act}, off: {url: doubtful},
      only: {to: menu, if: on_web}, on: menu}
  guarded: {check: two_people, choices: {on: menu}}
  review: {review: true, choices: {send: {to: after, do: [file]}, add: words}}
  after: {choices: {add: add, worse: {to: add, do: [mark_urgent]}, tell: {call: tell}, rest: menu}}
  add: {ask: words, keep: record, check: something_said, choices: {done: after}}
  bye: {do: [discard], choices: {again: hello, finish: over}}
  over: {end: over}
  left: {end: left, do: [discard, clear, close]}
"""
DANGER = """
flow: danger
start: card
states:
  card:
    choices: {send: [{to: sent, if: something_kept}, {to: sentence, do: [consent]}], go_back: finished}
  sentence: {ask: line, keep: record, check: something_said, next: sent}
  sent: {end: sent, do: [file_urgent]}
  finished: {end: finished}
"""
HELP = """
flow: help
start: menu
states:
  menu: {choices: {go_back: done, danger: {call: danger}}}
  done: {end: done}
"""
PRIVACY = "{flow: privacy, start: kept, states: {kept: {choices: {go_back: done}}, done: {end: done}}}"
DEEP = "{flow: deep, start: down, states: {down: {choices: {on: {call: deep}, out: {end: out}}}}}"
TELL = """
flow: tell
start: found
states:
  found: {keep: draft, choices: {yes: stars, skip: stars}}
  stars: {keep: draft, choices: {four: comment, skip: comment}}
  comment: {ask: words, keep: draft, check: something_said, choices: {done: thanks, skip: thanks}}
  thanks: {do: [keep_feedback], choices: {go_back: done}}
  done: {end: done}
"""
FLOWS = {
    "family.yaml": ROOT,
    "danger.yaml": DANGER,
    "help.yaml": HELP,
    "privacy.yaml": PRIVACY,
    "deep.yaml": DEEP,
    "tell.yaml": TELL,
}
WORDS = """
common:
  name: "{name}"
  choices: {done: Done, skip: Skip, back: Back}
  review: {item: "{question}: {answer}", change: "Change: {question}"}
commands: {start: [hello], help: [help, help me], emergency: ["999"], stop: [stop], unheard_of: [what]}
family:
  hello: {ask: Ready?, say: "One {emergency}.\\n\\nTwo {force}.", why: Because.}
  menu: {ask: What now?, choices: {words: Write, line: One line}}
  words: {ask: What happened?, short: What happened}
  links: {ask: Links, also: {shown: Seen, hidden: Unseen}}
  area: {ask: Where?}
"""
SIGNPOSTS = """
emergency:
  {name: Emergency, value: "999", href: "tel:999", hours: always, source: here, mark: V, checked: 2026-01}
act: {name: ACT, value: act, href: "https://act.example", source: here, mark: V2, checked: 2026-01, on: true}
doubtful: {name: Doubtful, value: "1", href: "tel:1", source: memory, mark: "?", checked: 2026-01}
"""
PROFILE = Profile(
    "small",
    "A Force",
    areas={"north": "North", "south": "South"},
    referral={"north": "https://north.example"},
)
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def library(**changes: str) -> Library:
    """Make the small library; a keyword replaces one flow's text."""
    flows = FLOWS | {f"{name}.yaml": text for name, text in changes.items()}
    return make_library(flows, WORDS, SIGNPOSTS, PROFILE)


class Talk:
    """One conversation in a test: what is done to it, and what came of it."""

    def __init__(self, where: Library | None = None, **facts: Any) -> None:
        self.library = where or library()
        self.facts = replace(Facts(NOW, "telegram", "7K2M-9QXD"), **facts)
        self.turn: Turn = begin(self.library, self.facts)
        self.effects: list[Effect] = list(self.turn.effects)

    @property
    def snapshot(self) -> Snapshot:
        """Where it stands."""
        return self.turn.snapshot

    @property
    def at(self) -> str:
        """Flow and state on the screen."""
        frame = self.snapshot.frames[-1]
        return f"{frame.flow}.{frame.state}"

    @property
    def screen(self) -> Screen:
        """What was last shown."""
        return [effect for effect in self.effects if isinstance(effect, Show)][-1].screen

    @property
    def notices(self) -> list[str]:
        """What was said before the question."""
        return [line.key for line in self.snapshot.notices]

    def of(self, kind: type[Effect]) -> list[Any]:
        """Give every effect of one kind, in order."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def take(self, *events: Event, seconds: float = 30, **facts: Any) -> Talk:
        """Take events in, one after another."""
        for event in events:
            self.facts = replace(self.facts, now=self.facts.now + timedelta(seconds=seconds), **facts)
            before = loads(dumps(self.turn.snapshot))
            assert before == self.turn.snapshot
            self.turn = advance(self.library, before, event, self.facts)
            self.effects.extend(self.turn.effects)
        return self

    def press(self, *options: str, **facts: Any) -> Talk:
        """Press buttons of the screen that is shown."""
        for option in options:
            self.take(Chose(option, self.snapshot.step), **facts)
        return self

    def say(self, *texts: str, **facts: Any) -> Talk:
        """Write messages."""
        return self.take(*(Wrote(text) for text in texts), **facts)
