"""Who a reporter is, where they said so: a capsule that two people open together. Opens nothing itself."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select

from storage.records import IdentityRow
from storage.rows import Rows
from storage.tables import identities


class Identities(Rows):
    """Identity capsules."""

    def put(self, row: IdentityRow) -> None:
        """Keep a capsule, in place of the one given before."""
        values = asdict(row)
        parts = {name: value for name, value in values.items() if name != "case_id"}
        self._run(
            self._insert(identities)
            .values(values)
            .on_conflict_do_update(index_elements=["case_id"], set_=parts)
        )

    def get(self, case_id: bytes) -> IdentityRow | None:
        """Give the capsule of a case, or None where no name was given."""
        found = self._one(select(identities).where(identities.c.case_id == case_id))
        return None if found is None else IdentityRow(*found)
