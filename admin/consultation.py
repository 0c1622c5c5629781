"""The hub of reading: a deed of its own, recorded and committed before anything is opened, let alone shown.

1. A reason first. It holds for a short while, for one session and one case, until its reader moves away.
2. Each rendering is a view, and each view is recorded; the first is covered by the entry written with the
   reason.
3. What does not fit in a transcript is flagged once, by name, and shown every time.

Nothing that was opened outlives the request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from admin.access import READING_REASONS
from admin.casework import standing
from admin.conversation import Conversation, lay_out
from admin.deeds import ReadingDeeds
from admin.sessions import SignedIn
from dialogs import casework
from dialogs.errors import NotAllowed
from storage.database import Store
from storage.errors import UnknownKey
from storage.officer_seals import Entry, OfficerSeals, Transcript
from storage.records import CaseRow, CaseWrapRow, OfficerRow, ReachRow, RecordRow, TeamWrapRow
from storage.unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Reading:
    """A case, opened for one page. ``named``: they gave a name, which stays sealed behind two keys."""

    case: CaseRow
    conversation: Conversation = field(repr=False)
    reach: ReachRow | None
    named: bool


@dataclass(frozen=True, slots=True)
class _Sealed:
    """All that is needed to open one case, still sealed, as of one moment."""

    case: CaseRow
    wrap: CaseWrapRow
    records: list[RecordRow]
    anchor: tuple[int, bytes] | None
    held: list[TeamWrapRow]
    officers: list[OfficerRow]
    reach: ReachRow | None
    named: bool


class Consultation:
    """Reading cases."""

    def __init__(self, store: Store, seals: OfficerSeals, now: Callable[[], datetime]) -> None:
        self._store, self._seals = store, seals
        self.deeds = ReadingDeeds(now)

    async def begin(self, me: SignedIn, case: CaseRow, reason: str) -> None:
        """Record why someone is about to read a case, and let them for a short while. Raises: NotAllowed."""
        casework.demand("read", standing(case, me))
        if reason not in READING_REASONS:
            raise NotAllowed("Say why you are reading this.")
        await self._record(me, case, reason)
        self.deeds.grant(me.session.sid, case.id, reason, case.head_n)

    async def read(self, me: SignedIn, case: CaseRow) -> Reading:
        """Open a case for one page.

        Raises: NoReadingDeed; NotAllowed; CannotOpen when the key of the case itself does not open.
        """
        casework.demand("read", standing(case, me))
        deed = self.deeds.of(me.session.sid, case.id)
        sealed = await self._store.read(lambda unit: _sealed(unit, case.id, me.row.id))
        if deed.shown or sealed.case.head_n > deed.upto:
            await self._record(me, sealed.case, deed.reason)
        self.deeds.spend(me.session.sid, case.id, sealed.case.head_n)
        transcript = await asyncio.to_thread(self._open, me, sealed)
        await self._flag(sealed.case, transcript)
        officers = {row.id.hex(): row for row in sealed.officers}
        conversation = lay_out(transcript, officers, self._voucher(case))
        return Reading(sealed.case, conversation, sealed.reach, sealed.named)

    def _open(self, me: SignedIn, sealed: _Sealed) -> Transcript:
        name = (sealed.wrap.team_id, sealed.wrap.kind, sealed.wrap.epoch)
        held = [wrap for wrap in sealed.held if (wrap.team_id, wrap.kind, wrap.epoch) == name]
        if not held:
            raise UnknownKey("sealed to a team key that this officer does not hold")
        key = self._seals.open_case(me.root, held[0], sealed.case, sealed.wrap)
        return self._seals.read(key, sealed.case, sealed.records, sealed.anchor)

    def _voucher(self, case: CaseRow) -> Callable[[Entry, OfficerRow], None]:
        def vouch(entry: Entry, officer: OfficerRow) -> None:
            self._seals.vouch(officer)
            self._seals.check_author(case.id, entry, officer)

        return vouch

    async def _record(self, me: SignedIn, case: CaseRow, reason: str) -> None:
        seen = {"from_n": 1, "to_n": case.head_n}

        def work(unit: Unit) -> None:
            unit.audit.add("case_read", me.row.id.hex(), case=case.id, reason_code=reason, **seen)
            unit.cases.mark_read(case.id, case.head_n)

        await self._store.do(work)

    async def _flag(self, case: CaseRow, transcript: Transcript) -> None:
        if not transcript.findings or case.flagged:
            return

        def work(unit: Unit) -> None:
            unit.cases.flag(case.id)
            for kind in dict.fromkeys(finding.kind for finding in transcript.findings):
                unit.audit.add("integrity_failure", "system", case=case.id, kind=kind)

        await self._store.do(work)


def _sealed(unit: Unit, case_id: bytes, officer_id: bytes) -> _Sealed:
    return _Sealed(
        unit.cases.get(case_id),
        unit.cases.wrap(case_id),
        unit.cases.records(case_id),
        unit.audit.anchor(case_id),
        unit.teams.wraps(officer_id),
        unit.officers.all(),
        unit.conversations.by_case(case_id),
        unit.identities.get(case_id) is not None,
    )
