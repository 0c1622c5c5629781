"""What the officers' door itself refuses. Each becomes a page in ``middleware`` and nowhere else.

Messages are for an officer to read: never a secret, never a reporter's words.
"""

from __future__ import annotations


class DoorError(Exception):
    """Anything this door refuses."""


class SignedOut(DoorError):
    """There is no session, or it has ended."""


class Refused(DoorError):
    """A role that may not, a form that did not come from here, a page that nobody asked for."""


class SignInFailed(DoorError):
    """Login, passphrase or code is wrong; which of them is never said."""


class NotAdmitted(DoorError):
    """The person is who they say, and no colleague has admitted them yet."""


class TooSoon(DoorError):
    """Too many attempts: wait this many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too soon")
        self.seconds = seconds


class Full(DoorError):
    """Too many are waiting already; try again in a moment."""


class Overtaken(DoorError):
    """Something was added to the case since the page that the words were written on."""


class NoReadingDeed(DoorError):
    """Nobody may look at a case's words without having said why, a short while ago."""
