"""Rows for the tests of the store: what looks sealed has the shape of an envelope and nothing in it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from storage.records import (
    Arrival,
    CaseRow,
    CaseWrapRow,
    ConversationRow,
    IdentityRow,
    OfficerRow,
    RecordRow,
    SessionRow,
    TeamKeyRow,
    TeamWrapRow,
)
from storage.unit_of_work import Unit
from tests.storage.conftest import START

TEAM = bytes(16)


@dataclass(frozen=True)
class Head:
    """A head that nobody signed."""

    n: int
    hash: bytes = b"h" * 32
    signature: bytes = b"s" * 64
    signer: str = "bot"


def each(*works: Callable[[Unit], object]) -> Callable[[Unit], None]:
    """Several steps as one unit."""

    def work(unit: Unit) -> None:
        for step in works:
            step(unit)

    return work


def name() -> bytes:
    """A fresh id."""
    return secrets.token_bytes(16)


def envelope(kid: bytes, body: bytes = b"sealed") -> bytes:
    """What a value sealed under a symmetric key looks like from outside."""
    return b"CL\x01\x21" + kid + bytes(32) + body + bytes(16)


def conversation(**more: Any) -> ConversationRow:
    """A conversation that has just begun."""
    row = ConversationRow(
        id=name(),
        blind_address=name(),
        door="telegram",
        version=0,
        pending=0,
        private=False,
        draft_kid=name(),
        sealed_draft=b"draft",
        sealed_route=b"route",
        case_id=None,
        replies="none",
        expires_at=START + timedelta(hours=72),
    )
    return replace(row, **more)


def arrival(of: ConversationRow, ext_id: str = "1", **more: Any) -> Arrival:
    """An event of a conversation."""
    ordinal = int(ext_id) if ext_id.isdigit() else 0
    sealed = None if of.private else envelope(of.draft_kid)
    return replace(Arrival(of.door, ext_id, ordinal, of.blind_address, of.id, sealed), **more)


def case(**more: Any) -> CaseRow:
    """A case that was not sent yet."""
    row = CaseRow(
        id=name(),
        reference="",
        team_id=TEAM,
        public_key=b"p" * 1216,
        head_n=0,
        head_hash=b"g" * 32,
        head_signature=b"s" * 64,
        head_signer="bot",
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
    return replace(row, **more)


def record(of: CaseRow, seq: int, direction: str = "r", tag: bytes | None = None) -> RecordRow:
    """A record of a case."""
    return RecordRow(of.id, seq, direction, tag, b"record %d" % seq)


def wrap(of: CaseRow) -> CaseWrapRow:
    """The key of a case, wrapped to the team."""
    return CaseWrapRow(of.id, TEAM, "team", 1, 1, b"wrap")


def identity(of: CaseRow) -> IdentityRow:
    """A capsule."""
    return IdentityRow(of.id, b"capsule", b"one", b"two")


def officer(login: str = "amal", **more: Any) -> OfficerRow:
    """An officer."""
    row = OfficerRow(
        name(), login, login.title(), "officer", "active", b"kem", b"sign", b"root", b"a" * 32, b"totp"
    )
    return replace(row, **more)


def team(kind: str = "team", epoch: int = 1) -> TeamKeyRow:
    """A team key."""
    return TeamKeyRow(TEAM, kind, epoch, b"public", b"certificate", b"signature")


def team_wrap(of: OfficerRow, kind: str = "team", epoch: int = 1) -> TeamWrapRow:
    """A team's secret, sealed to an officer."""
    return TeamWrapRow(TEAM, kind, epoch, of.id, b"wrap")


def session(of: OfficerRow, at: datetime = START) -> SessionRow:
    """A session."""
    return SessionRow(secrets.token_bytes(32), of.id, b"root", at, at, b"agent")


def filed(unit: Unit, reference: str = "", urgent: bool = False, at: datetime | None = None) -> CaseRow:
    """Make a case and file it; give it as it stands."""
    row = case()
    unit.cases.add(row)
    unit.cases.append(row.id, 0, record(row, 1), Head(1))
    hour = (at or unit.now).replace(minute=0, second=0, microsecond=0)
    unit.cases.file(row.id, reference or secrets.token_hex(4), urgent, "coventry", wrap(row), hour)
    return unit.cases.get(row.id)
