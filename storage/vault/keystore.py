"""The keystore in its three closed parts and the public one, as each door may use them.

1. ``bot/`` and ``admin/`` belong to one door each; ``public/`` is read by both. A door makes its own part
   at its first start.
2. Into ``shred/`` the bot can put, and take back what it put and did not file; it has no way to read there,
   so a taken-over bot opens no filed case. It cannot replace either: a version that stands is never written
   over.
3. The organisation's root is pinned once and never replaced here.
4. No key leaves through a message, a name or a repr. The database never reaches this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.errors import BadEnvelope, Conflict, UnknownKey
from storage.vault import primitives
from storage.vault.envelope import OpeningKey, SealingKey, SymmetricKey
from storage.vault.files import Folder, Keystore
from storage.vault.passphrase import Pepper
from storage.vault.signing import SigningKey, VerifyingKey

__all__ = ["AdminKeys", "BotKeys", "Keystore", "ShredKeyName", "open_admin_keystore", "open_bot_keystore"]

_KID, _KEY = 16, 32
_ROOT = "org"


@dataclass(frozen=True, slots=True)
class ShredKeyName:
    """A shred key by name: ``key`` is a case's shred version, or ``identity-`` and the key's id."""

    case_id: bytes
    key: str


class _PutOnly:
    """The bot's way into ``shred/``: in, and out again for what was never filed."""

    def __init__(self, store: Keystore) -> None:
        self._claim = store.claim
        self._delete = store.delete
        self._mine: set[str] = set()

    def put(self, name: str, value: bytes) -> bool:
        """Keep a key under a name that is free; say whether it was."""
        claimed = self._claim(name, value)
        if claimed:
            self._mine.add(name)
        return claimed

    def take_back(self, name: str) -> None:
        """Destroy a key that this very object put. Raises: UnknownKey for any other."""
        if name not in self._mine:
            raise UnknownKey("not a key that was put here and not filed")
        self._delete(name)
        self._mine.discard(name)


class BotKeys:
    """What the reporter's door holds."""

    def __init__(self, own: Keystore, shred: _PutOnly, public: Keystore) -> None:
        """Make what is missing; publish the public halves."""
        self._own, self._shred, self._public = own, shred, public
        self.blind = _whole(own.make("bidx", primitives.random_bytes(_KEY)))
        self.route = _named(own.make("route", primitives.random_bytes(_KID + _KEY)))
        self.signing = SigningKey(own.make("sign", primitives.random_bytes(_KEY)))
        self.out = OpeningKey(own.make("out", primitives.xwing_generate()))
        public.put("sign.bot", self.signing.public)
        public.put("out", self.out.public)

    def new_draft_key(self) -> bytes:
        """Make a draft key and give its name; it survives a power cut from here on."""
        kid = primitives.random_bytes(_KID)
        self._own.put(f"draft/{kid.hex()}", primitives.random_bytes(_KEY))
        return kid

    def draft_key(self, kid: bytes) -> SymmetricKey:
        """Give a draft key. Raises: UnknownKey once it is destroyed."""
        return SymmetricKey(kid, self._own.get(f"draft/{kid.hex()}"))

    def forget_draft_key(self, kid: bytes) -> None:
        """Destroy a draft key: whatever it sealed opens no more."""
        self._own.delete(f"draft/{kid.hex()}")

    def draft_kids(self, before: datetime | None = None) -> list[bytes]:
        """List the draft keys that exist, or existed before a moment, to find those no conversation names."""
        return [bytes.fromhex(name.removeprefix("draft/")) for name in self._own.names("draft/", before)]

    def new_shred_key(self, case_id: bytes) -> tuple[int, SymmetricKey]:
        """Make and put the next free version of a case's shred key."""
        version, kid, key = 1, primitives.random_bytes(_KID), primitives.random_bytes(_KEY)
        while not self._shred.put(_shred_name(case_id, version), kid + key):
            version += 1
        return version, SymmetricKey(kid, key)

    def new_identity_shred_key(self, case_id: bytes) -> SymmetricKey:
        """Make and put a shred key for the identity of a case, filed under its own name."""
        kid, key = primitives.random_bytes(_KID), primitives.random_bytes(_KEY)
        self._shred.put(_identity_name(case_id, kid), kid + key)
        return SymmetricKey(kid, key)

    def forget_shred_key(self, case_id: bytes, version: int) -> None:
        """Destroy a shred key of a filing that did not commit.

        Raises: UnknownKey unless this process put it.
        """
        self._shred.take_back(_shred_name(case_id, version))

    def forget_identity_shred_key(self, case_id: bytes, kid: bytes) -> None:
        """Destroy a shred key of an identity that did not commit.

        Raises: UnknownKey unless this process put it.
        """
        self._shred.take_back(_identity_name(case_id, kid))

    def verifying(self, signer: str) -> VerifyingKey:
        """Give the key that checks heads signed by a door. Raises: UnknownKey."""
        return _verifying(self._public, signer)

    def organisation(self) -> VerifyingKey:
        """Give the pinned root. Raises: UnknownKey while there is no team."""
        return VerifyingKey(self._public.get(_ROOT))


class AdminKeys:
    """What the officers' door holds."""

    def __init__(self, own: Keystore, shred: Keystore, public: Keystore) -> None:
        """Make what is missing; publish the public half."""
        self._own, self._shred, self._public = own, shred, public
        pepper = own.make("pepper", primitives.random_bytes(_KID + _KEY))
        self.pepper = Pepper(pepper[:_KID], _whole(pepper[_KID:]))
        self._secret = _whole(own.make("secret", primitives.random_bytes(_KEY)))
        self.signing = SigningKey(own.make("sign", primitives.random_bytes(_KEY)))
        public.put("sign.admin", self.signing.public)

    def labelled(self, label: str) -> bytes:
        """Derive one of the keys under the admin secret: ``totp``, ``csrf``, ``device``, ``salt``."""
        return primitives.derive(self._secret, f"cl1/admin/{label}".encode("ascii"), _KEY)

    def organisation(self) -> SigningKey:
        """Give the organisation's root, made and pinned when there is none yet.

        Raises: Conflict when another root is pinned: replacing it is a ceremony, not a start.
        """
        root = SigningKey(self._own.make(_ROOT, primitives.random_bytes(_KEY)))
        if self._public.make(_ROOT, root.public) != root.public:
            raise Conflict("another root is pinned")
        return root

    def out(self) -> SealingKey:
        """Give the key that answers to reporters are sealed to.

        Raises: UnknownKey before the bot's first start.
        """
        return SealingKey(self._public.get("out"))

    def verifying(self, signer: str) -> VerifyingKey:
        """Give the key that checks heads signed by a door. Raises: UnknownKey."""
        return _verifying(self._public, signer)

    def shred_key(self, case_id: bytes, version: int) -> SymmetricKey:
        """Give a case's shred key. Raises: UnknownKey once the case is erased."""
        return _named(self._shred.get(_shred_name(case_id, version)))

    def identity_shred_key(self, case_id: bytes, kid: bytes) -> SymmetricKey:
        """Give the shred key of a case's identity. Raises: UnknownKey once it is erased."""
        return _named(self._shred.get(_identity_name(case_id, kid)))

    def shred_keys(self, before: datetime) -> list[ShredKeyName]:
        """List the shred keys kept before a moment, to find those that no row names."""
        names = (name.split("/") for name in self._shred.names("", before))
        return [ShredKeyName(bytes.fromhex(case), key) for case, key in names]

    def forget_shred_key(self, name: ShredKeyName) -> None:
        """Destroy one shred key: that no row names it, the caller has made sure of."""
        self._shred.delete(f"{name.case_id.hex()}/{name.key}")

    def forget_shred_keys(self, case_id: bytes) -> None:
        """Erase a case for good, in every backup of the database: destroy all its shred keys."""
        for name in self._shred.names(f"{case_id.hex()}/"):
            self._shred.delete(name)


def open_bot_keystore(root: Path) -> BotKeys:
    """Open the reporter's door's part, made at its first start."""
    return BotKeys(Folder(root / "bot"), _PutOnly(Folder(root / "shred")), Folder(root / "public"))


def open_admin_keystore(root: Path) -> AdminKeys:
    """Open the officers' door's part, made at its first start."""
    return AdminKeys(Folder(root / "admin"), Folder(root / "shred"), Folder(root / "public"))


def _whole(key: bytes) -> bytes:
    if len(key) != _KEY:
        raise BadEnvelope("a key of the keystore is not whole")
    return key


def _named(value: bytes) -> SymmetricKey:
    return SymmetricKey(value[:_KID], value[_KID:])


def _verifying(public: Keystore, signer: str) -> VerifyingKey:
    if signer not in ("bot", "admin"):
        raise UnknownKey("no such signer")
    return VerifyingKey(public.get(f"sign.{signer}"))


def _shred_name(case_id: bytes, version: int) -> str:
    return f"{case_id.hex()}/{version}"


def _identity_name(case_id: bytes, kid: bytes) -> str:
    return f"{case_id.hex()}/identity-{kid.hex()}"
