"""Urgent concerns that a named person must acknowledge; one acknowledgement each. Tells nobody by itself."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, update

from storage.errors import Conflict
from storage.records import AlarmRow
from storage.rows import Rows
from storage.tables import alarms


class Alarms(Rows):
    """Alarms."""

    def raise_(self, row: AlarmRow) -> None:
        """Raise an alarm."""
        self._run(self._insert(alarms).values(asdict(row)))

    def open(self) -> list[AlarmRow]:
        """List what nobody acknowledged yet, oldest first."""
        query = (
            select(alarms).where(alarms.c.acknowledged_at.is_(None)).order_by(alarms.c.raised_at, alarms.c.id)
        )
        return [AlarmRow(*r) for r in self._all(query)]

    def for_case(self, case_id: bytes) -> list[AlarmRow]:
        """List the alarms of a case, oldest first."""
        query = select(alarms).where(alarms.c.case_id == case_id).order_by(alarms.c.raised_at, alarms.c.id)
        return [AlarmRow(*r) for r in self._all(query)]

    def get(self, alarm_id: bytes) -> AlarmRow | None:
        """Give one alarm."""
        found = self._one(select(alarms).where(alarms.c.id == alarm_id))
        return None if found is None else AlarmRow(*found)

    def acknowledge(self, alarm_id: bytes, officer_id: bytes, at: datetime) -> None:
        """Take an alarm upon oneself. Raises: Conflict when another did so first."""
        free = (alarms.c.id == alarm_id) & alarms.c.acknowledged_at.is_(None)
        if (
            self._changed(update(alarms).where(free).values(acknowledged_by=officer_id, acknowledged_at=at))
            != 1
        ):
            raise Conflict("someone acknowledged it")
