"""The commands for people who write flows, as ``python -m bot`` lists them. Reads a module only when its
command needs it; prints only through what it is handed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.workshop.talk import Talk

DONE, SHORT = 0, 1
SAMPLE = 1_000
DOORS = ("terminal", "web", "telegram")
Command = Callable[[argparse.Namespace], int]


class Add(Protocol):
    """Adds one command to the list."""

    def __call__(self, name: str, what: str, command: Command) -> argparse.ArgumentParser:
        """Give its parser, for its options."""
        ...


def add_commands(add: Add) -> None:
    """Add every command of the workshop."""
    rehearse = add("rehearse", "a conversation in the terminal that nobody hears", _rehearse)
    rehearse.add_argument("--flow", default="", help="begin in this flow")
    rehearse.add_argument(
        "--at", default="", metavar="STATE", help="begin at this state, as noticed or danger.card"
    )
    rehearse.add_argument("--language", default="en", help="speak this language, open or not")
    rehearse.add_argument("--door", choices=DOORS, default="terminal", help="as it goes at this door")
    rehearse.add_argument("--record", type=Path, metavar="FILE", help="write what was done as a journey")
    walk = add("walk", "random people through every flow, with things going wrong", _walk)
    walk.add_argument("--people", type=int, default=SAMPLE, help=f"how many (default {SAMPLE})")
    walk.add_argument("--language", default="en", help="in which language; qps is the made-up one")
    walk.add_argument("--seed", default="1", help="the same seed walks the same")
    walk.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="default: one for each core")
    draw = add("draw", "the flows as drawings", _draw)
    draw.add_argument("--write", action="store_true", help="write the drawings that stand beside the flows")
    draw.add_argument("--check", action="store_true", help="say which drawings are not of today")
    preview = add("preview", "one page of every screen in every language, without running anything", _preview)
    preview.add_argument("--language", action="append", default=[], help="only this one; may be given again")
    preview.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where the page is written")


def _profile() -> str:
    from storage.settings import load_settings

    return load_settings(os.environ).profile


def _walk(options: argparse.Namespace) -> int:
    from bot.workshop import crowd
    from bot.workshop.tongues import spoken_library

    began = time.monotonic()
    profile, language = _profile(), options.language
    library = spoken_library(profile, language)
    tally = crowd.walk(profile, language, options.people, options.seed, max(1, options.processes))
    lines, well = crowd.summary(tally, library, time.monotonic() - began)
    _say("\n".join(lines))
    return DONE if well else SHORT


def _rehearse(options: argparse.Namespace) -> int:
    from bot.channels.terminal import Rehearsal
    from bot.workshop import rehearsing
    from bot.workshop.talk import Talk
    from bot.workshop.tongues import spoken_library

    library = spoken_library(_profile(), options.language)
    begun = rehearsing.beginning(library, options.flow, options.at, options.door, options.language)
    talk = Talk(library, begun)
    for step in begun["steps"]:
        talk.take(step)
    rehearsal = Rehearsal(library, _clock(talk) if options.record else lambda: datetime.now(UTC), _say)
    rehearsal.go_on(talk)
    _say("A rehearsal: nothing is kept and nobody hears it. Ctrl-D ends it.")
    rehearsal.play(_typed() if sys.stdin.isatty() else sys.stdin)
    if options.record:
        rehearsing.record(library, begun, rehearsal.steps, options.record)
        _say(f"\nwritten: {options.record}")
    return DONE


def _clock(talk: Talk) -> Callable[[], datetime]:
    """Count as a journey does: one step, half a minute."""
    from bot.workshop.talk import USUAL

    ticks = iter(range(1, sys.maxsize))
    return lambda: talk.facts.now + timedelta(seconds=USUAL) * next(ticks)


def _typed() -> Iterator[str]:
    def line() -> str:
        sys.stdout.write("> ")
        sys.stdout.flush()
        return sys.stdin.readline()

    return iter(line, "")


def _draw(options: argparse.Namespace) -> int:
    from bot import drawings
    from dialogs.library import load_library

    library = load_library(_profile())
    if options.write:
        for path in drawings.write(library):
            _say(f"written: {path}")
        return DONE
    if not options.check:
        _say(drawings.all_drawn(library))
        return DONE
    old = drawings.not_of_today(library)
    for line in old:
        _say(line)
    return SHORT if old else DONE


def _preview(options: argparse.Namespace) -> int:
    from bot.workshop import preview
    from dialogs.library import load_library

    path = preview.write(load_library(_profile()), options.language, options.to)
    _say(f"written: {path}")
    return DONE


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
