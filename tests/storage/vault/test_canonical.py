"""Values become bytes in one way only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import BadEnvelope
from storage.vault.canonical import public_kid, tup

FIELDS = st.lists(st.binary(max_size=40), max_size=6)


def test_a_tuple_is_written_as_specified() -> None:
    """Length, label, count, then each field behind its length.

    Integers take eight bytes, strings are UTF-8.
    """
    written = tup("ab", b"\x01", "é", 7)
    parts = b"\x00\x02ab" + b"\x03" + b"\x00\x00\x00\x01\x01" + b"\x00\x00\x00\x02\xc3\xa9"
    assert parts + b"\x00\x00\x00\x08" + bytes(7) + b"\x07" == written


@given(FIELDS, FIELDS)
def test_two_lists_of_fields_never_give_the_same_bytes(one: list[bytes], other: list[bytes]) -> None:
    """Nothing can slip across the boundary between two fields."""
    assert (one == other) == (tup("x", *one) == tup("x", *other))


@given(st.text())
def test_any_text_can_stand_in_a_field(text: str) -> None:
    """Text of any script binds."""
    assert text.encode() in tup("x", text)


def test_half_a_surrogate_pair_binds_like_any_other_text() -> None:
    """A broken character from a network is a field, not a crash."""
    assert tup("x", "\ud800") != tup("x", "\ud801")


@pytest.mark.parametrize("number", [-1, 1 << 64])
def test_a_number_outside_its_range_is_refused_by_name(number: int) -> None:
    """Numbers come out of database rows, so an impossible one is a bad value and not a crash."""
    with pytest.raises(BadEnvelope):
        tup("x", number)


def test_a_key_is_named_by_sixteen_bytes_of_its_public_half() -> None:
    """The name follows from the key and from nothing else."""
    assert (
        len(public_kid(b"key")),
        public_kid(b"key") == public_kid(b"key"),
        public_kid(b"key") == public_kid(b"yek"),
    ) == (16, True, False)
