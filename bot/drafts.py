"""What is sealed under a conversation's draft key: the draft, and an event on its way in. Pure bytes in and
out; opens nothing itself and knows no database.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from dialogs import events, snapshot
from dialogs.events import Event
from dialogs.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class DraftCase:
    """The case this conversation writes to. ``team_wrap`` is here only until it is filed; ``seqs[n-1]`` is
    where record ``n`` stands.
    """

    id: bytes
    public_key: bytes = field(repr=False)
    team_wrap: bytes = field(default=b"", repr=False)
    team_id: bytes = b""
    epoch: int = 0
    seqs: tuple[int, ...] = ()

    @property
    def sent(self) -> bool:
        """Whether it was filed: its way to the team is no longer here."""
        return not self.team_wrap

    def filed(self) -> DraftCase:
        """The same case, of which the door can from now on only add to."""
        return replace(self, team_wrap=b"", team_id=b"", epoch=0)


@dataclass(frozen=True, slots=True)
class Draft:
    """A conversation between two turns."""

    snapshot: Snapshot
    case: DraftCase | None = None
    said_at: float = 0.0

    def to_bytes(self) -> bytes:
        """Write it as JSON."""
        case = self.case and {
            "id": _text(self.case.id),
            "public_key": _text(self.case.public_key),
            "team_wrap": _text(self.case.team_wrap),
            "team_id": _text(self.case.team_id),
            "epoch": self.case.epoch,
            "seqs": list(self.case.seqs),
        }
        whole = {
            "v": 1,
            "snapshot": snapshot.dumps(self.snapshot).decode(),
            "case": case,
            "said_at": self.said_at,
        }
        return json.dumps(whole, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Draft:
        """Read it again."""
        whole = json.loads(data)
        case = whole["case"] and DraftCase(
            id=b64decode(whole["case"]["id"]),
            public_key=b64decode(whole["case"]["public_key"]),
            team_wrap=b64decode(whole["case"]["team_wrap"]),
            team_id=b64decode(whole["case"]["team_id"]),
            epoch=whole["case"]["epoch"],
            seqs=tuple(whole["case"]["seqs"]),
        )
        return cls(snapshot.loads(whole["snapshot"].encode()), case or None, whole["said_at"])


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as it waits in the inbox. ``tag`` names the conversation whose button was pressed, where a
    network carries one.
    """

    event: Event = field(repr=False)
    sent_at: datetime | None = None
    tag: str = ""

    def to_bytes(self) -> bytes:
        """Write it as JSON."""
        at = self.sent_at.timestamp() if self.sent_at else None
        whole: dict[str, Any] = {"v": 1, "event": events.to_json(self.event), "sent_at": at, "tag": self.tag}
        return json.dumps(whole, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Happened:
        """Read it again."""
        whole = json.loads(data)
        at = whole["sent_at"]
        return cls(
            events.from_json(whole["event"]),
            None if at is None else datetime.fromtimestamp(at, UTC),
            whole["tag"],
        )


def tag_of(conversation_id: bytes) -> str:
    """Name a conversation for its buttons: short, and of no use anywhere else."""
    return conversation_id[:4].hex()


def _text(data: bytes) -> str:
    return b64encode(data).decode()
