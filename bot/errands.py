"""Carries out what the engine asks for: seals records, makes and files the case, puts a name behind two
people's keys. Everything becomes part of the plan; only the keystore is touched at once, because a key must
stand before the row that names it.

1. The case key is made at the first kept answer and its secret forgotten in the same breath.
2. Filing: shred key first, then the row that is sealed under it, then the old draft key is destroyed.
3. Whatever was kept and not sent goes with its key.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot import waypoints
from bot.drafts import DraftCase
from bot.plan import Plan
from bot.teams import Standing
from dialogs import effects
from dialogs.facts import Facts
from storage import transcripts
from storage.errors import Unavailable
from storage.records import AlarmRow, CaseRow, InboxRow, RecordRow, TeamKeyRow
from storage.vault.transcript import Head

if TYPE_CHECKING:
    from dialogs.library import Library
    from storage.reporter_seals import ReporterSeals
    from storage.unit_of_work import Unit


def renew_key(plan: Plan, seals: ReporterSeals) -> None:
    """Give the conversation a new draft key; the one before is destroyed after the commit."""
    plan.retired_keys.append(plan.kid)
    plan.kid = seals.new_draft_key()
    plan.made_keys.append(plan.kid)


class Errands:
    """One turn's effects on their way into the plan."""

    def __init__(
        self,
        seals: ReporterSeals,
        library: Library,
        plan: Plan,
        facts: Facts,
        standing: Standing,
        source: InboxRow,
    ) -> None:
        """Take what seals, the words that questions are kept in, and the turn that is planned."""
        self._seals, self._library = seals, library
        self._plan, self._facts, self._standing, self._source = plan, facts, standing, source
        self._kept_of_source = 0

    def carry_out(self, effect: effects.Effect) -> None:
        """Carry out one effect."""
        match effect:
            case effects.Show():
                self._plan.screen = effect.screen
            case effects.Keep():
                self._keep(effect)
            case effects.KeepIdentity():
                self._keep_identity(effect)
            case effects.FileConcern():
                self._file(effect)
            case effects.MarkUrgent():
                self._mark_urgent()
            case effects.KeepFeedback():
                self._keep_feedback(effect)
            case effects.Discard():
                self._discard()
            case effects.ClearChat():
                self._plan.clear = True
            case effects.Close():
                self._plan.ended = True

    # A record of the case

    def _keep(self, effect: effects.Keep) -> None:
        case = self._case()
        wording = self._library.wording
        language = wording.said_in(effect.asked.key, effect.language)
        answer = effect.answer or (wording.text(effect.label, language) if effect.label else effect.option)
        corrects = case.seqs[effect.corrects - 1] if 0 < effect.corrects <= len(case.seqs) else 0
        record = transcripts.Record(
            kind=effect.kind,
            t=int(self._facts.now.timestamp()),
            src=transcripts.Source(door=self._facts.door),
            flow=effect.flow,
            edition=effect.edition,
            question=effect.question,
            asked=wording.text(effect.asked, language),
            lang=language,
            reviewed=wording.reviewed(effect.asked.key, language),
            answer=answer,
            corrects=corrects,
        )
        self._append(case, record)

    def _append(self, case: DraftCase, record: transcripts.Record) -> None:
        before = self._plan.head
        if before is None:
            raise Unavailable("the case of this conversation is gone")
        blob, head = self._seals.append(case.id, case.public_key, before, "r", transcripts.to_bytes(record))
        tag = self._seals.update_tag(self._source.door, self._source.ext_id, self._kept_of_source)
        self._kept_of_source += 1
        row = RecordRow(case.id, head.n, "r", tag, blob)
        self._plan.head = head
        self._plan.draft = replace(self._plan.draft, case=replace(case, seqs=(*case.seqs, head.n)))
        self._plan.then(lambda unit: unit.cases.append(case.id, before.n, row, head))
        self._audit("msg_in", case.id, n=head.n, head=head)

    def _case(self) -> DraftCase:
        """The case of this conversation, made now when this is the first thing kept."""
        if self._plan.draft.case is not None:
            return self._plan.draft.case
        team = self._team()
        made = self._seals.new_case(secrets.token_bytes(16), team)
        waypoints.passed("case key made")
        case = DraftCase(made.id, made.public_key, made.team_wrap, made.team_id, made.epoch)
        row = _new_case_row(case, made.head)
        self._plan.then(lambda unit: unit.cases.add(row))
        self._plan.head = made.head
        self._plan.draft = replace(self._plan.draft, case=case)
        self._audit("case_open", case.id, n=0, head=made.head)
        return case

    # Who they are

    def _keep_identity(self, effect: effects.KeepIdentity) -> None:
        authorisers = self._standing.authorisers
        if authorisers is None or not effect.given:
            return
        case = self._case()
        identity = json.dumps({"v": 1, "given": list(effect.given)}, ensure_ascii=False).encode()
        row = self._seals.seal_identity(case.id, self._team(), authorisers, identity)
        self._plan.identities.append(row)
        self._plan.then(lambda unit: unit.identities.put(row))
        self._audit("identity_in", case.id)

    # Sending, and what comes after

    def _file(self, effect: effects.FileConcern) -> None:
        case = self._case()
        if case.sent:
            if effect.urgent:
                self._mark_urgent()
            return
        wrap = self._seals.file(case.id, case.team_id, case.epoch, case.team_wrap)
        self._plan.shreds.append((case.id, wrap.shred_version))
        waypoints.passed("shred key put")
        hour = _hour(self._facts.now)
        self._plan.then(
            lambda unit: unit.cases.file(case.id, effect.reference, effect.urgent, effect.area, wrap, hour)
        )
        if effect.urgent:
            self._raise_alarm(case.id, effect.reference, "filed as urgent")
        self._audit("case_submit", case.id)
        self._plan.replies = effect.replies
        self._plan.draft = replace(self._plan.draft, case=case.filed())
        renew_key(self._plan, self._seals)

    def _mark_urgent(self) -> None:
        case = self._plan.draft.case
        if case is None:
            return
        self._plan.then(lambda unit: unit.cases.mark_urgent(case.id))
        self._raise_alarm(case.id, self._plan.draft.snapshot.reference, "got worse")
        self._audit("urgency", case.id)

    def _raise_alarm(self, case_id: bytes, reference: str, reason: str) -> None:
        row = AlarmRow(secrets.token_bytes(16), case_id, reference, self._facts.now, reason, None, None)
        self._plan.then(lambda unit: unit.alarms.raise_(row))

    def _keep_feedback(self, effect: effects.KeepFeedback) -> None:
        if self._standing.team is None:
            return
        given = {
            "v": 1,
            "found": effect.found,
            "useful": effect.useful,
            "stars": effect.stars,
            "comment": effect.comment,
        }
        day = self._facts.now.date().isoformat()
        sealed = json.dumps(given, ensure_ascii=False).encode()
        row = self._seals.seal_feedback(secrets.token_bytes(16), self._standing.team, day, sealed)
        self._plan.then(lambda unit: unit.feedback.add(row))
        self._plan.then(lambda unit: unit.audit.add("feedback_in", "reporter"))

    def _discard(self) -> None:
        case = self._plan.draft.case
        if case is not None and not case.sent:
            self._plan.then(lambda unit: unit.cases.discard(case.id))
            self._audit("discard", case.id)
            self._plan.draft = replace(self._plan.draft, case=None)
            self._plan.head = None
        renew_key(self._plan, self._seals)

    # What they share

    def _team(self) -> TeamKeyRow:
        if self._standing.team is None:
            raise Unavailable("no certified team key")
        return self._standing.team

    def _audit(self, event: str, case_id: bytes, n: int | None = None, head: Head | None = None) -> None:
        def write(unit: Unit) -> None:
            if head is None:
                unit.audit.add(event, "reporter", case=case_id)
            else:
                unit.audit.add(event, "reporter", case=case_id, n=n, h=head.hash[:16].hex())

        self._plan.then(write)


def _new_case_row(case: DraftCase, head: Head) -> CaseRow:
    return CaseRow(
        id=case.id,
        reference="",
        team_id=case.team_id,
        public_key=case.public_key,
        head_n=head.n,
        head_hash=head.hash,
        head_signature=head.signature,
        head_signer=head.signer,
        stage="drafting",
        urgent=False,
        area="",
        owner_id=None,
        version=0,
        flagged=False,
        filed_hour=None,
        waiting_hour=None,
        closed_hour=None,
        outcome="",
    )


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
