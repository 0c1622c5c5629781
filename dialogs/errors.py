"""What the dialogue can find wrong. A person's answer that does not fit is never one of these: it is a turn
that asks again.

Messages name keys, files and stages, never a reporter's words.
"""

from __future__ import annotations

from collections.abc import Sequence


class DialogError(Exception):
    """The root of this package's errors."""


class FlowError(DialogError):
    """A flow, the words or the catalogue are wrong: every fault at once, each ``file:line:column: what, and
    how to mend it``.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class UnknownFlow(DialogError):
    """No flow of this name, or no such edition of it, is in the library."""


class NotAllowed(DialogError):
    """A case may not make this move from where it stands, or this role may not make it."""
