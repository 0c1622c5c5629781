"""Lets a few slow things run at once, a few more wait, and turns the rest away at once. No one network
address holds more than a few of the places.

A passphrase costs 64 MiB and a sixth of a second on purpose; without a bound, a flood of sign-ins would
take the machine's memory. Never waits for ever, and never drops what it has begun.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from admin.errors import Full

T = TypeVar("T")
P = ParamSpec("P")


class Bounded:
    """Runs blocking work in threads: ``at_once`` together, ``waiting`` in line; one more raises ``Full``,
    and so does one more than ``each`` from one place.
    """

    def __init__(self, at_once: int = 2, waiting: int = 20, each: int = 4) -> None:
        self._room = at_once + waiting
        self._each = each
        self._inside: Counter[bytes] = Counter()
        self._turns = asyncio.Semaphore(at_once)

    async def run(self, network: bytes, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` in a thread when its turn comes, and give back what it gives. ``network`` names
        where it was asked for, empty where that is not known.

        Raises: Full when the line is full; whatever ``work`` raises.
        """
        if self._inside.total() >= self._room or (network and self._inside[network] >= self._each):
            raise Full
        self._inside[network] += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work, *args, **kwargs)
        finally:
            self._inside[network] -= 1
            self._inside += Counter()  # forgets who holds none
