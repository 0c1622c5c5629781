"""Everything that can go wrong at the reporter's door, named by what must follow.

Messages never hold a reporter's words, an address or a secret.
"""

from __future__ import annotations


class BotError(Exception):
    """Anything the reporter's door refuses."""


class CannotStart(BotError):
    """A condition of the start is not met: one clear line, exit code 2 (a token refused, a port taken)."""


class ChannelError(BotError):
    """A network did not take a message."""


class DeliveryFailed(ChannelError):
    """Not delivered now: stays in the outbox and is tried again.

    ``retry_after`` is what the network asked for, in seconds (0: it asked for nothing); ``whole_network``
    says that every address must wait, not this one alone. ``uncertain`` says that it may have arrived all the
    same (a read timeout, a reset, a 5xx).
    """

    def __init__(
        self, retry_after: float = 0.0, *, uncertain: bool = False, whole_network: bool = False
    ) -> None:
        """Keep what the courier decides by."""
        super().__init__("not delivered now")
        self.retry_after = retry_after
        self.uncertain = uncertain
        self.whole_network = whole_network


class Unreachable(ChannelError):
    """The person blocked us or their account is gone: everything for this address is closed."""


class Refused(ChannelError):
    """The network will never take this message: set aside, so that it does not block what follows."""
