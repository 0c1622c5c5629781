"""The hub of casework without words: the queue, having a case, moving it on, taking an alarm.

One deed is one unit of work with its entry in the log; if the log cannot be written, nothing happened. Who
may
do what stands in ``dialogs.casework``. Nothing here opens a case or renders a page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from admin.sessions import SignedIn
from dialogs import casework
from storage.database import Store
from storage.errors import Conflict, NotFound
from storage.queue import View
from storage.records import AlarmRow, CaseRow, MoveRow
from storage.unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue."""

    cases: tuple[CaseRow, ...]
    after: str | None
    counts: dict[str, int]


def standing(case: CaseRow, me: SignedIn) -> casework.Standing:
    """Say where a case stands, seen by one officer."""
    return casework.Standing(case.stage, case.owner_id is not None, case.owner_id == me.row.id, me.row.role)


class Casework:
    """What officers do with cases, short of reading and writing."""

    def __init__(self, store: Store, now: Callable[[], datetime], lease: timedelta) -> None:
        self._store, self._now, self._lease = store, now, lease

    async def queue(self, view: View, me: SignedIn, after: str) -> Queue:
        """Give one page of the queue, and how many each part holds; the look is recorded."""

        def look(unit: Unit) -> Queue:
            page = unit.cases.queue(view, me.row.id, after or None)
            return Queue(page.rows, page.after, unit.cases.counts(me.row.id))

        found = await self._store.read(look)
        count = len(found.cases)
        await self._store.do(
            lambda unit: unit.audit.add("list_view", me.row.id.hex(), view=view, count=count)
        )
        return found

    async def case(self, reference: str) -> CaseRow:
        """Give what is known in the clear about a case. Raises: NotFound."""
        return await self._store.read(lambda unit: unit.cases.by_reference(reference))

    async def history(self, me: SignedIn, case: CaseRow) -> Sequence[MoveRow]:
        """List what was done with a case, oldest first; the look is recorded."""
        await self._store.do(lambda unit: unit.audit.add("case_view", me.row.id.hex(), case=case.id))
        return await self._store.read(lambda unit: unit.cases.moves(case.id))

    async def alarms(self) -> Sequence[AlarmRow]:
        """List the urgent concerns that nobody has acknowledged."""
        return await self._store.read(lambda unit: unit.alarms.open())

    async def pick_up(self, me: SignedIn, case: CaseRow, version: int) -> None:
        """Take a case that nobody has, as of the version that was on the page. Raises: Conflict."""
        if case.owner_id is not None or version != case.version:
            raise Conflict("someone else was first")
        casework.demand("pick_up", standing(case, me))

        def work(unit: Unit) -> None:
            unit.cases.pick_up(case.id, version, me.row.id, self._now() + self._lease)
            unit.audit.add("claim", me.row.id.hex(), case=case.id)

        await self._store.do(work)

    async def put_back(self, me: SignedIn, case: CaseRow, version: int) -> None:
        """Return a case to the queue. Raises: NotAllowed, Conflict."""
        casework.demand("put_back", standing(case, me))

        def work(unit: Unit) -> None:
            unit.cases.move(case.id, version, "new", me.row.id, what="put_back", owner_id=None)
            unit.audit.add("release", me.row.id.hex(), case=case.id)

        await self._store.do(work)

    async def move(self, me: SignedIn, case: CaseRow, version: int, stage: str) -> None:
        """Bring a case to another stage. Raises: NotAllowed, Conflict."""
        casework.demand("move", standing(case, me))
        casework.demand_move(case.stage, stage)

        def work(unit: Unit) -> None:
            unit.cases.move(case.id, version, stage, me.row.id)
            unit.audit.add("status", me.row.id.hex(), case=case.id, stage=stage)

        await self._store.do(work)

    async def alarm(self, alarm_id: bytes) -> AlarmRow:
        """Give one alarm. Raises: NotFound."""
        found = await self._store.read(lambda unit: unit.alarms.get(alarm_id))
        if found is None:
            raise NotFound("no such alarm")
        return found

    async def acknowledge(self, me: SignedIn, alarm_id: bytes) -> AlarmRow:
        """Take an alarm upon oneself. Raises: NotFound; Conflict when someone else has."""
        alarm = await self.alarm(alarm_id)

        def work(unit: Unit) -> None:
            unit.alarms.acknowledge(alarm_id, me.row.id, self._now())
            unit.audit.add("alarm_acknowledged", me.row.id.hex(), case=alarm.case_id)

        await self._store.do(work)
        return alarm

    async def lapse(self) -> int:
        """Return to the queue what was picked up and not worked in time; give how many."""

        def work(unit: Unit) -> int:
            lapsed = unit.cases.lapse(self._now())
            for case in lapsed:
                unit.audit.add("lapse", "system", case=case.id)
            return len(lapsed)

        return await self._store.do(work)
