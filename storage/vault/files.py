"""One part of the keystore as files: a value a file, its name the path.

The interface stays when a key daemon takes their place.

1. ``put`` and ``claim`` are whole or not at all: temporary file, fsync, rename or link, fsync of the folder.
2. Files are 0600 and folders 0700. Nobody's words are ever part of a name.
3. Two processes may start at once: ``make`` gives both the value of the one that was first.
4. A deleted value is overwritten before it is unlinked. What a flash disk keeps behind its own map is
   beyond a file's reach.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Protocol

from storage.errors import Unavailable, UnknownKey

_NAME = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*(/[a-z0-9]+([.-][a-z0-9]+)*)*")
_LONGEST = 200
_GONE = ".gone"


class Keystore(Protocol):
    """Where keys are kept, apart from the database."""

    def get(self, name: str) -> bytes:
        """Give a value. Raises: UnknownKey when there is none."""

    def put(self, name: str, value: bytes) -> None:
        """Keep a value, in place of any before; when this returns, it survives a power cut."""

    def claim(self, name: str, value: bytes) -> bool:
        """Keep a value unless there is one; say whether it was kept. What stands is not read."""

    def make(self, name: str, value: bytes) -> bytes:
        """Keep a value unless there is one; give the one that stands."""

    def delete(self, name: str) -> None:
        """Destroy a value; nothing happens when there is none."""

    def names(self, prefix: str, before: datetime | None = None) -> list[str]:
        """List the names that begin with a prefix, and were kept before a moment where one is given."""


class Folder:
    """A ``Keystore`` in one folder."""

    def __init__(self, root: Path) -> None:
        """Make the folder when it is missing, and finish what a killed ``delete`` began."""
        self._root, self._gone = root, root / _GONE
        with _disk():
            _make_folder(self._gone)
            for left in self._gone.iterdir():
                _destroy(left)

    def get(self, name: str) -> bytes:
        """Read a value."""
        path = self._path(name)
        with _disk():
            try:
                return path.read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                raise UnknownKey("no such key") from None

    def put(self, name: str, value: bytes) -> None:
        """Write beside, then rename over."""
        path = self._path(name)
        with _disk():
            _write_beside(path, value).replace(path)
            _sync(path.parent)

    def claim(self, name: str, value: bytes) -> bool:
        """Write beside, then link: unlike a rename, a link never replaces."""
        path = self._path(name)
        with _disk():
            written = _write_beside(path, value)
            try:
                path.hardlink_to(written)
            except FileExistsError:
                return False
            finally:
                written.unlink()
                _sync(path.parent)
        return True

    def make(self, name: str, value: bytes) -> bytes:
        """Read what stands; where nothing does, claim, and read again if another was faster."""
        try:
            return self.get(name)
        except UnknownKey:
            return value if self.claim(name, value) else self.get(name)

    def delete(self, name: str) -> None:
        """Rename away, so that a half-destroyed value is never read as a key; then overwrite and unlink."""
        path = self._path(name)
        gone = self._gone / secrets.token_hex(8)
        with _disk():
            try:
                path.rename(gone)
            except (FileNotFoundError, NotADirectoryError):
                return
            _sync(path.parent)
            _destroy(gone)
            _sync(self._gone)

    def names(self, prefix: str, before: datetime | None = None) -> list[str]:
        """List names in order; temporary files are not names."""
        latest = inf if before is None else before.timestamp()
        beneath = (self._root / prefix.rpartition("/")[0]).rglob("*")
        kept = ((path.relative_to(self._root).as_posix(), path) for path in beneath)
        found = ((name, path) for name, path in kept if name.startswith(prefix) and "/." not in f"/{name}")
        with _disk():
            return sorted(name for name, path in found if _kept_at(path) < latest)

    def _path(self, name: str) -> Path:
        # Some names are built from what a database row says; one that could not be a name is simply not
        # there.
        if not _NAME.fullmatch(name) or len(name) > _LONGEST:
            raise UnknownKey("no such key")
        return self._root / name


@contextmanager
def _disk() -> Iterator[None]:
    """Say in the store's own word that a disk is full, gone or closed to us; what it said may name a path."""
    try:
        yield
    except OSError:
        raise Unavailable("the keystore cannot be read or written now") from None


def _write_beside(path: Path, value: bytes) -> Path:
    _make_folder(path.parent)
    beside = path.with_name(f".put-{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        beside.unlink()
        raise
    return beside


def _destroy(path: Path) -> None:
    try:
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        # Another process that starts at this moment is finishing the same deletion.
        return


def _kept_at(path: Path) -> float:
    """Give when a file was written; for a folder, or what was deleted meanwhile, later than any moment."""
    try:
        return path.stat().st_mtime if path.is_file() else inf
    except FileNotFoundError:
        return inf


def _make_folder(path: Path) -> None:
    if path.is_dir():
        return
    _make_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
