"""Ed25519 halves as two types: the one signs, the other checks. Never hands out bytes to compare."""

from __future__ import annotations

from storage.errors import BadEnvelope
from storage.vault import primitives

_SECRET = 32


class SigningKey:
    """Signs."""

    __slots__ = ("_secret", "public")

    def __init__(self, secret: bytes) -> None:
        """Load 32 bytes. Raises: BadEnvelope when they are not."""
        if len(secret) != _SECRET:
            raise BadEnvelope("not a signing key")
        self._secret = secret
        self.public = primitives.sign_public_of(secret)

    def sign(self, message: bytes) -> bytes:
        """Sign a message, which the caller has labelled with ``tup``."""
        return primitives.sign(self._secret, message)


class VerifyingKey:
    """Checks, and can never sign."""

    __slots__ = ("_public",)

    def __init__(self, public: bytes) -> None:
        """Hold a public key; one that is no key verifies nothing."""
        self._public = public

    def verify(self, signature: bytes, message: bytes) -> None:
        """Check a signature. Raises: Tampered when it does not hold."""
        primitives.verify(self._public, signature, message)
