"""Team keys as published, and their secrets as sealed to each member. Certifies nothing and opens nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select

from storage.errors import Conflict
from storage.records import TeamKeyRow, TeamWrapRow
from storage.rows import Rows
from storage.tables import team_keys, team_wraps


class Teams(Rows):
    """Team keys."""

    def current(self, kind: str) -> TeamKeyRow | None:
        """Give the newest key of a kind, ``team`` or ``authorisers``; the reader checks its certificate."""
        query = (
            select(team_keys)
            .where(team_keys.c.kind == kind)
            .order_by(team_keys.c.epoch.desc(), team_keys.c.team_id)
        )
        found = self._one(query.limit(1))
        return None if found is None else TeamKeyRow(*found)

    def get(self, team_id: bytes, kind: str, epoch: int) -> TeamKeyRow | None:
        """Give one key by its name."""
        name = (team_keys.c.team_id == team_id) & (team_keys.c.kind == kind) & (team_keys.c.epoch == epoch)
        found = self._one(select(team_keys).where(name))
        return None if found is None else TeamKeyRow(*found)

    def add(self, key: TeamKeyRow, wraps: Sequence[TeamWrapRow] = ()) -> None:
        """Publish a key with the wraps of its members. Raises: Conflict when that key exists."""
        if not self._put_new(team_keys, asdict(key)):
            raise Conflict("this team key exists")
        self.add_wraps(wraps)

    def add_wraps(self, wraps: Sequence[TeamWrapRow]) -> None:
        """Keep a team's secret for further members, in place of an older wrap of the same."""
        for wrap in wraps:
            put = self._insert(team_wraps).values(asdict(wrap))
            keys = ["team_id", "kind", "epoch", "officer_id"]
            self._run(put.on_conflict_do_update(index_elements=keys, set_={"sealed_wrap": wrap.sealed_wrap}))

    def wraps(self, officer_id: bytes) -> list[TeamWrapRow]:
        """List the team secrets sealed to one person, newest first."""
        query = (
            select(team_wraps)
            .where(team_wraps.c.officer_id == officer_id)
            .order_by(team_wraps.c.epoch.desc())
        )
        return [TeamWrapRow(*r) for r in self._all(query)]

    def drop_wraps(self, officer_id: bytes) -> None:
        """Take every team secret from one person."""
        self._run(team_wraps.delete().where(team_wraps.c.officer_id == officer_id))
