"""Turns an opened transcript into what the reading page shows: who said what, what replaces what, and every
finding by name.

1. The reporter's words are shown as they are; only invisible characters are made visible.
2. A record that does not open is a notice in its place, never a gap that nobody sees.
3. Nothing here opens, keeps or decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from admin.findings import FINDINGS, NOT_THEIRS, Explained
from admin.shown import shown
from storage.errors import CannotOpen
from storage.officer_seals import Entry, Transcript
from storage.records import OfficerRow
from storage.transcripts import Record

_MINE = ("o", "n")
Vouch = Callable[[Entry, OfficerRow], None]


@dataclass(frozen=True, slots=True)
class Item:
    """One message, note or notice."""

    seq: int
    who: str = ""
    at: datetime | None = None
    asked: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    language: str = ""
    altered: bool = False
    mine: bool = False
    replaced: int = 0
    replaces: int = 0
    marks: tuple[str, ...] = ()
    notice: Explained | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A whole case, laid out."""

    told: tuple[Item, ...] = field(repr=False)
    later: tuple[Item, ...] = field(repr=False)
    notes: tuple[Item, ...] = field(repr=False)
    tail: tuple[Item, ...] = field(repr=False)
    findings: tuple[Explained, ...]


def lay_out(transcript: Transcript, officers: Mapping[str, OfficerRow], vouch: Vouch) -> Conversation:
    """Lay a transcript out.

    ``officers`` by hexadecimal id; ``vouch`` checks that an officer wrote an entry.
    """
    replaced = {
        entry.record.corrects: entry.seq
        for entry in transcript.entries
        if entry.record and entry.record.corrects and entry.direction == "r"
    }
    parts: dict[str, list[Item]] = {"told": [], "later": [], "notes": [], "tail": []}
    for entry in transcript.entries:
        item = _item(entry, officers, vouch, replaced.get(entry.seq, 0))
        parts[_part(entry)].append(item)
    kinds = dict.fromkeys(finding.kind for finding in transcript.findings)
    findings = tuple(_explained(kind, transcript) for kind in kinds if kind)
    return Conversation(
        tuple(parts["told"]), tuple(parts["later"]), tuple(parts["notes"]), tuple(parts["tail"]), findings
    )


def _part(entry: Entry) -> str:
    if entry.finding == "UnauthenticatedTail":
        return "tail"
    if entry.direction == "n":
        return "notes"
    if entry.direction == "o" or (entry.record is not None and entry.record.kind == "statement"):
        return "later"
    return "told"


def _item(entry: Entry, officers: Mapping[str, OfficerRow], vouch: Vouch, replaced: int) -> Item:
    record = entry.record
    if record is None:
        kind = entry.finding if entry.finding in FINDINGS else "Record"
        return Item(
            entry.seq, notice=FINDINGS["Record" if kind == "UnauthenticatedTail" else kind].at(entry.seq)
        )
    words, asked = shown(record.answer), shown(record.asked)
    who, marks = _author(entry, record, officers, vouch)
    return Item(
        seq=entry.seq,
        who=who,
        at=datetime.fromtimestamp(record.t, UTC),
        asked=asked.text,
        text=words.text,
        language=record.lang if record.lang.replace("-", "").isalnum() else "",
        altered=words.altered or asked.altered,
        mine=entry.direction in _MINE,
        replaced=replaced,
        replaces=record.corrects if entry.direction == "r" else 0,
        marks=(*_kind(record), *marks),
    )


def _author(
    entry: Entry, record: Record, officers: Mapping[str, OfficerRow], vouch: Vouch
) -> tuple[str, tuple[str, ...]]:
    if entry.finding == "UnauthenticatedTail":
        return "Nobody knows who", ()
    if entry.direction not in _MINE:
        return "Reporter", ()
    officer = officers.get(record.src.officer)
    if officer is None:
        return "Unknown officer", (NOT_THEIRS,)
    try:
        vouch(entry, officer)
    except CannotOpen:
        return f"{officer.name}, it says", (NOT_THEIRS,)
    return officer.name, ()


def _kind(record: Record) -> tuple[str, ...]:
    marks = []
    if record.kind == "aside":
        marks.append("Written while another question was on the screen.")
    if record.kind == "statement":
        marks.append("Added after it was sent.")
    if not record.reviewed:
        marks.append("The wording of this question had not been reviewed in this language.")
    if record.lang != "en":
        marks.append(
            f"Language of the conversation: {record.lang}. Needs a translator if you do not read it."
        )
    return tuple(marks)


def _explained(kind: str, transcript: Transcript) -> Explained:
    seqs = [finding.seq for finding in transcript.findings if finding.kind == kind]
    return FINDINGS[kind].at(*seqs)
