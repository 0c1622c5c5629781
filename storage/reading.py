"""Reads a case back: opens every record and reports, by name, whatever does not fit.

Never raises for a bad record.

What a finding means: ``Gap`` a record is missing · ``Record`` one does not open: altered, or moved here
from elsewhere · ``ChainMismatch`` all open, but they are not what was signed: one was made by someone who
held only the public key · ``HeadForged`` the head's signature does not hold, so nothing vouches for what
follows from it · ``UnauthenticatedTail`` a record beyond the head · ``RolledBack`` whole and signed, but
older than what the audit log vouches for. With any finding, the records that do open are shown but not
vouched for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from storage.errors import CannotOpen, CaseKeyMismatch
from storage.records import CaseRow, RecordRow
from storage.sealing import Places
from storage.transcripts import Record, from_bytes
from storage.vault import primitives
from storage.vault.envelope import OpeningKey
from storage.vault.padding import unpad
from storage.vault.signing import VerifyingKey
from storage.vault.transcript import Chain, Head
from storage.vault.transcript import anchor as shortened

Kind = Literal["", "Gap", "Record", "ChainMismatch", "HeadForged", "UnauthenticatedTail", "RolledBack"]


class CaseKey:
    """A case's key for one request: opaque, and good for that case alone."""

    __slots__ = ("_key", "case_id")

    def __init__(self, case_id: bytes, key: OpeningKey) -> None:
        """Hold a key that was just opened for a case."""
        self.case_id = case_id
        self._key = key

    def open(self, place: bytes, blob: bytes) -> bytes:
        """Open one record. Raises: BadEnvelope, UnknownKey, Tampered."""
        return self._key.open(place, blob)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit, and at which record."""

    kind: Kind
    seq: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the transcript; ``record`` is None where nothing opens, and ``finding`` says why."""

    seq: int
    direction: str
    record: Record | None = field(repr=False)
    finding: Kind = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A case as it reads, and everything that does not fit."""

    entries: tuple[Entry, ...] = field(repr=False)
    findings: tuple[Finding, ...]


def read(
    verifying: Callable[[str], VerifyingKey],
    places: Places,
    key: CaseKey,
    case: CaseRow,
    records: Sequence[RecordRow],
    anchor: tuple[int, bytes] | None,
) -> Transcript:
    """Read a case. Raises: CaseKeyMismatch when the key was opened for another."""
    if key.case_id != case.id:
        raise CaseKeyMismatch("a key of another case")
    chain = Chain(places.deployment, case.id, case.public_key)
    forged = _head(chain, verifying, case)
    within, beyond = _parted(case, records)
    # A forged count may be any number; then only as far as there are records.
    last = max(within, default=0) if forged else case.head_n
    entries = [_entry(places, key, case, within.get(seq), seq) for seq in range(1, last + 1)]
    links = _links(chain, case, within, last)
    findings = [
        *forged,
        *(Finding(entry.finding, entry.seq) for entry in entries if entry.finding),
    ]
    if not findings and not primitives.same(links[-1], case.head_hash):
        findings.append(Finding("ChainMismatch", case.head_n))
    findings += _rolled_back(case, links, anchor, bool(findings))
    tail = [_tail(places, key, case, row) for row in beyond]
    findings += [Finding(entry.finding, entry.seq) for entry in tail]
    return Transcript((*entries, *tail), tuple(findings))


def _parted(case: CaseRow, records: Sequence[RecordRow]) -> tuple[dict[int, RecordRow], list[RecordRow]]:
    within: dict[int, RecordRow] = {}
    beyond = []
    for row in sorted(records, key=lambda row: row.seq):
        if 1 <= row.seq <= case.head_n and row.seq not in within:
            within[row.seq] = row
        else:
            beyond.append(row)
    return within, beyond


def _entry(places: Places, key: CaseKey, case: CaseRow, row: RecordRow | None, seq: int) -> Entry:
    if row is None:
        return Entry(seq, "", None, "Gap")
    record = _opened(places, key, case, row)
    return Entry(seq, row.direction, record, "" if record else "Record")


def _tail(places: Places, key: CaseKey, case: CaseRow, row: RecordRow) -> Entry:
    return Entry(row.seq, row.direction, _opened(places, key, case, row), "UnauthenticatedTail")


def _opened(places: Places, key: CaseKey, case: CaseRow, row: RecordRow) -> Record | None:
    try:
        place = places.record(case.id, row.seq, row.direction)
        return from_bytes(unpad(key.open(place, row.sealed_record)))
    except CannotOpen:
        return None


def _links(chain: Chain, case: CaseRow, within: dict[int, RecordRow], last: int) -> list[bytes]:
    links = [chain.genesis(case.team_id)]
    for seq in range(1, last + 1):
        row = within.get(seq)
        if row is None:
            break
        links.append(chain.link(seq, row.direction, links[-1], row.sealed_record))
    return links


def _head(chain: Chain, verifying: Callable[[str], VerifyingKey], case: CaseRow) -> list[Finding]:
    head = Head(case.head_n, case.head_hash, case.head_signature, case.head_signer)
    try:
        chain.verify(verifying(head.signer), head)
    except CannotOpen:
        return [Finding("HeadForged", case.head_n)]
    return []


def _rolled_back(
    case: CaseRow, links: list[bytes], anchor: tuple[int, bytes] | None, broken: bool
) -> list[Finding]:
    if anchor is None:
        return []
    n, known = anchor
    if not 0 <= n <= case.head_n:
        return [Finding("RolledBack", n)]
    # A chain that is broken already differs from the anchor for that reason; only a whole one that differs
    # was put back and grown anew.
    if not broken and not primitives.same(shortened(links[n]), known):
        return [Finding("RolledBack", n)]
    return []
