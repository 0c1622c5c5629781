"""References: ``XXXX-XXXX`` in Crockford's base 32, seven random characters and one that checks them (Luhn,
modulo 32).

A reference opens nothing and counts nothing; it is only a name that can be read out on the telephone.
"""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SOUNDS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def fresh() -> str:
    """Make a new reference."""
    number = secrets.randbits(35)
    body = "".join(ALPHABET[number >> shift & 31] for shift in range(0, 35, 5))
    whole = body + ALPHABET[-_sum(body, first=2) % 32]
    return f"{whole[:4]}-{whole[4:]}"


def normal(typed: str) -> str | None:
    """Read a reference as a person types it; none when its check character says that it was misread."""
    whole = typed.upper().translate(_SOUNDS_LIKE)
    if len(whole) != 8 or any(letter not in ALPHABET for letter in whole) or _sum(whole, first=1) % 32:
        return None
    return f"{whole[:4]}-{whole[4:]}"


def _sum(letters: str, first: int) -> int:
    """Add the letters from the right, every second one doubled, as Luhn does in any base."""
    total = 0
    factor = first
    for letter in reversed(letters):
        addend = factor * ALPHABET.index(letter)
        total += addend // 32 + addend % 32
        factor = 3 - factor
    return total
