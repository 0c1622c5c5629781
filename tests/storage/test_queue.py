"""The queue: urgent first, then longest unread, by pages that cost the same however much is closed."""

from __future__ import annotations

import secrets
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from storage.database import Store
from storage.queue import COUNTED_TO, View, place
from storage.records import CaseRow
from storage.tables import cases
from storage.unit_of_work import Unit
from tests.storage import rows
from tests.storage.conftest import START, Clock

ME = b"m" * 16


async def references(store: Store, view: View, limit: int = 25) -> list[list[str]]:
    """Walk a view page by page; give the references of each."""
    pages, after = [], None
    while True:
        page = await store.read(lambda unit, a=after: unit.cases.queue(view, ME, a, limit))  # type: ignore[misc]  # a default binds the loop's value
        pages.append([row.reference for row in page.rows])
        after = page.after
        if after is None:
            return pages


async def test_urgent_first_then_longest_unread_then_what_was_read(store: Store, clock: Clock) -> None:
    """The order is urgency, then the time without anybody reading; read cases stand behind, oldest first."""

    def work(unit: Unit) -> None:
        made = {
            name: rows.filed(unit, name, urgent, START - timedelta(hours=hours))
            for name, urgent, hours in (
                ("late", False, 1),
                ("early", False, 30),
                ("urgent-late", True, 0),
                ("urgent-early", True, 5),
                ("read-old", False, 90),
                ("read-new", False, 2),
            )
        }
        for name in ("read-old", "read-new"):
            unit.cases.mark_read(made[name].id, 1)

    await store.do(work)
    order = ["urgent-early", "urgent-late", "early", "late", "read-old", "read-new"]
    assert await references(store, "all") == [order]
    assert await references(store, "unassigned") == [order]


async def test_a_case_that_gets_worse_moves_up(store: Store) -> None:
    """Marking a case urgent puts it before those that are not, and unread again."""

    def work(unit: Unit) -> None:
        rows.filed(unit, "first", at=START - timedelta(hours=9))
        worse = rows.filed(unit, "worse")
        unit.cases.mark_read(worse.id, 1)
        unit.cases.mark_urgent(worse.id)

    await store.do(work)
    assert await references(store, "all") == [["worse", "first"]]


async def test_each_view_holds_what_it_says(store: Store, officers_store: Store) -> None:
    """Unassigned, mine, all and closed are told apart, and counted."""

    def work(unit: Unit) -> None:
        for name in ("free", "mine", "theirs", "old", "older"):
            row = rows.filed(unit, name)
            if name in {"mine", "theirs"}:
                unit.cases.pick_up(row.id, 0, ME if name == "mine" else rows.name())
        unit.cases.add(rows.case())

    def close(unit: Unit, name: str) -> None:
        row = unit.cases.by_reference(name)
        unit.cases.move(row.id, row.version, "closed", ME, closed=True, outcome="signposted")

    await store.do(work)
    await officers_store.do(lambda unit: close(unit, "older"))
    await officers_store.do(lambda unit: close(unit, "old"))
    assert await references(officers_store, "unassigned") == [["free"]]
    assert await references(officers_store, "mine") == [["mine"]]
    assert sorted((await references(officers_store, "all"))[0]) == ["free", "mine", "theirs"]
    assert sorted((await references(officers_store, "closed"))[0]) == ["old", "older"]
    counts = await officers_store.read(lambda unit: unit.cases.counts(ME))
    assert counts == {"unassigned": 1, "mine": 1, "all": 3, "closed": 2}


async def test_the_closed_stand_newest_first(store: Store, clock: Clock) -> None:
    """Closed cases are listed by when they were closed, the last first."""
    for name in ("a", "b", "c"):
        clock.forward(hours=2)

        def close(unit: Unit, name: str = name) -> None:
            row = rows.filed(unit, name)
            unit.cases.move(row.id, 0, "closed", ME, closed=True)

        await store.do(close)
    assert await references(store, "closed") == [["c", "b", "a"]]


async def test_pages_hold_everything_once(store: Store) -> None:
    """Walking by the cursor gives each case once and in order, ties of the hour included."""
    await store.do(lambda unit: [rows.filed(unit, f"case-{n:02d}", urgent=n % 5 == 0) for n in range(23)])
    pages = await references(store, "all", 5)
    assert [len(page) for page in pages] == [5, 5, 5, 5, 3]
    flat = [name for page in pages for name in page]
    assert len(set(flat)) == 23
    assert [flat] == await references(store, "all", 100)


async def test_a_page_stays_whole_while_cases_come_and_go(store: Store) -> None:
    """What is filed or closed between two pages neither repeats nor hides another case."""
    await store.do(
        lambda unit: [rows.filed(unit, f"case-{n}", at=START - timedelta(hours=20 - n)) for n in range(6)]
    )
    first = await store.read(lambda unit: unit.cases.queue("all", ME, None, 3))

    def meanwhile(unit: Unit) -> None:
        rows.filed(unit, "fresh-urgent", urgent=True)
        gone = unit.cases.by_reference("case-1")
        unit.cases.move(gone.id, 0, "closed", ME, closed=True)

    await store.do(meanwhile)
    second = await store.read(lambda unit: unit.cases.queue("all", ME, first.after, 3))
    assert [row.reference for row in second.rows] == ["case-3", "case-4", "case-5"]


@pytest.mark.parametrize("after", ["", "nonsense", "1", "1.zz", "x.00", "9" * 40 + ".00", "-1." + "00" * 16])
async def test_a_cursor_that_we_did_not_write_does_no_harm(store: Store, after: str) -> None:
    """A made-up cursor begins somewhere and never fails."""
    await store.do(lambda unit: rows.filed(unit, "only"))
    assert len((await store.read(lambda unit: unit.cases.queue("all", ME, after, 3))).rows) <= 1


async def test_counting_stops_where_it_would_cost(store: Store) -> None:
    """A count never goes beyond what anybody needs to know."""
    await store.do(lambda unit: _many(unit, COUNTED_TO + 50, closed=True))
    assert (await store.read(lambda unit: unit.cases.counts(ME)))["closed"] == COUNTED_TO


def _many(unit: Unit, number: int, *, closed: bool) -> None:
    values = [
        _values(rows.case(reference=secrets.token_hex(5)), hours=n, closed=closed) for n in range(number)
    ]
    unit._connection.execute(insert(cases), values)


def _values(row: CaseRow, *, hours: int, closed: bool) -> dict[str, object]:
    filed = START.replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)
    over = filed + timedelta(hours=1) if closed else None
    values = {name: getattr(row, name) for name in row.__slots__}
    return values | {
        "stage": "closed" if closed else "new",
        "shelf": 2 if closed else 1,
        "filed_hour": filed,
        "waiting_hour": None if closed else filed,
        "closed_hour": over,
        "held_until": None,
        "queue_key": place(False, None if closed else filed, filed, over),
    }


PLANS = {
    "unassigned": "ix_cases_",
    "mine": "ix_cases_owned",
    "all": "ix_cases_queue",
    "closed": "ix_cases_queue",
}


@pytest.mark.parametrize("view", list(PLANS))
@pytest.mark.parametrize("after", [None, f"{10**9}.{'00' * 16}"])
async def test_a_page_is_a_walk_along_an_index(store: Store, view: View, after: str | None) -> None:
    """The plan of each view names its index and sorts nothing."""
    await store.do(
        rows.each(lambda unit: _many(unit, 2000, closed=True), lambda unit: _many(unit, 500, closed=False))
    )
    plan = await store.do(lambda unit: _plan(unit, view, after))
    assert PLANS[view] in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan


def _plan(unit: Unit, view: View, after: str | None) -> str:
    """Ask the engine how it would walk a page, by the statement that was really sent."""
    from sqlalchemy import event

    connection = unit._connection
    sent: list[tuple[str, Any]] = []

    def note(conn: object, cursor: object, statement: str, parameters: Any, *_: object) -> None:
        sent.append((statement, parameters))

    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE cases"))
    event.listen(connection, "before_cursor_execute", note)
    unit.cases.queue(view, ME, after, 25)
    event.remove(connection, "before_cursor_execute", note)
    statement, parameters = sent[-1]
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    return "\n".join(
        " ".join(map(str, row)) for row in connection.exec_driver_sql(explain + statement, parameters)
    )


async def test_closed_cases_cost_the_open_ones_nothing(store: Store) -> None:
    """Twenty thousand closed cases later a page of the open ones takes what it took before."""
    await store.do(lambda unit: _many(unit, 200, closed=False))

    async def took() -> float:
        best = 9.0
        for _ in range(15):
            began = time.perf_counter()
            await store.read(lambda unit: (unit.cases.queue("unassigned", ME), unit.cases.queue("all", ME)))
            best = min(best, time.perf_counter() - began)
        return best

    before = await took()
    await store.do(lambda unit: _many(unit, 20_000, closed=True))
    assert await took() < 2 * before + 0.005
