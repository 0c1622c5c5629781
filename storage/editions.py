"""Every edition of a flow that a conversation or a record may still name. An edition never changes and is
never deleted.
"""

from __future__ import annotations

from sqlalchemy import select

from storage.errors import NotFound
from storage.rows import Rows
from storage.tables import editions


class Editions(Rows):
    """Editions of flows."""

    def keep(self, flow: str, edition: str, body: str) -> None:
        """Keep an edition; one that is kept already stays as it is."""
        row = self._insert(editions).values(flow=flow, edition=edition, body=body)
        self._run(row.on_conflict_do_nothing())

    def get(self, flow: str, edition: str) -> str:
        """Give the body of an edition. Raises: NotFound."""
        found = self._one(
            select(editions.c.body).where(editions.c.flow == flow, editions.c.edition == edition)
        )
        if found is None:
            raise NotFound("no such edition")
        return str(found.body)

    def names(self) -> list[tuple[str, str]]:
        """List what is kept, as (flow, edition)."""
        order = select(editions.c.flow, editions.c.edition).order_by(editions.c.flow, editions.c.edition)
        return [(r.flow, r.edition) for r in self._all(order)]
