"""After *send*, a copy of every row and of the bot's keystore opens nothing that was typed.

An officer's passphrase does.

The attempt is made with everything such a copy holds: every file of it as every kind of key, on every blob,
at every place.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from storage.errors import CannotOpen
from storage.records import IdentityRow, RecordRow
from storage.reporter_seals import NewCase
from storage.sealing import Places
from storage.vault.envelope import HEADER, OpeningKey, SymmetricKey
from storage.vault.identity import combine
from tests.storage.vault.world import PASSPHRASE, Filed, World, a_case, a_record, refuses, with_head

TYPED = "canary-typed-7f3a"
WHO = "canary-who-91bc"
CONVERSATION = os.urandom(16)


@dataclass
class Copy:
    """What a thief holds: sealed values with the place each stood in, and the keys of a keystore."""

    blobs: list[tuple[bytes, bytes]] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)

    def take(self, place: bytes, blob: bytes) -> bytes:
        """Copy a value on its way into the database, as a backup or a log file would keep it."""
        self.blobs.append((place, blob))
        return blob

    def take_keystore(self, root: Path) -> None:
        """Copy the part of the keystore that the bot can reach."""
        for part in ("bot", "public"):
            self.keys += [path.read_bytes() for path in (root / part).rglob("*") if path.is_file()]

    def opened(self) -> Iterator[bytes]:
        """Open whatever opens, again and again with what was found."""
        keys = list(self.keys)
        for key in keys:
            for place, blob in self.blobs:
                for plain in attempts(key, place, blob):
                    yield plain
                    keys += [plain] if plain not in keys else []


def attempts(key: bytes, place: bytes, blob: bytes) -> Iterator[bytes]:
    """Try a value with some bytes in each way they could be a key."""
    kid = blob[4:HEADER]
    ways: list[Callable[[], SymmetricKey | OpeningKey]] = [
        lambda: SymmetricKey(kid, key[-32:]),
        lambda: SymmetricKey(kid, key[:32]),
        lambda: OpeningKey(key[-96:]),
    ]
    for way in ways:
        try:
            yield way().open(place, blob)
        except CannotOpen:
            continue


def converse(world: World, copy: Copy) -> tuple[NewCase, bytes, Filed, IdentityRow]:
    """Hold a conversation up to *send*, copying every value that ever reaches the database."""
    places, bot = Places(world.deployment), world.bot
    kid = bot.new_draft_key()
    new = bot.new_case(os.urandom(16), world.team)
    copy.take(places.event("web", "1"), bot.seal_event(kid, "web", "1", TYPED.encode()))
    draft = b"|".join((TYPED.encode(), WHO.encode(), new.team_wrap))
    for version in (1, 2):
        copy.take(places.draft(CONVERSATION, version), bot.seal_draft(kid, CONVERSATION, version, draft))
    copy.take(places.card(CONVERSATION, 1), bot.seal_card(kid, CONVERSATION, 1, TYPED.encode()))
    copy.take(places.route(b"blind"), bot.seal_route(b"blind", b"chat 12345"))
    blob, head = bot.append(new.id, new.public_key, new.head, "r", a_record(TYPED))
    copy.take(places.record(new.id, 1, "r"), blob)
    wrap = bot.file(new.id, new.team_id, new.epoch, new.team_wrap)
    copy.take(places.case_wrap(new.id, new.team_id, "team", 1, wrap.shred_version), wrap.sealed_wrap)
    identity = bot.seal_identity(new.id, world.team, world.authorisers, WHO.encode())
    copy.take(places.identity(new.id), identity.sealed_capsule)
    copy.take(places.identity_shred(new.id), identity.sealed_team_share)
    copy.take(
        places.identity_share(new.id, world.team_id, "authorisers", 1), identity.sealed_authoriser_share
    )
    case = with_head(a_case(new.id, world.team_id, new.public_key, head), head)
    return new, kid, Filed(case, [RecordRow(new.id, 1, "r", None, blob)], wrap), identity


def test_after_send_a_copy_of_everything_opens_nothing_that_was_typed(fresh: World) -> None:
    """Every row that ever was, and the bot's keystore as it is.

    Only the route opens, which says that someone wrote and not what.
    """
    copy = Copy()
    _, kid, _, _ = converse(fresh, copy)
    fresh.bot.forget_draft_key(kid)
    copy.take_keystore(fresh.root)
    opened = list(copy.opened())
    assert {plain.strip(b"\0")[1:] for plain in opened} == {b"chat 12345"}
    everything = b"".join(blob for _, blob in copy.blobs) + b"".join(copy.keys)
    assert TYPED.encode() not in everything
    assert WHO.encode() not in everything


def test_the_attempt_is_a_real_one(fresh: World) -> None:
    """The same attempt with a keystore copied before *send* opens the draft: that much is promised."""
    copy = Copy()
    converse(fresh, copy)
    copy.take_keystore(fresh.root)
    opened = b"".join(copy.opened())
    assert TYPED.encode() in opened
    assert WHO.encode() in opened


def test_an_officers_passphrase_opens_what_the_copy_does_not(fresh: World) -> None:
    """The officer reads the words; nobody lost anything."""
    _, kid, filed, _ = converse(fresh, Copy())
    fresh.bot.forget_draft_key(kid)
    root = fresh.admin.unlock(fresh.officer, PASSPHRASE)
    transcript = fresh.admin.read(fresh.open(filed, root), filed.case, filed.records, None)
    (entry,) = transcript.entries
    assert entry.record
    assert (entry.record.answer, transcript.findings) == (TYPED, ())


def test_what_was_never_sent_opens_for_nobody(fresh: World) -> None:
    """Records were kept, the draft expired: its key was the only way to the case's, for officers too."""
    places = Places(fresh.deployment)
    kid = fresh.bot.new_draft_key()
    new = fresh.bot.new_case(os.urandom(16), fresh.team)
    sealed = fresh.bot.seal_draft(kid, CONVERSATION, 1, new.team_wrap)
    blob, _ = fresh.bot.append(new.id, new.public_key, new.head, "r", a_record(TYPED))
    fresh.bot.forget_draft_key(kid)
    copy = Copy([(places.draft(CONVERSATION, 1), sealed), (places.record(new.id, 1, "r"), blob)])
    copy.take_keystore(fresh.root)
    copy.keys += [path.read_bytes() for path in fresh.root.rglob("*") if path.is_file()]
    copy.keys += [team_secret(fresh, PASSPHRASE), authorisers_secret(fresh, PASSPHRASE)]
    assert list(copy.opened()) == []


def team_secret(world: World, passphrase: str) -> bytes:
    """Open the team's secret as its member can."""
    place = Places(world.deployment).team_wrap(world.team_id, "team", 1, world.officer.id)
    return world.admin.unlock(world.officer, passphrase).opening().open(place, world.wrap.sealed_wrap)


def authorisers_secret(world: World, passphrase: str) -> bytes:
    """Open the authorisers' secret as its member can."""
    place = Places(world.deployment).team_wrap(world.team_id, "authorisers", 1, world.authoriser.id)
    root = world.admin.unlock(world.authoriser, passphrase)
    return root.opening().open(place, world.authoriser_wrap.sealed_wrap)


def team_share(world: World, case_id: bytes, row: IdentityRow, secret: bytes) -> bytes:
    """Open the team's share: the shred key first, then the team's secret."""
    places, kid = Places(world.deployment), row.sealed_team_share[4:HEADER]
    shred = world.admin_keys.identity_shred_key(case_id, kid)
    inner = shred.open(places.identity_shred(case_id), row.sealed_team_share)
    return OpeningKey(secret).open(places.identity_share(case_id, world.team_id, "team", 1), inner)


def authorisers_share(world: World, case_id: bytes, row: IdentityRow, secret: bytes) -> bytes:
    """Open the authorisers' share."""
    place = Places(world.deployment).identity_share(case_id, world.team_id, "authorisers", 1)
    return OpeningKey(secret).open(place, row.sealed_authoriser_share)


def test_an_officer_and_an_authoriser_together_open_an_identity(fresh: World) -> None:
    """Each brings a share."""
    _, _, filed, row = converse(fresh, Copy())
    one = team_share(fresh, filed.case.id, row, team_secret(fresh, PASSPHRASE))
    other = authorisers_share(fresh, filed.case.id, row, authorisers_secret(fresh, PASSPHRASE))
    place = Places(fresh.deployment).identity(filed.case.id)
    assert combine(place, row.sealed_capsule, one, other) == WHO.encode()


def test_one_role_alone_cannot_open_an_identity(fresh: World) -> None:
    """With every row, the whole keystore and one's own secret, neither of the two reaches the name."""
    copy = Copy()
    _, kid, filed, row = converse(fresh, copy)
    fresh.bot.forget_draft_key(kid)
    place, case_id = Places(fresh.deployment).identity(filed.case.id), filed.case.id
    stores = [path.read_bytes() for path in fresh.root.rglob("*") if path.is_file()]
    for secret in (team_secret(fresh, PASSPHRASE), authorisers_secret(fresh, PASSPHRASE)):
        alone = Copy(copy.blobs, [*stores, secret])
        opened = list(alone.opened())
        assert WHO.encode() not in b"".join(opened)
        for share in (plain for plain in opened if len(plain) == 32):
            for guess in [plain for plain in [*opened, *stores] if len(plain) == 32]:
                refuses(partial(combine, place, row.sealed_capsule, share, guess))
    refuses(lambda: team_share(fresh, case_id, row, authorisers_secret(fresh, PASSPHRASE)))
    refuses(lambda: authorisers_share(fresh, case_id, row, team_secret(fresh, PASSPHRASE)))


def test_an_erased_identity_opens_for_nobody(fresh: World) -> None:
    """An old backup and both people together: the shred key is gone."""
    _, _, filed, row = converse(fresh, Copy())
    fresh.admin_keys.forget_shred_keys(filed.case.id)
    refuses(lambda: team_share(fresh, filed.case.id, row, team_secret(fresh, PASSPHRASE)))
