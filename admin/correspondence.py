"""The hub of writing: notes for the team, answers to the reporter, and the note that closes a case.

1. Words are sealed before the unit and appended by compare-and-set on the head; a lost race is planned anew.
2. An answer is a record of the case and a message in the outbox, in one unit with its entry in the log.
3. It is pushed only to someone who said "yes, here"; otherwise it waits for their next visit.

Nothing here reads what is already in the case.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from admin.casework import standing
from admin.errors import Overtaken
from admin.sessions import SignedIn
from dialogs import casework
from dialogs.errors import NotAllowed
from storage.database import Store
from storage.errors import Conflict
from storage.officer_seals import OfficerSeals
from storage.records import CaseRow, ReachRow, RecordRow
from storage.transcripts import Record, Source, to_bytes
from storage.unit_of_work import Unit
from storage.vault.transcript import Head

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Closing:
    """How a case is to be closed."""

    outcome: str
    reason: str
    elsewhere: str
    note: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer on its way out, sealed for the courier."""

    reach: ReachRow
    seq: int
    sealed: bytes = field(repr=False)


def pushed(reach: ReachRow | None) -> bool:
    """Say whether an answer goes to them at once, rather than waiting for their visit."""
    return reach is not None and reach.replies == "push" and reach.door == "telegram"


class Correspondence:
    """Writing into cases."""

    def __init__(self, store: Store, seals: OfficerSeals, now: Callable[[], datetime]) -> None:
        self._store, self._seals, self._now = store, seals, now

    async def note(self, me: SignedIn, reference: str, words: str) -> None:
        """Keep a note, sealed with the case, signed by its author. Raises: NotAllowed."""

        async def plan(case: CaseRow) -> None:
            casework.demand("note", standing(case, me))
            blob, head = self._seal(me, case, "n", "note", words)
            await self._store.do(lambda unit: _append(unit, me, case, "n", blob, head, "note"))

        await self._again(reference, plan)

    async def reply(self, me: SignedIn, reference: str, words: str, seen: int) -> bool:
        """Answer the reporter, who has said ``seen`` records so far; say whether it is pushed.

        Raises: NotAllowed; Overtaken when something was added since: it must be read before it is answered.
        """
        sent: list[bool] = []

        async def plan(case: CaseRow) -> None:
            casework.demand("reply", standing(case, me))
            if case.head_n != seen:
                raise Overtaken
            answer = await self._answer(case, words)
            blob, head = self._seal(me, case, "o", "reply", words)
            hold = not pushed(answer.reach)

            def work(unit: Unit) -> None:
                _append(unit, me, case, "o", blob, head, "reply_sent")
                reach = answer.reach
                unit.outbox.add(
                    reach.blind_address, reach.conversation_id, answer.seq, "reply", answer.sealed, hold=hold
                )

            await self._store.do(work)
            sent.append(not hold)

        await self._again(reference, plan)
        return sent[-1]

    async def close(self, me: SignedIn, reference: str, version: int, closing: Closing) -> None:
        """Close a case with its outcome and a sealed note. Raises: NotAllowed, Conflict."""
        if casework.closing_faults(closing.outcome, closing.reason, closing.elsewhere, closing.note):
            raise NotAllowed("A case is closed with an outcome, a reason where one is due, and a note.")

        async def plan(case: CaseRow) -> None:
            casework.demand("close", standing(case, me))
            if case.version != version:
                raise Conflict("the case was moved meanwhile")
            blob, head = self._seal(me, case, "n", "closing", _written(closing))

            def work(unit: Unit) -> None:
                _append(unit, me, case, "n", blob, head, "note")
                unit.cases.move(
                    case.id, version, "closed", me.row.id, what="close", closed=True, outcome=closing.outcome
                )
                unit.audit.add(
                    "close",
                    me.row.id.hex(),
                    case=case.id,
                    outcome=closing.outcome,
                    reason_code=closing.reason or "none",
                )

            await self._store.do(work)

        await self._again(reference, plan)

    async def _again(self, reference: str, plan: Callable[[CaseRow], Awaitable[None]]) -> None:
        """Plan and commit; when somebody else was first, look again and plan anew."""
        for left in range(_TRIES, 0, -1):
            case = await self._store.read(lambda unit: unit.cases.by_reference(reference))
            try:
                await plan(case)
                return
            except Conflict:
                if left == 1:
                    raise

    def _seal(self, me: SignedIn, case: CaseRow, direction: str, kind: str, words: str) -> tuple[bytes, Head]:
        record = Record(kind, int(self._now().timestamp()), Source("admin"), answer=words)
        return self._seals.append(case, direction, to_bytes(record), me.root)

    async def _answer(self, case: CaseRow, words: str) -> _Answer:
        def look(unit: Unit) -> tuple[ReachRow | None, int, int]:
            reach = unit.conversations.by_case(case.id)
            earlier = [row for row in unit.cases.records(case.id) if row.direction == "o"]
            return reach, len(earlier) + 1, unit.outbox.next_seq(reach.blind_address) if reach else 0

        reach, number, seq = await self._store.read(look)
        if reach is None or reach.replies == "none":
            raise NotAllowed("This person asked not to be contacted, or cannot be reached here any more.")
        message = json.dumps({"text": words, "number": number}, ensure_ascii=False).encode()
        return _Answer(reach, seq, self._seals.seal_reply(reach.blind_address, seq, message))


def _append(
    unit: Unit, me: SignedIn, case: CaseRow, direction: str, blob: bytes, head: Head, event: str
) -> None:
    unit.cases.append(case.id, case.head_n, RecordRow(case.id, head.n, direction, None, blob), head)
    unit.cases.keep(case.id, me.row.id)
    unit.audit.add(event, me.row.id.hex(), case=case.id, n=head.n, h=head.hash[:16].hex())


def _written(closing: Closing) -> str:
    """Write the closing note as one text: it must read by itself in a year."""
    parts = [f"Outcome: {closing.outcome}"]
    parts += [f"Reason: {closing.reason}"] if closing.reason else []
    parts += [f"Goes on as: {closing.elsewhere.strip()}"] if closing.elsewhere.strip() else []
    return "\n".join([*parts, "", closing.note])
