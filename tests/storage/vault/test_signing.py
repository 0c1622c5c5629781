"""What signs cannot be mistaken for what checks."""

from __future__ import annotations

import os

import pytest

from storage.errors import BadEnvelope, Tampered
from storage.vault.signing import SigningKey, VerifyingKey
from tests.storage.vault.world import refuses

KEY = SigningKey(os.urandom(32))


def test_a_signature_holds_for_its_message_and_key_alone() -> None:
    """Another message, another key, an altered signature: refused."""
    signature = KEY.sign(b"message")
    VerifyingKey(KEY.public).verify(signature, b"message")
    refuses(lambda: VerifyingKey(KEY.public).verify(signature, b"massage"), Tampered)
    refuses(lambda: VerifyingKey(SigningKey(os.urandom(32)).public).verify(signature, b"message"), Tampered)
    refuses(lambda: VerifyingKey(KEY.public).verify(signature[:-1], b"message"), Tampered)


@pytest.mark.parametrize("public", [b"", bytes(31), b"\xff" * 33])
def test_a_key_that_is_no_key_verifies_nothing(public: bytes) -> None:
    """A mangled public key is a signature that does not hold, not a crash."""
    refuses(lambda: VerifyingKey(public).verify(bytes(64), b"message"), Tampered)


def test_a_signing_key_has_thirty_two_bytes() -> None:
    """Anything else is refused where it is loaded."""
    refuses(lambda: SigningKey(bytes(31)), BadEnvelope)


def test_what_checks_cannot_sign() -> None:
    """The two halves are two types."""
    assert not hasattr(VerifyingKey(KEY.public), "sign")
