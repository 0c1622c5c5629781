"""Everything the officers' door seals and opens, one plain method a deed.

The door itself never sees a primitive.

1. A case opens only with an officer's root, their team wrap and the case's shred key together; none is kept
   between requests.
2. An officer's row vouches for itself: role, login and public keys are bound to a value only this keystore
   makes.
3. Reading a transcript never raises for a bad record (``storage.reading``); it reports it by name.
4. Nothing here touches the database or decides who may do what.

Raises ``CannotOpen`` by its kinds, and ``ValueError`` for a role that may not hold what is asked for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from storage import transcripts
from storage.errors import CaseKeyMismatch, Tampered, WrongPassphrase
from storage.reading import CaseKey, Entry, Finding, Transcript, read
from storage.records import (
    CaseRow,
    CaseWrapRow,
    FeedbackRow,
    OfficerRow,
    RecordRow,
    SessionRow,
    TeamKeyRow,
    TeamWrapRow,
)
from storage.sealing import Places
from storage.vault import onetime, primitives, session, team
from storage.vault.canonical import tup
from storage.vault.envelope import OpeningKey, SealingKey, SymmetricKey
from storage.vault.keystore import AdminKeys
from storage.vault.officer import OfficerRoot
from storage.vault.padding import pad, unpad
from storage.vault.passphrase import FULL, Cost, spend, unseal
from storage.vault.passphrase import seal as seal_under
from storage.vault.signing import VerifyingKey
from storage.vault.transcript import Chain, Head

__all__ = ["CaseKey", "Entry", "Finding", "OfficerRoot", "OfficerSeals", "Transcript"]

_TOTP_KID = b"admin/totp".ljust(16, b"\0")


class OfficerSeals:
    """The officers' door's side of the vault."""

    def __init__(self, keys: AdminKeys, deployment: bytes, cost: Cost = FULL) -> None:
        """Take the door's keys, the deployment they are used in, and what a passphrase guess must cost."""
        self._keys = keys
        self._deployment = deployment
        self._places = Places(deployment)
        self._cost = cost

    # People and teams

    def enrol(
        self, officer_id: bytes, login: str, name: str, role: str, passphrase: str
    ) -> tuple[OfficerRow, str]:
        """Make an officer's keys under their passphrase.

        Give the pending row and the one-time-code secret to show once.

        Blocks for one Argon2id.
        """
        root, secret = OfficerRoot.generate(officer_id), onetime.new_secret()
        place = self._places.officer_root(officer_id)
        sealed_root, auth_hash = seal_under(passphrase, self._keys.pepper, place, root.to_seal(), self._cost)
        row = OfficerRow(
            id=officer_id,
            login=login,
            name=name,
            role=role,
            status="pending",
            kem_public=root.opening().public,
            sign_public=root.signing().public,
            sealed_root=sealed_root,
            auth_hash=auth_hash,
            sealed_totp=b"",
        )
        return replace(row, sealed_totp=self._totp_key().seal(self._vouched(row), secret)), onetime.as_text(
            secret
        )

    def otpauth(self, login: str, secret: str) -> str:
        """Write the address that an authenticator app scans."""
        return onetime.otpauth(login, secret)

    def vouch(self, row: OfficerRow) -> None:
        """Check that an officer's role, login and keys are those they were enrolled with.

        Raises: Tampered, BadEnvelope.
        """
        self._totp_secret(row)

    def make_team(
        self, team_id: bytes, kind: str, epoch: int, member: OfficerRow
    ) -> tuple[TeamKeyRow, TeamWrapRow]:
        """Make a team key for its first member, certified by the root (made when there is none).

        Raises: ValueError when the member's role may not hold this kind; Tampered when their row is not
        vouched for.
        """
        name, key = team.TeamName(team_id, kind, epoch), OpeningKey.generate()
        wrap = self._wrap(name, member, key.secret)
        certificate, signature = team.certify(self._keys.organisation(), self._deployment, name, key.public)
        return TeamKeyRow(team_id, kind, epoch, key.public, certificate, signature), wrap

    def admit(
        self, root: OfficerRoot, wraps: Sequence[TeamWrapRow], newcomer: OfficerRow
    ) -> list[TeamWrapRow]:
        """Seal to a newcomer those team keys of a colleague that the newcomer's role may hold.

        None for an auditor.

        Raises: Tampered when the newcomer's row is not vouched for; UnknownKey for a wrap that is not the
        colleague's.
        """
        self.vouch(newcomer)
        shared = [wrap for wrap in wraps if team.may_hold(newcomer.role, wrap.kind)]
        names = [team.TeamName(wrap.team_id, wrap.kind, wrap.epoch) for wrap in shared]
        return [
            self._wrap(name, newcomer, self._team_key(root, wrap).secret)
            for name, wrap in zip(names, shared, strict=True)
        ]

    # Signing in

    def unlock(self, row: OfficerRow, passphrase: str) -> OfficerRoot:
        """Open an officer's root with their passphrase. Blocks for one Argon2id: call it in a thread.

        Raises: WrongPassphrase; BadEnvelope or Tampered when the row was edited.
        """
        place = self._places.officer_root(row.id)
        secret = unseal(passphrase, self._keys.pepper, place, row.sealed_root, row.auth_hash)
        return OfficerRoot(row.id, secret)

    def unlock_nobody(self, login: str, passphrase: str) -> None:
        """Cost what ``unlock`` costs, for a login that nobody has. Raises: WrongPassphrase, always."""
        salt = primitives.mac(self._keys.labelled("salt"), tup("cl1/nobody", login))
        spend(passphrase, self._keys.pepper, salt, self._cost)
        raise WrongPassphrase("does not open")

    def check_code(self, row: OfficerRow, code: str, now: datetime) -> int:
        """Check a one-time code; give the step to store as ``totp_last``.

        Raises: WrongPassphrase for a wrong or used code; Tampered or BadEnvelope when the row was edited.
        """
        return onetime.step_of(self._totp_secret(row), code, now.timestamp(), row.totp_last)

    def new_session(self, root: OfficerRoot, now: datetime, agent: str) -> tuple[str, SessionRow]:
        """Open a session: the token for the cookie, which is kept nowhere else, and the row."""
        token = session.new_token()
        sid = session.session_id(token)
        sealed = session.session_key(token).seal(self._places.session(sid, root.officer_id), root.to_seal())
        return token, SessionRow(sid, root.officer_id, sealed, now, now, self.agent_hash(agent))

    def resume(self, token: str, row: SessionRow) -> OfficerRoot:
        """Open an officer's root with the cookie.

        Raises: BadEnvelope (no token), UnknownKey (another session's), Tampered.
        """
        place = self._places.session(row.sid, row.officer_id)
        return OfficerRoot(row.officer_id, session.session_key(token).open(place, row.sealed_root))

    def session_id(self, token: str) -> bytes:
        """Give the name a session is kept under. Raises: BadEnvelope when this is no token."""
        return session.session_id(token)

    def agent_hash(self, agent: str) -> bytes:
        """Give what a session row keeps of a browser's name."""
        return primitives.mac(self._keys.labelled("device"), tup("cl1/agent", agent))

    def same_agent(self, row: SessionRow, agent: str) -> bool:
        """Say whether a session is still used by the browser that opened it."""
        return primitives.same(row.agent_hash, self.agent_hash(agent))

    def csrf(self, sid: bytes) -> str:
        """Write the token that the forms of one session carry."""
        return session.csrf(self._keys.labelled("csrf"), sid)

    def csrf_ok(self, sid: bytes, token: str) -> bool:
        """Say whether a form's token belongs to this session."""
        return session.csrf_ok(self._keys.labelled("csrf"), sid, token)

    # Cases

    def open_case(
        self, root: OfficerRoot, team_wrap: TeamWrapRow, case: CaseRow, wrap: CaseWrapRow
    ) -> CaseKey:
        """Open a case's key for this one request.

        Raises: CaseKeyMismatch when the wrap holds another case's key; UnknownKey (erased, or another
        team's); Tampered.
        """
        shred = self._keys.shred_key(case.id, wrap.shred_version)
        place = self._places.case_wrap(case.id, case.team_id, wrap.kind, wrap.epoch, wrap.shred_version)
        inner = shred.open(place, wrap.sealed_wrap)
        inside = self._places.case_key(case.id, case.team_id, wrap.kind, wrap.epoch)
        key = OpeningKey(self._team_key(root, team_wrap).open(inside, inner))
        if key.public != case.public_key:
            raise CaseKeyMismatch("the key that was unwrapped is not the key of this case")
        return CaseKey(case.id, key)

    def read(
        self, key: CaseKey, case: CaseRow, records: Sequence[RecordRow], anchor: tuple[int, bytes] | None
    ) -> Transcript:
        """Open every record of a case and report whatever is wrong with it.

        ``anchor`` is the newest head that the audit log vouches for: how many records, and the first 16
        bytes of the hash. Raises: CaseKeyMismatch when the key was opened for another case; nothing for a
        bad record.
        """
        return read(self._keys.verifying, self._places, key, case, records, anchor)

    def append(
        self, case: CaseRow, direction: str, record: bytes, author: OfficerRoot | None = None
    ) -> tuple[bytes, Head]:
        """Seal a record as the next of a case, signed by its author where one is given.

        Give it and the new signed head.

        Raises: Tampered when the case's head is not one that a door signed for this case and key.
        """
        chain, seq = Chain(self._deployment, case.id, case.public_key), case.head_n + 1
        head = Head(case.head_n, case.head_hash, case.head_signature, case.head_signer)
        chain.verify(self._keys.verifying(head.signer), head)
        written = record if author is None else self._signed(case.id, seq, direction, record, author)
        blob = SealingKey(case.public_key).seal(self._places.record(case.id, seq, direction), pad(written))
        return blob, chain.sign(self._keys.signing, "admin", seq, chain.link(seq, direction, head.hash, blob))

    def check_author(self, case_id: bytes, entry: Entry, officer: OfficerRow) -> None:
        """Check that an officer wrote an entry. Raises: Tampered when their signature does not hold."""
        record = entry.record
        if record is None or record.src.officer != officer.id.hex():
            raise Tampered("not this officer's record")
        place = self._author(case_id, entry.seq, entry.direction, record)
        try:
            signature = bytes.fromhex(record.src.signature)
        except ValueError:
            raise Tampered("signature does not hold") from None
        VerifyingKey(officer.sign_public).verify(signature, place)

    def seal_reply(self, blind_address: bytes, outbox_seq: int, reply: bytes) -> bytes:
        """Seal an answer for the bot to send. Raises: UnknownKey before the bot's first start."""
        return self._keys.out().seal(self._places.reply(blind_address, outbox_seq), pad(reply))

    def open_feedback(self, root: OfficerRoot, team_wrap: TeamWrapRow, row: FeedbackRow) -> bytes:
        """Open feedback that was sealed to the team."""
        place = self._places.feedback(row.id, row.day, row.team_id, row.epoch)
        return unpad(self._team_key(root, team_wrap).open(place, row.sealed_feedback))

    def _signed(self, case_id: bytes, seq: int, direction: str, record: bytes, author: OfficerRoot) -> bytes:
        plain = transcripts.from_bytes(record)
        named = replace(plain, src=replace(plain.src, officer=author.officer_id.hex(), signature=""))
        signature = author.signing().sign(self._author(case_id, seq, direction, named))
        return transcripts.to_bytes(replace(named, src=replace(named.src, signature=signature.hex())))

    def _author(self, case_id: bytes, seq: int, direction: str, record: transcripts.Record) -> bytes:
        unsigned = replace(record, src=replace(record.src, signature=""))
        return self._places.author(case_id, seq, direction, transcripts.to_bytes(unsigned))

    def _wrap(self, name: team.TeamName, member: OfficerRow, secret: bytes) -> TeamWrapRow:
        self.vouch(member)
        if not team.may_hold(member.role, name.kind):
            raise ValueError("this role may not hold this team key")
        place = self._places.team_wrap(name.team_id, name.kind, name.epoch, member.id)
        sealed = SealingKey(member.kem_public).seal(place, secret)
        return TeamWrapRow(name.team_id, name.kind, name.epoch, member.id, sealed)

    def _team_key(self, root: OfficerRoot, wrap: TeamWrapRow) -> OpeningKey:
        place = self._places.team_wrap(wrap.team_id, wrap.kind, wrap.epoch, root.officer_id)
        return OpeningKey(root.opening().open(place, wrap.sealed_wrap))

    def _totp_key(self) -> SymmetricKey:
        return SymmetricKey(_TOTP_KID, self._keys.labelled("totp"))

    def _vouched(self, row: OfficerRow) -> bytes:
        return self._places.totp(row.id, row.login, row.role, row.kem_public, row.sign_public)

    def _totp_secret(self, row: OfficerRow) -> bytes:
        return self._totp_key().open(self._vouched(row), row.sealed_totp)
