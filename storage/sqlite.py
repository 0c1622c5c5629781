"""How SQLite is opened here: a private file, write-ahead log, every commit on the disk, transactions said in
full.

The driver's own transactions are off (``AUTOCOMMIT``): it would begin late and fail where waiting is right.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, create_engine

BUSY_MS = 5000
POLL_SECONDS = 0.25
_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_MS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
)


def path_of(url: str) -> Path:
    """Give the file that ``sqlite:///PATH`` names."""
    return Path(url.removeprefix("sqlite:///"))


def make_private(path: Path) -> None:
    """Make the file before SQLite does, so that it and its log are readable by this account alone.

    A file that is there is not opened: closing it again would drop the locks that every other connection of
    this process holds on it, and another process would then fold up the log beneath them.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def raw(path: Path) -> sqlite3.Connection:
    """Open a connection with every rule set."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def engine(path: Path) -> Engine:
    """Make an engine whose connections do what they are told and begin nothing by themselves."""
    return create_engine(
        "sqlite://",
        creator=lambda: raw(path),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
    ).execution_options(preserve_rowcount=True)


def driver(connection: Connection) -> sqlite3.Connection:
    """Give the driver's connection beneath, to say BEGIN, SAVEPOINT and COMMIT on."""
    beneath: object = connection.connection.dbapi_connection
    if not isinstance(beneath, sqlite3.Connection):
        raise TypeError("not a connection to SQLite")
    return beneath


class DataVersion:
    """Sees other processes' commits: SQLite counts them, and we look four times a second."""

    def __init__(self, path: Path) -> None:
        """Take the file; nothing is opened until somebody waits."""
        self._path = path
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, seen: Callable[[], None]) -> None:
        """Begin to look."""
        connection = raw(self._path)
        self._thread = threading.Thread(
            target=self._look, args=(connection, seen), name="store-watch", daemon=True
        )
        self._thread.start()

    def own(self) -> None:
        """Our own commits are counted as well; nothing is to be done."""

    def close(self) -> None:
        """Stop looking."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _look(self, connection: sqlite3.Connection, seen: Callable[[], None]) -> None:
        last = self._version(connection)
        while not self._stop.wait(POLL_SECONDS):
            version = self._version(connection)
            if version is not None and version != last:
                last = version
                seen()
        connection.close()

    def _version(self, connection: sqlite3.Connection) -> int | None:
        try:
            return int(connection.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error:
            return None
