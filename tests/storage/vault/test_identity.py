"""An identity takes two people."""

from __future__ import annotations

import os

import pytest

from storage.errors import BadEnvelope, Tampered
from storage.vault.identity import combine, split
from tests.storage.vault.world import refuses

CAPSULE, ONE, OTHER = split(b"place", b"who they are")


def test_both_shares_open_the_capsule() -> None:
    """In either order."""
    assert b"who they are" == combine(b"place", CAPSULE, ONE, OTHER) == combine(b"place", CAPSULE, OTHER, ONE)


@pytest.mark.parametrize("share", [ONE, OTHER], ids=["the team's", "the authorisers'"])
@pytest.mark.parametrize(
    "guess", [bytes(32), ONE, OTHER, os.urandom(32)], ids=["none", "the team's", "the authorisers'", "any"]
)
def test_one_share_opens_nothing(share: bytes, guess: bytes) -> None:
    """With itself, with nothing or with any other bytes in the place of the second."""
    if {share, guess} != {ONE, OTHER}:
        refuses(lambda: combine(b"place", CAPSULE, share, guess), Tampered)


def test_shares_of_two_identities_do_not_combine() -> None:
    """The shares of one person open nothing of another."""
    _, one, other = split(b"place", b"someone else")
    refuses(lambda: combine(b"place", CAPSULE, ONE, other), Tampered)
    refuses(lambda: combine(b"place", CAPSULE, one, OTHER), Tampered)


def test_a_capsule_moved_to_another_case_does_not_open() -> None:
    """It is bound to its case."""
    refuses(lambda: combine(b"another", CAPSULE, ONE, OTHER), Tampered)


def test_what_is_no_share_is_refused_by_name() -> None:
    """A share has thirty-two bytes."""
    refuses(lambda: combine(b"place", CAPSULE, ONE[:-1], OTHER), BadEnvelope)
    refuses(lambda: combine(b"place", CAPSULE, ONE, OTHER + b"x"), BadEnvelope)
