"""Officers, their teams and sessions, alarms and feedback."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.database import Store
from storage.errors import Conflict, NotFound
from storage.records import AlarmRow, FeedbackRow, OfficerRow
from tests.storage import rows
from tests.storage.conftest import START, Clock


@pytest.fixture
async def amal(store: Store) -> OfficerRow:
    """An officer."""
    row = rows.officer()
    await store.do(lambda unit: unit.officers.add(row))
    return row


async def test_an_officer_is_found_by_login(store: Store, amal: OfficerRow) -> None:
    """By login, by name and in the list the row comes back as it was put."""
    assert await store.read(lambda unit: unit.officers.by_login("amal")) == amal
    assert await store.read(lambda unit: unit.officers.get(amal.id)) == amal
    assert await store.read(lambda unit: unit.officers.all()) == [amal]
    assert await store.read(lambda unit: unit.officers.by_login("nobody")) is None
    for missing in (
        lambda unit: unit.officers.get(rows.name()),
        lambda unit: unit.officers.set_status(b"", "x"),
    ):
        with pytest.raises(NotFound):
            await store.do(missing)


async def test_a_login_is_one_person(store: Store, amal: OfficerRow) -> None:
    """The same login twice is a conflict."""
    with pytest.raises(Conflict):
        await store.do(lambda unit: unit.officers.add(rows.officer("amal")))


async def test_failures_are_counted_until_a_success(store: Store, amal: OfficerRow, clock: Clock) -> None:
    """A failure is counted and closes the account until a time; a success begins anew."""
    until = clock.now + timedelta(seconds=4)
    await store.do(
        rows.each(
            lambda unit: unit.officers.note_failure(amal.id, None),
            lambda unit: unit.officers.note_failure(amal.id, until),
        )
    )
    row = await store.read(lambda unit: unit.officers.get(amal.id))
    assert (row.failures, row.locked_until) == (2, until)
    await store.do(lambda unit: unit.officers.note_success(amal.id, 100))
    row = await store.read(lambda unit: unit.officers.get(amal.id))
    assert (row.failures, row.locked_until, row.totp_last) == (0, None, 100)


async def test_a_code_is_used_once(store: Store, amal: OfficerRow) -> None:
    """Used twice, at once or later, or older than the last: a conflict."""
    outcomes = await asyncio.gather(
        *(store.do(lambda unit: unit.officers.note_success(amal.id, 100)) for _ in range(6)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict"] * 5 + ["NoneType"]
    with pytest.raises(Conflict):
        await store.do(lambda unit: unit.officers.note_success(amal.id, 99))


async def test_what_an_officer_holds_can_be_renewed(store: Store, amal: OfficerRow) -> None:
    """Status, root and one-time secret are replaced."""

    await store.do(
        rows.each(
            lambda unit: unit.officers.set_status(amal.id, "revoked"),
            lambda unit: unit.officers.set_root(amal.id, b"new root", b"n" * 32),
            lambda unit: unit.officers.set_totp(amal.id, b"new totp"),
        )
    )
    renewed = replace(
        amal, status="revoked", sealed_root=b"new root", auth_hash=b"n" * 32, sealed_totp=b"new totp"
    )
    assert await store.read(lambda unit: unit.officers.get(amal.id)) == renewed


async def test_the_newest_team_key_is_the_current_one(store: Store, amal: OfficerRow) -> None:
    """Of each kind the highest epoch counts; members find every secret sealed to them."""
    assert await store.read(lambda unit: unit.teams.current("team")) is None
    await store.do(lambda unit: unit.teams.add(rows.team(), [rows.team_wrap(amal)]))
    await store.do(lambda unit: unit.teams.add(rows.team(epoch=2), [rows.team_wrap(amal, epoch=2)]))
    await store.do(lambda unit: unit.teams.add(rows.team("authorisers")))
    assert await store.read(lambda unit: unit.teams.current("team")) == rows.team(epoch=2)
    assert await store.read(lambda unit: unit.teams.get(rows.TEAM, "team", 1)) == rows.team()
    assert await store.read(lambda unit: unit.teams.get(rows.TEAM, "team", 9)) is None
    assert [one.epoch for one in await store.read(lambda unit: unit.teams.wraps(amal.id))] == [2, 1]
    with pytest.raises(Conflict):
        await store.do(lambda unit: unit.teams.add(rows.team()))
    newer = replace(rows.team_wrap(amal), sealed_wrap=b"newer")
    await store.do(lambda unit: unit.teams.add_wraps([newer]))
    assert newer in await store.read(lambda unit: unit.teams.wraps(amal.id))
    await store.do(lambda unit: unit.teams.drop_wraps(amal.id))
    assert await store.read(lambda unit: unit.teams.wraps(amal.id)) == []


async def test_a_session_lives_until_it_is_ended(store: Store, amal: OfficerRow, clock: Clock) -> None:
    """Sessions are found, touched, listed oldest first, and ended one by one or all together."""
    first, second = rows.session(amal), rows.session(amal, START + timedelta(minutes=1))
    await store.do(rows.each(lambda unit: unit.sessions.add(second), lambda unit: unit.sessions.add(first)))
    assert await store.read(lambda unit: unit.sessions.for_officer(amal.id)) == [first, second]
    later = clock.forward(minutes=5)
    await store.do(lambda unit: unit.sessions.touch(first.sid, later))
    assert await store.read(lambda unit: unit.sessions.get(first.sid)) == replace(first, seen_at=later)
    await store.do(lambda unit: unit.sessions.delete(first.sid))
    assert await store.read(lambda unit: unit.sessions.get(first.sid)) is None
    assert await store.do(lambda unit: unit.sessions.delete_for(amal.id)) == 1


async def test_a_session_ends_by_time(store: Store, amal: OfficerRow) -> None:
    """Idle too long or open too long, a session is ended."""
    idle, long = rows.session(amal), replace(rows.session(amal), seen_at=START + timedelta(hours=9))
    await store.do(rows.each(lambda unit: unit.sessions.add(idle), lambda unit: unit.sessions.add(long)))
    assert await store.do(lambda unit: unit.sessions.expire(START, START)) == 0
    assert await store.do(lambda unit: unit.sessions.expire(START + timedelta(minutes=1), START)) == 1
    late = START + timedelta(seconds=1)
    assert await store.do(lambda unit: unit.sessions.expire(START, late)) == 1


async def test_an_alarm_is_acknowledged_by_one(store: Store, amal: OfficerRow, clock: Clock) -> None:
    """Of many who acknowledge at once, one is noted; then the alarm is open no more."""
    alarm = AlarmRow(rows.name(), rows.name(), "ABCD-EFGH", clock.now, "filed as urgent", None, None)
    await store.do(lambda unit: unit.alarms.raise_(alarm))
    assert await store.read(lambda unit: unit.alarms.open()) == [alarm]
    outcomes = await asyncio.gather(
        *(store.do(lambda unit: unit.alarms.acknowledge(alarm.id, amal.id, clock.now)) for _ in range(6)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict"] * 5 + ["NoneType"]
    noted = replace(alarm, acknowledged_by=amal.id, acknowledged_at=clock.now)
    assert await store.read(lambda unit: unit.alarms.open()) == []
    assert await store.read(lambda unit: unit.alarms.for_case(alarm.case_id)) == [noted]
    assert await store.read(lambda unit: unit.alarms.get(alarm.id)) == noted


async def test_feedback_is_kept_by_the_day(store: Store) -> None:
    """Feedback comes back, the newest day first."""
    old, new = (
        FeedbackRow(rows.name(), day, rows.TEAM, 1, b"sealed") for day in ("2026-11-01", "2026-11-02")
    )
    await store.do(rows.each(lambda unit: unit.feedback.add(old), lambda unit: unit.feedback.add(new)))
    assert await store.read(lambda unit: unit.feedback.all()) == [new, old]


async def test_a_fact_is_kept_once_where_that_is_asked(store: Store) -> None:
    """``put_once`` gives the value that stands, whoever put it."""
    assert await store.do(lambda unit: unit.meta.put_once("key", "first")) == "first"
    assert await store.do(lambda unit: unit.meta.put_once("key", "second")) == "first"
