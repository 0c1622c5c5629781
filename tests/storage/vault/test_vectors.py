"""Values published by others and pinned by us come out as they must."""

from __future__ import annotations

import json
from base64 import b32encode, b64decode
from hashlib import shake_256
from pathlib import Path
from typing import Any

import pytest

from storage import errors
from storage.vault import onetime, primitives
from storage.vault.padding import unpad
from storage.vault.passphrase import unseal
from tests.vectors import keys
from tests.vectors.fixed import fixed

FOLDER = Path(__file__).parents[2] / "vectors"
PUBLISHED: dict[str, list[dict[str, Any]]] = json.loads((FOLDER / "published.json").read_text())
SEALED: list[dict[str, Any]] = json.loads((FOLDER / "sealed.json").read_text())
FIXED: dict[str, str] = json.loads((FOLDER / "fixed.json").read_text())


def published(kind: str) -> pytest.MarkDecorator:
    """Run a test once for each published vector of a kind."""
    return pytest.mark.parametrize("vector", PUBLISHED[kind], ids=lambda vector: vector["source"])


def of(vector: dict[str, Any], *names: str) -> list[bytes]:
    """Give fields of a vector as bytes."""
    return [bytes.fromhex(vector[name]) for name in names]


@published("hkdf")
def test_hkdf_gives_what_rfc_5869_prints(vector: dict[str, Any]) -> None:
    """Three vectors, one without salt."""
    secret, salt, info, output = of(vector, "secret", "salt", "info", "output")
    assert primitives.derive(secret, info, len(output), salt) == output


@published("hmac")
def test_hmac_gives_what_rfc_4231_prints(vector: dict[str, Any]) -> None:
    """Two vectors."""
    key, data, output = of(vector, "key", "data", "output")
    assert primitives.mac(key, data) == output


@published("ed25519")
def test_ed25519_gives_what_rfc_8032_prints(vector: dict[str, Any]) -> None:
    """Three vectors: public half, signature, and that it holds."""
    secret, public, message, signature = of(vector, "secret", "public", "message", "signature")
    assert primitives.sign_public_of(secret) == public
    assert primitives.sign(secret, message) == signature
    primitives.verify(public, signature, message)


@published("aes-256-gcm")
def test_aes_gcm_gives_what_its_specification_prints(vector: dict[str, Any]) -> None:
    """Both ways."""
    key, nonce, plaintext, bound, sealed = of(vector, "key", "nonce", "plaintext", "bound", "sealed")
    assert primitives.aead_seal(key, nonce, plaintext, bound) == sealed
    assert primitives.aead_open(key, nonce, sealed, bound) == plaintext


@published("argon2id")
def test_argon2id_gives_what_rfc_9106_prints(vector: dict[str, Any]) -> None:
    """With pepper and context, which are what we use it for."""
    password, salt, pepper, context, output = of(vector, "password", "salt", "pepper", "context", "output")
    memory, passes, lanes = vector["cost"]
    found = primitives.stretch(password, salt, (memory, passes, lanes), pepper, context, len(output))
    assert found == output


@published("totp")
def test_one_time_codes_are_those_of_rfc_6238(vector: dict[str, Any]) -> None:
    """Six moments from 1970 to 2603."""
    secret = b32encode(bytes.fromhex(vector["secret"])).decode()
    assert {second: onetime.code(secret, int(second)) for second in vector["codes"]} == vector["codes"]


@published("x-wing")
def test_an_x_wing_public_key_is_the_one_its_draft_prints(vector: dict[str, Any]) -> None:
    """Our 96 bytes are what the draft's 32-byte seed stretches to."""
    public = primitives.xwing_public_of(shake_256(bytes.fromhex(vector["seed"])).digest(96)).hex()
    assert (public[:16], public[-16:]) == (vector["begins"], vector["ends"])


@pytest.mark.parametrize("name", FIXED)
def test_what_follows_from_the_keys_has_not_changed(name: str) -> None:
    """A changed value here is a changed format: nothing stored before would open or verify."""
    assert fixed()[name] == FIXED[name]


def test_every_fixed_value_is_pinned() -> None:
    """None is computed and not compared."""
    assert list(fixed()) == list(FIXED)


@pytest.mark.parametrize("vector", SEALED, ids=lambda vector: f"{vector['suite']}: {vector['name']}")
def test_a_pinned_value_does_what_its_vector_says(vector: dict[str, Any]) -> None:
    """It opens, or it is refused by the one name given."""
    if vector["expect"] == "opens":
        assert unpad(opened(vector)) == keys.PLAIN
    else:
        with pytest.raises(getattr(errors, vector["expect"])) as caught:
            opened(vector)
        assert type(caught.value).__name__ == vector["expect"]


@pytest.mark.parametrize("suite", ["hpke", "symmetric", "passphrase"])
def test_every_suite_has_a_vector_for_every_way_to_fail(suite: str) -> None:
    """One that opens, and at least a dozen that must not."""
    names = {vector["name"] for vector in SEALED if vector["suite"] == suite}
    assert {"opens", "wrong row", "wrong column", "wrong deployment", "tampered", "other key"} <= names
    assert len(names) > 12


def opened(vector: dict[str, Any]) -> bytes:
    """Open a vector's value with the keys it names."""
    name, *arguments = vector["place"]
    places = keys.PLACES if vector["deployment"] == 1 else keys.OTHER_PLACES
    place = getattr(places, name)(*(getattr(keys, str(each), each) for each in arguments))
    blob, right = b64decode(vector["blob"]), vector["key"] == "right"
    if vector["suite"] == "hpke":
        return (keys.PAIR if right else keys.OTHER_PAIR).open(place, blob)
    if vector["suite"] == "symmetric":
        return (keys.SYMMETRIC if right else keys.OTHER_SYMMETRIC).open(place, blob)
    pepper = keys.PEPPER if right else keys.OTHER_PEPPER
    passphrase = vector.get("passphrase", keys.PASSPHRASE)
    return unseal(passphrase, pepper, place, blob, bytes.fromhex(vector["auth_hash"]))
