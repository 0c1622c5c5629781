"""A reporter's identity behind two people.

The capsule's key is split in two, and neither half says anything about it.

Pure: shares in, capsule out and the reverse. Never seals a share to anyone and never holds both halves of a
real case: a requester and an authoriser bring one each.
"""

from __future__ import annotations

from storage.errors import BadEnvelope
from storage.vault import primitives
from storage.vault.envelope import HEADER, SymmetricKey, sealed_under
from storage.vault.padding import pad, unpad

_SHARE = 32
_KID = HEADER - 4


def split(place: bytes, identity: bytes) -> tuple[bytes, bytes, bytes]:
    """Seal an identity; give the capsule, the team's share and the authorisers' share."""
    key, first = primitives.random_bytes(_SHARE), primitives.random_bytes(_SHARE)
    capsule = SymmetricKey(primitives.random_bytes(_KID), key).seal(place, pad(identity))
    return capsule, first, _xor(key, first)


def combine(place: bytes, capsule: bytes, one: bytes, other: bytes) -> bytes:
    """Open a capsule with both shares.

    Raises: BadEnvelope, Tampered.
    """
    if len(one) != _SHARE or len(other) != _SHARE:
        raise BadEnvelope("not a share")
    return unpad(SymmetricKey(sealed_under(capsule), _xor(one, other)).open(place, capsule))


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
