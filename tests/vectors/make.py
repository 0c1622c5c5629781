"""Writes ``sealed.json`` and ``fixed.json`` afresh: for a new suite, never to make a failing test pass."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from storage.vault.envelope import SealingKey
from storage.vault.padding import pad
from storage.vault.passphrase import LEAST, seal
from tests.vectors import keys
from tests.vectors.fixed import fixed

HERE = Path(__file__).parent
PLACE = ["record", "CASE", 1, "r"]
ELSEWHERE = {
    "wrong row": ["record", "OTHER_CASE", 1, "r"],
    "wrong number": ["record", "CASE", 2, "r"],
    "wrong direction": ["record", "CASE", 1, "o"],
    "wrong column": ["identity", "CASE"],
}


def flipped(blob: bytes, at: int) -> bytes:
    """Alter one bit."""
    return blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]


def vector(suite: str, name: str, expect: str, blob: bytes, **more: object) -> dict[str, object]:
    """Write one vector."""
    plain = {"suite": suite, "name": name, "expect": expect, "key": "right", "deployment": 1, "place": PLACE}
    return {**plain, **more, "blob": b64encode(blob).decode()}


def of_each_suite(suite: str, blob: bytes, misplaced: str, foreign: str) -> Iterator[dict[str, object]]:
    """Write the vectors that every suite has."""
    yield vector(suite, "opens", "opens", blob)
    for name, place in ELSEWHERE.items():
        yield vector(suite, name, misplaced, blob, place=place)
    yield vector(suite, "wrong deployment", misplaced, blob, deployment=2)
    yield vector(suite, "other key", foreign, blob, key="other")
    yield vector(suite, "tampered", "Tampered", flipped(blob, len(blob) - 1))
    yield vector(suite, "other name", "UnknownKey" if suite != "passphrase" else misplaced, flipped(blob, 4))
    yield vector(suite, "other suite", "BadEnvelope", blob[:3] + b"\x41" + blob[4:])
    yield vector(suite, "other version", "BadEnvelope", blob[:2] + b"\x02" + blob[3:])
    yield vector(suite, "cut short", "BadEnvelope", blob[:60])
    yield vector(suite, "empty", "BadEnvelope", b"")


def sealed() -> Iterator[dict[str, object]]:
    """Write every vector."""
    place, padded = keys.PLACES.record(keys.CASE, 1, "r"), pad(keys.PLAIN)
    to_pair = SealingKey(keys.PAIR.public).seal(place, padded)
    yield from of_each_suite("hpke", to_pair, "Tampered", "UnknownKey")
    yield vector("hpke", "tampered share", "Tampered", flipped(to_pair, 30))
    under_key = keys.SYMMETRIC.seal(place, padded)
    yield from of_each_suite("symmetric", under_key, "Tampered", "UnknownKey")
    yield vector("symmetric", "tampered salt", "Tampered", flipped(under_key, 30))
    blob, auth_hash = seal(keys.PASSPHRASE, keys.PEPPER, place, padded, LEAST)
    hashed = {"auth_hash": auth_hash.hex()}
    for each in of_each_suite("passphrase", blob, "WrongPassphrase", "WrongPassphrase"):
        yield {**each, **hashed}
    yield vector("passphrase", "wrong passphrase", "WrongPassphrase", blob, **hashed, passphrase="another")
    yield vector("passphrase", "wrong hash", "WrongPassphrase", blob, auth_hash=bytes(32).hex())
    yield vector("passphrase", "tampered commitment", "WrongPassphrase", flipped(blob, 50), **hashed)
    yield vector("passphrase", "cost too low", "BadEnvelope", blob[:20] + bytes(4) + blob[24:], **hashed)
    yield vector("passphrase", "cost too high", "BadEnvelope", blob[:20] + b"\xff" * 4 + blob[24:], **hashed)


def main() -> None:
    """Write both files."""
    (HERE / "sealed.json").write_text(json.dumps(list(sealed()), indent=1) + "\n")
    (HERE / "fixed.json").write_text(json.dumps(fixed(), indent=1) + "\n")


if __name__ == "__main__":
    main()
