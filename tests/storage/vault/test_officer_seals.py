"""An officer opens what their role may hold, with a passphrase and a code, and signs what they write."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from storage.errors import BadEnvelope, CannotOpen, CaseKeyMismatch, Tampered, UnknownKey, WrongPassphrase
from storage.officer_seals import OfficerSeals
from storage.records import OfficerRow
from storage.transcripts import Record, Source, to_bytes
from storage.vault import onetime
from storage.vault.envelope import OpeningKey
from storage.vault.passphrase import FULL, LEAST
from storage.vault.transcript import Head
from tests.storage.vault.world import PASSPHRASE, World, a_record, refuses, with_head

NOW = datetime(2026, 3, 1, 12, 0, 10, tzinfo=UTC)
ID = os.urandom(16)


def code(world: World, at: datetime) -> str:
    """Give the code that the officer's app shows."""
    return onetime.code(world.one_time, at.timestamp())


def test_a_new_officer_is_pending_and_has_keys(world: World) -> None:
    """Nobody is admitted by being enrolled."""
    assert (world.officer.status, world.officer.role) == ("pending", "officer")
    assert (len(world.officer.kem_public), len(world.officer.sign_public)) == (1_216, 32)
    assert world.admin.otpauth("ann", world.one_time).startswith("otpauth://totp/")


def test_the_full_cost_is_the_default(world: World) -> None:
    """A door that names no cost pays the full one."""
    assert vars(OfficerSeals(world.admin_keys, world.deployment))["_cost"] == FULL


def test_the_passphrase_opens_the_root_and_no_other_does(world: World) -> None:
    """A wrong one, and another officer's row under one's own name, look the same."""
    assert world.signed_in.opening().public == world.officer.kem_public
    assert world.signed_in.signing().public == world.officer.sign_public
    other = world.enrol("cat", "officer")[0]
    swapped = replace(world.officer, sealed_root=other.sealed_root, auth_hash=other.auth_hash)
    refuses(lambda: world.admin.unlock(world.officer, PASSPHRASE + "."), WrongPassphrase)
    refuses(lambda: world.admin.unlock(swapped, PASSPHRASE), WrongPassphrase)


def test_a_login_that_nobody_has_is_refused_as_a_wrong_passphrase_is(world: World) -> None:
    """Same error, same words."""
    with pytest.raises(WrongPassphrase, match=r"^does not open$"):
        world.admin.unlock_nobody("nobody", PASSPHRASE)


def test_a_code_is_good_once(world: World) -> None:
    """The step it used is given back to be stored; with that stored, the same code is refused."""
    step = world.admin.check_code(world.officer, code(world, NOW), NOW)
    used = replace(world.officer, totp_last=step)
    refuses(lambda: world.admin.check_code(used, code(world, NOW), NOW), WrongPassphrase)
    later = NOW + timedelta(seconds=30)
    assert world.admin.check_code(used, code(world, later), later) == step + 1


@pytest.mark.parametrize(
    "edited",
    [
        {"role": "supervisor"},
        {"login": "bob"},
        {"kem_public": bytes(1_216)},
        {"sign_public": bytes(32)},
        {"id": bytes(16)},
    ],
    ids=lambda edited: next(iter(edited)),
)
def test_an_edited_officers_row_is_noticed(world: World, edited: dict[str, str | bytes]) -> None:
    """Whoever writes to the database can make nobody a supervisor and put no key in another's place."""
    row: OfficerRow = replace(world.officer, **edited)  # type: ignore[arg-type]  # one column at a time
    refuses(lambda: world.admin.check_code(row, code(world, NOW), NOW), Tampered)
    refuses(lambda: world.admin.vouch(row), Tampered)
    refuses(lambda: world.admin.make_team(ID, "team", 1, row), Tampered)
    refuses(lambda: world.admin.admit(world.signed_in, [world.wrap], row), Tampered)


def test_an_officer_of_another_keystore_is_not_vouched_for(world: World, fresh: World) -> None:
    """A row brought from elsewhere is not ours."""
    refuses(lambda: world.admin.vouch(fresh.officer), Tampered)


@pytest.mark.parametrize(
    ("role", "kind"),
    [("authoriser", "team"), ("officer", "authorisers"), ("auditor", "team"), ("officer", "keys")],
)
def test_no_role_is_given_a_key_it_may_not_hold(world: World, role: str, kind: str) -> None:
    """Content and identity stay with different people; a kind there is not is held by nobody."""
    row, _ = world.enrol("dot", role)
    with pytest.raises(ValueError, match="may not hold"):
        world.admin.make_team(ID, kind, 1, row)


@pytest.mark.parametrize("role", ["officer", "supervisor"])
def test_a_colleague_admits_a_newcomer_to_the_team(world: World, role: str) -> None:
    """The newcomer's own root then opens the same cases."""
    newcomer, _ = world.enrol("eve", role)
    (wrap,) = world.admin.admit(world.signed_in, [world.wrap], newcomer)
    filed = world.file("words")
    key = world.open(filed, world.admin.unlock(newcomer, PASSPHRASE), wrap)
    assert not world.admin.read(key, filed.case, filed.records, None).findings


@pytest.mark.parametrize("role", ["authoriser", "keyadmin", "auditor"])
def test_admitting_someone_gives_only_what_their_role_may_hold(world: World, role: str) -> None:
    """An authoriser gets nothing from an officer; a key administrator and an auditor hold no key at all."""
    newcomer, _ = world.enrol("fay", role)
    assert world.admin.admit(world.signed_in, [world.wrap], newcomer) == []


def test_a_colleague_cannot_pass_on_what_is_not_theirs(world: World) -> None:
    """Another member's wrap does not open."""
    newcomer, _ = world.enrol("gil", "authoriser")
    refuses(lambda: world.admin.admit(world.signed_in, [world.authoriser_wrap], newcomer), UnknownKey)


def test_the_cookie_opens_the_session_and_another_does_not(world: World) -> None:
    """Nor does the cookie open a row that was edited."""
    token, row = world.admin.new_session(world.signed_in, NOW, "a browser")
    other, _ = world.admin.new_session(world.signed_in, NOW, "a browser")
    assert world.admin.resume(token, row).opening().public == world.officer.kem_public
    assert (row.sid, row.created_at, row.seen_at) == (world.admin.session_id(token), NOW, NOW)
    refuses(lambda: world.admin.resume(other, row), UnknownKey)
    refuses(lambda: world.admin.resume("no token", row), BadEnvelope)
    refuses(lambda: world.admin.resume(token, replace(row, officer_id=world.authoriser.id)), Tampered)
    refuses(lambda: world.admin.resume(token, replace(row, sid=bytes(32))), Tampered)


def test_a_session_row_holds_nothing_of_the_cookie_or_the_root(world: World) -> None:
    """Neither in its bytes nor in its repr."""
    token, row = world.admin.new_session(world.signed_in, NOW, "a browser")
    assert world.signed_in.to_seal() not in row.sealed_root
    assert token not in repr(row)
    assert "sealed_root" not in repr(row)


def test_a_session_knows_its_browser(world: World) -> None:
    """Without keeping the browser's name."""
    _, row = world.admin.new_session(world.signed_in, NOW, "a browser")
    assert world.admin.same_agent(row, "a browser")
    assert not world.admin.same_agent(row, "another")


def test_a_form_belongs_to_its_session(world: World) -> None:
    """And to no other."""
    assert world.admin.csrf_ok(b"sid", world.admin.csrf(b"sid"))
    assert not world.admin.csrf_ok(b"dis", world.admin.csrf(b"sid"))


def test_a_case_opens_for_its_team_alone(world: World) -> None:
    """An authoriser's keys do not open it; an officer of another team's neither."""
    filed = world.file("words")
    authoriser = world.admin.unlock(world.authoriser, PASSPHRASE)
    refuses(lambda: world.open(filed, authoriser, world.authoriser_wrap), UnknownKey)
    refuses(lambda: world.open(filed, authoriser, world.wrap), UnknownKey)
    _, another = world.admin.make_team(os.urandom(16), "team", 1, world.officer)
    refuses(lambda: world.open(filed, wrap=another), UnknownKey)


def test_a_swapped_case_key_is_named(world: World) -> None:
    """A wrap that holds another key than the case's is refused before anything is shown."""
    filed, other = world.file("words"), world.file("others")
    key = OpeningKey.generate()
    swapped = replace(filed, case=replace(filed.case, public_key=key.public))
    refuses(lambda: world.open(swapped), CaseKeyMismatch)
    refuses(lambda: world.admin.read(world.open(filed), other.case, other.records, None), CaseKeyMismatch)


def test_a_wrap_of_another_case_does_not_open(world: World) -> None:
    """Whole rows may be swapped, ids and all; the shred key and the place tell."""
    filed, other = world.file("words"), world.file("others")
    refuses(lambda: world.open(replace(filed, wrap=other.wrap)), UnknownKey)


@pytest.mark.parametrize(
    "edited",
    [
        {"shred_version": -1},
        {"shred_version": 99},
        {"epoch": -1},
        {"epoch": 2},
        {"kind": "\0"},
        {"sealed_wrap": b""},
    ],
)
def test_a_mangled_wrap_is_refused_by_name(world: World, edited: dict[str, int | str | bytes]) -> None:
    """No number or text in a row leads to anything but a declared error."""
    filed = world.file("words")
    wrap = replace(filed.wrap, **edited)  # type: ignore[arg-type]  # one column at a time
    refuses(lambda: world.open(replace(filed, wrap=wrap)))


def test_an_erased_case_opens_for_nobody(fresh: World) -> None:
    """With every row of the database still there, as in an old backup."""
    filed = fresh.file("words")
    fresh.open(filed)
    fresh.admin_keys.forget_shred_keys(filed.case.id)
    refuses(lambda: fresh.open(filed), UnknownKey)


def test_an_officers_answer_is_signed_by_them(world: World) -> None:
    """It reads as theirs, and as nobody else's, and not once a word of it is changed."""
    filed = world.file("words")
    blob, head = world.admin.append(filed.case, "o", a_record("answer"), world.signed_in)
    case = with_head(filed.case, head)
    rows = [*filed.records, replace(filed.records[0], seq=2, direction="o", sealed_record=blob)]
    transcript = world.admin.read(world.open(filed), case, rows, None)
    assert transcript.findings == ()
    entry = transcript.entries[1]
    assert entry.record
    world.admin.check_author(case.id, entry, world.officer)
    refuses(lambda: world.admin.check_author(case.id, entry, world.authoriser), Tampered)
    refuses(lambda: world.admin.check_author(os.urandom(16), entry, world.officer), Tampered)
    refuses(lambda: world.admin.check_author(case.id, replace(entry, seq=3), world.officer), Tampered)
    changed = replace(entry, record=replace(entry.record, answer="another"))
    refuses(lambda: world.admin.check_author(case.id, changed, world.officer), Tampered)
    claimed = replace(
        entry, record=replace(entry.record, src=Source("admin", world.officer.id.hex(), "no signature"))
    )
    refuses(lambda: world.admin.check_author(case.id, claimed, world.officer), Tampered)
    refuses(lambda: world.admin.check_author(case.id, replace(entry, record=None), world.officer), Tampered)
    refuses(lambda: world.admin.check_author(case.id, transcript.entries[0], world.officer), Tampered)


def test_the_officers_door_does_not_add_to_a_head_that_nobody_signed(world: World) -> None:
    """The same rule as at the reporter's door."""
    filed = world.file("words")
    for case in (replace(filed.case, head_n=0), replace(filed.case, head_signer="nobody")):
        refuses(partial(world.admin.append, case, "n", a_record("note")), Tampered, UnknownKey)


def test_neither_door_is_led_to_seal_to_another_key(world: World) -> None:
    """A key put into a case's row by someone who can write to the database gets not one further word."""
    filed, theirs = world.file("words"), OpeningKey.generate().public
    case = replace(filed.case, public_key=theirs)
    head = Head(case.head_n, case.head_hash, case.head_signature, case.head_signer)
    refuses(lambda: world.admin.append(case, "n", a_record("note")), Tampered)
    refuses(lambda: world.bot.append(case.id, theirs, head, "r", a_record("more")), Tampered)


def test_only_a_record_can_be_signed(world: World) -> None:
    """A signature is never put on bytes that mean nothing."""
    filed = world.file()
    refuses(lambda: world.admin.append(filed.case, "o", b"{}", world.signed_in), BadEnvelope)


def test_feedback_opens_for_the_team_and_is_bound_to_its_row(world: World) -> None:
    """Another day or another id, and it does not open."""
    row = world.bot.seal_feedback(ID, world.team, "2026-03-01", b"kind words")
    assert world.admin.open_feedback(world.signed_in, world.wrap, row) == b"kind words"
    for edited in (replace(row, day="2026-03-02"), replace(row, id=os.urandom(16)), replace(row, epoch=2)):
        refuses(partial(world.admin.open_feedback, world.signed_in, world.wrap, edited), Tampered)


def test_a_stolen_root_shows_nothing_of_itself(world: World) -> None:
    """Keys in a log or a traceback show their type."""
    filed = world.file("words")
    shown = repr(world.signed_in) + repr(world.open(filed)) + repr(world.officer)
    assert world.signed_in.to_seal().hex() not in shown
    assert repr(world.signed_in.to_seal())[2:-1] not in shown
    assert "sealed_totp" not in shown


def test_an_officer_enrolled_under_another_pepper_cannot_sign_in(world: World, fresh: World) -> None:
    """Row and passphrase are right, the keystore is not: it looks like a wrong passphrase."""
    elsewhere = OfficerSeals(fresh.admin_keys, world.deployment, LEAST)
    refuses(lambda: elsewhere.unlock(world.officer, PASSPHRASE), WrongPassphrase)


def test_every_refusal_is_one_kind_of_cannot_open() -> None:
    """A door that catches the root catches them all."""
    assert all(
        issubclass(kind, CannotOpen)
        for kind in (BadEnvelope, UnknownKey, Tampered, WrongPassphrase, CaseKeyMismatch)
    )


def test_a_record_with_an_author_says_so_and_keeps_its_words(world: World) -> None:
    """Only the source changes by signing."""
    filed = world.file()
    plain = Record("note", 5, Source("admin"), answer="a note")
    blob, head = world.admin.append(filed.case, "n", to_bytes(plain), world.signed_in)
    row = replace(world.file("x").records[0], case_id=filed.case.id, direction="n", sealed_record=blob)
    (entry,) = world.admin.read(
        world.open(filed), with_head(filed.case, head), [row], (1, head.hash[:16])
    ).entries
    assert entry.record
    assert replace(entry.record, src=plain.src) == plain
    assert (entry.record.src.door, entry.record.src.officer) == ("admin", world.officer.id.hex())
