"""What one turn of one conversation will write: made outside any transaction, with every key and every sealed
value ready, then committed as one plain function. Never seals, opens or waits for anything itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bot.drafts import Draft
from dialogs.screen import Screen
from storage.records import CaseRow, ConversationRow, IdentityRow, InboxRow
from storage.vault.transcript import Head

if TYPE_CHECKING:
    from storage.unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Begun:
    """What the desk read of one conversation when it began an attempt.

    ``rows`` are worked now; ``later`` wait for the next attempt; ``spent`` were tried too often and are set
    aside. ``next_seq`` is the outbox's next number for this address.
    """

    conversation: ConversationRow
    rows: tuple[InboxRow, ...]
    later: tuple[InboxRow, ...]
    spent: tuple[InboxRow, ...]
    case: CaseRow | None
    next_seq: int


@dataclass(slots=True)
class Plan:
    """One turn, or several turns of one conversation, ready to be written.

    The keystore is outside the transaction, so a plan remembers what it put there: ``made_keys``, ``shreds``
    and ``identities`` are taken back when the commit is refused, ``retired_keys`` destroyed once it is
    through.
    """

    begun: Begun
    at: datetime
    kid: bytes
    draft: Draft
    head: Head | None = None
    replies: str = ""
    screen: Screen | None = None
    hint: str = ""
    newcomer: bool = False
    clear: bool = False
    ended: bool = False
    notices: list[str] = field(default_factory=list)
    steps: list[Callable[[Unit], object]] = field(default_factory=list)
    made_keys: list[bytes] = field(default_factory=list)
    retired_keys: list[bytes] = field(default_factory=list)
    shreds: list[tuple[bytes, int]] = field(default_factory=list)
    identities: list[IdentityRow] = field(default_factory=list)
    saved: ConversationRow | None = None

    @property
    def conversation(self) -> ConversationRow:
        """The conversation as it was read."""
        return self.begun.conversation

    def then(self, step: Callable[[Unit], object]) -> None:
        """Add one write, after those before it."""
        self.steps.append(step)

    def commit(self, unit: Unit) -> None:
        """Write everything. Raises ``Conflict`` when someone else was first; then nothing is written."""
        finished = [row.id for row in self.begun.rows]
        spent = [row.id for row in self.begun.spent]
        if self.saved is not None:
            unit.conversations.save(
                self.saved,
                seen_version=self.conversation.version,
                seen_pending=self.conversation.pending,
                done=len(finished) + len(spent),
            )
        for step in self.steps:
            step(unit)
        unit.inbox.done(finished)
        for row_id in spent:
            unit.inbox.set_aside(row_id, "tries")
