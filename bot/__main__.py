"""``python -m bot``: one word says what to do. Exit codes: 0 done, 1 what was checked fell short, 2 could not
run, 3 usage.

Reads a package only when a command needs it; prints one clear line for what an operator can put right, never
a traceback.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import os
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NoReturn

DONE, SHORT, CANNOT, USAGE = 0, 1, 2, 3


class _Parser(argparse.ArgumentParser):
    """A parser whose usage errors have the house's exit code."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line."""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; give the exit code."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except KeyboardInterrupt:
        return DONE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read us has read enough
        return DONE
    except Exception as why:
        print(f"concern line: {_clear_line(why)}", file=sys.stderr)
        return CANNOT


def _clear_line(why: Exception) -> str:
    """Say in one line what an operator can put right, or where a fault rose; never its words."""
    from bot.errors import BotError
    from dialogs.errors import DialogError
    from storage import discretion
    from storage.errors import StoreError
    from storage.settings import SettingError

    if isinstance(why, BotError | DialogError | StoreError | SettingError):
        return str(why)
    if isinstance(why, ModuleNotFoundError):
        return f"this Python has no package {why.name}: run make setup, then use .venv/bin/python"
    if isinstance(why, OSError) and why.filename:
        return f"{why.filename}: {why.strerror}"
    return f"a fault of the program: {type(why).__name__} at {discretion.place(why)}"


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m bot", description="The reporter's door of Concern Line.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)

    def add(name: str, what: str, command: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=what, description=what)
        one.set_defaults(command=command)
        return one

    demo = add("demo", "both doors with a demo team under var/demo; Ctrl-C stops both", _demo)
    demo.add_argument("--folder", default="var/demo", help="where the demo keeps its files")
    add("serve", "the web chat, and Telegram where there is a token", _serve)
    check = add("check", "settings and conditions of the start, one line each", _check)
    check.add_argument("--ports", action="store_true", help="also that the ports are free")
    add("status", "ask a running door how it is", _status)
    rehearse = add("rehearse", "a conversation in the terminal that nobody hears", _rehearse)
    rehearse.add_argument("--flow", default="", help="begin in this flow")
    add("proofread", "faults in flows and words that no parser sees", _proofread)
    draw = add("draw", "the flows as Mermaid drawings", _draw)
    draw.add_argument(
        "--check", action="store_true", help="say whether the drawings in the papers are today's"
    )
    return parser


def _demo(options: argparse.Namespace) -> int:
    from bot import demo

    return demo.run(options.folder, functools.partial(print, flush=True))


def _serve(_: argparse.Namespace) -> int:
    from bot import app
    from storage import discretion, settings

    given = settings.load_settings(os.environ)
    discretion.set_up(given.log_format)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold what was typed
    asyncio.run(app.serve(given))
    return DONE


def _check(options: argparse.Namespace) -> int:
    from bot import conditions

    return conditions.check(os.environ, ports=options.ports, say=print)


def _status(_: argparse.Namespace) -> int:
    from bot import conditions

    return conditions.status(os.environ, say=print)


def _rehearse(options: argparse.Namespace) -> int:
    from bot.channels.terminal import Rehearsal
    from dialogs.library import load_library

    rehearsal = Rehearsal(load_library(_profile()), functools.partial(datetime.now, UTC), print)
    if options.flow:
        rehearsal.go_to(options.flow)
    print(f"A rehearsal: nothing is kept and nobody hears it. {rehearsal.words('hint')} Ctrl-D ends it.")
    rehearsal.play(_typed(rehearsal.words("prompt")) if sys.stdin.isatty() else sys.stdin)
    return DONE


def _typed(prompt: str) -> Iterator[str]:
    def line() -> str:
        print(prompt, end="", flush=True)
        return sys.stdin.readline()

    return iter(line, "")


def _profile() -> str:
    from storage.settings import load_settings

    return load_settings(os.environ).profile


def _proofread(_: argparse.Namespace) -> int:
    from dialogs.errors import FlowError
    from dialogs.library import load_library
    from dialogs.proofread import proofread

    try:
        faults = list(proofread(load_library(_profile())))
    except FlowError as why:
        faults = list(why.faults)
    for fault in faults:
        print(fault)
    return SHORT if faults else DONE


def _draw(options: argparse.Namespace) -> int:
    from bot import drawings
    from dialogs.library import load_library

    library = load_library(_profile())
    if not options.check:
        print(drawings.all_drawn(library))
        return DONE
    old = drawings.not_of_today(library)
    for line in old:
        print(line)
    return SHORT if old else DONE


if __name__ == "__main__":
    sys.exit(main())
