"""The one way values become bytes before they are hashed, signed or bound.

Labelled, counted, length-prefixed.

Two different lists of fields never give the same bytes under one label, so nothing can be moved across a
boundary between fields. Never used for storage or transport.
"""

from __future__ import annotations

from hashlib import sha256

from storage.errors import BadEnvelope

Field = bytes | str | int


def tup(label: str, *values: Field) -> bytes:
    """Write a label and its fields: u16 length, label, u8 count, then each field behind a u32 length.

    Big-endian; integers are u64. Raises: BadEnvelope for an integer outside that range.
    """
    name = label.encode("ascii")
    parts = [len(name).to_bytes(2, "big"), name, len(values).to_bytes(1, "big")]
    for value in values:
        body = _body(value)
        parts += (len(body).to_bytes(4, "big"), body)
    return b"".join(parts)


def public_kid(public_key: bytes) -> bytes:
    """Name an X-Wing key pair by its public half: 16 bytes."""
    return sha256(tup("cl1/kid", "xwing", public_key)).digest()[:16]


def _body(value: Field) -> bytes:
    if isinstance(value, int):
        # Numbers come out of database rows; one that no honest row holds is refused by name.
        if not 0 <= value < 1 << 64:
            raise BadEnvelope("a number outside its range")
        return value.to_bytes(8, "big")
    # A reporter's network may hand us half a surrogate pair in an address; it must bind like any other
    # string, not raise.
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
