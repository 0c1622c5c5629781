"""What may stand in the log: the closed lists of events and of facts, and the one form of an entry.

1. An event outside the list, a fact outside the list or a value that could be words is a fault of the
   program.
2. What a reporter did carries the hour only, and no network; what an officer did carries the millisecond.
3. The body is canonical JSON: one event, one byte string.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

VERSION = 1
EVENTS: Mapping[str, frozenset[str]] = {
    "collection": frozenset({"case_open", "msg_in", "case_submit", "identity_in", "feedback_in", "att_in"}),
    "alteration": frozenset(
        {
            "status",
            "assign",
            "claim",
            "release",
            "lapse",
            "note",
            "urgency",
            "redact",
            "close",
            "reopen",
            "alarm_acknowledged",
        }
    ),
    "consultation": frozenset(
        {"list_view", "case_read", "att_view", "search", "audit_read", "feedback_read", "case_view"}
    ),
    "disclosure": frozenset(
        {
            "reply_sent",
            "identity_request",
            "identity_approve",
            "identity_refuse",
            "identity_open",
            "export",
            "referral",
        }
    ),
    "combination": frozenset({"link", "merge", "same_sender_flag"}),
    "erasure": frozenset({"retention_erase", "officer_erase", "reporter_wipe", "draft_expired", "discard"}),
    "security": frozenset(
        {
            "signed_in",
            "sign_in_failed",
            "sign_in_not_admitted",
            "signed_out",
            "signed_out_everywhere",
            "session_ended",
            "step_up",
            "lockout",
            "officer_added",
            "officer_admitted",
            "officer_revoked",
            "team_made",
            "passphrase_changed",
            "totp_changed",
            "integrity_failure",
            "config",
            "start",
            "stop",
            "clock_jump",
            "backup",
            "restore",
            "rate_limit",
            "refused",
        }
    ),
}
FACTS = frozenset(
    [
        "role",
        "session",
        "object",
        "officer",
        "what",
        "n",
        "h",
        "from_n",
        "to_n",
        "reason_ref",
        "recipient",
        "result",
        "stage",
        "outcome",
        "team",
        "team_kind",
        "kind",
        "epoch",
        "count",
        "view",
        "door",
        "seq",
        "uncertain",
        "version",
        "edition",
        "area",
        "status",
        "shred_version",
        "reference",
    ]
)
_KNOWN = frozenset().union(*EVENTS.values())
_HOURLY = EVENTS["collection"]
_PLAIN = re.compile(r"[A-Za-z0-9_.:@/+-]{0,64}")


def body(
    event: str,
    actor: str | bytes | None,
    at: datetime,
    *,
    case: bytes | None,
    reason_code: str,
    facts: Mapping[str, object],
    place: tuple[str, int],
) -> str:
    """Write an entry's body. Raises: ValueError when it would hold what no log may hold."""
    if event not in _KNOWN:
        raise ValueError(f"no event of the log: {event}")
    unknown = set(facts) - FACTS
    if unknown:
        raise ValueError(f"no fact of the log: {sorted(unknown)}")
    entry: dict[str, object] = {name: _plain(name, value) for name, value in facts.items()}
    entry |= {"v": VERSION, "chain": place[0], "i": place[1], "event": event, "actor": _plain("actor", actor)}
    entry["at"] = _moment(at, hourly=actor == "reporter" or event in _HOURLY)
    if case is not None:
        entry["case"] = case.hex()
    if reason_code:
        entry["reason_code"] = _plain("reason_code", reason_code)
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _moment(at: datetime, *, hourly: bool) -> str:
    return (
        at.astimezone(UTC).strftime("%Y-%m-%dT%HZ")
        if hourly
        else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    )


def _plain(name: str, value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    raise ValueError(f"the fact {name} does not look like a code, and the log holds nothing else")
