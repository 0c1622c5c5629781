"""The frozen records that cross the store's door: one a row, sealed columns as the bytes they are.

Nothing here opens or seals. Ids are 16 random bytes. ``*_at`` is UTC and aware; ``*_hour`` a UTC time cut to
the hour, because a clear clock says who was awake when (storage/README.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event as a channel brought it: where from, its name there, and the sealed event (none where
    nothing may be kept).
    """

    door: str
    ext_id: str
    ordinal: int
    blind_address: bytes
    conversation_id: bytes
    sealed_event: bytes | None


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An event that waits to be worked. ``tries`` counts the attempts begun, committed before each."""

    id: int
    door: str
    ext_id: str
    ordinal: int
    blind_address: bytes
    conversation_id: bytes
    received_at: datetime
    tries: int
    sealed_event: bytes | None


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """Where one conversation stands. ``version`` goes up by one with every turn; ``draft_kid`` names its
    draft key.
    """

    id: bytes
    blind_address: bytes
    door: str
    version: int
    pending: int
    private: bool
    draft_kid: bytes
    sealed_draft: bytes | None
    sealed_route: bytes
    case_id: bytes | None
    replies: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RouteRow:
    """How an address is reached, whether or not a conversation is open there."""

    blind_address: bytes
    door: str
    sealed_route: bytes


@dataclass(frozen=True, slots=True)
class ReachRow:
    """Where the reporter of a case is answered, and whether they allowed it (``replies``): outlives the
    conversation.
    """

    case_id: bytes
    blind_address: bytes
    conversation_id: bytes
    door: str
    replies: str


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One move of a case by an officer, or by nobody (a hold that lapsed): ``what`` was done and the
    ``stage`` it led to.
    """

    case_id: bytes
    n: int
    at: datetime
    officer_id: bytes | None
    what: str
    stage: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case. ``stage`` is a stage of ``dialogs.casework``; ``drafting`` until it is filed, and invisible to
    officers until then.
    """

    id: bytes
    reference: str
    team_id: bytes
    public_key: bytes
    head_n: int
    head_hash: bytes
    head_signature: bytes
    head_signer: str
    stage: str
    urgent: bool
    area: str
    owner_id: bytes | None
    version: int
    flagged: bool
    filed_hour: datetime | None
    waiting_hour: datetime | None
    closed_hour: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One sealed record of a case. ``direction``: ``r`` reporter, ``o`` officer's answer, ``n`` officer's
    note, ``s`` the system.
    """

    case_id: bytes
    seq: int
    direction: str
    update_tag: bytes | None
    sealed_record: bytes


@dataclass(frozen=True, slots=True)
class CaseWrapRow:
    """The case key, wrapped to a team key under the case's shred key."""

    case_id: bytes
    team_id: bytes
    kind: str
    epoch: int
    shred_version: int
    sealed_wrap: bytes


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """The identity capsule and its two shares: one to the team, one to the authorisers."""

    case_id: bytes
    sealed_capsule: bytes
    sealed_team_share: bytes
    sealed_authoriser_share: bytes


@dataclass(frozen=True, slots=True)
class TeamKeyRow:
    """A team key as published: ``kind`` is ``team`` or ``authorisers``; the certificate is checked before
    anything is sealed to it.
    """

    team_id: bytes
    kind: str
    epoch: int
    public_key: bytes
    certificate: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class TeamWrapRow:
    """A team key's secret, sealed to one member."""

    team_id: bytes
    kind: str
    epoch: int
    officer_id: bytes
    sealed_wrap: bytes


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """A person who signs in at the officers' door. ``status`` is ``pending``, ``active`` or ``revoked``."""

    id: bytes
    login: str
    name: str
    role: str
    status: str
    kem_public: bytes
    sign_public: bytes
    sealed_root: bytes
    auth_hash: bytes = field(repr=False)
    sealed_totp: bytes = field(repr=False)
    totp_last: int = 0
    failures: int = 0
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """An officer's session: what the database holds opens nothing without the cookie."""

    sid: bytes
    officer_id: bytes
    sealed_root: bytes = field(repr=False)
    created_at: datetime
    seen_at: datetime
    agent_hash: bytes


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """Something that must go out. ``kind``: ``card``, ``reply``, ``clear``. ``uncertain``: an earlier try
    may have arrived. Blob is dropped once it is sent.
    """

    id: int
    blind_address: bytes
    conversation_id: bytes
    seq: int
    kind: str
    state: str
    tries: int
    not_before: datetime
    sealed_message: bytes | None
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class MarkRow:
    """Names of messages in a person's own chat, sealed, while the network lets us delete them."""

    id: int
    blind_address: bytes
    sealed_marks: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An urgent concern that a named person must acknowledge."""

    id: bytes
    case_id: bytes
    reference: str
    raised_at: datetime
    reason: str
    acknowledged_by: bytes | None
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """Feedback sealed to the team, never linked to a case; ``day`` only."""

    id: bytes
    day: str
    team_id: bytes
    epoch: int
    sealed_feedback: bytes


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry of one writer's chain, as it stands in the log. ``body`` is canonical JSON and holds no
    content.
    """

    chain: str
    n: int
    previous: bytes
    body: str
    hash: bytes
