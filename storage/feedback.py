"""What people thought of the service, sealed, by the day, never linked to a case."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select

from storage.records import FeedbackRow
from storage.rows import Rows
from storage.tables import feedback


class Feedback(Rows):
    """Feedback."""

    def add(self, row: FeedbackRow) -> None:
        """Keep what somebody said."""
        self._run(self._insert(feedback).values(asdict(row)))

    def all(self, limit: int = 200) -> list[FeedbackRow]:
        """List the newest days first."""
        query = select(feedback).order_by(feedback.c.day.desc(), feedback.c.id).limit(limit)
        return [FeedbackRow(*r) for r in self._all(query)]
