"""Whatever is done to a case's rows is reported by name, and the rest is still shown."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.officer_seals import OfficerSeals
from storage.reading import Finding, Transcript
from storage.records import RecordRow
from storage.sealing import Places
from storage.vault.envelope import SealingKey
from storage.vault.padding import pad
from storage.vault.passphrase import LEAST
from storage.vault.transcript import Chain
from storage.vault.transcript import anchor as shortened
from tests.storage.vault.world import Filed, World, a_record, with_head


@pytest.fixture(scope="module")
def filed(world: World) -> Filed:
    """Give a case with four records."""
    return world.file("one", "two", "three", "four")


def read(
    world: World, filed: Filed, records: list[RecordRow], anchor: tuple[int, bytes] | None = None
) -> Transcript:
    """Read a case as its rows are now."""
    return world.admin.read(world.open(filed), filed.case, records, anchor)


def answers(transcript: Transcript) -> list[str | None]:
    """Give what each place of a transcript says."""
    return [entry.record.answer if entry.record else None for entry in transcript.entries]


def forged(world: World, filed: Filed, seq: int) -> RecordRow:
    """Make a record as anyone can who has only the public key."""
    place = Places(world.deployment).record(filed.case.id, seq, "r")
    blob = SealingKey(filed.case.public_key).seal(place, pad(a_record("forged")))
    return RecordRow(filed.case.id, seq, "r", None, blob)


def anchor_of(filed: Filed) -> tuple[int, bytes]:
    """Give what the audit log carries of a case's head."""
    return filed.case.head_n, shortened(filed.case.head_hash)


def test_a_whole_case_reads_without_a_finding(world: World, filed: Filed) -> None:
    """In any order of rows, with the anchor and without."""
    for records in (filed.records, filed.records[::-1]):
        for anchor in (None, anchor_of(filed), (0, shortened(world_genesis(world, filed)))):
            transcript = read(world, filed, records, anchor)
            assert (answers(transcript), transcript.findings) == (["one", "two", "three", "four"], ())


def world_genesis(world: World, filed: Filed) -> bytes:
    """Give the hash before a case's first record."""
    return Chain(world.deployment, filed.case.id, filed.case.public_key).genesis(filed.case.team_id)


def test_a_case_without_records_reads_without_a_finding(world: World) -> None:
    """Nothing said is nothing missing."""
    empty = world.file()
    assert read(world, empty, []) == Transcript((), ())


def test_an_altered_record_is_named_and_the_rest_is_shown(world: World, filed: Filed) -> None:
    """A red notice in its place."""
    records = list(filed.records)
    blob = records[1].sealed_record
    records[1] = replace(records[1], sealed_record=blob[:-1] + bytes([blob[-1] ^ 1]))
    transcript = read(world, filed, records)
    assert (answers(transcript), transcript.findings) == (
        ["one", None, "three", "four"],
        (Finding("Record", 2),),
    )
    assert transcript.entries[1].finding == "Record"


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_altered_byte_of_any_record_is_named(world: World, filed: Filed, data: st.DataObject) -> None:
    """Wherever it is, and whatever it becomes."""
    which = data.draw(st.integers(0, 3))
    blob = filed.records[which].sealed_record
    at, change = data.draw(st.integers(0, len(blob) - 1)), data.draw(st.integers(1, 255))
    records = list(filed.records)
    records[which] = replace(
        records[which], sealed_record=blob[:at] + bytes([blob[at] ^ change]) + blob[at + 1 :]
    )
    assert read(world, filed, records).findings == (Finding("Record", which + 1),)


@given(st.binary(max_size=3_000))
@settings(max_examples=50, deadline=None)
def test_noise_in_the_place_of_a_record_is_named(world: World, filed: Filed, noise: bytes) -> None:
    """Reading never raises for what a row holds."""
    records = [*filed.records[:3], replace(filed.records[3], sealed_record=noise)]
    assert read(world, filed, records).findings == (Finding("Record", 4),)


def test_a_record_from_another_case_is_named(world: World, filed: Filed) -> None:
    """Though it opens there."""
    other = world.file("elsewhere")
    records = [replace(other.records[0], case_id=filed.case.id), *filed.records[1:]]
    assert read(world, filed, records).findings == (Finding("Record", 1),)


def test_two_records_that_changed_places_are_both_named(world: World, filed: Filed) -> None:
    """Their number is part of what they are bound to."""
    one, two, *rest = filed.records
    swapped = [
        replace(one, sealed_record=two.sealed_record),
        replace(two, sealed_record=one.sealed_record),
        *rest,
    ]
    assert read(world, filed, swapped).findings == (Finding("Record", 1), Finding("Record", 2))


def test_a_record_of_another_direction_is_named(world: World, filed: Filed) -> None:
    """What a reporter said cannot be made an officer's note."""
    records = [replace(filed.records[0], direction="n"), *filed.records[1:]]
    assert read(world, filed, records).findings == (Finding("Record", 1),)


def test_a_case_of_another_deployment_is_named_throughout(world: World, filed: Filed) -> None:
    """Head and records alike."""
    elsewhere = OfficerSeals(world.admin_keys, os.urandom(16), LEAST)
    transcript = elsewhere.read(world.open(filed), filed.case, filed.records, None)
    kinds = [finding.kind for finding in transcript.findings]
    assert kinds == ["HeadForged", "Record", "Record", "Record", "Record"]


@pytest.mark.parametrize("missing", [1, 2, 4])
def test_a_missing_record_is_a_gap(world: World, filed: Filed, missing: int) -> None:
    """At the beginning, in the middle and at the end."""
    records = [row for row in filed.records if row.seq != missing]
    transcript = read(world, filed, records, anchor_of(filed))
    assert transcript.findings == (Finding("Gap", missing),)
    assert answers(transcript)[missing - 1] is None


def test_a_removed_end_with_its_count_lowered_is_a_forged_head(world: World, filed: Filed) -> None:
    """The count is signed."""
    shorter = replace(filed, case=replace(filed.case, head_n=3))
    assert read(world, shorter, filed.records[:3]).findings == (Finding("HeadForged", 3),)


@pytest.mark.parametrize(
    "edited",
    [
        {"head_hash": bytes(32)},
        {"head_signature": bytes(64)},
        {"head_signer": "admin"},
        {"head_signer": "?"},
        {"head_n": -1},
        {"head_n": 1 << 62},
    ],
)
def test_a_forged_head_is_named(world: World, filed: Filed, edited: dict[str, int | str | bytes]) -> None:
    """Any part of it; and an enormous count does not keep anybody waiting."""
    case = replace(filed.case, **edited)  # type: ignore[arg-type]  # one column at a time
    transcript = read(world, replace(filed, case=case), filed.records)
    assert transcript.findings[0].kind == "HeadForged"
    assert answers(transcript) == ["one", "two", "three", "four"]


def test_a_record_forged_with_the_public_key_breaks_the_chain(world: World, filed: Filed) -> None:
    """It opens and reads like any other; the chain tells."""
    records = [*filed.records[:2], forged(world, filed, 3), filed.records[3]]
    transcript = read(world, filed, records, anchor_of(filed))
    assert (answers(transcript)[2], transcript.findings) == ("forged", (Finding("ChainMismatch", 4),))


def test_a_record_beyond_the_head_is_shown_apart(world: World, filed: Filed) -> None:
    """Marked as not authentic, whether it opens or not, and so is a second one of a number."""
    noise = RecordRow(filed.case.id, 6, "r", None, b"noise")
    below = replace(noise, seq=0)
    twice = replace(filed.records[0], sealed_record=b"second")
    transcript = read(world, filed, [*filed.records, forged(world, filed, 5), noise, below, twice])
    assert answers(transcript) == ["one", "two", "three", "four", None, None, "forged", None]
    assert transcript.findings == tuple(Finding("UnauthenticatedTail", seq) for seq in (0, 1, 5, 6))
    assert {entry.finding for entry in transcript.entries[4:]} == {"UnauthenticatedTail"}


def test_something_sealed_that_is_no_record_is_named(world: World, filed: Filed) -> None:
    """Whoever has the public key can seal anything."""
    place = Places(world.deployment).record(filed.case.id, 1, "r")
    for plain in (pad(b"not a record"), b"not even padded"):
        row = replace(filed.records[0], sealed_record=SealingKey(filed.case.public_key).seal(place, plain))
        assert read(world, filed, [row, *filed.records[1:]]).findings == (Finding("Record", 1),)


def test_a_case_rolled_back_passes_without_the_anchor_and_not_with_it(world: World) -> None:
    """All rows put back together to an older signed state: only the audit log can tell, and it does."""
    new = world.bot.new_case(os.urandom(16), world.team)
    first, older = world.bot.append(new.id, new.public_key, new.head, "r", a_record("one"))
    _, newer = world.bot.append(new.id, new.public_key, older, "r", a_record("two"))
    wrap = world.bot.file(new.id, new.team_id, new.epoch, new.team_wrap)
    before = world.file("x")
    case = with_head(replace(before.case, id=new.id, public_key=new.public_key), older)
    back, rows = Filed(case, [], wrap), [RecordRow(new.id, 1, "r", None, first)]
    assert read(world, back, rows).findings == ()
    assert read(world, back, rows, (2, shortened(newer.hash))).findings == (Finding("RolledBack", 2),)


def test_a_case_rolled_back_and_grown_anew_differs_from_the_anchor(world: World) -> None:
    """The same count, properly signed, but another history."""
    new = world.bot.new_case(os.urandom(16), world.team)
    _, known = world.bot.append(new.id, new.public_key, new.head, "r", a_record("one"))
    blob, grown = world.bot.append(new.id, new.public_key, new.head, "r", a_record("another"))
    wrap = world.bot.file(new.id, new.team_id, new.epoch, new.team_wrap)
    case = with_head(replace(world.file().case, id=new.id, public_key=new.public_key), grown)
    rows = [RecordRow(new.id, 1, "r", None, blob)]
    assert read(world, Filed(case, [], wrap), rows).findings == ()
    findings = read(world, Filed(case, [], wrap), rows, (1, shortened(known.hash))).findings
    assert findings == (Finding("RolledBack", 1),)


def test_both_doors_write_one_chain(world: World) -> None:
    """What an officer adds follows on what the reporter said, each head signed by the door that wrote it."""
    filed = world.file("question")
    blob, head = world.admin.append(filed.case, "o", a_record("answer"), world.signed_in)
    next_blob, last = world.bot.append(filed.case.id, filed.case.public_key, head, "r", a_record("thanks"))
    rows = [
        *filed.records,
        RecordRow(filed.case.id, 2, "o", None, blob),
        RecordRow(filed.case.id, 3, "r", None, next_blob),
    ]
    transcript = read(world, replace(filed, case=with_head(filed.case, last)), rows)
    assert (answers(transcript), transcript.findings) == (["question", "answer", "thanks"], ())
    assert (filed.case.head_signer, head.signer, last.signer) == ("bot", "admin", "bot")


def test_no_word_shows_in_the_repr_of_a_transcript(world: World, filed: Filed) -> None:
    """Nor in that of one of its entries."""
    transcript = read(world, filed, filed.records)
    assert "three" not in repr(transcript) + repr(transcript.entries[2])
