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
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import NoReturn

from bot.commands import add_commands

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
    editions = add(
        "editions", "conversations under way on earlier editions of the flows, by number", _editions
    )
    task = editions.add_mutually_exclusive_group()
    task.add_argument("--dry-run", action="store_true", help="only count (default)")
    task.add_argument("--move", action="store_true", help="move them as the migrations say")
    proof = add("proofread", "faults in flows, words, numbers and questions, each with its place", _proofread)
    proof.add_argument(
        "--figures", action="store_true", help="how well the interview linter does, and no proof"
    )
    proof.add_argument(
        "--today", type=date.fromisoformat, help="the day to hold numbers against, as 2026-11-22"
    )
    words = add("words", "for people who translate and review: extract, coverage, review", _words)
    words.add_argument("task", choices=("extract", "coverage", "review"))
    words.add_argument("--language", default="", help="the language that was reviewed, by its code")
    words.add_argument("--group", default="", help="consent, danger, confidence, telegram or rest")
    words.add_argument("--by", default="", help="who reviewed it: a named person")
    words.add_argument("--on", default="", help="on which day, as 2026-11-22")
    add_commands(add)
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


def _editions(options: argparse.Namespace) -> int:
    from bot import editions

    return DONE if asyncio.run(editions.run(os.environ, move_them=options.move, say=print)) else SHORT


def _profile() -> str:
    from storage.settings import load_settings

    return load_settings(os.environ).profile


def _proofread(options: argparse.Namespace) -> int:
    from bot import figures
    from dialogs.errors import FlowError
    from dialogs.library import load_library
    from dialogs.migrations import load_migrations
    from dialogs.proofread import proofread, shipped_allowances
    from dialogs.proofs.places import shipped_places

    if options.figures:
        print(figures.told())
        return DONE
    today = options.today or datetime.now(UTC).date()
    try:
        library = load_library(_profile())
        load_migrations(library)
        faults = proofread(library, shipped_places(), today, shipped_allowances())
    except FlowError as why:
        faults = list(why.faults)
    for fault in faults:
        print(fault)
    return SHORT if faults else DONE


def _words(options: argparse.Namespace) -> int:
    from bot import words

    if options.task == "extract":
        words.extract(print)
        return DONE
    if options.task == "coverage":
        return DONE if words.coverage(print) else SHORT
    words.review(options.language, options.group, options.by, options.on, print)
    return DONE


if __name__ == "__main__":
    sys.exit(main())
