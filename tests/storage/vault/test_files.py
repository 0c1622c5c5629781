"""A folder of keys survives what a disk and two processes at once can do to it."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from unittest import mock

import pytest

from storage.errors import Unavailable, UnknownKey
from storage.vault import files
from storage.vault.files import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Give an empty folder of keys."""
    return Folder(tmp_path / "keys")


def test_a_value_is_kept_replaced_and_destroyed(folder: Folder) -> None:
    """Put, put again, get, delete, and it is gone."""
    folder.put("a/b", b"one")
    folder.put("a/b", b"two")
    assert folder.get("a/b") == b"two"
    folder.delete("a/b")
    with pytest.raises(UnknownKey):
        folder.get("a/b")


def test_destroying_what_is_not_there_is_no_error(folder: Folder) -> None:
    """After a crash the same deletion is tried again, also below what is no folder."""
    folder.put("a", b"one")
    folder.delete("b")
    folder.delete("a/b")
    assert folder.names("") == ["a"]


def test_a_claim_never_replaces(folder: Folder) -> None:
    """The first keeps it; the second is told so and changes nothing."""
    assert [folder.claim("a", b"one"), folder.claim("a", b"two")] == [True, False]
    assert folder.get("a") == b"one"


def test_made_twice_is_made_once(folder: Folder) -> None:
    """The second start gets what the first one made."""
    assert [folder.make("a", b"one"), folder.make("a", b"two")] == [b"one", b"one"]


def test_of_two_that_make_at_once_both_get_the_value_of_the_faster(folder: Folder) -> None:
    """Between looking and claiming another process may be first."""
    real = folder.claim

    def overtaken(name: str, value: bytes) -> bool:
        real(name, b"theirs")
        return real(name, value)

    with mock.patch.object(folder, "claim", overtaken):
        assert folder.make("a", b"ours") == b"theirs"


def test_files_and_folders_are_for_their_owner_alone(folder: Folder, tmp_path: Path) -> None:
    """0600 and 0700, whatever the umask would allow."""
    before = os.umask(0)
    try:
        folder.put("a/b", b"one")
        folder.claim("a/c", b"two")
    finally:
        os.umask(before)
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").rglob("*")}
    assert found == {"a": 0o700, "b": 0o600, "c": 0o600, ".gone": 0o700}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_names_are_listed_by_prefix_and_temporary_files_are_no_names(folder: Folder, tmp_path: Path) -> None:
    """Only whole values count."""
    for name in ("draft/b", "draft/a", "other", "dra"):
        folder.put(name, b"x")
    (tmp_path / "keys/draft/.put-left").write_bytes(b"half")
    assert folder.names("draft/") == ["draft/a", "draft/b"]
    assert folder.names("") == ["dra", "draft/a", "draft/b", "other"]
    assert folder.names("nowhere/") == []


def test_names_can_be_asked_for_by_age(folder: Folder, tmp_path: Path) -> None:
    """A janitor leaves alone what was kept a moment ago."""
    folder.put("old", b"x")
    folder.put("new", b"x")
    os.utime(tmp_path / "keys/old", (1_000, 1_000))
    assert folder.names("", datetime.fromtimestamp(2_000, UTC)) == ["old"]


def test_a_name_that_goes_while_names_are_listed_is_left_out(tmp_path: Path) -> None:
    """Another process may destroy a key between the listing and the look at its age."""
    with mock.patch.object(Path, "is_file", return_value=True):
        assert inf == files._kept_at(tmp_path / "gone by now")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "../a",
        "a/../b",
        "a//b",
        ".put-x",
        "a/.gone",
        "A",
        "a b",
        "a/",
        "-1",
        "x" * 201,
        "a\0",
    ],
)
def test_what_cannot_be_a_name_is_simply_not_there(folder: Folder, name: str) -> None:
    """No row of the database leads out of the folder, or to a crash."""
    with pytest.raises(UnknownKey):
        folder.get(name)
    with pytest.raises(UnknownKey):
        folder.put(name, b"x")


def test_a_deletion_that_was_killed_is_finished_at_the_next_start(folder: Folder, tmp_path: Path) -> None:
    """What was renamed away but not yet destroyed is no key, and does not stay."""
    folder.put("a", b"secret")
    with (
        mock.patch.object(files, "_destroy", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        folder.delete("a")
    assert folder.names("") == []
    left = list((tmp_path / "keys/.gone").iterdir())
    assert [path.read_bytes() for path in left] == [b"secret"]
    again = Folder(tmp_path / "keys")
    assert (again.names(""), list((tmp_path / "keys/.gone").iterdir())) == ([], [])


def test_two_that_finish_a_deletion_at_once_do_not_stumble(tmp_path: Path) -> None:
    """The slower one finds it done."""
    files._destroy(tmp_path / "not there")


def test_a_value_is_overwritten_before_it_is_unlinked(folder: Folder, tmp_path: Path) -> None:
    """Another link to the same bytes, as an undelete tool would find them, holds zeros."""
    folder.put("a", b"secret")
    (tmp_path / "found").hardlink_to(tmp_path / "keys/a")
    folder.delete("a")
    assert bytes(6) == (tmp_path / "found").read_bytes()


def test_a_put_that_was_killed_leaves_the_old_value_whole(folder: Folder) -> None:
    """Either the old value or the new one, never a half."""
    folder.put("a", b"old")
    with mock.patch.object(Path, "replace", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        folder.put("a", b"new")
    assert (folder.get("a"), folder.names("")) == (b"old", ["a"])


@pytest.mark.parametrize("deed", ["get", "put", "claim", "make", "delete", "names"])
def test_a_disk_that_fails_is_said_in_the_stores_own_word(folder: Folder, tmp_path: Path, deed: str) -> None:
    """Full, gone or closed to us: nothing can be kept now, no path is named and nothing is left behind."""
    folder.put("a", b"old")
    full = OSError(28, "No space left on device", "/a/path")
    arguments = {"get": ["a"], "delete": ["a"], "names": [""]}.get(deed, ["b", b"new"])
    failing = {"get": (Path, "read_bytes"), "names": (Path, "stat")}.get(deed, (os, "fsync"))
    with mock.patch.object(*failing, side_effect=full), pytest.raises(Unavailable) as caught:
        getattr(folder, deed)(*arguments)
    assert "/" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert not [path for path in (tmp_path / "keys").iterdir() if path.name.startswith(".put-")]


def test_everything_is_on_the_disk_before_put_returns(folder: Folder) -> None:
    """The file is synced before it gets its name, its folder after."""
    seen: list[str] = []
    real_replace, real_sync = Path.replace, os.fsync

    def replace(path: Path, target: Path) -> Path:
        seen.append("name")
        return real_replace(path, target)

    def sync(descriptor: int) -> None:
        seen.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        real_sync(descriptor)

    with mock.patch.object(Path, "replace", replace), mock.patch.object(os, "fsync", sync):
        folder.put("a", b"value")
    assert seen == ["file", "name", "folder"]
