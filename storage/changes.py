"""Tells this process that somebody committed: this process at once, another one as soon as it is seen. Never
says what.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakKeyDictionary


class Watch(Protocol):
    """Sees the commits of other processes."""

    def start(self, seen: Callable[[], None]) -> None:
        """Begin to watch, on a thread of its own; call ``seen`` for every commit."""

    def own(self) -> None:
        """Take note of a commit of this process."""

    def close(self) -> None:
        """Stop."""


class Changes:
    """Counts commits, and remembers for each task how many it has been told of."""

    def __init__(self, watch: Watch) -> None:
        """Take what sees other processes; it is started when somebody first waits."""
        self._watch = watch
        self._started = False
        self._count = 0
        self._lock = threading.Lock()
        self._told: WeakKeyDictionary[asyncio.Task[Any], int] = WeakKeyDictionary()
        self._waiting: set[asyncio.Future[None]] = set()

    def noted(self) -> None:
        """Take note of a commit of this process; from any thread."""
        self._watch.own()
        self._seen()

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - how long to wait is what is asked
        """Wait for a commit that this task has not been told of."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can wait")
        if not self._started:
            self._started = True
            self._watch.start(self._seen)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._lock:
            if self._count != self._told.setdefault(task, 0):
                self._told[task] = self._count
                return True
            self._waiting.add(future)
        try:
            await asyncio.wait_for(future, timeout)
        except TimeoutError:
            return False
        finally:
            with self._lock:
                self._waiting.discard(future)
        self._told[task] = self._count
        return True

    def close(self) -> None:
        """Stop watching."""
        self._watch.close()

    def _seen(self) -> None:
        with self._lock:
            self._count += 1
            waiting, self._waiting = self._waiting, set()
        for future in waiting:
            loop = future.get_loop()
            if not loop.is_closed():
                loop.call_soon_threadsafe(_wake, future)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
