"""Team keys: certified by the organisation's root, their secret sealed to each member.

A case and an identity are sealed only to a key whose certificate the pinned root signed, so that whoever
can write to the database cannot put a key of their own in a team's place. Never decides who belongs to a
team.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.errors import Tampered
from storage.vault.canonical import tup
from storage.vault.signing import SigningKey, VerifyingKey

# Which roles hold which kind of team key. An authoriser holds no content key and nobody else holds theirs:
# that is what makes opening an identity take two people.
_HOLDERS = {"team": frozenset({"officer", "supervisor"}), "authorisers": frozenset({"authoriser"})}


def may_hold(role: str, kind: str) -> bool:
    """Say whether a role may hold a kind of team key; nobody may hold a kind there is not."""
    return role in _HOLDERS.get(kind, ())


@dataclass(frozen=True, slots=True)
class TeamName:
    """Which team key: team, kind, epoch."""

    team_id: bytes
    kind: str
    epoch: int


def certificate(deployment: bytes, name: TeamName, public_key: bytes) -> bytes:
    """Write what the root signs."""
    return tup("cl1/team-cert", deployment, name.team_id, name.kind, name.epoch, public_key)


def certify(root: SigningKey, deployment: bytes, name: TeamName, public_key: bytes) -> tuple[bytes, bytes]:
    """Give the certificate of a team key and the root's signature."""
    written = certificate(deployment, name, public_key)
    return written, root.sign(written)


def verify(
    root: VerifyingKey, deployment: bytes, name: TeamName, public_key: bytes, written: bytes, signature: bytes
) -> None:
    """Check that a team key is the one that the root certified. Raises: Tampered."""
    if written != certificate(deployment, name, public_key):
        raise Tampered("certificate of another key")
    root.verify(signature, written)
