"""Counts failures for logins that nobody has, so that they wait exactly as a real one would.

In memory and bounded: the names that strangers try are worth nothing to keep.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from admin.errors import TooSoon

_MOST_NAMES = 4_096
_LONGEST = timedelta(minutes=15)


def wait_after(failures: int) -> timedelta:
    """Give the wait after so many failures in a row: 1 s, 2 s, 4 s … at most a quarter of an hour."""
    return min(timedelta(seconds=2 ** min(max(failures, 1) - 1, 20)), _LONGEST)


class Strangers:
    """Failures by name, the oldest forgotten first."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._names: OrderedDict[str, tuple[int, datetime]] = OrderedDict()

    def check(self, name: str) -> None:
        """Raises: TooSoon while this name must still wait."""
        _, until = self._names.get(name, (0, self._now()))
        if until > self._now():
            raise TooSoon(max(1, round((until - self._now()).total_seconds())))

    def failed(self, name: str) -> None:
        """Note one more failure."""
        failures, _ = self._names.pop(name, (0, self._now()))
        self._names[name] = (failures + 1, self._now() + wait_after(failures + 1))
        while len(self._names) > _MOST_NAMES:
            self._names.popitem(last=False)
