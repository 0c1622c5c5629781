"""What one sealed record says once it is open, and its one way to and from bytes.

1. Canonical JSON: the same record is always the same bytes, so that a signature over it means one thing.
2. A record keeps the question as it was asked, with its language and review state; it is never rewritten,
   only corrected by a later one.
3. Nothing here seals, opens or stores; nothing here is ever printed.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields

from storage.errors import BadEnvelope

EDITION = 1


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record came from.

    The door, and for an officer's words who wrote them and their signature (hexadecimal).
    """

    door: str
    officer: str = ""
    signature: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a case.

    ``kind`` says what it is: ``answer``, ``correction``, ``reply``, ``note``, ``filed`` …

    ``asked`` is the question as the reporter saw it; ``corrects`` the number of the record that this one
    corrects (0: none); ``t`` the second, as Unix time.
    """

    kind: str
    t: int
    src: Source
    flow: str = ""
    edition: str = ""
    question: str = ""
    asked: str = field(default="", repr=False)
    lang: str = "en"
    reviewed: bool = True
    answer: str = field(default="", repr=False)
    corrects: int = 0
    v: int = EDITION


def to_bytes(record: Record) -> bytes:
    """Write a record as canonical JSON."""
    return json.dumps(asdict(record), sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode(
        "ascii"
    )


def from_bytes(data: bytes) -> Record:
    """Read a record back.

    Raises: BadEnvelope when it is not a record of an edition that this program knows.
    """
    try:
        body = json.loads(data)
        source = body.pop("src")
        record = Record(src=Source(**source), **body)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadEnvelope("not a record") from None
    if not _well_formed(record, Record) or not _well_formed(record.src, Source) or record.v != EDITION:
        raise BadEnvelope("not a record of a known edition")
    return record


_KINDS = {"str": str, "int": int, "bool": bool, "Source": Source}


def _well_formed(value: Record | Source, shape: type[Record] | type[Source]) -> bool:
    return all(type(getattr(value, part.name)) is _KINDS[str(part.type)] for part in fields(shape))
