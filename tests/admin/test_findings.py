"""A case that was tampered with: each finding is shown by its name, in its place, and flagged once."""

from __future__ import annotations

import secrets

import pytest

from admin.findings import CANNOT_OPEN, FINDINGS
from storage.records import CaseRow, RecordRow
from storage.transcripts import to_bytes
from storage.vault.envelope import SealingKey
from storage.vault.padding import pad
from tests.admin.door import TestDoor, Visitor, head_of, said
from tests.admin.page import Page

THREE = [said("First thing."), said("Second thing."), said("Third thing.")]


async def opened(door: TestDoor, case: CaseRow) -> tuple[Visitor, Page]:
    """Pick the case up and read it."""
    sam = await door.sign_in("sam")
    page = await sam.get(f"/cases/{case.reference}")
    page = await sam.submit(page.form("/pick-up")) if page.offers("/pick-up") else page
    answer = await sam.post(page.form("/reading"), reason="mine")
    return sam, await sam.get(answer.headers["Location"], None)


def titles(page: Page) -> list[str]:
    return [one.words for one in page.root.all("h2", "h3") if one.inside("main")]


async def test_a_whole_case_has_no_finding(door: TestDoor) -> None:
    """Nothing is cried where nothing is wrong, and the case is not flagged."""
    case = await door.files(THREE)
    _, page = await opened(door, case)
    assert not page.by_class("door-finding")
    assert "not part of the signed record" not in page.text.lower()
    assert not (await door.case(case.id)).flagged


async def test_a_missing_record_is_a_gap_in_its_place(door: TestDoor) -> None:
    """What is left is shown around a red notice, and the case is flagged with one entry in the log."""
    case = await door.files(THREE)
    await door.tampers("DELETE FROM records WHERE seq = 2")
    sam, page = await opened(door, case)
    assert "A record is missing (Gap, record 2)" in titles(page)
    assert "missing" in page.by_id("record-2").words
    assert "First thing." in page.text
    assert "Third thing." in page.text
    assert "Second thing." not in page.text
    assert (await door.case(case.id)).flagged
    await sam.get(f"/cases/{case.reference}/reading")
    [entry] = await door.audited("integrity_failure")
    assert entry["kind"] == "Gap"


async def test_an_altered_byte_is_a_record_that_does_not_open(door: TestDoor) -> None:
    """One flipped byte, and that record alone is a red notice."""
    case = await door.files(THREE)
    rows = await door.store.read(lambda unit: unit.cases.records(case.id))
    blob = bytearray(rows[0].sealed_record)
    blob[-1] ^= 1
    await door.tampers("UPDATE records SET sealed_record = ? WHERE seq = 1", bytes(blob))
    _, page = await opened(door, case)
    assert "A record does not open (Record, record 1)" in titles(page)
    assert "Second thing." in page.text
    assert "First thing." not in page.text


async def test_a_record_moved_from_another_case_does_not_open(door: TestDoor) -> None:
    """A row copied here from elsewhere is named, not shown."""
    other = await door.files([said("From elsewhere.")])
    case = await door.files(THREE)
    rows = await door.store.read(lambda unit: unit.cases.records(other.id))
    await door.tampers(
        "UPDATE records SET sealed_record = ? WHERE seq = 1 AND case_id = ?", rows[0].sealed_record, case.id
    )
    _, page = await opened(door, case)
    assert "A record does not open (Record, record 1)" in titles(page)
    assert "From elsewhere." not in page.text


async def test_a_record_made_with_the_public_key_alone_is_a_mismatch(door: TestDoor) -> None:
    """Anyone may seal to a case; nobody can make it part of what was signed."""
    case = await door.files(THREE)
    place = door.reporters._places.record(case.id, 2, "r")  # what a thief of the program would write
    forged = SealingKey(case.public_key).seal(place, pad(to_bytes(said("Forged thing."))))
    await door.tampers("UPDATE records SET sealed_record = ? WHERE seq = 2", forged)
    _, page = await opened(door, case)
    assert any("ChainMismatch" in title for title in titles(page))


async def test_a_head_that_nobody_signed_is_named(door: TestDoor) -> None:
    """Cutting the last record and the counter with it needs a signature that nobody has."""
    case = await door.files(THREE)
    await door.tampers("DELETE FROM records WHERE seq = 3")
    await door.tampers("UPDATE cases SET head_n = 2")
    _, page = await opened(door, case)
    assert any("HeadForged" in title for title in titles(page))
    assert any("RolledBack" in title for title in titles(page))


async def test_what_stands_after_the_signed_records_is_shown_apart(door: TestDoor) -> None:
    """An unsigned record is never mixed with the rest, and nobody is named as its author."""
    case = await door.files(THREE)
    blob, _ = door.reporters.append(
        case.id, case.public_key, head_of(case), "r", to_bytes(said("Slipped in."))
    )
    await door.plants(RecordRow(case.id, 4, "r", secrets.token_bytes(16), blob))
    _, page = await opened(door, case)
    [apart] = page.by_class("door-apart")
    assert "Slipped in." in apart.text
    assert "Nobody knows who" in apart.words
    [told, *_rest] = page.by_class("moj-messages-container")
    assert "Slipped in." not in told.text


async def test_an_older_state_that_was_put_back_is_named_by_the_log(door: TestDoor) -> None:
    """Rows and head rolled back together are whole and signed; only the log knows better."""
    case = await door.files(THREE)
    await door.tells(case, said("Fourth thing."))
    await door.tampers("DELETE FROM records WHERE seq = 4")
    await door.tampers(
        "UPDATE cases SET head_n = 3, head_hash = ?, head_signature = ? WHERE id = ?",
        case.head_hash,
        case.head_signature,
        case.id,
    )
    _, page = await opened(door, case)
    assert any("RolledBack" in title for title in titles(page))


async def test_another_cases_key_opens_nothing(door: TestDoor) -> None:
    """A swapped wrap is refused whole, in words and by name."""
    other = await door.files([said("From elsewhere.")])
    case = await door.files(THREE)
    wrap = await door.store.read(lambda unit: unit.cases.wrap(other.id))
    await door.tampers("UPDATE case_wraps SET sealed_wrap = ? WHERE case_id = ?", wrap.sealed_wrap, case.id)
    _, page = await opened(door, case)
    assert page.status == 409
    assert any(name in page.text for name in CANNOT_OPEN)
    assert "thing." not in page.text


async def test_a_case_whose_key_was_destroyed_opens_no_more(door: TestDoor) -> None:
    """After the shred key is gone, the page says that the key is not held."""
    case = await door.files(THREE)
    door.seals._keys.forget_shred_keys(case.id)
    _, page = await opened(door, case)
    assert page.status == 409
    assert "UnknownKey" in page.text


async def test_a_note_in_somebody_elses_name_is_marked(door: TestDoor) -> None:
    """What an officer is said to have written, and did not sign, says so beside it."""
    case = await door.files(THREE)
    sam, page = await opened(door, case)
    lee = await door.store.read(lambda unit: unit.officers.by_login("lee"))
    assert lee is not None
    now = await door.case(case.id)
    forged = said("I told them to close it.", asked="", kind="note")
    from dataclasses import replace

    forged = replace(forged, src=replace(forged.src, officer=lee.id.hex(), signature="00" * 64))
    blob, head = door.reporters.append(case.id, now.public_key, head_of(now), "n", to_bytes(forged))
    row = RecordRow(case.id, head.n, "n", None, blob)
    await door.bot_store.do(lambda unit: unit.cases.append(case.id, now.head_n, row, head))
    page = await sam.get(f"/cases/{case.reference}/reading")
    [note] = page.by_class("door-note")
    assert "Lee Novak, it says" in note.words
    assert "nobody vouches that this officer wrote it" in note.words


@pytest.mark.parametrize("name", [*FINDINGS, *CANNOT_OPEN])
def test_every_finding_says_what_happened_and_what_to_do(name: str) -> None:
    """No finding is only a name."""
    for one in (FINDINGS.get(name), CANNOT_OPEN.get(name)):
        assert one is None or (one.title and one.what and one.todo)
