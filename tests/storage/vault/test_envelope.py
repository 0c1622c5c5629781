"""Envelopes open in their own place, with their own key, unaltered, or not at all."""

from __future__ import annotations

import os
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import BadEnvelope, Tampered, UnknownKey
from storage.vault import primitives
from storage.vault.canonical import tup
from storage.vault.envelope import HEADER, OpeningKey, SealingKey, Suite, SymmetricKey, header, sealed_under
from tests.storage.vault.world import refuses

PLACE = tup("cl1/test", b"dep", 1)
ELSEWHERE = tup("cl1/test", b"dep", 2)
PAIR = OpeningKey.generate()
SYMMETRIC = SymmetricKey(os.urandom(16), os.urandom(32))
SEALED = {
    "to a pair": (PAIR, SealingKey(PAIR.public).seal(PLACE, b"words")),
    "under a key": (SYMMETRIC, SYMMETRIC.seal(PLACE, b"words")),
}
both = pytest.mark.parametrize(("key", "blob"), SEALED.values(), ids=SEALED.keys())
Key = OpeningKey | SymmetricKey


@both
def test_a_value_opens_in_its_own_place(key: Key, blob: bytes) -> None:
    """What was sealed comes out."""
    assert key.open(PLACE, blob) == b"words"


@both
def test_a_value_does_not_open_in_another_place(key: Key, blob: bytes) -> None:
    """A value copied to another row is tampering."""
    refuses(lambda: key.open(ELSEWHERE, blob), Tampered)


@both
def test_every_altered_byte_is_noticed(key: Key, blob: bytes) -> None:
    """Each byte in turn, one bit of it: none opens, and what is raised says which part it stood in."""
    for at in range(len(blob)):
        altered = blob[:at] + bytes([blob[at] ^ (1 << at % 8)]) + blob[at + 1 :]
        kind = BadEnvelope if at < 4 else UnknownKey if at < HEADER else Tampered
        refuses(partial(key.open, PLACE, altered), kind)


@both
@given(data=st.data())
@settings(max_examples=300)
def test_no_mangled_value_opens(key: Key, blob: bytes, data: st.DataObject) -> None:
    """Any change of a span, any cut and any addition is refused by a declared name."""
    start = data.draw(st.integers(0, len(blob)))
    end = data.draw(st.integers(start, len(blob)))
    mangled = blob[:start] + data.draw(st.binary(max_size=64)) + blob[end:]
    if mangled != blob:
        refuses(lambda: key.open(PLACE, mangled), BadEnvelope, UnknownKey, Tampered)


@both
@given(noise=st.binary(max_size=2_000))
def test_noise_is_refused_by_name(key: Key, blob: bytes, noise: bytes) -> None:
    """Nothing that is not ours raises anything but a declared error, header or no header."""
    refuses(lambda: key.open(PLACE, noise), BadEnvelope)
    refuses(lambda: key.open(PLACE, blob[:HEADER] + noise), BadEnvelope, Tampered)


@both
def test_a_value_of_another_suite_is_not_tried(key: Key, blob: bytes) -> None:
    """The key says which suite it expects: there is no way down to another."""
    for suite in Suite:
        if blob[3] != suite:
            refuses(partial(key.open, PLACE, blob[:3] + bytes([suite]) + blob[4:]), BadEnvelope)


def test_another_keys_value_is_told_from_an_altered_one() -> None:
    """A value sealed to a key that is not held says so."""
    other_pair, other_key = OpeningKey.generate(), SymmetricKey(os.urandom(16), os.urandom(32))
    refuses(lambda: other_pair.open(PLACE, SEALED["to a pair"][1]), UnknownKey)
    refuses(lambda: other_key.open(PLACE, SEALED["under a key"][1]), UnknownKey)


def test_the_right_name_with_the_wrong_key_is_tampering() -> None:
    """A relabelled value opens no more than before."""
    other = SymmetricKey(SYMMETRIC.kid, os.urandom(32))
    refuses(lambda: other.open(PLACE, SEALED["under a key"][1]), Tampered)
    pair = OpeningKey.generate()
    relabelled = header(Suite.HPKE, pair.kid) + SEALED["to a pair"][1][HEADER:]
    refuses(lambda: pair.open(PLACE, relabelled), Tampered)


def test_what_seals_cannot_open_and_what_opens_does_not_seal() -> None:
    """The two halves of a pair are two types."""
    assert not hasattr(SealingKey(PAIR.public), "open")
    assert not hasattr(PAIR, "seal")


def test_the_same_words_never_give_the_same_bytes_twice() -> None:
    """Key and nonce are new for every record."""
    sealed = {SYMMETRIC.seal(PLACE, b"words") for _ in range(64)}
    sealed |= {SealingKey(PAIR.public).seal(PLACE, b"words") for _ in range(64)}
    assert len(sealed) == 128


def test_sizes_are_those_of_the_specification() -> None:
    """96 bytes of secret, 1,216 of public key, 1,136 and 48 of addition behind twenty of header."""
    added = [len(blob) - HEADER - len(b"words") for _, blob in SEALED.values()]
    assert (len(PAIR.secret), len(PAIR.public), added) == (96, 1_216, [1_136, 48])


def test_a_key_that_is_no_key_is_refused() -> None:
    """Keys are checked where they are loaded, and a point no honest party makes where it is sealed to."""
    refuses(lambda: OpeningKey(bytes(95)), BadEnvelope)
    refuses(lambda: SealingKey(bytes(1_215)), BadEnvelope)
    refuses(lambda: SealingKey(b"\xff" * 1_216), BadEnvelope)
    refuses(lambda: SymmetricKey(bytes(15), bytes(32)), BadEnvelope)
    refuses(lambda: SymmetricKey(bytes(16), bytes(31)), BadEnvelope)
    refuses(lambda: SealingKey(PAIR.public[:-32] + bytes(32)).seal(PLACE, b""), BadEnvelope)


def test_no_key_shows_itself() -> None:
    """A key in a log or a traceback shows its type and nothing of its bytes."""
    secret = PAIR.secret.hex()
    shown = repr(PAIR) + repr(SYMMETRIC) + repr(SealingKey(PAIR.public))
    assert secret not in shown
    assert "0x" in shown


def test_the_name_of_the_key_can_be_read_from_a_value() -> None:
    """Which symmetric key a blob asks for stands in its header."""
    assert SYMMETRIC.kid == sealed_under(SEALED["under a key"][1])
    refuses(lambda: sealed_under(SEALED["to a pair"][1]), BadEnvelope)


def test_the_public_half_follows_from_the_secret() -> None:
    """A pair loaded again is the same pair."""
    assert PAIR.public == OpeningKey(PAIR.secret).public == primitives.xwing_public_of(PAIR.secret)
