"""The commands about people and the log: each opens the store, does one thing, and says what it did.

A passphrase is asked for without echo, twice, or read from a file; it is never an argument, which every
process list shows.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from pathlib import Path

from admin.errors import Refused
from admin.opening import opened
from admin.staff import Added, Newcomer, Staff
from storage.errors import WrongPassphrase
from storage.officer_seals import OfficerRoot
from storage.records import OfficerRow
from storage.settings import Settings

DONE, FELL_SHORT, COULD_NOT, USAGE, INCOMPLETE = range(5)


def say(text: str) -> None:
    """Write a line for the person at the terminal."""
    sys.stdout.write(f"{text}\n")


def passphrase_from(path: str | None, prompt: str, *, twice: bool) -> str:
    """Read a passphrase from a file, or ask for it. Raises: Refused when it cannot be had."""
    if path is not None:
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as why:
            raise Refused(f"The passphrase file cannot be read ({type(why).__name__}).") from None
    if not sys.stdin.isatty():
        raise Refused(
            "There is no terminal to ask for a passphrase: give it in a file with --passphrase-file."
        )
    first = getpass.getpass(f"{prompt}: ")
    if twice and getpass.getpass(f"{prompt}, again: ") != first:
        raise Refused("The two were not the same.")
    return first


async def add(settings: Settings, given: argparse.Namespace) -> int:
    """Add a person; admit them at once when a colleague vouches."""
    passphrase = passphrase_from(given.passphrase_file, f"Passphrase for {given.login}", twice=True)
    async with opened(settings) as (store, seals):
        staff = Staff(store, seals)
        colleague = await _colleague(staff, given.admitted_by, given.admitter_passphrase_file)
        added = await staff.add(Newcomer(given.login, given.name or given.login, given.role, passphrase))
        status = added.row.status
        if colleague and status == "pending":
            status = (await staff.admit(*colleague, given.login)).status
    _say_added(added, status, as_json=given.json)
    return DONE


async def admit(settings: Settings, given: argparse.Namespace) -> int:
    """Admit someone who waits, with a colleague's passphrase."""
    async with opened(settings) as (store, seals):
        staff = Staff(store, seals)
        colleague = await _colleague(staff, given.by, given.passphrase_file)
        if colleague is None:
            raise Refused("Say who admits them with --by LOGIN.")
        row = await staff.admit(*colleague, given.login)
    say(f"{row.login} is active as {row.role}.")
    return DONE


async def listing(settings: Settings, given: argparse.Namespace) -> int:
    """List everyone."""
    async with opened(settings) as (store, _):
        rows = await store.read(lambda unit: unit.officers.all())
    people = [{"login": r.login, "name": r.name, "role": r.role, "status": r.status} for r in rows]
    if given.json:
        say(json.dumps(people, ensure_ascii=False))
    else:
        for person in people:
            say("  ".join(f"{person[key]:<14}" for key in ("login", "role", "status", "name")).rstrip())
        if not people:
            say("Nobody yet. Add the first with: python -m admin officers add --login NAME")
    return DONE


async def _colleague(
    staff: Staff, login: str | None, path: str | None
) -> tuple[OfficerRow, OfficerRoot] | None:
    if login is None:
        return None
    try:
        return await staff.colleague(login, passphrase_from(path, f"Passphrase of {login}", twice=False))
    except WrongPassphrase:
        raise Refused("That is not their passphrase.") from None


def _say_added(added: Added, status: str, *, as_json: bool) -> None:
    if as_json:
        shown = {
            "login": added.row.login,
            "role": added.row.role,
            "status": status,
            "secret": added.secret,
            "otpauth": added.otpauth,
            "made_team": added.made_team,
        }
        say(json.dumps(shown))
        return
    say(f"Added {added.row.login} as {added.row.role}.")
    if added.made_team:
        say("They are the first: the team’s key was made, and concerns can be taken from now on.")
    say("")
    say("One-time-code secret, shown once. Put it into an authenticator app now:")
    say(f"  {' '.join(added.secret[i : i + 4] for i in range(0, len(added.secret), 4))}")
    say(f"  {added.otpauth}")
    say("")
    if status == "active":
        say("They can sign in now.")
    else:
        say("They can do nothing until a colleague admits them: on the Officers page, or with")
        say(f"  python -m admin officers admit --login {added.row.login} --by COLLEAGUE")
