"""A conversation in a terminal or a pipe: one line in, one card out, with the pure engine and the real words.
Keeps nothing, sends nothing, opens no store: a rehearsal, and it says so.

A number presses the button of that number, ``/help`` and the like are commands, anything else is words.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.workshop.talk import Step, event_of
from dialogs import effects, engine
from dialogs.events import COMMANDS
from dialogs.facts import Facts
from dialogs.screen import Line
from dialogs.snapshot import Snapshot

if TYPE_CHECKING:
    from bot.workshop.talk import Talk
    from dialogs.library import Library
    from dialogs.wording import Card, CardButton


class Rehearsal:
    """One conversation that nobody hears."""

    def __init__(self, library: Library, now: Callable[[], datetime], say: Callable[[str], object]) -> None:
        """Take the flows and words, a clock and where to print."""
        self._library, self._now, self._say = library, now, say
        self._world = Facts(now=now(), door="terminal", reference="")
        self._snapshot: Snapshot = engine.begin(library, self._facts()).snapshot
        self._buttons: tuple[CardButton, ...] = ()
        self.steps: list[Step] = []

    def go_on(self, talk: Talk) -> None:
        """Go on from where a talk stands, at its door and in its language."""
        self._snapshot, self._world = talk.snapshot, talk.facts

    def play(self, lines: Iterable[str]) -> None:
        """Take lines until there are no more, or until the conversation ended."""
        self._show()
        for line in lines:
            text = line.rstrip("\n")
            if not text.strip():
                continue
            self.steps.append(self._step(text))
            event = event_of(self.steps[-1], self._snapshot.step)
            turn = engine.advance(self._library, self._snapshot, event, self._facts())
            self._snapshot = turn.snapshot
            for effect in turn.effects:
                self._tell(effect)
            if any(isinstance(effect, effects.Show) for effect in turn.effects):
                self._show()
            if any(isinstance(effect, effects.Close) for effect in turn.effects):
                self._say(self.words("closed"))
                return

    def words(self, name: str) -> str:
        """Give one of the terminal's own words."""
        return self._library.wording.text(Line(f"terminal.{name}"), self._snapshot.language)

    def _facts(self) -> Facts:
        reference = f"TEST-{secrets.token_hex(2).upper()}"
        return replace(self._world, now=self._now(), reference=reference)

    def _step(self, text: str) -> Step:
        """Say what a line means, as a journey writes it down."""
        typed = text.strip()
        if typed.isdigit() and 0 < int(typed) <= len(self._buttons):
            return {"press": self._buttons[int(typed) - 1].option}
        if typed.startswith("/") and typed[1:] in COMMANDS:
            return {"command": typed[1:]}
        return {"say": text}

    def _show(self) -> None:
        screen = engine.screen(self._library, self._snapshot, self._facts())
        card = self._library.wording.card(screen, self._snapshot.language)
        self._buttons = (*card.buttons, *card.always)
        self._say("\n" + "\n".join(layout(card)))

    def _tell(self, effect: effects.Effect) -> None:
        """Say what would have been done, without a word of what was said."""
        match effect:
            case effects.Keep():
                self._say(f"  [would be sealed: record {effect.n}, {effect.flow}.{effect.question}]")
            case effects.KeepIdentity():
                self._say("  [would be put behind two people's keys]")
            case effects.FileConcern():
                self._say(f"  [would be sent{', urgent' if effect.urgent else ''}]")
            case effects.Show() | effects.Close():
                pass
            case _:
                self._say(f"  [would {type(effect).__name__}]")


def layout(card: Card) -> list[str]:
    """Lay a card out for a terminal: the words, then its buttons by number."""
    lines = [card.plain(), ""]
    for number, button in enumerate((*card.buttons, *card.always), 1):
        lines.append(f"  {number:>2}  {button.label}" + (f"  -> {button.url}" if button.url else ""))
    return lines
