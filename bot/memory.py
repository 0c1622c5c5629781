"""What people say while they only think it through, held in this process and nowhere else. Never writes it
down; forgets it with the process, and after ``KEEPS`` without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

KEEPS = timedelta(hours=2)
"""How long it waits for a person to go on."""


class Memory:
    """The words of private conversations, which are nowhere else.

    Events by door and name, until worked. Where a conversation stands, by its id and version: what is not
    committed yet lies beside what is.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Remember nothing."""
        self._now = now
        self._words: dict[tuple[str, str], tuple[datetime, bytes]] = {}
        self._drafts: dict[bytes, dict[int, tuple[datetime, bytes]]] = {}
        self._lock = Lock()

    def keep(self, door: str, ext_id: str, event: bytes) -> None:
        """Hold one event."""
        self._words[door, ext_id] = self._now(), event

    def look(self, door: str, ext_id: str) -> bytes | None:
        """Give one event; none when another process took it in, or this one was restarted."""
        return self._fresh(self._words.get((door, ext_id)))

    def drop(self, door: str, ext_id: str) -> None:
        """Forget one event."""
        self._words.pop((door, ext_id), None)

    def hold(self, conversation: bytes, version: int, draft: bytes) -> None:
        """Hold where a conversation will stand once this version is committed."""
        with self._lock:
            self._drafts.setdefault(conversation, {})[version] = self._now(), draft

    def held(self, conversation: bytes, version: int) -> bytes | None:
        """Give where it stands; none when it was too long ago, or in another process."""
        with self._lock:
            return self._fresh(self._drafts.get(conversation, {}).get(version))

    def settle(self, conversation: bytes, version: int) -> None:
        """Forget every other version: this one is committed. Unless it is held, nothing is left."""
        with self._lock:
            found = self._drafts.pop(conversation, {}).get(version)
            if found is not None:
                self._drafts[conversation] = {version: found}

    def take_back(self, conversation: bytes, version: int) -> None:
        """Forget a version that was not committed."""
        with self._lock:
            self._drafts.get(conversation, {}).pop(version, None)

    def tidy(self) -> None:
        """Forget what has waited too long."""
        oldest = self._now() - KEEPS
        with self._lock:
            for key, (at, _) in list(self._words.items()):
                if at < oldest:
                    self._words.pop(key, None)
            for conversation, versions in list(self._drafts.items()):
                left = {version: one for version, one in versions.items() if one[0] >= oldest}
                if left:
                    self._drafts[conversation] = left
                else:
                    del self._drafts[conversation]

    def _fresh(self, found: tuple[datetime, bytes] | None) -> bytes | None:
        return found[1] if found and found[0] >= self._now() - KEEPS else None
