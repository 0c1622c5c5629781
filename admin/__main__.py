"""``python -m admin``: serve the officers' pages, look after the people who use them, check the log.

Exit codes: 0 done, 1 what was checked fell short, 2 could not run, 3 usage, 4 evidence incomplete.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn

from admin import audit_commands, commands
from admin.access import ROLES
from admin.errors import DoorError
from dialogs.errors import DialogError
from storage.discretion import set_up
from storage.errors import Conflict, NotFound, StoreError
from storage.settings import SettingError, Settings, load_settings

Command = Callable[[Settings, argparse.Namespace], Awaitable[int]]


class Arguments(argparse.ArgumentParser):
    """A parser whose usage errors end with the house's code."""

    def error(self, message: str) -> NoReturn:
        """Say how it is used."""
        self.print_usage(sys.stderr)
        self.exit(commands.USAGE, f"{self.prog}: {message}\n")


async def _serve(settings: Settings, given: argparse.Namespace) -> int:
    from admin.app import serve  # only here: every other command is done before a web server has loaded

    commands.say(f"Officers’ pages: {settings.admin_origin}")
    await serve(settings)
    return commands.DONE


async def _run(command: Command, settings: Settings, given: argparse.Namespace) -> int:
    return await command(settings, given)


def parser() -> Arguments:
    """Write down what this program takes."""
    top = Arguments(prog="python -m admin", description="The officers’ door of Concern Line.")
    groups = top.add_subparsers(required=True, metavar="COMMAND")
    _command(groups, "serve", "serve the officers’ pages", _serve)
    people = groups.add_parser("officers", help="add, list and admit people").add_subparsers(
        required=True, metavar="COMMAND"
    )
    add = _command(people, "add", "add a person; the first makes the team", commands.add)
    add.add_argument("--login", required=True)
    add.add_argument("--name", help="full name, as colleagues see it")
    add.add_argument("--role", choices=list(ROLES), default="officer")
    add.add_argument("--passphrase-file", metavar="FILE", help="instead of asking")
    add.add_argument("--admitted-by", metavar="LOGIN", help="a colleague who admits them at once")
    add.add_argument("--admitter-passphrase-file", metavar="FILE", help="instead of asking the colleague")
    add.add_argument("--json", action="store_true")
    _command(people, "list", "list everyone", commands.listing).add_argument("--json", action="store_true")
    admit = _command(people, "admit", "admit someone who waits", commands.admit)
    admit.add_argument("--login", required=True)
    admit.add_argument("--by", required=True, metavar="LOGIN", help="the colleague who admits them")
    admit.add_argument("--passphrase-file", metavar="FILE", help="the colleague’s, instead of asking")
    log = groups.add_parser("audit", help="check the log").add_subparsers(required=True, metavar="COMMAND")
    verify = _command(log, "verify", "check every chain", audit_commands.verify)
    verify.add_argument("--heads", metavar="FILE", help="heads that were kept on another machine")
    verify.add_argument("--json", action="store_true")
    _command(log, "heads", "write the heads, to keep on another machine", audit_commands.heads)
    return top


def _command(
    group: argparse._SubParsersAction[Arguments], name: str, help_: str, command: Command
) -> Arguments:
    made = group.add_parser(name, help=help_)
    made.set_defaults(command=command)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; give its exit code."""
    given = parser().parse_args(argv)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        settings = load_settings(os.environ)
        set_up(settings.log_format)
        command: Command = given.command
        return asyncio.run(_run(command, settings, given))
    except SettingError as why:
        return _failed(commands.COULD_NOT, str(why))
    except DoorError as why:
        return _failed(commands.FELL_SHORT, str(why))
    except Conflict as why:
        return _failed(commands.FELL_SHORT, f"Someone else was first, or it exists already: {why}.")
    except NotFound as why:
        return _failed(commands.FELL_SHORT, f"Not found: {why}.")
    except (StoreError, DialogError) as why:
        return _failed(commands.COULD_NOT, f"{type(why).__name__}: {why}")
    except OSError as why:
        return _failed(
            commands.COULD_NOT, f"The door cannot be opened: {why.strerror or type(why).__name__}."
        )
    except KeyboardInterrupt:
        return commands.DONE


def _failed(code: int, text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
