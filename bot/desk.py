"""The hub: takes what waits, has turns planned, commits each as one unit, and destroys the keys that a turn
replaced.

1. An attempt is noted in its own commit before it is made; a row tried three times is set aside and its
   person told. What failed for a reason of ours (a full disk, somebody else first) was no attempt.
2. A row that was tried before is worked alone, so that it cannot take its neighbours with it.
3. One conversation is never planned twice at once; several are planned together and their commits share one
   sync to the disk.
4. A conversation of which not even an apology can be planned rests a minute, and stands before nobody.
5. ``Conflict`` means plan again, at most five times. What a refused plan put into the keystore is taken back;
   when it is not certain that it was refused, nothing is, and the janitor finds it.

Knows no network and no words; never holds a transaction open across a seal.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from bot import waypoints
from bot.plan import Begun, Plan
from bot.turns import Turns
from storage import discretion
from storage.errors import Conflict, NotFound, Unavailable

if TYPE_CHECKING:
    from storage.database import Store
    from storage.records import CaseRow, ConversationRow, InboxRow
    from storage.unit_of_work import Unit

T = TypeVar("T")

TRIES = 3
REPLANS = 5
TOGETHER = 32
MOST = 500
_BREATH = 1.0
_REST = 60.0


class Desk:
    """Works what waits."""

    def __init__(self, store: Store, turns: Turns) -> None:
        """Take the store and what plans turns."""
        self._store, self._turns = store, turns
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self._bell = asyncio.Event()
        self._round = asyncio.Event()
        self._resting: dict[bytes, float] = {}
        self.turned: Callable[[], None] = lambda: None
        self.worked = 0
        self.set_aside = 0

    def ring(self) -> None:
        """Say that something may be waiting."""
        self._bell.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; what is begun is finished."""
        while not stop.is_set():
            self._bell.clear()
            try:
                busy = await self.work()
            except (Unavailable, OSError) as why:
                discretion.log("desk_waits", error=type(why).__name__)
                busy = 0
            if not busy:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), _BREATH)

    async def work(self) -> int:
        """Work one round of whatever waits; say how many conversations moved."""
        if not await self._store.read(lambda unit: unit.conversations.pending(1, unit.now)):
            return 0
        at = asyncio.get_running_loop().time()
        self._resting = {one: until for one, until in self._resting.items() if until > at}
        begun = await self._store.do(self._begin)
        waypoints.passed("attempt noted")
        outcomes = await asyncio.gather(*(self._carry_through(one) for one in begun), return_exceptions=True)
        ended, self._round = self._round, asyncio.Event()
        ended.set()
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return sum(outcome is True for outcome in outcomes)

    async def settled(self, blind_address: bytes, within: float) -> bool:
        """Wait until nothing of this address waits any more; false when the time ran out."""
        self.ring()
        deadline = asyncio.get_running_loop().time() + within
        while True:
            ended = self._round
            row = await self._store.read(lambda unit: unit.conversations.by_address(blind_address))
            if row is None or row.pending == 0:
                return True
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), min(left, _BREATH))

    def _begin(self, unit: Unit) -> list[Begun]:
        """Read what waits and note the attempt, in one unit."""
        waiting = unit.conversations.pending(TOGETHER + len(self._resting), unit.now)
        begun = [_read(unit, row) for row in waiting if row.id not in self._resting][:TOGETHER]
        unit.inbox.begin([row.id for one in begun for row in one.rows])
        return begun

    async def _carry_through(self, begun: Begun) -> bool:
        """Plan and commit one conversation's turns, again as long as someone else was first."""
        moved = False
        for _ in range(REPLANS):
            plan = await self._planned(begun)
            if plan is None:
                return False
            try:
                await self._store.do(plan.commit)
            except Unavailable:
                await self._forgive(begun)
                raise
            except Exception as why:
                await self._off_loop(partial(self._turns.take_back, plan))
                if not isinstance(why, Conflict):
                    discretion.log_fault("turn_failed", why)
                    return False
                again = await self._again(begun)
                if again is None:
                    return True
                moved, begun = again != begun, again
                continue
            waypoints.passed("turn committed")
            await self._off_loop(partial(self._turns.finish, plan))
            self.worked += len(begun.rows)
            self.set_aside += len(begun.spent)
            self.turned()
            return True
        if moved:
            await self._forgive(begun)
        return False

    async def _planned(self, begun: Begun) -> Plan | None:
        """Plan in the desk's own thread. A failure is logged by kind; the row's tries decide what becomes of
        it.
        """
        try:
            return await self._off_loop(lambda: self._turns.plan(begun))
        except (Unavailable, OSError):
            await self._forgive(begun)
            raise
        except Exception as why:
            discretion.log_fault("turn_failed", why)
            if not begun.rows:
                self._resting[begun.conversation.id] = asyncio.get_running_loop().time() + _REST
            return None

    async def _forgive(self, begun: Begun) -> None:
        """Take an attempt back that failed through no fault of what it worked."""
        with contextlib.suppress(Unavailable):
            await self._store.do(lambda unit: unit.inbox.unbegin([row.id for row in begun.rows]))

    async def _again(self, begun: Begun) -> Begun | None:
        """Read a conversation anew after a conflict; none when nothing of the attempt waits any more."""
        found = await self._store.read(partial(_reread, begun))
        return found if found and (found.rows or found.spent) else None

    async def _off_loop(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


def _read(unit: Unit, row: ConversationRow) -> Begun:
    """Choose what of a conversation is worked now."""
    waiting = _waiting(unit, row)
    spent = [event for event in waiting if event.tries >= TRIES]
    fresh = [event for event in waiting if event.tries < TRIES]
    tried = next((n for n, event in enumerate(fresh) if event.tries), len(fresh))
    now = min(max(tried, 1), MOST)
    return _begun(unit, row, fresh[:now], fresh[now:], spent)


def _waiting(unit: Unit, row: ConversationRow) -> list[InboxRow]:
    """Read all that waits in a conversation: what is left out would stay under a key that is destroyed."""
    return unit.inbox.waiting(row.id, max(row.pending, 1))


def _reread(before: Begun, unit: Unit) -> Begun | None:
    """Read the rows of the same attempt again; what came since waits for the next."""
    try:
        row = unit.conversations.get(before.conversation.id)
    except NotFound:
        return None
    begun, spent = {event.id for event in before.rows}, {event.id for event in before.spent}
    waiting = _waiting(unit, row)
    return _begun(
        unit,
        row,
        [event for event in waiting if event.id in begun],
        [event for event in waiting if event.id not in begun | spent],
        [event for event in waiting if event.id in spent],
    )


def _begun(
    unit: Unit, row: ConversationRow, now: list[InboxRow], later: list[InboxRow], spent: list[InboxRow]
) -> Begun:
    seq = unit.outbox.next_seq(row.blind_address)
    return Begun(row, tuple(now), tuple(later), tuple(spent), _case(unit, row.case_id), seq)


def _case(unit: Unit, case_id: bytes | None) -> CaseRow | None:
    if case_id is None:
        return None
    try:
        return unit.cases.get(case_id)
    except NotFound:
        return None
