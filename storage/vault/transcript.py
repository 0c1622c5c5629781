"""A case as a chain.

Each record hashed onto the one before, the newest link signed by the door that wrote it.

HPKE does not say who sealed, and anyone holds a public key; the chain and its signed head are what make a
record authentic, and a missing, moved or added one visible. Never opens a record and never raises for a bad
one: it reports.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from storage.vault import primitives
from storage.vault.canonical import public_kid, tup
from storage.vault.signing import SigningKey, VerifyingKey

_ANCHOR = 16


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link: how many records, the hash over all of them, signed by the door named."""

    n: int
    hash: bytes
    signature: bytes
    signer: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What every link of one case is bound to."""

    deployment: bytes
    case_id: bytes
    public_key: bytes = field(repr=False)

    def genesis(self, team_id: bytes) -> bytes:
        """Give the hash before the first record: a swapped case key or team shows in every link after it."""
        return primitives.digest(tup("cl1/genesis", self.deployment, self.case_id, self.public_key, team_id))

    def link(self, seq: int, direction: str, before: bytes, blob: bytes) -> bytes:
        """Give the hash after a record."""
        return primitives.digest(
            tup("cl1/rec", self.deployment, self.case_id, seq, direction, before, primitives.digest(blob))
        )

    def sign(self, key: SigningKey, signer: str, n: int, newest: bytes) -> Head:
        """Sign a head."""
        return Head(n, newest, key.sign(self._head(n, newest)), signer)

    def verify(self, key: VerifyingKey, head: Head) -> None:
        """Check a head. Raises: Tampered when its signature does not hold."""
        key.verify(head.signature, self._head(head.n, head.hash))

    def _head(self, n: int, newest: bytes) -> bytes:
        # The case key is named as well: a door seals the next record to the key in the case's row, and must
        # not be led to seal it to somebody else's. The zero is for a head that closes a case for good. None
        # does yet; it is signed from the start so that the day one does, no older head can pass for final.
        return tup("cl1/head", self.deployment, self.case_id, n, newest, 0, public_kid(self.public_key))


def anchor(newest: bytes) -> bytes:
    """Shorten a hash to what the audit log carries of it."""
    return newest[:_ANCHOR]
