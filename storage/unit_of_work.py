"""Every repository over one transaction. A unit is made for one run of a plain function and is of no use
after it.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from storage.alarms import Alarms
from storage.audit import Audit
from storage.cases import Cases
from storage.conversations import Conversations
from storage.doors import Doors
from storage.editions import Editions
from storage.feedback import Feedback
from storage.identities import Identities
from storage.inbox import Inbox
from storage.marks import Marks
from storage.meta import Meta
from storage.officers import Officers
from storage.outbox import Outbox
from storage.sessions import Sessions
from storage.teams import Teams


class Unit:
    """The repositories, the time of the transaction and the writer's audit chain."""

    def __init__(self, connection: Connection, now: datetime, door: str, chain: str) -> None:
        """Take one transaction. Only the reporter's door sees cases that were not sent."""
        self.now = now
        self._connection, self._door, self._chain = connection, door, chain

    @cached_property
    def inbox(self) -> Inbox:
        """What came in."""
        return Inbox(self._connection, self.now)

    @cached_property
    def doors(self) -> Doors:
        """How far each door has read."""
        return Doors(self._connection, self.now)

    @cached_property
    def conversations(self) -> Conversations:
        """Where each conversation stands."""
        return Conversations(self._connection, self.now)

    @cached_property
    def editions(self) -> Editions:
        """Editions of flows."""
        return Editions(self._connection, self.now)

    @cached_property
    def cases(self) -> Cases:
        """Cases and their records."""
        return Cases(self._connection, self.now, sees_unfiled=self._door == "bot")

    @cached_property
    def identities(self) -> Identities:
        """Identity capsules."""
        return Identities(self._connection, self.now)

    @cached_property
    def outbox(self) -> Outbox:
        """What must go out."""
        return Outbox(self._connection, self.now)

    @cached_property
    def marks(self) -> Marks:
        """Messages that may have to be cleared."""
        return Marks(self._connection, self.now)

    @cached_property
    def officers(self) -> Officers:
        """The people of the officers' door."""
        return Officers(self._connection, self.now)

    @cached_property
    def sessions(self) -> Sessions:
        """Their sessions."""
        return Sessions(self._connection, self.now)

    @cached_property
    def teams(self) -> Teams:
        """Team keys."""
        return Teams(self._connection, self.now)

    @cached_property
    def alarms(self) -> Alarms:
        """Urgent concerns to acknowledge."""
        return Alarms(self._connection, self.now)

    @cached_property
    def feedback(self) -> Feedback:
        """What people thought of the service."""
        return Feedback(self._connection, self.now)

    @cached_property
    def meta(self) -> Meta:
        """Single facts."""
        return Meta(self._connection, self.now)

    @cached_property
    def audit(self) -> Audit:
        """The log, on this writer's chain."""
        return Audit(self._connection, self.now, self._chain)
