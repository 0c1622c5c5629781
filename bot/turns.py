"""Plans the turns of one conversation: opens what waits, asks the engine, lets the errands seal what it
wants, seals the new draft. Runs in a thread of its own; touches the keystore, never the database and never
the network.

An event that fails to open is a lost event, said so to the person; a draft that fails to open is a
conversation begun anew, said so too.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, cast

from bot import held, hints, references, waypoints
from bot.drafts import Draft, DraftCase, Happened, tag_of
from bot.errands import Errands, renew_key
from bot.memory import KEEPS, Memory
from bot.plan import Begun, Plan
from bot.teams import Teams
from dialogs import bounds, engine, moving
from dialogs.events import Chose, Commanded
from dialogs.facts import Facts
from dialogs.screen import Line
from storage import discretion
from storage.errors import CannotOpen, UnknownKey
from storage.records import ConversationRow, InboxRow
from storage.vault.transcript import Head

if TYPE_CHECKING:
    from dialogs.facts import Door
    from dialogs.library import Library
    from storage.reporter_seals import ReporterSeals
    from storage.settings import Settings
    from storage.unit_of_work import Unit

SHOW_AGAIN = "!show"
_ENDED_KEEPS = timedelta(hours=2)
_FILED_KEEPS = timedelta(days=365)


class Turns:
    """Makes plans."""

    def __init__(
        self,
        seals: ReporterSeals,
        library: Library,
        teams: Teams,
        settings: Settings,
        memory: Memory,
        pushes: Callable[[Door], bool],
        now: Callable[[], datetime],
    ) -> None:
        """Take everything a turn needs to know."""
        self._seals, self._library, self._teams = seals, library, teams
        self._settings, self._memory, self._pushes, self._now = settings, memory, pushes, now

    def facts(self, door: Door, waited: timedelta = timedelta(), hint: str = "") -> Facts:
        """Say what the engine may know of the world now."""
        standing = self._teams.standing
        return Facts(
            now=self._now(),
            door=door,
            reference=references.fresh(),
            open=standing.team is not None,
            two_people=standing.authorisers is not None,
            waited=max(waited, timedelta()),
            language=hint,
            website=self._settings.web_origin,
            telegram=self._settings.telegram_policy,
        )

    def opened(self, row: ConversationRow) -> Draft | None:
        """Open where a conversation stands; none when nothing has been worked yet. Raises ``CannotOpen``."""
        return held.opened(row, self._seals, self._memory)

    def hint(self, row: ConversationRow) -> str:
        """Say what the network told of the language of this address; nothing where it cannot be opened."""
        with contextlib.suppress(CannotOpen):
            return hints.of_route(json.loads(self._seals.open_route(row.blind_address, row.sealed_route)))
        return ""

    def plan(self, begun: Begun) -> Plan:
        """Plan every turn that this conversation's waiting events lead to. Leaves nothing behind in the
        keystore when it fails.
        """
        plan = self._begin(begun)
        try:
            for row in begun.rows:
                self._turn(plan, row)
            if begun.spent:
                plan.notices.append("notice.set_aside")
            self._finish(plan)
        except BaseException:
            self.take_back(plan)
            raise
        waypoints.passed("plan made")
        return plan

    def take_back(self, plan: Plan) -> None:
        """Undo what a plan put into the keystore, when it is certain that it was not committed."""
        for kid in plan.made_keys:
            self._seals.forget_draft_key(kid)
        for case_id, version in plan.shreds:
            self._seals.forget_shred(case_id, version)
        for identity in plan.identities:
            self._seals.forget_identity(identity)
        self._memory.take_back(plan.conversation.id, plan.conversation.version + 1)

    def finish(self, plan: Plan) -> None:
        """Destroy what a committed plan replaced."""
        for kid in plan.retired_keys:
            self._seals.forget_draft_key(kid)
        if plan.retired_keys:
            waypoints.passed("draft key destroyed")
        for row in (*plan.begun.rows, *plan.begun.spent):
            self._memory.drop(row.door, row.ext_id)
        self._memory.settle(plan.conversation.id, plan.conversation.version + 1)

    def _begin(self, begun: Begun) -> Plan:
        conversation = begun.conversation
        door, lost, draft = cast("Door", conversation.door), False, None
        try:
            draft = self._draft(begun)
        except CannotOpen as why:
            discretion.log("draft_lost", error=type(why).__name__)
            lost = True
        hint = self.hint(conversation) if draft is None else ""
        fresh = draft or Draft(engine.begin(self._library, self.facts(door, hint=hint)).snapshot)
        plan = Plan(
            begun, self._now(), conversation.draft_kid, fresh, replies=conversation.replies, hint=hint
        )
        plan.newcomer = draft is None and not lost
        if lost:
            self._begin_anew(plan)
        elif draft is not None and held.was_lost(conversation, draft, self._memory):
            plan.notices.append(bounds.LOST)
        if begun.case is not None and plan.draft.case is not None:
            row = begun.case
            plan.head = Head(row.head_n, row.head_hash, row.head_signature, row.head_signer)
        return plan

    def _draft(self, begun: Begun) -> Draft | None:
        """Open where a conversation stands; none for a newcomer. Raises ``CannotOpen`` when it is lost."""
        draft = self.opened(begun.conversation)
        if draft is None and begun.conversation.version:
            raise UnknownKey("the key of this draft was lost")
        if draft is not None and draft.case is not None and begun.case is None:
            raise UnknownKey("the case of this draft was erased")
        return draft

    def _begin_anew(self, plan: Plan) -> None:
        """Begin again where a draft is lost. What was sent can still be added to; what was not is gone."""
        renew_key(plan, self._seals)
        plan.notices.append("notice.restarted")
        case = plan.begun.case
        if case is None:
            return
        if case.stage == "drafting":
            plan.then(lambda unit: unit.cases.discard(case.id))
            return
        snapshot = replace(plan.draft.snapshot, frames=(), stage="filed", reference=case.reference)
        plan.draft = replace(plan.draft, snapshot=snapshot, case=DraftCase(case.id, case.public_key))

    def _turn(self, plan: Plan, row: InboxRow) -> None:
        happened = self._happened(plan, row)
        if happened is None:
            return
        plan.draft = replace(plan.draft, said_at=(happened.sent_at or row.received_at).timestamp())
        event = happened.event
        if isinstance(event, Chose) and self._of_another_card(plan, event, happened.tag):
            self._redraw(plan)
            return
        door = cast("Door", row.door)
        facts = self.facts(door, self._now() - (happened.sent_at or row.received_at), plan.hint)
        if plan.newcomer and event == Commanded("start"):
            turn = engine.begin(self._library, facts)
        else:
            turn = engine.advance(self._library, plan.draft.snapshot, event, facts)
        if plan.newcomer and not turn.effects:
            turn = engine.begin(self._library, facts)
        plan.newcomer = False
        if plan.draft.snapshot.stage != "filed" and plan.draft.case and plan.draft.case.sent:
            plan.draft, plan.head = replace(plan.draft, case=None), None  # a new concern, a case of its own
        plan.draft = replace(plan.draft, snapshot=turn.snapshot)
        plan.ended = False
        errands = Errands(self._seals, self._library, plan, facts, self._teams.standing, row)
        for effect in turn.effects:
            errands.carry_out(effect)

    def _of_another_card(self, plan: Plan, event: Chose, tag: str) -> bool:
        """A press under the neutral notice, or under a card of a conversation that is no more, or of a
        question that another edition took away: show the card of now.
        """
        if moving.met(plan.draft.snapshot, event):
            return True
        return event.option == SHOW_AGAIN or tag not in ("", tag_of(plan.conversation.id))

    def _happened(self, plan: Plan, row: InboxRow) -> Happened | None:
        """Open one event, or say that it is lost."""
        if row.sealed_event is None:
            words = self._memory.look(row.door, row.ext_id)
            if words is None:
                plan.notices.append(bounds.LOST)
                return None
            return Happened.from_bytes(words)
        try:
            return Happened.from_bytes(
                self._seals.open_event(plan.conversation.draft_kid, row.door, row.ext_id, row.sealed_event)
            )
        except CannotOpen as why:
            discretion.log("event_lost", error=type(why).__name__)
            plan.notices.append("notice.set_aside")
            return None

    def _speak(self, plan: Plan) -> None:
        """Say our own sentences above whatever is on the screen."""
        snapshot = plan.draft.snapshot
        notices = (*snapshot.notices, *(Line(key) for key in dict.fromkeys(plan.notices)))
        plan.draft = replace(plan.draft, snapshot=replace(snapshot, notices=notices))
        self._redraw(plan)

    def _redraw(self, plan: Plan) -> None:
        door = cast("Door", plan.conversation.door)
        plan.screen = engine.screen(self._library, plan.draft.snapshot, self.facts(door))

    def _finish(self, plan: Plan) -> None:
        """Seal the new draft and put what must be shown in the outbox."""
        if plan.notices:
            self._speak(plan)
        before = plan.conversation
        case = plan.draft.case
        private = plan.draft.snapshot.private
        if private and not before.private and plan.kid == before.draft_kid:
            renew_key(plan, self._seals)  # what intake seals just now is refused, and comes back by name only
        plan.saved = replace(
            before,
            version=before.version + 1,
            private=private,
            draft_kid=plan.kid,
            sealed_draft=held.sealed(plan, self._seals, self._library, self._memory),
            case_id=case.id if case else None,
            replies=plan.replies,
            expires_at=self._now() + self._keeps(plan),
        )
        if plan.kid != before.draft_kid:
            self._reseal(plan)
        door = cast("Door", before.door)
        if not self._pushes(door):
            return
        if plan.begun.rows:
            plan.then(lambda unit: unit.outbox.release(before.blind_address))
        if plan.screen is not None or plan.clear:
            self._post(plan)

    def _reseal(self, plan: Plan) -> None:
        """Put the events that still wait under the new draft key, before the old one is destroyed."""
        for row in plan.begun.later:
            if row.sealed_event is None:
                continue
            try:
                words = self._seals.open_event(
                    plan.conversation.draft_kid, row.door, row.ext_id, row.sealed_event
                )
            except CannotOpen:
                continue
            sealed = self._seals.seal_event(plan.kid, row.door, row.ext_id, words)
            plan.then(partial(_put_back, row.id, sealed))

    def _post(self, plan: Plan) -> None:
        """Leave word for the courier; the card itself is drawn when it is delivered."""
        row, seq = plan.conversation, plan.begun.next_seq
        kind = "clear" if plan.clear else "card"
        message = json.dumps({"v": 1, "said_at": plan.draft.said_at}).encode()
        sealed = self._seals.seal_card(plan.kid, row.id, seq, message)
        plan.then(lambda unit: unit.outbox.supersede_cards(row.id))
        plan.then(
            lambda unit: unit.outbox.add(
                row.blind_address, row.id, seq, kind, sealed, not_before=plan.at, hold=False
            )
        )

    def _keeps(self, plan: Plan) -> timedelta:
        if plan.draft.case is not None and plan.draft.case.sent:
            return _FILED_KEEPS
        if plan.ended:
            return _ENDED_KEEPS
        if plan.draft.snapshot.private:
            return KEEPS
        return timedelta(hours=self._settings.draft_hours)


def _put_back(row_id: int, sealed: bytes, unit: Unit) -> None:
    unit.inbox.reseal(row_id, sealed)
