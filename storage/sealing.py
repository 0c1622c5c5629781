"""What binds every sealed value to its place, in one table.

Each builder below writes the associated data of one column.

1. Every place begins with its purpose and the deployment, then the row's own immutable identity: a value
   copied to another row, column or deployment does not open.
2. ``SEALED`` names every sealed column; a column of that name without an entry, or the reverse, is an error
   (house test).
3. Nothing here seals: ``reporter_seals`` and ``officer_seals`` do, in the open, at each use.
"""

from __future__ import annotations

from storage.vault.canonical import tup

SEALED = {
    "inbox.sealed_event": "event: door, ext_id · draft key",
    "conversations.sealed_draft": "draft: conversation, version · draft key",
    "routes.sealed_route": "route: blind address · route key",
    "records.sealed_record": "msg: case, seq, direction · case key",
    "case_wraps.sealed_wrap": "case-wrap: case, team, kind, epoch, shred version · shred key; "
    "in it case-key: case, team, kind, epoch · team key",
    "identities.sealed_capsule": "identity: case · a key in two shares",
    "identities.sealed_team_share": "identity-shred: case · shred key; "
    "in it identity-share: case, team, kind, epoch · team key",
    "identities.sealed_authoriser_share": "identity-share: case, team, kind, epoch · authorisers' key",
    "officers.sealed_root": "officer-root: officer · passphrase and pepper",
    "officers.sealed_totp": "totp: officer, login, role, both public keys · admin secret",
    "sessions.sealed_root": "session: sid, officer · the cookie",
    "team_wraps.sealed_wrap": "team-wrap: team, kind, epoch, officer · officer's key",
    "outbox.sealed_message": "card: conversation, seq · draft key; or reply: blind address, seq · out key",
    "marks.sealed_marks": "marks: blind address · route key",
    "feedback.sealed_feedback": "feedback: id, day, team, epoch · team key",
}


class Places:
    """Writes associated data for one deployment."""

    def __init__(self, deployment: bytes) -> None:
        """Bind to the sixteen bytes that name this deployment."""
        self.deployment = deployment

    def event(self, door: str, ext_id: str) -> bytes:
        """inbox.sealed_event."""
        return tup("cl1/event", self.deployment, door, ext_id)

    def draft(self, conversation_id: bytes, version: int) -> bytes:
        """conversations.sealed_draft: an older version put back does not open as the current one."""
        return tup("cl1/draft", self.deployment, conversation_id, version)

    def route(self, blind_address: bytes) -> bytes:
        """routes.sealed_route."""
        return tup("cl1/route", self.deployment, blind_address)

    def marks(self, blind_address: bytes) -> bytes:
        """marks.sealed_marks."""
        return tup("cl1/marks", self.deployment, blind_address)

    def card(self, conversation_id: bytes, seq: int) -> bytes:
        """outbox.sealed_message of a card."""
        return tup("cl1/card", self.deployment, conversation_id, seq)

    def reply(self, blind_address: bytes, seq: int) -> bytes:
        """outbox.sealed_message of an officer's answer."""
        return tup("cl1/reply", self.deployment, blind_address, seq)

    def record(self, case_id: bytes, seq: int, direction: str) -> bytes:
        """records.sealed_record."""
        return tup("cl1/msg", self.deployment, case_id, seq, direction)

    def author(self, case_id: bytes, seq: int, direction: str, record: bytes) -> bytes:
        """What an officer signs of a record they wrote; the signature stands inside it, in no column."""
        return tup("cl1/author", self.deployment, case_id, seq, direction, record)

    def case_key(self, case_id: bytes, team_id: bytes, kind: str, epoch: int) -> bytes:
        """The case key, sealed to the team.

        Kept in the draft until filing, then inside case_wraps.sealed_wrap.
        """
        return tup("cl1/case-key", self.deployment, case_id, team_id, kind, epoch)

    def case_wrap(self, case_id: bytes, team_id: bytes, kind: str, epoch: int, shred_version: int) -> bytes:
        """case_wraps.sealed_wrap."""
        return tup("cl1/case-wrap", self.deployment, case_id, team_id, kind, epoch, shred_version)

    def identity(self, case_id: bytes) -> bytes:
        """identities.sealed_capsule."""
        return tup("cl1/identity", self.deployment, case_id)

    def identity_share(self, case_id: bytes, team_id: bytes, kind: str, epoch: int) -> bytes:
        """identities.sealed_authoriser_share, and what stands inside sealed_team_share."""
        return tup("cl1/identity-share", self.deployment, case_id, team_id, kind, epoch)

    def identity_shred(self, case_id: bytes) -> bytes:
        """identities.sealed_team_share, the outer layer."""
        return tup("cl1/identity-shred", self.deployment, case_id)

    def team_wrap(self, team_id: bytes, kind: str, epoch: int, officer_id: bytes) -> bytes:
        """team_wraps.sealed_wrap."""
        return tup("cl1/team-wrap", self.deployment, team_id, kind, epoch, officer_id)

    def officer_root(self, officer_id: bytes) -> bytes:
        """officers.sealed_root."""
        return tup("cl1/officer-root", self.deployment, officer_id)

    def totp(self, officer_id: bytes, login: str, role: str, kem_public: bytes, sign_public: bytes) -> bytes:
        """officers.sealed_totp.

        It vouches for the whole row: an edited role or a substituted key opens no more.
        """
        return tup("cl1/totp", self.deployment, officer_id, login, role, kem_public, sign_public)

    def session(self, sid: bytes, officer_id: bytes) -> bytes:
        """sessions.sealed_root."""
        return tup("cl1/session", self.deployment, sid, officer_id)

    def feedback(self, feedback_id: bytes, day: str, team_id: bytes, epoch: int) -> bytes:
        """feedback.sealed_feedback."""
        return tup("cl1/feedback", self.deployment, feedback_id, day, team_id, epoch)
