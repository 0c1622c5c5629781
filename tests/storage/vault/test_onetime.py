"""One-time codes work for a minute and a half, and each of them once."""

from __future__ import annotations

import base64
from unittest import mock

import pytest

from storage.errors import WrongPassphrase
from storage.vault import onetime

SECRET = b"12345678901234567890"
NOW = 1_700_000_010
STEP = NOW // 30


def shown(step: int) -> str:
    """Give the code an app shows in a step."""
    return onetime.code(onetime.as_text(SECRET), step * 30 + 7)


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_code_of_this_step_or_its_neighbours_is_good(offset: int) -> None:
    """A clock may be half a minute off either way, and the step used is given back."""
    assert STEP + offset == onetime.step_of(SECRET, shown(STEP + offset), NOW, 0)


@pytest.mark.parametrize("offset", [-2, 2])
def test_a_code_further_off_is_refused(offset: int) -> None:
    """Two steps off is too far."""
    with pytest.raises(WrongPassphrase):
        onetime.step_of(SECRET, shown(STEP + offset), NOW, 0)


@pytest.mark.parametrize("last", [STEP, STEP + 1])
def test_a_code_that_was_used_is_refused(last: int) -> None:
    """A code works once, and none before the last one used works after it."""
    with pytest.raises(WrongPassphrase):
        onetime.step_of(SECRET, shown(STEP), NOW, last)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "٠١٢٣٤٥", "\ud800", "0" * 10_000])
def test_what_is_no_code_is_refused_by_name(typed: str) -> None:
    """Whatever is typed, the answer is the same."""
    with pytest.raises(WrongPassphrase):
        onetime.step_of(SECRET, typed, NOW, 0)


def test_a_space_in_the_middle_is_forgiven() -> None:
    """Apps show two groups of three, and people type them so."""
    code = shown(STEP)
    assert onetime.step_of(SECRET, f" {code[:3]} {code[3:]} ", NOW, 0) == STEP


def test_a_code_of_two_steps_counts_as_the_later() -> None:
    """Were two steps to share a code, it could still be used once only."""
    with mock.patch("storage.vault.primitives.one_time") as generator:
        generator.return_value.generate.return_value = b"123456"
        assert onetime.step_of(SECRET, "123456", NOW, 0) == STEP + 1


def test_a_secret_is_160_bits_and_new_each_time() -> None:
    """Long enough, and never the same."""
    assert (len(onetime.new_secret()), len({onetime.new_secret() for _ in range(32)})) == (20, 32)


def test_the_address_is_one_that_apps_read() -> None:
    """Issuer, login and secret stand in it, a space is %20, and a plus of the login's own survives."""
    address = onetime.otpauth("ann+duty", onetime.as_text(SECRET))
    assert address.startswith("otpauth://totp/Concern%20Line:ann%2Bduty?")
    assert {"secret=" + base64.b32encode(SECRET).decode(), "issuer=Concern%20Line", "digits=6"} <= set(
        address.partition("?")[2].split("&")
    )
