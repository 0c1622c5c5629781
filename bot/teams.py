"""The team keys that this door seals to, as they stand now: read from the store, believed only when the
pinned root certified them, and never an older epoch than one already seen. Never opens anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage import discretion
from storage.errors import CannotOpen
from storage.records import TeamKeyRow

if TYPE_CHECKING:
    from storage.database import Store
    from storage.reporter_seals import ReporterSeals


@dataclass(frozen=True, slots=True)
class Standing:
    """Which certified keys exist. ``team`` lets a concern be taken, ``authorisers`` a name be kept behind two
    people.
    """

    team: TeamKeyRow | None = None
    authorisers: TeamKeyRow | None = None


class Teams:
    """Keeps the standing fresh."""

    def __init__(self, store: Store, seals: ReporterSeals) -> None:
        """Begin with no team: until one is read and believed, nothing can be taken."""
        self._store = store
        self._seals = seals
        self.standing = Standing()

    async def refresh(self) -> None:
        """Read the current team keys and check their certificates."""
        found = await self._store.read(
            lambda unit: [unit.teams.current(kind) for kind in ("team", "authorisers")]
        )
        team, authorisers = (self._believed(row) for row in found)
        self.standing = Standing(
            self._newest(self.standing.team, team), self._newest(self.standing.authorisers, authorisers)
        )

    def _believed(self, row: TeamKeyRow | None) -> TeamKeyRow | None:
        if row is None:
            return None
        try:
            self._seals.verify_team(row)
        except CannotOpen as why:
            discretion.log("team_key_refused", kind=row.kind, error=type(why).__name__)
            return None
        return row

    def _newest(self, held: TeamKeyRow | None, found: TeamKeyRow | None) -> TeamKeyRow | None:
        """A lower epoch than one seen would put a revoked team back: keep what is held."""
        if held and found and held.team_id == found.team_id and held.epoch > found.epoch:
            return held
        return found
