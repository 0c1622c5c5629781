"""An officer's root: thirty-two bytes from which both of their key pairs follow.

Never leaves as bytes except to be sealed.
"""

from __future__ import annotations

from storage.vault import primitives
from storage.vault.canonical import tup
from storage.vault.envelope import OpeningKey
from storage.vault.signing import SigningKey

_ROOT = 32


class OfficerRoot:
    """An officer who has signed in: may open what is sealed to them and sign what they write."""

    __slots__ = ("_secret", "officer_id")

    def __init__(self, officer_id: bytes, secret: bytes) -> None:
        """Hold a root that was just opened or made."""
        self.officer_id = officer_id
        self._secret = secret

    @classmethod
    def generate(cls, officer_id: bytes) -> OfficerRoot:
        """Make a new root."""
        return cls(officer_id, primitives.random_bytes(_ROOT))

    def opening(self) -> OpeningKey:
        """Give the key pair that team keys are sealed to."""
        return OpeningKey(primitives.derive(self._secret, tup("cl1/officer-kem"), primitives.XWING_SECRET))

    def signing(self) -> SigningKey:
        """Give the key that this officer signs with."""
        return SigningKey(primitives.derive(self._secret, tup("cl1/officer-sign"), _ROOT))

    def to_seal(self) -> bytes:
        """Give the root's bytes, for sealing and for nothing else."""
        return self._secret
