"""Signing in, staying signed in and signing out: the hub for everything a session is.

1. The key that opens an officer's root is in the cookie and nowhere else; the row alone opens nothing.
2. A failure costs the same and says the same whether the login exists, the passphrase or the code was wrong.
3. A wait doubles with each failure, from a second to a quarter of an hour, and is never for ever.
   Beyond so many failures an hour from one network address, it is let in at their pace.
4. Reading deeds are kept here, in memory: a restart asks for the reason again.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn

from admin.bounded import Bounded
from admin.errors import NotAdmitted, SignInFailed, TooSoon
from admin.strangers import Strangers, wait_after
from storage.database import Store
from storage.errors import CannotOpen, Conflict, NotFound, WrongPassphrase
from storage.network import HOUR, Lately
from storage.officer_seals import OfficerRoot, OfficerSeals
from storage.records import OfficerRow, SessionRow
from storage.unit_of_work import Unit

MOST_SESSIONS = 2


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind one request: their row, this session and their opened root."""

    row: OfficerRow
    session: SessionRow
    root: OfficerRoot = field(repr=False)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What someone typed to sign in."""

    login: str
    passphrase: str = field(repr=False)
    code: str = field(repr=False)


class Sessions:
    """Everything about being signed in."""

    def __init__(
        self,
        store: Store,
        seals: OfficerSeals,
        now: Callable[[], datetime],
        idle: timedelta,
        absolute: timedelta,
        bounded: Bounded | None = None,
        failures_an_hour: int = 20,
    ) -> None:
        self._store, self.seals, self._now = store, seals, now
        self.idle, self.absolute = idle, absolute
        self._bounded = bounded or Bounded()
        self._strangers = Strangers(now)
        self._failures, self._failures_an_hour = Lately(), failures_an_hour
        self._trying: set[str] = set()

    async def nobody_yet(self) -> bool:
        """Say whether no officer has ever been added."""
        return not await self._store.read(lambda unit: unit.officers.all())

    async def sign_in(self, typed: Credentials, agent: str, network: bytes = b"") -> str:
        """Check who someone is and open a session; give the token for the cookie. ``network`` is the hashed
        name of where they sit.

        Raises: SignInFailed, TooSoon, NotAdmitted, Full.
        """
        self._check_pace(network)
        login = typed.login.strip().casefold()[:200]
        if login in self._trying:
            raise TooSoon(1)
        self._trying.add(login)
        try:
            row = await self._found(login)
            self._strangers.check(login) if row is None else self._check_wait(row)
            if row is None:
                await self._unknown(login, typed, network)
            return await self._known(row, typed, agent, network)
        except SignInFailed:
            if network:
                self._failures.note(network, self._now().timestamp())
            raise
        finally:
            self._trying.discard(login)

    async def who(self, token: str, agent: str) -> SignedIn | None:
        """Find who a cookie belongs to, and note that they are still here; nobody when it has ended."""
        try:
            sid = self.seals.session_id(token)
            session, row = await self._store.read(lambda unit: _pair(unit, sid))
            if (
                not self._lives(session)
                or row.status != "active"
                or not self.seals.same_agent(session, agent)
            ):
                await self._end(session, "session_ended")
                return None
            self.seals.vouch(row)
            root = self.seals.resume(token, session)
        except (CannotOpen, NotFound):
            return None
        if self._now() - session.seen_at >= timedelta(seconds=1):
            await self._store.do(lambda unit: unit.sessions.touch(sid, self._now()))
        return SignedIn(row, session, root)

    async def sign_out(self, me: SignedIn) -> None:
        """End this session."""
        await self._end(me.session, "signed_out")

    async def sign_out_everywhere(self, me: SignedIn) -> None:
        """End every session of this person."""

        def work(unit: Unit) -> None:
            unit.sessions.delete_for(me.row.id)
            unit.audit.add("signed_out_everywhere", me.row.id.hex())

        await self._store.do(work)

    async def of(self, me: SignedIn) -> list[SessionRow]:
        """List where this person is signed in, oldest first."""
        rows = await self._store.read(lambda unit: unit.sessions.for_officer(me.row.id))
        return [row for row in rows if self._lives(row)]

    async def expire(self) -> int:
        """End the sessions whose time is over; give how many."""
        now = self._now()
        self._failures.forget(now.timestamp())
        return await self._store.do(lambda unit: unit.sessions.expire(now - self.idle, now - self.absolute))

    def _lives(self, session: SessionRow) -> bool:
        now = self._now()
        return now - session.seen_at < self.idle and now - session.created_at < self.absolute

    async def _found(self, login: str) -> OfficerRow | None:
        row = await self._store.read(lambda unit: unit.officers.by_login(login))
        return None if row is None or row.status == "revoked" else row

    def _check_pace(self, network: bytes) -> None:
        """Raises: TooSoon where so many failed within the hour that the next has to keep their pace."""
        at = self._now().timestamp()
        failed = self._failures.moments(network, at)
        wait = failed[-1] + HOUR / self._failures_an_hour - at if failed else 0
        if len(failed) >= self._failures_an_hour and wait > 0:
            raise TooSoon(math.ceil(wait))

    def _check_wait(self, row: OfficerRow) -> None:
        if row.locked_until is not None and row.locked_until > self._now():
            raise TooSoon(max(1, round((row.locked_until - self._now()).total_seconds())))

    async def _unknown(self, login: str, typed: Credentials, network: bytes) -> NoReturn:
        with contextlib.suppress(WrongPassphrase):
            await self._bounded.run(network, self.seals.unlock_nobody, login, typed.passphrase)
        self._strangers.failed(login)  # from now, as for a login that exists
        await self._store.do(lambda unit: unit.audit.add("sign_in_failed", "unknown"))
        raise SignInFailed

    async def _known(self, row: OfficerRow, typed: Credentials, agent: str, network: bytes) -> str:
        try:
            root = await self._bounded.run(network, self.seals.unlock, row, typed.passphrase)
            step = self.seals.check_code(row, typed.code, self._now())
        except CannotOpen:
            await self._note_failure(row)
            raise SignInFailed from None
        if row.status != "active":
            await self._store.do(lambda unit: unit.audit.add("sign_in_not_admitted", row.id.hex()))
            raise NotAdmitted
        token, session = self.seals.new_session(root, self._now(), agent)
        try:
            await self._store.do(lambda unit: _open(unit, row, session, step))
        except Conflict:  # the same code, twice at the same moment
            await self._note_failure(row)
            raise SignInFailed from None
        return token

    async def _note_failure(self, row: OfficerRow) -> None:
        until = self._now() + wait_after(row.failures + 1)

        def work(unit: Unit) -> None:
            unit.officers.note_failure(row.id, until)
            unit.audit.add("sign_in_failed", row.id.hex(), count=row.failures + 1)

        await self._store.do(work)

    async def _end(self, session: SessionRow, event: str) -> None:
        def work(unit: Unit) -> None:
            unit.sessions.delete(session.sid)
            unit.audit.add(event, session.officer_id.hex())

        await self._store.do(work)


def _pair(unit: Unit, sid: bytes) -> tuple[SessionRow, OfficerRow]:
    session = unit.sessions.get(sid)
    if session is None:
        raise NotFound("no such session")
    return session, unit.officers.get(session.officer_id)


def _open(unit: Unit, row: OfficerRow, session: SessionRow, step: int) -> None:
    unit.officers.note_success(row.id, step)
    older = unit.sessions.for_officer(row.id)
    for one in older[: max(0, len(older) - MOST_SESSIONS + 1)]:
        unit.sessions.delete(one.sid)
    unit.sessions.add(session)
    unit.audit.add("signed_in", row.id.hex(), role=row.role)
