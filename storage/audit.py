"""The log of who did what: append-only, one hash chain a writer, written in the transaction it speaks of.

1. An entry that cannot be written fails the unit: nothing happens unlogged.
2. A chain has one writer at a time; its head is read in the transaction, so a unit that is rolled back takes
   its entries with it and leaves the chain whole.
3. ``verify`` is a pure function: it needs no database and no key.

Never holds content: what an entry may hold is listed in ``audit_rules``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from sqlalchemy import Connection, bindparam, insert, select

from storage import audit_rules
from storage.records import AuditEntry
from storage.rows import Rows
from storage.tables import audit
from storage.vault.canonical import tup

GENESIS = bytes(32)
Kind = Literal["ALTERED", "GAP", "REORDERED", "BROKEN", "TRUNCATED", "REWRITTEN"]

_LAST = (
    select(audit.c.n, audit.c.hash)
    .where(audit.c.chain == bindparam("chain"))
    .order_by(audit.c.n.desc())
    .limit(1)
)
_ADD = insert(audit)
_ENTRY = (audit.c.chain, audit.c.n, audit.c.previous, audit.c.body, audit.c.hash)


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong in one chain."""

    chain: str
    n: int
    kind: Kind


class Audit(Rows):
    """The log, as one writer sees it."""

    def __init__(self, connection: Connection, now: datetime, chain: str) -> None:
        """Take the transaction and the chain that this writer holds."""
        super().__init__(connection, now)
        self._chain = chain
        self._head: tuple[int, bytes] | None = None

    def add(
        self,
        event: str,
        actor: str | bytes | None,
        case: bytes | None = None,
        reason_code: str = "",
        **facts: object,
    ) -> AuditEntry:
        """Append an entry to this writer's chain: ``actor`` is an officer's id, ``reporter``, ``system`` or
        None for nobody.

        Raises: ValueError for what no log may hold.
        """
        n, previous = self._head or self._last()
        n += 1
        body = audit_rules.body(
            event, actor, self._now, case=case, reason_code=reason_code, facts=facts, place=(self._chain, n)
        )
        entry = AuditEntry(self._chain, n, previous, body, link(self._chain, n, previous, body))
        values = {
            "chain": entry.chain,
            "n": n,
            "previous": previous,
            "body": body,
            "hash": entry.hash,
            "case_id": case,
            "head_n": facts.get("n") if "h" in facts else None,
        }
        self._run(_ADD, values)
        self._head = n, entry.hash
        return entry

    def _last(self) -> tuple[int, bytes]:
        found = self._one(_LAST, {"chain": self._chain})
        return (0, GENESIS) if found is None else (found.n, found.hash)

    def anchor(self, case_id: bytes) -> tuple[int, bytes] | None:
        """Give the newest head of a case that the log bears witness to: (n, 16 bytes of its hash)."""
        query = select(audit.c.body).where(audit.c.case_id == case_id, audit.c.head_n.is_not(None))
        found = self._one(query.order_by(audit.c.head_n.desc()).limit(1))
        if found is None:
            return None
        body = json.loads(found.body)
        return int(body["n"]), bytes.fromhex(body["h"])

    def chains(self) -> list[str]:
        """List the chains."""
        return [str(r.chain) for r in self._all(select(audit.c.chain).distinct().order_by(audit.c.chain))]

    def entries(self, chain: str, from_n: int = 1, limit: int | None = None) -> list[AuditEntry]:
        """List one chain from a number on."""
        query = select(*_ENTRY).where(audit.c.chain == chain, audit.c.n >= from_n).order_by(audit.c.n)
        return [AuditEntry(*r) for r in self._all(query.limit(limit) if limit is not None else query)]

    def of_case(self, case_id: bytes, limit: int = 100) -> list[AuditEntry]:
        """List what the log says of one case, chain by chain, newest first."""
        query = select(*_ENTRY).where(audit.c.case_id == case_id).order_by(audit.c.chain, audit.c.n.desc())
        return [AuditEntry(*r) for r in self._all(query.limit(limit))]

    def verify(self, heads: Mapping[str, tuple[int, bytes]] | None = None) -> list[Fault]:
        """Check every chain, against ``heads`` known from elsewhere where there are any."""
        known = dict(heads or {})
        names = sorted({*self.chains(), *known})
        found = (verify(self.entries(name), chain=name, head=known.get(name)) for name in names)
        return [fault for fault in found if fault is not None]


def link(chain: str, n: int, previous: bytes, body: str) -> bytes:
    """Give the hash that binds an entry to its place."""
    return sha256(tup("cl1/audit", chain, n, previous, body)).digest()


def verify(
    entries: Sequence[AuditEntry],
    *,
    chain: str = "",
    head: tuple[int, bytes] | None = None,
    after: AuditEntry | None = None,
) -> Fault | None:
    """Give the first thing wrong with a chain, or None: entries in order from the first, or from the one
    after ``after``.

    ``head`` is a number and hash known from elsewhere: without one a cut tail leaves no trace.
    """
    n, previous = (after.n, after.hash) if after is not None else (0, GENESIS)
    name = chain or (entries[0].chain if entries else "")
    for entry in entries:
        kind = _wrong(entry, name, n, previous)
        if kind is None and head is not None and entry.n == head[0] and entry.hash != head[1]:
            kind = "REWRITTEN"
        if kind is not None:
            return Fault(name, n + 1, kind)
        n, previous = entry.n, entry.hash
    if head is not None and n < head[0]:
        return Fault(name, n + 1, "TRUNCATED")
    return None


def _wrong(entry: AuditEntry, chain: str, n: int, previous: bytes) -> Kind | None:
    if entry.n != n + 1:
        return "GAP" if entry.n > n else "REORDERED"
    if entry.chain != chain or link(entry.chain, entry.n, entry.previous, entry.body) != entry.hash:
        return "ALTERED"
    return None if entry.previous == previous else "BROKEN"


def root(leaves: Sequence[bytes]) -> bytes:
    """Give the RFC 6962 tree head over leaves: what a checkpoint signs."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()
