"""The one way to SQLite's write lock, fair between processes.

SQLite's own lock goes to whoever asks at the right moment, so a busy process starves the other for seconds.
Here every writer first becomes *next in line*, a place for one, and waits there for *the writer* to finish;
who has just written must queue up again behind the one in line. Two lock files beside the database; the
kernel frees them when a process dies.

Never touches the database itself.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType


class Turnstile:
    """A lock for one thread of each process; ``with`` it around everything that writes."""

    def __init__(self, database: Path) -> None:
        """Open the lock files beside a database, making them when they are not there."""
        self._next = _open(database.with_name(database.name + ".next"))
        self._writer = _open(database.with_name(database.name + ".writer"))

    def __enter__(self) -> None:
        """Wait for the place in line, then for the writer."""
        fcntl.flock(self._next, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._writer, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self._next, fcntl.LOCK_UN)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the next one in."""
        fcntl.flock(self._writer, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the lock files, which lets go of them."""
        for file in (self._next, self._writer):
            os.close(file)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
