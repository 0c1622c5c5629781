"""Remembers for a while which forms were taken, so that a second press of one waits for the first and is
absorbed. In memory only: after a restart the store's own rule (one row an ``ext_id``) stands. Holds no word.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_MOST = 10_000


class Repeats:
    """The names of forms that were taken lately, and those under way."""

    def __init__(self) -> None:
        """Start with none."""
        self._kept: OrderedDict[str, None] = OrderedDict()
        self._under_way: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def first(self, name: str) -> AsyncIterator[bool]:
        """Let one post of this form through at a time; true for the one that must be worked."""
        lock = self._under_way.setdefault(name, asyncio.Lock())
        try:
            async with lock:
                yield name not in self._kept
        finally:
            if not lock.locked():
                self._under_way.pop(name, None)

    def kept(self, name: str) -> None:
        """Note that this form was taken."""
        self._kept[name] = None
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
