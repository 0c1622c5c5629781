"""Padding hides lengths and takes no liberties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import Tampered
from storage.vault.padding import pad, padded_size, unpad


@pytest.mark.parametrize(
    ("length", "size"),
    [
        (0, 512),
        (508, 512),
        (509, 2_048),
        (2_044, 2_048),
        (2_045, 8_192),
        (8_189, 32_768),
        (32_764, 32_768),
        (32_765, 65_536),
        (65_532, 65_536),
        (65_533, 98_304),
    ],
)
def test_a_message_takes_the_first_step_it_fits(length: int, size: int) -> None:
    """Every button and every answer up to 508 bytes look alike; the largest step repeats."""
    assert (size, size) == (padded_size(length), len(pad(bytes(length))))


@given(st.binary(max_size=3_000))
def test_what_was_padded_comes_out_again(message: bytes) -> None:
    """Padding loses nothing."""
    assert message == unpad(pad(message))


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        b"\0\0\0",
        bytes(511),
        bytes(513),
        b"\xff" * 512,
        pad(b"x")[:-1] + b"\1",
        (600).to_bytes(4, "big") + bytes(508),
        (1).to_bytes(4, "big") + bytes(2_044),
    ],
)
def test_padding_that_is_not_ours_is_refused(padded: bytes) -> None:
    """A wrong length, step or filling is tampering."""
    with pytest.raises(Tampered):
        unpad(padded)
