"""Who said, a short while ago, why they read which case. In memory only: a restart asks again.

Never the audit: that is written first, in the store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from admin.errors import NoReadingDeed

LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ReadingDeed:
    """A reason that was given and recorded; ``shown`` once the page it was given for has been rendered."""

    reason: str
    until: datetime
    upto: int
    shown: bool = False


class ReadingDeeds:
    """Deeds by session and case."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._deeds: dict[tuple[bytes, bytes], ReadingDeed] = {}

    def grant(self, sid: bytes, case_id: bytes, reason: str, upto: int) -> None:
        """Remember a reason that has just been recorded for the records up to ``upto``."""
        self._forget_old()
        self._deeds[(sid, case_id)] = ReadingDeed(reason, self._now() + LASTS, upto)

    def of(self, sid: bytes, case_id: bytes) -> ReadingDeed:
        """Give the deed that still holds. Raises: NoReadingDeed."""
        self._forget_old()
        deed = self._deeds.get((sid, case_id))
        if deed is None:
            raise NoReadingDeed
        return deed

    def spend(self, sid: bytes, case_id: bytes, upto: int) -> None:
        """Note that the page was rendered: the next rendering is a view of its own, and is recorded again."""
        deed = self.of(sid, case_id)
        self._deeds[(sid, case_id)] = ReadingDeed(deed.reason, deed.until, upto, shown=True)

    def leave(self, sid: bytes) -> None:
        """Forget every deed of a session: its reader has moved away."""
        self._deeds = {key: deed for key, deed in self._deeds.items() if key[0] != sid}

    def _forget_old(self) -> None:
        now = self._now()
        self._deeds = {key: deed for key, deed in self._deeds.items() if deed.until > now}
