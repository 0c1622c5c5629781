"""Seals a secret under a passphrase with Argon2id, a pepper from the keystore, and a commitment.

1. The cost written in a blob is checked before anything is hashed: editing a row may neither weaken nor
   exhaust us.
2. A wrong passphrase, a wrong pepper and another officer's row cannot be told apart.
3. Nothing here sets rules for what a good passphrase is, and nothing keeps one.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from storage.errors import BadEnvelope, WrongPassphrase
from storage.vault import primitives
from storage.vault.canonical import tup
from storage.vault.envelope import Suite, header, split

_SALT, _COMMIT, _NONCE, _TAG, _HALF = 16, 32, 12, 16, 32
_PARAMETERS = 6
_LEAST_MEMORY, _MOST_MEMORY, _MOST_PASSES, _MOST_LANES = 12 * 1_024, 256 * 1_024, 8, 4


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs: memory in KiB, passes over it, lanes.

    Outside the permitted range it cannot be made.
    """

    memory_kib: int
    passes: int
    lanes: int

    def __post_init__(self) -> None:
        """Raises: BadEnvelope outside 12 to 256 MiB, 1 to 8 passes, 1 to 4 lanes."""
        fits = _LEAST_MEMORY <= self.memory_kib <= _MOST_MEMORY
        if not (fits and 1 <= self.passes <= _MOST_PASSES and 1 <= self.lanes <= _MOST_LANES):
            raise BadEnvelope("passphrase cost outside the permitted range")


FULL = Cost(64 * 1_024, 3, 1)
LEAST = Cost(_LEAST_MEMORY, 1, 1)


@dataclass(frozen=True, slots=True)
class Pepper:
    """A secret that every guess needs and no database holds."""

    kid: bytes
    key: bytes = field(repr=False)


def seal(passphrase: str, pepper: Pepper, place: bytes, plaintext: bytes, cost: Cost) -> tuple[bytes, bytes]:
    """Seal under a passphrase; give the blob and the hash that a sign-in is checked against."""
    head = header(Suite.PASSPHRASE, pepper.kid)
    salt, nonce = primitives.random_bytes(_SALT), primitives.random_bytes(_NONCE)
    written = _write(cost)
    auth_hash, key = _stretch(passphrase, pepper, salt, cost, tup("cl1/pw", head, written, place))
    sealed = primitives.aead_seal(key, nonce, plaintext, head)
    return head + written + salt + _commitment(key) + nonce + sealed, auth_hash


def unseal(passphrase: str, pepper: Pepper, place: bytes, blob: bytes, auth_hash: bytes) -> bytes:
    """Open what ``seal`` made.

    Raises: BadEnvelope for parameters outside the range, WrongPassphrase, Tampered (right passphrase,
    altered value).
    """
    head, body = split(blob, Suite.PASSPHRASE, _PARAMETERS + _SALT + _COMMIT + _NONCE + _TAG)
    written, rest = body[:_PARAMETERS], body[_PARAMETERS:]
    cost = Cost(int.from_bytes(written[:4], "big"), written[4], written[5])
    salt, commit, nonce = rest[:_SALT], rest[_SALT : _SALT + _COMMIT], rest[_SALT + _COMMIT :][:_NONCE]
    found, key = _stretch(passphrase, pepper, salt, cost, tup("cl1/pw", head, written, place))
    # AES-GCM does not commit to its key, so a blob could be made to open under several passphrases; the
    # commitment is looked at first. Both comparisons are always made: which of the two failed must not show
    # in the time.
    if not (primitives.same(_commitment(key), commit) & primitives.same(found, auth_hash)):
        raise WrongPassphrase("does not open")
    return primitives.aead_open(key, nonce, rest[_SALT + _COMMIT + _NONCE :], head)


def spend(passphrase: str, pepper: Pepper, salt: bytes, cost: Cost) -> None:
    """Spend what one guess costs, for a login that nobody has."""
    _commitment(_stretch(passphrase, pepper, salt[:_SALT], cost, tup("cl1/pw", b"", _write(cost), b""))[1])


def _write(cost: Cost) -> bytes:
    return cost.memory_kib.to_bytes(4, "big") + bytes([cost.passes, cost.lanes])


def _stretch(passphrase: str, pepper: Pepper, salt: bytes, cost: Cost, context: bytes) -> tuple[bytes, bytes]:
    # Half of a surrogate pair can be typed into a form; it is hashed like any other text rather than raised
    # with the passphrase in it.
    typed = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    parameters = (cost.memory_kib, cost.passes, cost.lanes)
    stretched = primitives.stretch(typed, salt, parameters, pepper.key, context, 2 * _HALF)
    return primitives.digest(stretched[:_HALF]), stretched[_HALF:]


def _commitment(key: bytes) -> bytes:
    return primitives.derive(key, b"cl1/pw/commit", _COMMIT)
