"""Hides how long a plaintext is: every button and every answer up to 508 bytes look alike.

Steps, not random noise: random padding averages out over many messages. Never seals anything itself.
"""

from __future__ import annotations

from storage.errors import Tampered

_STEPS = (512, 2_048, 8_192, 32_768)
_LENGTH = 4


def padded_size(length: int) -> int:
    """Give the size that a plaintext of ``length`` bytes takes.

    The first step it fits, then multiples of the largest.
    """
    whole = length + _LENGTH
    for step in _STEPS:
        if whole <= step:
            return step
    return -(-whole // _STEPS[-1]) * _STEPS[-1]


def pad(message: bytes) -> bytes:
    """Prefix the length and fill with zeros up to the step."""
    filled = len(message).to_bytes(_LENGTH, "big") + message
    return filled.ljust(padded_size(len(message)), b"\0")


def unpad(padded: bytes) -> bytes:
    """Take the message out again.

    Raises: Tampered when the length, the step or the zeros are not what ``pad`` writes.
    """
    length = int.from_bytes(padded[:_LENGTH], "big")
    message = padded[_LENGTH : _LENGTH + length]
    if len(padded) < _LENGTH or pad(message) != padded:
        raise Tampered("padding is not ours")
    return message
