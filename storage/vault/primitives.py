"""Every call into ``cryptography``, and nothing else: the rest of the vault sees only these functions.

1. Parameters are fixed here: a caller cannot choose a curve, a hash or a nonce length.
2. Every refusal becomes one of the errors of ``storage.errors``, ``from None``: a cause could carry bytes
   that must not be logged.
3. Nothing here knows an envelope, a row or a purpose.
"""

from __future__ import annotations

import hmac
import os
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from storage.errors import BadEnvelope, Tampered

XWingSecret = hpke.MLKEM768X25519PrivateKey
XWingPublic = hpke.MLKEM768X25519PublicKey

_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_MLKEM_SEED, _MLKEM_PUBLIC, _X25519 = 64, 1_184, 32
XWING_SECRET = _MLKEM_SEED + _X25519
XWING_PUBLIC = _MLKEM_PUBLIC + _X25519


def random_bytes(count: int) -> bytes:
    """Draw from the operating system's source, and from no other."""
    return os.urandom(count)


def same(one: bytes, other: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one, other)


def digest(data: bytes) -> bytes:
    """Hash with SHA-256."""
    return sha256(data).digest()


def mac(key: bytes, data: bytes) -> bytes:
    """Authenticate with HMAC-SHA256."""
    return hmac.digest(key, data, "sha256")


def derive(secret: bytes, info: bytes, length: int, salt: bytes = b"") -> bytes:
    """Derive with HKDF-SHA256.

    No salt is right where the secret is already uniform: RFC 5869 then takes zeros.
    """
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt or None, info=info).derive(secret)


def stretch(
    password: bytes, salt: bytes, cost: tuple[int, int, int], pepper: bytes, context: bytes, length: int
) -> bytes:
    """Stretch a passphrase with Argon2id; ``cost`` is memory in KiB, passes, lanes.

    The caller has checked its bounds.
    """
    memory, passes, lanes = cost
    kdf = Argon2id(
        salt=salt,
        length=length,
        iterations=passes,
        lanes=lanes,
        memory_cost=memory,
        ad=context,
        secret=pepper,
    )
    return kdf.derive(password)


def xwing_generate() -> bytes:
    """Make an X-Wing secret: the ML-KEM-768 seed, then the X25519 scalar."""
    return random_bytes(XWING_SECRET)


def xwing_secret(secret: bytes) -> XWingSecret:
    """Load a 96-byte secret.

    Raises: BadEnvelope when it is not one.
    """
    if len(secret) != XWING_SECRET:
        raise BadEnvelope("not an X-Wing secret")
    mlkem = MLKEM768PrivateKey.from_seed_bytes(secret[:_MLKEM_SEED])
    return XWingSecret(mlkem, X25519PrivateKey.from_private_bytes(secret[_MLKEM_SEED:]))


def xwing_public(public: bytes) -> XWingPublic:
    """Load a 1,216-byte public key.

    Raises: BadEnvelope when it is not one.
    """
    if len(public) != XWING_PUBLIC:
        raise BadEnvelope("not an X-Wing public key")
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC])
        return XWingPublic(mlkem, X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC:]))
    except ValueError:
        raise BadEnvelope("not an X-Wing public key") from None


def xwing_public_of(secret: bytes) -> bytes:
    """Give the public half of a 96-byte secret."""
    mlkem = MLKEM768PrivateKey.from_seed_bytes(secret[:_MLKEM_SEED]).public_key()
    x25519 = X25519PrivateKey.from_private_bytes(secret[_MLKEM_SEED:]).public_key()
    return mlkem.public_bytes_raw() + x25519.public_bytes_raw()


def hpke_seal(public: XWingPublic, info: bytes, plaintext: bytes) -> bytes:
    """Seal once to a public key.

    The library's public interface takes no associated data, so the whole context stands in ``info``.

    Raises: BadEnvelope for a public key that no honest party makes (an X25519 point of small order).
    """
    try:
        return _SUITE.encrypt(plaintext, public, info)
    except ValueError:
        raise BadEnvelope("not a key that can be sealed to") from None


def hpke_open(secret: XWingSecret, info: bytes, sealed: bytes) -> bytes:
    """Open what ``hpke_seal`` made.

    Raises: Tampered for every reason alike.
    """
    try:
        return _SUITE.decrypt(sealed, secret, info)
    except InvalidTag:
        raise Tampered("does not open") from None


def aead_seal(key: bytes, nonce: bytes, plaintext: bytes, bound: bytes) -> bytes:
    """Seal with AES-256-GCM. The caller answers for the nonce."""
    return AESGCM(key).encrypt(nonce, plaintext, bound)


def aead_open(key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    """Open what ``aead_seal`` made.

    Raises: Tampered for every reason alike.
    """
    try:
        return AESGCM(key).decrypt(nonce, sealed, bound)
    except InvalidTag:
        raise Tampered("does not open") from None


def sign(secret: bytes, message: bytes) -> bytes:
    """Sign with Ed25519."""
    return Ed25519PrivateKey.from_private_bytes(secret).sign(message)


def sign_public_of(secret: bytes) -> bytes:
    """Give the public half of an Ed25519 secret."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def verify(public: bytes, signature: bytes, message: bytes) -> None:
    """Check an Ed25519 signature.

    Raises: Tampered when it does not hold, or the key is no key.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Tampered("signature does not hold") from None


def one_time(secret: bytes) -> TOTP:
    """Make the RFC 6238 generator that every authenticator app knows: SHA-1, six digits, thirty seconds."""
    # SHA-1 stands here because apps ignore any other choice without saying so; HMAC-SHA1 over a counter is
    # not touched by its collisions.
    return TOTP(secret, 6, hashes.SHA1(), 30)  # noqa: S303 - see the line above
