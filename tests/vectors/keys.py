"""The keys of the vectors: plain patterns that nobody could take for real ones."""

from __future__ import annotations

from storage.sealing import Places
from storage.vault.envelope import OpeningKey, SymmetricKey
from storage.vault.passphrase import Pepper
from storage.vault.signing import SigningKey

PAIR = OpeningKey(bytes(range(96)))
OTHER_PAIR = OpeningKey(bytes(range(96, 192)))
SYMMETRIC = SymmetricKey(b"test key number1", bytes(range(32)))
OTHER_SYMMETRIC = SymmetricKey(b"test key number2", bytes(range(32, 64)))
PEPPER = Pepper(b"test pepper no.1", bytes(range(64, 96)))
OTHER_PEPPER = Pepper(b"test pepper no.1", bytes(range(96, 128)))
PASSPHRASE = "the passphrase of the vectors é"
SIGNING = SigningKey(bytes(range(128, 160)))
PLACES = Places(b"test deployment1")
OTHER_PLACES = Places(b"test deployment2")
CASE, OTHER_CASE = b"the test case 01", b"the test case 02"
TEAM, OFFICER = b"the test team 01", b"the test officer"
PLAIN = b"what is sealed in the vectors"
