"""Envelopes: what a sealed value looks like, and the keys that make and open them.

1. Every blob opens with 20 bytes: ``CL``, version, suite, key id. The caller's key says which suite it
   expects: no downgrade.
2. What can seal to a person cannot open: ``SealingKey`` and ``OpeningKey`` are different types.
3. Every blob is bound to ``place``, the associated data that names the row and column it belongs to
   (``storage.sealing``).
4. Nothing here reads a keystore or knows whose key it holds.
"""

from __future__ import annotations

from enum import IntEnum

from storage.errors import BadEnvelope, UnknownKey
from storage.vault import primitives
from storage.vault.canonical import public_kid, tup

HEADER = 20
_MAGIC = b"CL\x01"
_ENC, _TAG, _SALT, _KEY, _NONCE = 1_120, 16, 32, 32, 12


class Suite(IntEnum):
    """How a value is sealed."""

    HPKE = 0x11
    SYMMETRIC = 0x21
    PASSPHRASE = 0x31


def header(suite: Suite, kid: bytes) -> bytes:
    """Write the twenty bytes that every sealed value begins with."""
    return _MAGIC + bytes([suite]) + kid


def split(blob: bytes, suite: Suite, least: int) -> tuple[bytes, bytes]:
    """Part a blob into header and body, for the one suite that the caller expects.

    Raises: BadEnvelope for anything else, and for a body shorter than ``least``.
    """
    if blob[:4] != _MAGIC + bytes([suite]) or len(blob) < HEADER + least:
        raise BadEnvelope("malformed, or of another version or suite")
    return blob[:HEADER], blob[HEADER:]


class SealingKey:
    """The public half of an X-Wing pair: seals, and can never open."""

    __slots__ = ("_key", "kid", "public")

    def __init__(self, public: bytes) -> None:
        """Load 1,216 bytes. Raises: BadEnvelope when they are no key."""
        self._key = primitives.xwing_public(public)
        self.public = public
        self.kid = public_kid(public)

    def seal(self, place: bytes, plaintext: bytes) -> bytes:
        """Seal so that only the holder of the other half can open it, and only in this place."""
        head = header(Suite.HPKE, self.kid)
        return head + primitives.hpke_seal(self._key, tup("cl1/hpke", head, place), plaintext)


class OpeningKey:
    """The secret half of an X-Wing pair: opens, and is never asked to seal."""

    __slots__ = ("_key", "kid", "public", "secret")

    def __init__(self, secret: bytes) -> None:
        """Load 96 bytes. Raises: BadEnvelope when they are no key."""
        self._key = primitives.xwing_secret(secret)
        self.secret = secret
        self.public = primitives.xwing_public_of(secret)
        self.kid = public_kid(self.public)

    @classmethod
    def generate(cls) -> OpeningKey:
        """Make a new pair."""
        return cls(primitives.xwing_generate())

    def open(self, place: bytes, blob: bytes) -> bytes:
        """Open a value sealed to this pair in this place.

        Raises: BadEnvelope, UnknownKey (sealed to another pair), Tampered.
        """
        head, body = split(blob, Suite.HPKE, _ENC + _TAG)
        if head[4:] != self.kid:
            raise UnknownKey("sealed to a key that is not held here")
        return primitives.hpke_open(self._key, tup("cl1/hpke", head, place), body)


class SymmetricKey:
    """One 32-byte key of the keystore with its 16-byte name. Who holds it can both seal and open."""

    __slots__ = ("_key", "kid")

    def __init__(self, kid: bytes, key: bytes) -> None:
        """Load a key. Raises: BadEnvelope when the name or the key has the wrong length."""
        if len(kid) != HEADER - 4 or len(key) != _KEY:
            raise BadEnvelope("not a symmetric key")
        self.kid = kid
        self._key = key

    def seal(self, place: bytes, plaintext: bytes) -> bytes:
        """Seal under a key and nonce made for this record alone."""
        head = header(Suite.SYMMETRIC, self.kid)
        salt = primitives.random_bytes(_SALT)
        key, nonce = self._once(salt, head, place)
        return head + salt + primitives.aead_seal(key, nonce, plaintext, head)

    def open(self, place: bytes, blob: bytes) -> bytes:
        """Open a value sealed under this key in this place.

        Raises: BadEnvelope, UnknownKey (sealed under another key), Tampered.
        """
        head, body = split(blob, Suite.SYMMETRIC, _SALT + _TAG)
        if head[4:] != self.kid:
            raise UnknownKey("sealed under a key that is not held here")
        key, nonce = self._once(body[:_SALT], head, place)
        return primitives.aead_open(key, nonce, body[_SALT:], head)

    def _once(self, salt: bytes, head: bytes, place: bytes) -> tuple[bytes, bytes]:
        # The nonce is derived, not drawn: the 32-byte random salt makes key and nonce new together for
        # every record, so that no pair of them ever meets two messages, however many a key seals. Twelve
        # random bytes under one key would not promise that.
        once = primitives.derive(self._key, tup("cl1/sym", head, place), _KEY + _NONCE, salt)
        return once[:_KEY], once[_KEY:]


def sealed_under(blob: bytes) -> bytes:
    """Read the name of the symmetric key that a blob asks for. Raises: BadEnvelope."""
    return split(blob, Suite.SYMMETRIC, _SALT + _TAG)[0][4:]
