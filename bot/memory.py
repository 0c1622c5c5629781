"""The words of private conversations, held in this process and nowhere else. Never writes them down, and
forgets them with the process.
"""

from __future__ import annotations


class Memory:
    """Events by door and name."""

    def __init__(self) -> None:
        """Remember nothing."""
        self._words: dict[tuple[str, str], bytes] = {}

    def keep(self, door: str, ext_id: str, event: bytes) -> None:
        """Hold one event."""
        self._words[door, ext_id] = event

    def look(self, door: str, ext_id: str) -> bytes | None:
        """Give one event; none when another process took it in, or this one was restarted."""
        return self._words.get((door, ext_id))

    def drop(self, door: str, ext_id: str) -> None:
        """Forget one event."""
        self._words.pop((door, ext_id), None)
