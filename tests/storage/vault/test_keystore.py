"""Each door holds its own part of the keystore, and the bot cannot get from ``shred/``."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.errors import BadEnvelope, Conflict, UnknownKey
from storage.vault.keystore import (
    AdminKeys,
    BotKeys,
    ShredKeyName,
    open_admin_keystore,
    open_bot_keystore,
)
from storage.vault.signing import SigningKey
from tests.storage.vault.world import World, refuses

OPEN_BOTH = """
import sys
from pathlib import Path
from storage.vault.keystore import open_admin_keystore, open_bot_keystore
bot, admin = open_bot_keystore(Path(sys.argv[1])), open_admin_keystore(Path(sys.argv[1]))
keys = bot.blind, bot.signing.public, bot.out.kid
keys += admin.signing.public, admin.pepper.kid, admin.organisation().public
print(*(key.hex() for key in keys))
"""


def test_a_door_makes_its_part_once(tmp_path: Path) -> None:
    """The second start finds the same keys."""
    first, again = open_bot_keystore(tmp_path), open_bot_keystore(tmp_path)
    assert (first.blind, first.signing.public, first.out.public) == (
        again.blind,
        again.signing.public,
        again.out.public,
    )
    one, other = open_admin_keystore(tmp_path), open_admin_keystore(tmp_path)
    assert (one.pepper, one.labelled("csrf")) == (other.pepper, other.labelled("csrf"))


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    """Six first starts at the same moment give one keystore."""
    here = Path(__file__).parents[3]
    command = [sys.executable, "-c", OPEN_BOTH, str(tmp_path / "keys")]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=here) for _ in range(6)]
    said = [process.communicate()[0] for process in started]
    assert {0} == {process.returncode for process in started}
    assert len(set(said)) == 1
    assert said[0].strip()


def test_the_bot_has_no_way_to_get_from_shred(world: World) -> None:
    """Nothing that the bot's keys offer gives a shred key back: not by name, not in what they hold."""
    offered = {name for name, _ in inspect.getmembers(BotKeys, inspect.isfunction)}
    assert {"new_shred_key", "forget_shred_key"} == {
        name for name in offered if "shred" in name and "identity" not in name
    }
    held = vars(world.bot_keys)["_shred"]
    assert {"put", "take_back"} == {name for name in dir(held) if not name.startswith("_")}


def test_the_bot_never_writes_over_a_shred_key(world: World) -> None:
    """A second filing of one case takes the next free version, and the first still opens."""
    case_id = os.urandom(16)
    (one, first), (two, second) = world.bot_keys.new_shred_key(case_id), world.bot_keys.new_shred_key(case_id)
    assert (one, two) == (1, 2)
    assert first.kid == world.admin_keys.shred_key(case_id, 1).kid
    assert second.kid == world.admin_keys.shred_key(case_id, 2).kid


def test_the_bot_takes_back_only_what_it_put(fresh: World) -> None:
    """After a restart, and for another's key, there is nothing to take back."""
    case_id = os.urandom(16)
    version, _ = fresh.bot_keys.new_shred_key(case_id)
    restarted = open_bot_keystore(fresh.root)
    refuses(lambda: restarted.forget_shred_key(case_id, version), UnknownKey)
    fresh.bot_keys.forget_shred_key(case_id, version)
    refuses(lambda: fresh.admin_keys.shred_key(case_id, version), UnknownKey)
    refuses(lambda: fresh.bot_keys.forget_shred_key(case_id, version), UnknownKey)


def test_an_identity_has_a_shred_key_of_its_own(fresh: World) -> None:
    """It is found by its name and can be taken back."""
    case_id = os.urandom(16)
    key = fresh.bot_keys.new_identity_shred_key(case_id)
    assert key.kid == fresh.admin_keys.identity_shred_key(case_id, key.kid).kid
    fresh.bot_keys.forget_identity_shred_key(case_id, key.kid)
    refuses(lambda: fresh.admin_keys.identity_shred_key(case_id, key.kid), UnknownKey)


def test_erasing_a_case_destroys_every_shred_key_it_has(fresh: World) -> None:
    """All versions and the identity's go; another case's stay."""
    case_id, other = os.urandom(16), os.urandom(16)
    for each in (case_id, case_id, other):
        fresh.bot_keys.new_shred_key(each)
    fresh.bot_keys.new_identity_shred_key(case_id)
    fresh.admin_keys.forget_shred_keys(case_id)
    assert [ShredKeyName(other, "1")] == fresh.admin_keys.shred_keys(datetime.now(UTC) + timedelta(hours=1))


def test_a_shred_key_that_no_row_names_can_be_found_and_destroyed(fresh: World) -> None:
    """By age, so that one whose row is being committed right now is left alone."""
    case_id = os.urandom(16)
    fresh.bot_keys.new_shred_key(case_id)
    assert fresh.admin_keys.shred_keys(datetime.now(UTC) - timedelta(hours=1)) == []
    (found,) = fresh.admin_keys.shred_keys(datetime.now(UTC) + timedelta(hours=1))
    fresh.admin_keys.forget_shred_key(found)
    refuses(lambda: fresh.admin_keys.shred_key(case_id, 1), UnknownKey)


def test_a_draft_key_is_made_listed_and_destroyed(fresh: World) -> None:
    """Once it is destroyed it is unknown, and destroying it again is no error."""
    kid = fresh.bot_keys.new_draft_key()
    assert [kid] == fresh.bot_keys.draft_kids()
    assert fresh.bot_keys.draft_kids(datetime.now(UTC) - timedelta(hours=1)) == []
    fresh.bot_keys.forget_draft_key(kid)
    fresh.bot_keys.forget_draft_key(kid)
    refuses(lambda: fresh.bot_keys.draft_key(kid), UnknownKey)
    assert fresh.bot_keys.draft_kids() == []


@pytest.mark.parametrize("kid", [b"", bytes(15), b"x" * 300])
def test_a_draft_key_of_an_impossible_name_is_unknown(world: World, kid: bytes) -> None:
    """A mangled row is not a crash."""
    refuses(lambda: world.bot_keys.draft_key(kid), UnknownKey)


def test_the_root_is_pinned_once(fresh: World) -> None:
    """Asked for again it is the same; where another is pinned, it is refused and not replaced."""
    assert fresh.admin_keys.organisation().public == fresh.admin_keys.organisation().public
    (fresh.root / "public/org").write_bytes(SigningKey(os.urandom(32)).public)
    with pytest.raises(Conflict):
        fresh.admin_keys.organisation()


def test_without_a_root_the_bot_says_so(tmp_path: Path) -> None:
    """Before the first team there is nothing to check a certificate with."""
    refuses(open_bot_keystore(tmp_path).organisation, UnknownKey)


def test_before_the_bots_first_start_no_answer_can_be_sealed(tmp_path: Path) -> None:
    """The key for answers is the bot's to make."""
    refuses(open_admin_keystore(tmp_path).out, UnknownKey)


@pytest.mark.parametrize("signer", ["", "org", "../bot/sign", "nobody"])
def test_only_the_two_doors_sign_heads(world: World, signer: str) -> None:
    """A signer's name is chosen from two, never looked up as a path."""
    refuses(lambda: world.bot_keys.verifying(signer), UnknownKey)
    refuses(lambda: world.admin_keys.verifying(signer), UnknownKey)


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("bot", "bidx"),
        ("bot", "route"),
        ("bot", "sign"),
        ("bot", "out"),
        ("admin", "pepper"),
        ("admin", "secret"),
        ("admin", "sign"),
    ],
)
def test_a_key_file_that_was_cut_short_stops_the_start(tmp_path: Path, part: str, name: str) -> None:
    """A damaged key is named as bad; it is neither used as it is nor made anew over the old."""
    opened = {"bot": open_bot_keystore, "admin": open_admin_keystore}[part]
    opened(tmp_path)
    file = tmp_path / part / name
    file.write_bytes(file.read_bytes()[:-1])
    refuses(lambda: opened(tmp_path), BadEnvelope)


def test_the_admin_secret_gives_a_key_for_each_purpose(world: World) -> None:
    """Four labels, four keys."""
    assert len({world.admin_keys.labelled(label) for label in ("totp", "csrf", "device", "salt")}) == 4


def test_the_officers_door_has_no_key_of_the_bots(world: World) -> None:
    """No draft key, no route, no address index: neither as a method nor in what it holds."""
    offered = {name for name, _ in inspect.getmembers(AdminKeys)}
    assert not {
        name
        for name in offered | set(vars(world.admin_keys))
        if "draft" in name or "route" in name or "blind" in name
    }
