"""The people who sign in at the officers' door. Never checks a passphrase or a code: the vault does."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, update

from storage.errors import Conflict, NotFound
from storage.records import OfficerRow
from storage.rows import Rows
from storage.tables import officers


class Officers(Rows):
    """Officers."""

    def add(self, row: OfficerRow) -> None:
        """Add a person. Raises: Conflict when the login is taken."""
        if not self._put_new(officers, asdict(row)):
            raise Conflict("this login is taken")

    def by_login(self, login: str) -> OfficerRow | None:
        """Find a person by login."""
        found = self._one(select(officers).where(officers.c.login == login))
        return None if found is None else OfficerRow(*found)

    def get(self, officer_id: bytes) -> OfficerRow:
        """Give a person. Raises: NotFound."""
        found = self._one(select(officers).where(officers.c.id == officer_id))
        if found is None:
            raise NotFound("no such officer")
        return OfficerRow(*found)

    def all(self) -> list[OfficerRow]:
        """List everybody by login."""
        return [OfficerRow(*r) for r in self._all(select(officers).order_by(officers.c.login))]

    def set_status(self, officer_id: bytes, status: str) -> None:
        """Make a person ``pending``, ``active`` or ``revoked``."""
        self._put(officer_id, status=status)

    def set_root(self, officer_id: bytes, sealed_root: bytes, auth_hash: bytes) -> None:
        """Keep a person's root under a new passphrase."""
        self._put(officer_id, sealed_root=sealed_root, auth_hash=auth_hash)

    def set_totp(self, officer_id: bytes, sealed_totp: bytes) -> None:
        """Keep a new one-time secret, whose codes count from the beginning."""
        self._put(officer_id, sealed_totp=sealed_totp, totp_last=0)

    def note_failure(self, officer_id: bytes, locked_until: datetime | None) -> None:
        """Count a failed sign-in, and close the account until a time."""
        self._put(officer_id, failures=officers.c.failures + 1, locked_until=locked_until)

    def note_success(self, officer_id: bytes, step: int) -> None:
        """Note a sign-in by the code of one step. Raises: Conflict when that code, or a later one, was used
        before.
        """
        unused = (officers.c.id == officer_id) & (officers.c.totp_last < step)
        if (
            self._changed(
                update(officers).where(unused).values(totp_last=step, failures=0, locked_until=None)
            )
            != 1
        ):
            raise Conflict("this code was used")

    def _put(self, officer_id: bytes, **values: object) -> None:
        if self._changed(update(officers).where(officers.c.id == officer_id).values(**values)) != 1:
            raise NotFound("no such officer")
