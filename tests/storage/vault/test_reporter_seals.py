"""The reporter's door opens what is under way and nothing that was sent."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from storage.errors import Tampered, UnknownKey
from storage.reporter_seals import ReporterSeals
from storage.vault.envelope import OpeningKey
from storage.vault.keystore import open_bot_keystore
from storage.vault.signing import SigningKey
from tests.storage.vault.world import World, a_record, refuses, substituted

ID, OTHER = os.urandom(16), os.urandom(16)


def test_an_address_is_found_again_and_cannot_be_read(world: World) -> None:
    """The same address gives the same sixteen bytes, at this door and under this key alone."""
    blind = world.bot.blind("telegram", "12345")
    assert blind == world.bot.blind("telegram", "12345")
    assert len({blind, world.bot.blind("web", "12345"), world.bot.blind("telegram", "12346")}) == 3
    assert len(blind) == 16


def test_two_deployments_blind_the_same_address_differently(world: World, fresh: World) -> None:
    """Each has its own key."""
    assert world.bot.blind("telegram", "1") != fresh.bot.blind("telegram", "1")


def test_a_message_has_one_tag_for_each_record_that_comes_of_it(world: World) -> None:
    """Door, name and number all count."""
    tags = {world.bot.update_tag(door, name, n) for door in ("a", "b") for name in ("1", "2") for n in (1, 2)}
    assert (len(tags), {len(tag) for tag in tags}) == (8, {16})


Seal = Callable[[ReporterSeals, bytes], bytes]
Open = Callable[[ReporterSeals, bytes, bytes], bytes]
COLUMNS: dict[str, tuple[Seal, Open, Open]] = {
    "event": (
        lambda seals, kid: seals.seal_event(kid, "web", "7", b"words"),
        lambda seals, kid, blob: seals.open_event(kid, "web", "7", blob),
        lambda seals, kid, blob: seals.open_event(kid, "web", "8", blob),
    ),
    "draft": (
        lambda seals, kid: seals.seal_draft(kid, ID, 3, b"words"),
        lambda seals, kid, blob: seals.open_draft(kid, ID, 3, blob),
        lambda seals, kid, blob: seals.open_draft(kid, ID, 4, blob),
    ),
    "card": (
        lambda seals, kid: seals.seal_card(kid, ID, 3, b"words"),
        lambda seals, kid, blob: seals.open_card(kid, ID, 3, blob),
        lambda seals, kid, blob: seals.open_card(kid, OTHER, 3, blob),
    ),
    "route": (
        lambda seals, kid: seals.seal_route(ID, b"words"),
        lambda seals, kid, blob: seals.open_route(ID, blob),
        lambda seals, kid, blob: seals.open_route(OTHER, blob),
    ),
    "marks": (
        lambda seals, kid: seals.seal_marks(ID, b"words"),
        lambda seals, kid, blob: seals.open_marks(ID, blob),
        lambda seals, kid, blob: seals.open_marks(OTHER, blob),
    ),
}


@pytest.mark.parametrize("column", COLUMNS)
def test_each_column_opens_in_its_row_and_in_no_other(fresh: World, column: str) -> None:
    """A value moved to another row, or from an older version of its own, is tampering."""
    seal, open_, open_elsewhere = COLUMNS[column]
    kid = fresh.bot.new_draft_key()
    blob = seal(fresh.bot, kid)
    assert open_(fresh.bot, kid, blob) == b"words"
    refuses(lambda: open_elsewhere(fresh.bot, kid, blob), Tampered)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("other", COLUMNS)
def test_no_column_opens_as_another(fresh: World, column: str, other: str) -> None:
    """A value moved to another column is refused, though the row and the key be the same."""
    kid = fresh.bot.new_draft_key()
    blob = COLUMNS[column][0](fresh.bot, kid)
    if column != other:
        refuses(lambda: COLUMNS[other][1](fresh.bot, kid, blob), Tampered, UnknownKey)


@pytest.mark.parametrize("column", COLUMNS)
def test_no_value_opens_in_another_deployment(fresh: World, column: str) -> None:
    """The same keystore under another deployment's name opens nothing."""
    kid = fresh.bot.new_draft_key()
    blob = COLUMNS[column][0](fresh.bot, kid)
    elsewhere = ReporterSeals(open_bot_keystore(fresh.root), os.urandom(16))
    refuses(lambda: COLUMNS[column][1](elsewhere, kid, blob), Tampered)


@pytest.mark.parametrize("column", ["event", "draft", "card"])
def test_without_its_draft_key_nothing_under_way_opens(fresh: World, column: str) -> None:
    """Destroyed is destroyed; another conversation's draft key is of no use either."""
    seal, open_, _ = COLUMNS[column]
    kid, other = fresh.bot.new_draft_key(), fresh.bot.new_draft_key()
    blob = seal(fresh.bot, kid)
    refuses(lambda: open_(fresh.bot, other, blob), UnknownKey)
    fresh.bot.forget_draft_key(kid)
    refuses(lambda: open_(fresh.bot, kid, blob), UnknownKey)
    assert fresh.bot.draft_kids() == [other]


def test_a_short_answer_and_a_long_one_look_alike(fresh: World) -> None:
    """A yes cannot be told from a paragraph by its size."""
    kid = fresh.bot.new_draft_key()
    sizes = {len(fresh.bot.seal_event(kid, "web", "1", b"x" * length)) for length in (0, 1, 508)}
    assert len(sizes) == 1


def test_an_officers_answer_opens_for_its_address_and_place_alone(world: World) -> None:
    """Moved to another reporter, it does not open: nobody reads an answer meant for someone else."""
    blob = world.admin.seal_reply(ID, 4, b"answer")
    assert world.bot.open_reply(ID, 4, blob) == b"answer"
    refuses(lambda: world.bot.open_reply(OTHER, 4, blob), Tampered)
    refuses(lambda: world.bot.open_reply(ID, 5, blob), Tampered)


def test_a_certified_team_is_accepted(world: World) -> None:
    """Both kinds."""
    world.bot.verify_team(world.team)
    world.bot.verify_team(world.authorisers)


def test_a_substituted_team_key_is_refused(world: World) -> None:
    """Whoever writes to the database cannot have cases sealed to a key of their own."""
    theirs = OpeningKey.generate().public
    own_root = SigningKey(os.urandom(32))
    forged = substituted(world.team, theirs)
    for row in (
        forged,
        replace(forged, certificate=world.team.certificate.replace(world.team.public_key, theirs)),
        replace(world.team, epoch=2),
        replace(world.team, team_id=OTHER),
        replace(world.team, kind="authorisers"),
        replace(world.team, signature=own_root.sign(world.team.certificate)),
        replace(world.team, signature=b""),
        replace(world.team, public_key=world.authorisers.public_key),
    ):
        refuses(partial(world.bot.verify_team, row), Tampered)
        refuses(partial(world.bot.new_case, ID, row), Tampered)


def test_a_team_certified_for_another_deployment_is_refused(world: World) -> None:
    """A whole row copied from elsewhere does not pass."""
    elsewhere = ReporterSeals(world.bot_keys, os.urandom(16))
    refuses(lambda: elsewhere.verify_team(world.team), Tampered)


def test_the_authorisers_key_is_not_taken_for_a_teams(world: World) -> None:
    """Certified, but of the other kind.

    Neither a case nor the first share is sealed to it, nor the reverse.
    """
    refuses(lambda: world.bot.new_case(ID, world.authorisers), Tampered)
    refuses(lambda: world.bot.seal_identity(ID, world.authorisers, world.authorisers, b"x"), Tampered)
    refuses(lambda: world.bot.seal_identity(ID, world.team, world.team, b"x"), Tampered)


def test_with_no_root_pinned_no_case_can_be_made(fresh: World) -> None:
    """Not even for a team that is in the database."""
    (fresh.root / "public/org").unlink()
    refuses(lambda: fresh.bot.new_case(ID, fresh.team), UnknownKey)


def test_a_record_is_not_added_to_a_head_that_nobody_signed(world: World) -> None:
    """Signing on would bless whatever someone put in the place of the true head."""
    new = world.bot.new_case(ID, world.team)
    for head in (
        replace(new.head, hash=bytes(32)),
        replace(new.head, n=1),
        replace(new.head, signer="admin"),
        replace(new.head, signature=bytes(64)),
    ):
        refuses(partial(world.bot.append, ID, new.public_key, head, "r", a_record("x")), Tampered)
    refuses(lambda: world.bot.append(OTHER, new.public_key, new.head, "r", a_record("x")), Tampered)


def test_a_mangled_case_key_is_refused_by_name(world: World) -> None:
    """A case row with a broken public key is a bad value, not a crash."""
    new = world.bot.new_case(ID, world.team)
    refuses(lambda: world.bot.append(ID, new.public_key[:-1], new.head, "r", a_record("x")), Tampered)


def test_the_bot_cannot_open_a_case_once_it_let_go_of_the_draft(world: World) -> None:
    """What is filed holds nothing that the bot's keys open."""
    filed = world.file("words")
    refuses(lambda: world.bot_keys.out.open(b"", filed.records[0].sealed_record), UnknownKey)
    refuses(lambda: world.bot_keys.route.open(b"", filed.wrap.sealed_wrap), UnknownKey)


def test_a_filing_that_did_not_commit_can_be_taken_back(fresh: World) -> None:
    """Planned twice, the first try's key is destroyed and the second opens the case."""
    new = fresh.bot.new_case(ID, fresh.team)
    first = fresh.bot.file(ID, new.team_id, new.epoch, new.team_wrap)
    second = fresh.bot.file(ID, new.team_id, new.epoch, new.team_wrap)
    fresh.bot.forget_shred(ID, first.shred_version)
    assert (first.shred_version, second.shred_version) == (1, 2)
    refuses(lambda: fresh.admin_keys.shred_key(ID, 1), UnknownKey)
    assert fresh.admin_keys.shred_key(ID, 2).kid


def test_an_identity_that_did_not_commit_can_be_taken_back(fresh: World) -> None:
    """Its shred key goes with it."""
    row = fresh.bot.seal_identity(ID, fresh.team, fresh.authorisers, b"who")
    fresh.bot.forget_identity(row)
    refuses(lambda: fresh.bot.forget_identity(row), UnknownKey)


def test_no_secret_shows_in_the_repr_of_a_new_case(world: World) -> None:
    """The team wrap opens the case until it is filed, so it is not printed."""
    assert "team_wrap" not in repr(world.bot.new_case(ID, world.team))
