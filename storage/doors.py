"""How far each door has read its network: moved only in the transaction that keeps what was read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from storage.rows import Rows
from storage.tables import doors


class Doors(Rows):
    """Doors and their watermarks."""

    def offset(self, door: str) -> int:
        """Give the next number to ask the network for, 0 before the first."""
        return int(self._run(select(doors.c.poll_offset).where(doors.c.door == door)).scalar() or 0)

    def last_update_at(self, door: str) -> datetime | None:
        """Say when something last came in: after days of silence the network may count from anywhere."""
        return self._run(select(doors.c.last_update_at).where(doors.c.door == door)).scalar()

    def advance(self, door: str, offset: int, at: datetime) -> None:
        """Move a door's watermark, backwards too: the network's numbers may begin anew."""
        put = self._insert(doors).values(door=door, poll_offset=offset, last_update_at=at)
        newer = {"poll_offset": put.excluded.poll_offset, "last_update_at": put.excluded.last_update_at}
        self._run(put.on_conflict_do_update(index_elements=["door"], set_=newer))
