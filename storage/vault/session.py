"""Sessions: the token in the cookie opens what the database holds, and neither alone is anything.

Never keeps a token.
"""

from __future__ import annotations

import base64
import binascii

from storage.errors import BadEnvelope
from storage.vault import primitives
from storage.vault.canonical import tup
from storage.vault.envelope import SymmetricKey

_TOKEN, _KEY, _KID = 32, 32, 16


def new_token() -> str:
    """Make a token for a cookie."""
    return _text(primitives.random_bytes(_TOKEN))


def session_id(token: str) -> bytes:
    """Give the name a session is kept under. Raises: BadEnvelope when this is no token."""
    return primitives.digest(b"cl1/sid" + _bytes(token))


def session_key(token: str) -> SymmetricKey:
    """Give the key that a session's row is sealed under. Raises: BadEnvelope when this is no token."""
    return SymmetricKey(session_id(token)[:_KID], primitives.derive(_bytes(token), b"cl1/session-wrap", _KEY))


def csrf(key: bytes, sid: bytes) -> str:
    """Write the token that the forms of one session carry."""
    return _text(primitives.mac(key, tup("cl1/csrf", sid)))


def csrf_ok(key: bytes, sid: bytes, token: str) -> bool:
    """Say whether a form's token belongs to this session."""
    return primitives.same(csrf(key, sid).encode("ascii"), token.encode("utf-8", "surrogatepass"))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _bytes(token: str) -> bytes:
    try:
        data = base64.b64decode(token + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadEnvelope("not a session token") from None
    # One token, one spelling: base 64 leaves two spare bits at the end, and a second spelling would name
    # the same session.
    if len(data) != _TOKEN or _text(data) != token:
        raise BadEnvelope("not a session token")
    return data
