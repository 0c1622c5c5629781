"""Single facts of the deployment, by name. Nothing of a reporter, and no secret."""

from __future__ import annotations

from sqlalchemy import select

from storage.rows import Rows
from storage.tables import meta


class Meta(Rows):
    """Single facts."""

    def get(self, key: str) -> str | None:
        """Give a fact, or None."""
        return self._run(select(meta.c.value).where(meta.c.key == key)).scalar()

    def put(self, key: str, value: str) -> None:
        """Keep a fact, in place of the one before."""
        row = self._insert(meta).values(key=key, value=value)
        self._run(row.on_conflict_do_update(index_elements=["key"], set_={"value": value}))

    def put_once(self, key: str, value: str) -> str:
        """Keep a fact unless there is one; give the one that stands."""
        self._run(self._insert(meta).values(key=key, value=value).on_conflict_do_nothing())
        return self.get(key) or value
