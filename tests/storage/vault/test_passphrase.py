"""A passphrase opens what it sealed; every other way in looks the same from outside."""

from __future__ import annotations

import os
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import BadEnvelope, Tampered, WrongPassphrase
from storage.vault import primitives
from storage.vault.passphrase import FULL, LEAST, Cost, Pepper, seal, spend, unseal
from tests.storage.vault.world import refuses

PEPPER = Pepper(os.urandom(16), os.urandom(32))
BLOB, HASH = seal("long enough to mean it", PEPPER, b"place", b"root", LEAST)
COST_AT, SALT_AT, COMMIT_AT, NONCE_AT, SEALED_AT = 20, 26, 42, 74, 86


def test_the_passphrase_opens_it() -> None:
    """What was sealed comes out."""
    assert unseal("long enough to mean it", PEPPER, b"place", BLOB, HASH) == b"root"


def test_two_spellings_of_one_passphrase_are_one() -> None:
    """Keyboards write an accent in two ways; both are the same passphrase."""
    blob, auth_hash = seal("cafe\u0301 cafe\u0301 cafe\u0301", PEPPER, b"place", b"root", LEAST)
    assert unseal("caf\u00e9 caf\u00e9 caf\u00e9", PEPPER, b"place", blob, auth_hash) == b"root"


def test_a_broken_character_is_a_wrong_passphrase_and_not_a_crash() -> None:
    """An error that carries the passphrase never happens."""
    refuses(lambda: unseal("\ud800", PEPPER, b"place", BLOB, HASH), WrongPassphrase)


@pytest.mark.parametrize(
    ("passphrase", "pepper", "place", "auth_hash"),
    [
        ("long enough to mean it ", PEPPER, b"place", HASH),
        ("long enough to mean it", Pepper(PEPPER.kid, os.urandom(32)), b"place", HASH),
        ("long enough to mean it", PEPPER, b"another officer", HASH),
        ("long enough to mean it", PEPPER, b"place", os.urandom(32)),
        ("long enough to mean it", PEPPER, b"place", b""),
    ],
    ids=["passphrase", "pepper", "row", "hash", "no hash"],
)
def test_wrong_passphrase_pepper_and_row_look_the_same(
    passphrase: str, pepper: Pepper, place: bytes, auth_hash: bytes
) -> None:
    """Whoever guesses is told one thing only."""
    with pytest.raises(WrongPassphrase, match=r"^does not open$"):
        unseal(passphrase, pepper, place, BLOB, auth_hash)


@pytest.mark.parametrize(
    ("memory", "passes", "lanes"),
    [
        (12_287, 1, 1),
        (262_145, 1, 1),
        (12_288, 0, 1),
        (12_288, 9, 1),
        (12_288, 1, 0),
        (12_288, 1, 5),
        (0, 0, 0),
    ],
)
def test_a_cost_outside_the_range_is_refused_before_anything_is_hashed(
    memory: int, passes: int, lanes: int
) -> None:
    """Editing a row may neither weaken nor exhaust us."""
    edited = BLOB[:COST_AT] + memory.to_bytes(4, "big") + bytes([passes, lanes]) + BLOB[SALT_AT:]
    with mock.patch.object(primitives, "stretch", side_effect=AssertionError("hashed")):
        refuses(lambda: unseal("long enough to mean it", PEPPER, b"place", edited, HASH), BadEnvelope)


def test_a_cost_within_the_range_that_was_edited_does_not_open() -> None:
    """The cost is part of what is hashed."""
    edited = BLOB[:COST_AT] + (12_289).to_bytes(4, "big") + BLOB[COST_AT + 4 :]
    refuses(lambda: unseal("long enough to mean it", PEPPER, b"place", edited, HASH), WrongPassphrase)


@given(st.integers(0, len(BLOB) - 1).filter(lambda at: not COST_AT <= at < SALT_AT), st.integers(1, 255))
@settings(max_examples=80, deadline=None)
def test_an_altered_byte_does_not_open(at: int, change: int) -> None:
    """Header, salt, commitment, nonce, secret: each altered byte is refused by a declared name."""
    altered = BLOB[:at] + bytes([BLOB[at] ^ change]) + BLOB[at + 1 :]
    kind = BadEnvelope if at < 4 else WrongPassphrase if at < NONCE_AT else Tampered
    refuses(lambda: unseal("long enough to mean it", PEPPER, b"place", altered, HASH), kind)


@given(st.binary(max_size=120))
def test_noise_is_refused_by_name(noise: bytes) -> None:
    """What is not an envelope is never hashed."""
    refuses(lambda: unseal("x", PEPPER, b"place", noise, HASH), BadEnvelope)


def test_the_full_cost_is_what_the_specification_asks() -> None:
    """64 MiB, three passes, one lane; the least is twelve MiB and one pass."""
    assert (Cost(65_536, 3, 1), Cost(12_288, 1, 1)) == (FULL, LEAST)


def test_a_login_that_nobody_has_costs_what_a_guess_costs() -> None:
    """The same hash with the same cost is made, once."""
    with mock.patch.object(primitives, "stretch", wraps=primitives.stretch) as stretch:
        spend("a guess", PEPPER, os.urandom(32), LEAST)
    ((_, salt, cost, pepper, _, length), _) = stretch.call_args
    assert (1, 16, (12_288, 1, 1), PEPPER.key, 64) == (stretch.call_count, len(salt), cost, pepper, length)


def test_a_pepper_does_not_show_itself() -> None:
    """The key of a pepper stays out of its repr."""
    assert "key" not in repr(PEPPER)
