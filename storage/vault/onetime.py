"""One-time codes, RFC 6238, from the library; that a code works once is ours. Never stores a secret."""

from __future__ import annotations

import base64

from storage.errors import WrongPassphrase
from storage.vault import primitives

SECRET = 20
_STEP = 30
_ISSUER = "Concern Line"


def new_secret() -> bytes:
    """Make a 160-bit secret."""
    return primitives.random_bytes(SECRET)


def as_text(secret: bytes) -> str:
    """Write a secret as an authenticator app wants it typed: base 32."""
    return base64.b32encode(secret).decode("ascii")


def otpauth(login: str, secret: str) -> str:
    """Write the address that an authenticator app scans."""
    address = primitives.one_time(base64.b32decode(secret)).get_provisioning_uri(login, _ISSUER)
    # The library writes a space as a plus, which apps then show; a plus of the login's own is already %2B.
    return address.replace("+", "%20")


def code(secret: str, seconds: float) -> str:
    """Write the code that an authenticator app shows at this moment: for a demonstration and for tests."""
    return primitives.one_time(base64.b32decode(secret)).generate(int(seconds)).decode("ascii")


def step_of(secret: bytes, code: str, seconds: float, last: int) -> int:
    """Find the step a code belongs to.

    This one, the one before or the one after, and later than the last one used.

    Raises: WrongPassphrase for a wrong code and for one used before.
    """
    generator, now = primitives.one_time(secret), int(seconds) // _STEP
    typed = code.replace(" ", "").encode("utf-8", "surrogatepass")
    matching = [
        step for step in (now - 1, now, now + 1) if primitives.same(generator.generate(step * _STEP), typed)
    ]
    # Should one code belong to two of the three steps, the later is taken as used, so that it cannot be
    # used again.
    if max(matching, default=last) <= last:
        raise WrongPassphrase("not a code that is good now")
    return max(matching)
