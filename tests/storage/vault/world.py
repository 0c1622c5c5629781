"""A deployment in a folder, with a team, an officer and an authoriser, for the tests of the vault.

Real files, real keys, the least permitted passphrase cost; stands in for nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from storage.errors import BadEnvelope, CannotOpen, Tampered, UnknownKey, WrongPassphrase
from storage.officer_seals import CaseKey, OfficerRoot, OfficerSeals
from storage.records import CaseRow, CaseWrapRow, OfficerRow, RecordRow, TeamKeyRow, TeamWrapRow
from storage.reporter_seals import ReporterSeals
from storage.transcripts import Record, Source, to_bytes
from storage.vault.keystore import open_admin_keystore, open_bot_keystore
from storage.vault.passphrase import LEAST

PASSPHRASE = "a passphrase of the test officer"
DECLARED = (BadEnvelope, UnknownKey, Tampered, WrongPassphrase)


@dataclass(frozen=True)
class Filed:
    """A case as the database would hold it once it is filed."""

    case: CaseRow
    records: list[RecordRow]
    wrap: CaseWrapRow


class World:
    """One deployment and its people."""

    def __init__(self, root: Path) -> None:
        self.root = root / "keystore"
        self.deployment = os.urandom(16)
        self.bot_keys = open_bot_keystore(self.root)
        self.admin_keys = open_admin_keystore(self.root)
        self.bot = ReporterSeals(self.bot_keys, self.deployment)
        self.admin = OfficerSeals(self.admin_keys, self.deployment, LEAST)
        self.officer, self.one_time = self.enrol("ann", "officer")
        self.authoriser, _ = self.enrol("bea", "authoriser")
        self.team_id = os.urandom(16)
        self.team, self.wrap = self.admin.make_team(self.team_id, "team", 1, self.officer)
        self.authorisers, self.authoriser_wrap = self.admin.make_team(
            self.team_id, "authorisers", 1, self.authoriser
        )
        self.signed_in = self.admin.unlock(self.officer, PASSPHRASE)

    def enrol(self, login: str, role: str) -> tuple[OfficerRow, str]:
        """Enrol someone under the passphrase of every test."""
        return self.admin.enrol(os.urandom(16), login, login.title(), role, PASSPHRASE)

    def file(self, *answers: str) -> Filed:
        """Make a case, keep these answers and file it."""
        new = self.bot.new_case(os.urandom(16), self.team)
        head, rows = new.head, []
        for answer in answers:
            blob, head = self.bot.append(new.id, new.public_key, head, "r", a_record(answer))
            rows.append(RecordRow(new.id, head.n, "r", None, blob))
        wrap = self.bot.file(new.id, new.team_id, new.epoch, new.team_wrap)
        return Filed(a_case(new.id, self.team_id, new.public_key, head), rows, wrap)

    def open(self, filed: Filed, root: OfficerRoot | None = None, wrap: TeamWrapRow | None = None) -> CaseKey:
        """Open a case as the test's officer, or as another."""
        return self.admin.open_case(root or self.signed_in, wrap or self.wrap, filed.case, filed.wrap)


def a_record(answer: str) -> bytes:
    """Write a record that says this and nothing else of interest."""
    return to_bytes(
        Record("words", 1_700_000_000, Source("web"), asked="What made you worried?", answer=answer)
    )


def a_case(case_id: bytes, team_id: bytes, public_key: bytes, head: object) -> CaseRow:
    """Write the row of a case that is filed and otherwise plain."""
    blank = CaseRow(
        id=case_id,
        reference="TEST-0000",
        team_id=team_id,
        public_key=public_key,
        head_n=0,
        head_hash=b"",
        head_signature=b"",
        head_signer="",
        stage="new",
        urgent=False,
        area="",
        owner_id=None,
        version=1,
        flagged=False,
        filed_hour=None,
        waiting_hour=None,
        closed_hour=None,
        outcome="",
    )
    return with_head(blank, head)


def with_head(case: CaseRow, head: object) -> CaseRow:
    """Put a head into a case's row."""
    names = {"head_n": "n", "head_hash": "hash", "head_signature": "signature", "head_signer": "signer"}
    return replace(case, **{column: getattr(head, name) for column, name in names.items()})


def substituted(row: TeamKeyRow, public_key: bytes) -> TeamKeyRow:
    """Put another key into a team's row, as someone who can write to the database would."""
    return replace(row, public_key=public_key)


def refuses(call: Callable[[], object], *kinds: type[CannotOpen]) -> None:
    """Hold that a call raises one of these kinds (none given: any declared one) and that no cause leaks."""
    with pytest.raises(kinds or DECLARED) as caught:
        call()
    assert type(caught.value) in (kinds or DECLARED)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
