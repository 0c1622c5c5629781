"""How fast messages leave: so many a second in all, so many for one address, and a stop for all when the
network asks for it. Counts in this process's memory; one process talks to a network.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast, and how long a card still counts as the answer to what the person just said.

    People press quickly: one address may have ``burst`` messages at once before it waits its turn.
    """

    a_second: float = 25.0
    a_second_each: float = 1.0
    burst: int = 5
    fresh: timedelta = timedelta(minutes=2)
    longest_wait: float = 300.0


class Turnstile:
    """Lets messages through at the pace."""

    def __init__(self, pace: Pace) -> None:
        """Begin open."""
        self._pace = pace
        self._all = 0.0
        self._each: dict[bytes, float] = {}

    async def wait(self, blind_address: bytes) -> None:
        """Wait for this address's turn."""
        now = asyncio.get_running_loop().time()
        apart = 1 / self._pace.a_second_each
        due = self._each.get(blind_address, 0.0)
        at = max(now, self._all, due - (self._pace.burst - 1) * apart)
        self._all = max(now, self._all) + 1 / self._pace.a_second
        self._each[blind_address] = max(at, due) + apart
        if len(self._each) > 10_000:
            self._each = {blind: free for blind, free in self._each.items() if free > now}
        if at > now:
            await asyncio.sleep(at - now)

    def hold_all(self, seconds: float) -> None:
        """Let nothing through for so long."""
        self._all = max(self._all, asyncio.get_running_loop().time() + seconds)
