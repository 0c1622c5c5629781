"""Everything that can go wrong in the store, named by whose business it is.

Messages never hold a reporter's words or a secret; the vault raises ``from None`` so that no cause leaks
either.
"""

from __future__ import annotations


class StoreError(Exception):
    """Anything the store refuses."""


class NotFound(StoreError):
    """There is no such row, or none that the asker may see."""


class Conflict(StoreError):
    """Someone else was first: read again and decide anew."""


class Unavailable(StoreError):
    """Nothing can be kept now: the database is down, the disk is full, or the schema is newer than this
    program.
    """


class CannotOpen(StoreError):
    """A sealed value does not open. The kinds below say why as far as that can be known."""


class BadEnvelope(CannotOpen):
    """Malformed, of another version or suite, or with parameters outside the permitted range."""


class UnknownKey(CannotOpen):
    """Sealed to a key that is not held here."""


class Tampered(CannotOpen):
    """The right key by name, but the bytes or the place they stand in are not those that were sealed."""


class WrongPassphrase(CannotOpen):
    """The passphrase does not open it; a wrong pepper and another officer's row look the same."""


class CaseKeyMismatch(CannotOpen):
    """The case key that was unwrapped is not the key of this case."""
