"""Casework through the browser's eyes: the queue, picking up, reading, noting, answering, moving, closing."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest

from admin.janitor import keep_tidy
from storage.officer_seals import Transcript
from storage.records import CaseRow, OutboxRow
from storage.unit_of_work import Unit
from tests.admin.door import TestDoor, said


async def test_the_queue_shows_urgent_first_then_what_waits_longest_and_no_word(door: TestDoor) -> None:
    """The order is urgent first, then longest unread; the page holds nothing that anybody said."""
    first = await door.files()
    door.clock.passes(hours=1)
    second = await door.files()
    urgent = await door.files(urgent=True)
    sam = await door.sign_in("sam")
    page = await sam.get("/queue")
    assert [c.reference for c in (urgent, first, second)] == [
        link.removeprefix("/cases/") for link in page.links() if link.startswith("/cases/")
    ]
    assert "changed since the summer" not in page.html
    assert "Birmingham" in page.text
    assert "Nobody yet" in page.text


async def test_every_look_is_recorded(door: TestDoor) -> None:
    """The queue and a case page are views too, with who looked and at what."""
    case = await door.files()
    sam = await door.sign_in("sam")
    await sam.get("/queue?view=all")
    await sam.get(f"/cases/{case.reference}")
    [listed] = await door.audited("list_view")
    assert (listed["view"], listed["count"]) == ("all", 1)
    [viewed] = await door.audited("case_view")
    assert viewed["case"] == case.id.hex()


async def test_picking_up_is_not_reading(door: TestDoor) -> None:
    """Picking up gives a name to a concern and opens nothing."""
    case = await door.files()
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    assert "You have it" in page.text
    assert "changed since the summer" not in page.html
    assert not await door.audited("case_read")
    assert len(await door.audited("claim")) == 1


async def test_reading_asks_why_and_is_recorded_before_anything_is_shown(door: TestDoor) -> None:
    """Without a reason nothing opens; with one, the entry in the log names who, which and why."""
    case = await door.files([said("He shouts at his sister."), said("Yes", asked="Is it safe to type?")])
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    form = page.form("/reading")
    page = await sam.post(form, 400, reason="curious")
    assert "Say why you are reading this" in page.text
    page = await sam.submit(form, reason="mine")
    assert "He shouts at his sister." in page.text
    assert "Is it safe to type?" in page.text
    [entry] = await door.audited("case_read")
    assert (entry["case"], entry["reason_code"], entry["to_n"]) == (case.id.hex(), "mine", 2)


async def test_a_question_stands_once_over_all_that_answered_it(door: TestDoor) -> None:
    """Several messages to one question are read as one answer; another question is asked by name."""
    told = [said("My son."), said("He changed."), said("March", asked="Since when?"), said("He is ill.")]
    case = await door.files(told)
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    page = await sam.submit(page.form("/reading"), reason="mine")
    order = (
        "What have you noticed?",
        "My son.",
        "He changed.",
        "Since when?",
        "What have you noticed?",
        "He is ill.",
    )
    places = [page.text.index(order[0])]
    for words in order[1:]:
        places.append(page.text.index(words, places[-1] + 1))
    assert page.text.count("What have you noticed?") == 2


async def test_each_further_view_is_recorded_and_leaving_ends_the_reason(door: TestDoor) -> None:
    """A reload is a view of its own; after the queue was looked at, the reason must be given again."""
    case = await door.files()
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    await sam.submit(page.form("/reading"))
    await sam.get(f"/cases/{case.reference}/reading")
    assert len(await door.audited("case_read")) == 2
    await sam.get("/queue")
    page = await sam.get(f"/cases/{case.reference}/reading", 303)
    assert page.headers["Location"] == f"/cases/{case.reference}"


async def test_what_arrives_while_a_page_is_made_is_recorded_or_not_shown(
    door: TestDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry in the log names every record that was shown, also one that came at the last moment."""
    case = await door.files([said("He shouts at his sister.")])
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    begun = door.door.casework.case

    async def first(reference: str) -> CaseRow:
        found = await begun(reference)
        await door.tells(case, said("He left this morning."))
        return found

    await sam.post(page.form("/reading"), reason="mine")
    monkeypatch.setattr(door.door.casework, "case", first)
    page = await sam.get(f"/cases/{case.reference}/reading")
    entries = await door.audited("case_read")
    assert "He left this morning." in page.text
    assert entries[-1]["to_n"] == 2


async def test_a_long_case_is_opened_beside_the_others_pages(
    door: TestDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While thousands of records are opened, the door answers everybody else."""
    case = await door.files([said("He shouts at his sister.")])
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    real, threads = door.seals.read, []

    def watched(*given: Any) -> Transcript:
        threads.append(threading.current_thread())
        return real(*given)

    monkeypatch.setattr(door.seals, "read", watched)
    await sam.submit(page.form("/reading"), reason="mine")
    assert threads
    assert threading.main_thread() not in threads


async def test_a_reason_lasts_ten_minutes(door: TestDoor) -> None:
    """What was said as a reason does not open the case later on."""
    case = await door.files()
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    await sam.submit(page.form("/reading"))
    door.clock.passes(minutes=6)
    await sam.get(f"/cases/{case.reference}/reading")
    door.clock.passes(minutes=5)
    await sam.get(f"/cases/{case.reference}/reading", 303)


async def held_for(door: TestDoor, case: CaseRow) -> tuple[bytes, list[OutboxRow]]:
    """Where a case is answered, and what waits there for a visit."""

    def look(unit: Unit) -> tuple[bytes, list[OutboxRow]]:
        reach = unit.conversations.by_case(case.id)
        assert reach is not None
        return reach.blind_address, unit.outbox.waiting_for_visit(reach.blind_address)

    return await door.bot_store.read(look)


async def test_an_answer_waits_for_a_visit_unless_they_said_yes_here(door: TestDoor) -> None:
    """An answer is a record of the case and a sealed message, held unless the reporter asked for it."""
    waiting = await door.files()
    pushed = await door.files(replies="push", door="telegram")
    sam = await door.sign_in("sam")
    for case, held, words in ((waiting, 1, "next visit"), (pushed, 0, "on its way")):
        page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
        page = await sam.submit(page.form("/reading"))
        page = await sam.submit(page.form("/replies"), reply="Thank you for telling us.")
        assert words in page.text
        assert "Thank you for telling us." in page.text
        blind, rows = await held_for(door, case)
        due = await door.bot_store.do(lambda unit: unit.outbox.due(door.clock()))
        assert (len(rows), len(due)) == (held, 1 - held)
        row = (rows or due)[0]
        assert row.sealed_message is not None
        message = json.loads(door.reporters.open_reply(blind, row.seq, row.sealed_message))
        assert message == {"text": "Thank you for telling us.", "number": 1}
    assert len(await door.audited("reply_sent")) == 2


async def test_nobody_answers_past_what_they_have_read(door: TestDoor) -> None:
    """When something was added meanwhile, also by a second press of the button, the answer is not sent."""
    case = await door.files()
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    page = await sam.submit(page.form("/reading"))
    form = page.form("/replies")
    await door.tells(case, said("It is all right now, he came home.", kind="statement"))
    page = await sam.post(form, 409, reply="We will come today.")
    assert "he came home" in page.text
    assert "We will come today." in page.by_id("reply").text
    form = page.form("/replies")
    await sam.post(form, 303, reply="Good. Thank you for telling us.")
    await sam.post(form, 409, reply="Good. Thank you for telling us.")
    assert len(await door.audited("reply_sent")) == 1


async def test_someone_who_asked_not_to_be_contacted_cannot_be_answered(door: TestDoor) -> None:
    """The page says so instead of a form, and a form that is sent anyway is refused."""
    case = await door.files(replies="none")
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    page = await sam.submit(page.form("/reading"))
    assert "no way to answer them here" in page.text
    assert not page.offers("/replies")
    form = page.form("/notes")
    forced = type(form)("post", f"/cases/{case.reference}/replies", {**form.values, "seen": "1"})
    page = await sam.post(forced, 403, reply="Hello?")
    assert "Hello?" in page.by_id("unsent").text


async def test_a_note_is_kept_with_its_author_and_never_goes_out(door: TestDoor) -> None:
    """A note stands apart, signed by who wrote it, and the outbox stays empty."""
    case = await door.files()
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    page = await sam.submit(page.form("/reading"))
    page = await sam.submit(page.form("/notes"), note="Asked the school.\nNo reply yet.")
    [note] = page.by_class("door-note")
    assert "Asked the school." in note.text
    assert "Sam Ortega" in note.words
    assert "vouches" not in note.words
    assert not await door.bot_store.do(lambda unit: unit.outbox.due(door.clock()))


async def test_a_colleague_reads_with_a_reason_of_their_own_and_answers_nothing(door: TestDoor) -> None:
    """Whoever does not have a case may read and note it, and is offered neither answer, move nor closing."""
    case = await door.files()
    sam, lee = await door.sign_in("sam"), await door.sign_in("lee")
    await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    page = await lee.get(f"/cases/{case.reference}")
    assert "Sam Ortega" in page.text
    page = await lee.submit(page.form("/reading"), reason="cover")
    assert page.offers("/notes")
    assert not page.offers("/replies")
    assert not page.offers("/moves")
    forced = page.form("/notes")
    await lee.post(
        type(forced)("post", f"/cases/{case.reference}/replies", {**forced.values, "seen": "1"}),
        403,
        reply="x",
    )


async def test_nobody_reads_what_nobody_has(door: TestDoor) -> None:
    """An unassigned concern offers picking up only; a reading form sent anyway is refused."""
    case = await door.files()
    sam = await door.sign_in("sam")
    page = await sam.get(f"/cases/{case.reference}")
    assert not page.offers("/reading")
    form = page.form("/pick-up")
    await sam.post(type(form)("post", f"/cases/{case.reference}/reading", form.values), 403, reason="danger")
    assert not await door.audited("case_read")


async def test_a_case_goes_through_its_stages_to_an_outcome(door: TestDoor) -> None:
    """It is moved, closed with outcome, reason and note, and then stands under closed with its history."""
    case = await door.files()
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    page = await sam.submit(page.form("/reading"))
    page = await sam.submit(page.form("/moves"), stage="gathering")
    assert "Information gathering" in page.text
    form = (await sam.get(f"/cases/{case.reference}/closing")).form("/closing")
    page = await sam.post(form, 400)
    assert {"Choose an outcome", "Write a note"} <= {one.words for one in page.root.all("a")}
    page = await sam.post(form, 400, outcome="no_action", note="Spoke with the family.")
    assert "Choose a reason: this outcome needs one" in page.text
    assert "Spoke with the family." in page.by_id("note").text
    page = await sam.submit(form, outcome="no_action", reason="mistaken", note="Spoke with the family.")
    assert "No further action" in page.text
    assert "Closed" in page.text
    assert not page.offers("/put-back")
    assert case.reference in (await sam.get("/queue?view=closed")).text
    assert case.reference not in (await sam.get("/queue?view=all")).text
    page = await sam.submit(
        (await sam.get(f"/cases/{case.reference}")).form("/reading"), reason="supervision"
    )
    assert "Reason: mistaken" in page.text


async def test_a_move_on_a_stale_page_changes_nothing(door: TestDoor) -> None:
    """Of two tabs, the second move meets a page that says that the case changed meanwhile."""
    case = await door.files()
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    page = await sam.submit(page.form("/reading"))
    await sam.post(page.form("/moves"), stage="gathering")
    page = await sam.post(page.form("/moves"), 409, stage="gateway")
    assert "Nothing that was kept before is lost" in page.text
    assert (await door.case(case.id)).stage == "gathering"


async def test_what_is_picked_up_and_not_worked_goes_back_to_the_queue(door: TestDoor) -> None:
    """A pick-up is a lease."""
    case = await door.files()
    sam = await door.sign_in("sam")
    await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    door.clock.passes(hours=25)
    assert await door.door.casework.lapse() == 1
    assert (await door.case(case.id)).owner_id is None
    lee = await door.sign_in("lee")
    assert "nothing happened in time" in (await lee.get(f"/cases/{case.reference}")).text


async def test_tidying_goes_on_after_a_fault_of_any_kind(
    door: TestDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault that nobody foresaw ends one round of tidying, not all that follow."""
    rounds, again = 0, asyncio.Event()

    async def faulty() -> int:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise ZeroDivisionError
        again.set()
        return 0

    monkeypatch.setattr(door.door.casework, "lapse", faulty)
    tidying = asyncio.create_task(keep_tidy(door.door.casework, door.door.sessions, every=0.01))
    await asyncio.wait_for(again.wait(), 5)
    tidying.cancel()


async def test_what_is_worked_on_stays_with_whoever_has_it(door: TestDoor) -> None:
    """After the first note or answer, the lease is over and the case stays."""
    case = await door.files()
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    page = await sam.submit(page.form("/reading"))
    await sam.post(page.form("/notes"), note="Rang the school.")
    door.clock.passes(hours=25)
    assert await door.door.casework.lapse() == 0
    assert (await door.case(case.id)).owner_id is not None


async def test_an_alarm_waits_for_a_named_person(door: TestDoor) -> None:
    """Every page of an officer shows it until one of them says “I have it”; the second is told."""
    case = await door.files(urgent=True)
    await door.raises_alarm(case)
    sam, lee = await door.sign_in("sam"), await door.sign_in("lee")
    form = (await sam.get("/account")).form("/acknowledgement")
    late = (await lee.get("/queue")).form("/acknowledgement")
    page = await sam.submit(form)
    assert "Your name and the time are recorded" in page.text
    assert not (await lee.get("/queue")).offers("/acknowledgement")
    assert (await lee.post(late, 409)).h1 == "Sam Ortega has it"
    [entry] = await door.audited("alarm_acknowledged")
    sams = await door.store.read(lambda unit: unit.officers.by_login("sam"))
    assert sams is not None
    assert entry["actor"] == sams.id.hex()


async def test_a_concern_that_was_never_sent_does_not_exist_here(door: TestDoor) -> None:
    """A draft has no reference and no page, and an invented reference is a 404 page."""
    sam = await door.sign_in("sam")
    for reference in ("ZZZZ-ZZZZ", "..", "%00", "a" * 300):
        page = await sam.get(f"/cases/{reference}", None)
        assert page.status in (404, 303, 400), reference


async def test_the_queue_is_paged_by_key(door: TestDoor) -> None:
    """More than a page of concerns is walked without missing or repeating one."""
    filed = {(await door.files()).reference for _ in range(27)}
    sam = await door.sign_in("sam")
    page = await sam.get("/queue?view=all")
    seen = [link.removeprefix("/cases/") for link in page.links() if link.startswith("/cases/")]
    [more] = [link for link in page.links() if "after=" in link]
    page = await sam.get(more)
    seen += [link.removeprefix("/cases/") for link in page.links() if link.startswith("/cases/")]
    assert len(seen) == 27
    assert set(seen) == filed
    assert (await sam.get("/queue?view=all&after=nonsense")).status == 200
    assert (await sam.get("/queue?view=nonsense")).status == 200
