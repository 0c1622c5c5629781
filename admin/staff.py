"""People: adding them, admitting them, and what the officers' page shows of them.

1. The first person makes the team's key and is active at once; everyone later waits for a colleague who
   holds what they need.
2. The first authoriser's key is made for them at their admission; whoever admits them never holds it.
3. Nothing here asks for a passphrase on a page, and nothing keeps one.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from admin.access import ROLES, TEAM_OF, may_admit
from admin.errors import Refused
from admin.passphrases import faults
from admin.sessions import SignedIn
from storage.database import Store
from storage.errors import Conflict, NotFound
from storage.officer_seals import OfficerRoot, OfficerSeals
from storage.records import OfficerRow, TeamKeyRow, TeamWrapRow
from storage.unit_of_work import Unit

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_FIRST = ("officer", "supervisor")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Someone to be added."""

    login: str
    name: str
    role: str
    passphrase: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Added:
    """Someone who was added, and the one-time-code secret to show once."""

    row: OfficerRow
    secret: str = field(repr=False)
    otpauth: str = field(repr=False)
    made_team: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the officers' page."""

    row: OfficerRow
    may_admit: bool
    why_not: str = ""


class Staff:
    """Everything about the people of this door."""

    def __init__(self, store: Store, seals: OfficerSeals) -> None:
        self._store, self._seals = store, seals

    async def people(self, me: SignedIn) -> list[Person]:
        """List everyone, those who wait first."""
        rows, authorisers = await self._store.read(_everyone)
        order = {"pending": 0, "active": 1, "revoked": 2}
        return [
            _person(me.row, row, authorisers)
            for row in sorted(rows, key=lambda row: (order[row.status], row.name.casefold()))
        ]

    async def names(self) -> Mapping[bytes, str]:
        """Give everyone's name by id."""
        rows, _ = await self._store.read(_everyone)
        return {row.id: row.name for row in rows}

    async def add(self, newcomer: Newcomer) -> Added:
        """Add a person; the first makes the team and is active at once.

        Raises: Refused with what to mend; Conflict when the login is taken.
        """
        wrong = _wrong(newcomer)
        if wrong:
            raise Refused("\n".join(wrong))
        rows, _ = await self._store.read(_everyone)
        if any(row.login == newcomer.login for row in rows):
            raise Conflict("this login is taken")
        team = await self._store.read(lambda unit: unit.teams.current("team"))
        if team is None and newcomer.role not in _FIRST:
            raise Refused("The first person must be an officer or a supervisor: they make the team’s key.")
        row, secret = await asyncio.to_thread(
            self._seals.enrol,
            secrets.token_bytes(16),
            newcomer.login,
            newcomer.name,
            newcomer.role,
            newcomer.passphrase,
        )
        if team is None:
            row = replace(row, status="active")
            key, wrap = self._seals.make_team(secrets.token_bytes(16), "team", 1, row)
            await self._store.do(lambda unit: _found_team(unit, row, key, wrap))
        else:
            await self._store.do(lambda unit: _add(unit, row))
        return Added(row, secret, self._seals.otpauth(row.login, secret), team is None)

    async def colleague(self, login: str, passphrase: str) -> tuple[OfficerRow, OfficerRoot]:
        """Open a colleague's root by their passphrase, for a command that admits someone.

        Raises: WrongPassphrase; NotFound; Refused when they are not active.
        """
        row = await self._by_login(login)
        root = await asyncio.to_thread(self._seals.unlock, row, passphrase)
        if row.status != "active":
            raise Refused("This colleague is not active.")
        return row, root

    async def admit(self, colleague: OfficerRow, root: OfficerRoot, login: str) -> OfficerRow:
        """Admit a pending person: seal to them what their role holds.

        Raises: NotFound; Refused when the colleague may not; Conflict when they are not pending any more.
        """
        newcomer = await self._by_login(login)
        authorisers = await self._store.read(lambda unit: unit.teams.current("authorisers"))
        if not may_admit(colleague.role, newcomer.role, authorisers is not None):
            raise Refused(_why_not(newcomer.role, authorisers is not None))
        key, wraps = await self._wraps(colleague, root, newcomer, authorisers)
        if newcomer.role in TEAM_OF and not wraps:
            raise Refused("You do not hold the key that this role needs.")
        await self._store.do(lambda unit: _admit(unit, colleague, newcomer, key, wraps))
        return replace(newcomer, status="active")

    async def note_refusal(self, me: SignedIn | None, what: str) -> None:
        """Record that something was refused, by whom and what it asked for."""
        actor = me.row.id.hex() if me else "unknown"
        await self._store.do(lambda unit: unit.audit.add("refused", actor, object=what))

    async def _by_login(self, login: str) -> OfficerRow:
        row = await self._store.read(lambda unit: unit.officers.by_login(login))
        if row is None:
            raise NotFound("no such officer")
        return row

    async def _wraps(
        self, colleague: OfficerRow, root: OfficerRoot, newcomer: OfficerRow, authorisers: TeamKeyRow | None
    ) -> tuple[TeamKeyRow | None, list[TeamWrapRow]]:
        if newcomer.role == "authoriser" and authorisers is None:
            team = await self._store.read(lambda unit: unit.teams.current("team"))
            if team is None:
                raise NotFound("no team")
            key, wrap = self._seals.make_team(team.team_id, "authorisers", 1, newcomer)
            return key, [wrap]
        held = await self._store.read(lambda unit: unit.teams.wraps(colleague.id))
        return None, self._seals.admit(root, held, newcomer)


def _everyone(unit: Unit) -> tuple[list[OfficerRow], bool]:
    return list(unit.officers.all()), unit.teams.current("authorisers") is not None


def _person(me: OfficerRow, row: OfficerRow, authorisers: bool) -> Person:
    if row.status != "pending":
        return Person(row, False)
    if may_admit(me.role, row.role, authorisers):
        return Person(row, True)
    return Person(row, False, _why_not(row.role, authorisers))


def _why_not(role: str, authorisers: bool) -> str:
    if role == "authoriser" and authorisers:
        return "Only an authoriser can admit another authoriser."
    return "Only an officer or a supervisor can admit this person."


def _wrong(newcomer: Newcomer) -> list[str]:
    found = []
    if not _LOGIN.fullmatch(newcomer.login):
        found.append("The login needs 2 to 40 of a to z, 0 to 9, dot, hyphen and underscore, no sign first.")
    if not 1 <= len(newcomer.name.strip()) <= 100 or not newcomer.name.isprintable():
        found.append("The name needs 1 to 100 printable characters.")
    if newcomer.role not in ROLES:
        found.append(f"The role must be one of: {', '.join(ROLES)}.")
    return found + faults(newcomer.passphrase, newcomer.login, newcomer.name)


def _add(unit: Unit, row: OfficerRow) -> None:
    unit.officers.add(row)
    unit.audit.add("officer_added", "operator", object=row.id.hex(), role=row.role)


def _found_team(unit: Unit, row: OfficerRow, key: TeamKeyRow, wrap: TeamWrapRow) -> None:
    if unit.teams.current("team") is not None:
        raise Conflict("a team was made at this very moment; add the person again")
    _add(unit, row)
    unit.teams.add(key, [wrap])
    unit.audit.add("team_made", row.id.hex(), kind=key.kind, epoch=key.epoch)


def _admit(
    unit: Unit, colleague: OfficerRow, newcomer: OfficerRow, key: TeamKeyRow | None, wraps: list[TeamWrapRow]
) -> None:
    if unit.officers.get(newcomer.id).status != "pending":
        raise Conflict("not pending any more")
    if key is not None:
        if unit.teams.current(key.kind) is not None:
            raise Conflict("the authorisers’ key was made at this very moment")
        unit.teams.add(key, wraps)
        unit.audit.add("team_made", colleague.id.hex(), kind=key.kind, epoch=key.epoch)
    else:
        unit.teams.add_wraps(wraps)
    unit.officers.set_status(newcomer.id, "active")
    unit.audit.add("officer_admitted", colleague.id.hex(), object=newcomer.id.hex(), role=newcomer.role)
