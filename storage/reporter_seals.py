"""Everything the reporter's door seals and opens, one plain method a column.

The door itself never sees a primitive.

1. Nothing is sealed to a team key whose certificate the pinned root did not sign.
2. Draft, events and cards open only while the draft key lives; a record and a filed case never open here at
   all.
3. Nothing here touches the database; ``file`` and ``new_draft_key`` write to the keystore, before the
   commit that names what they made.

Raises ``CannotOpen`` by its kinds, and nothing else of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from storage.errors import Tampered
from storage.records import CaseWrapRow, FeedbackRow, IdentityRow, TeamKeyRow
from storage.sealing import Places
from storage.vault import identity as capsule
from storage.vault import primitives, team
from storage.vault.canonical import tup
from storage.vault.envelope import OpeningKey, SealingKey, sealed_under
from storage.vault.keystore import BotKeys
from storage.vault.padding import pad, unpad
from storage.vault.transcript import Chain, Head

_BLIND = 16


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case that was just made.

    ``team_wrap`` belongs inside the sealed draft until filing: until then it opens the case.
    """

    id: bytes
    public_key: bytes = field(repr=False)
    team_wrap: bytes = field(repr=False)
    team_id: bytes
    epoch: int
    head: Head


class ReporterSeals:
    """The reporter's door's side of the vault."""

    def __init__(self, keys: BotKeys, deployment: bytes) -> None:
        """Take the door's keys and the deployment they are used in."""
        self._keys = keys
        self._places = Places(deployment)
        self._deployment = deployment

    def blind(self, door: str, address: str) -> bytes:
        """Give the name under which an address is found again, and from which it cannot be read."""
        return primitives.mac(self._keys.blind, tup("cl1/bidx", door, address))[:_BLIND]

    def update_tag(self, door: str, ext_id: str, n: int) -> bytes:
        """Give the second guard against keeping one message twice: the ``n``-th record that came of it."""
        return primitives.mac(self._keys.blind, tup("cl1/upd", door, ext_id, n))[:_BLIND]

    def new_draft_key(self) -> bytes:
        """Make a draft key; give its name."""
        return self._keys.new_draft_key()

    def forget_draft_key(self, kid: bytes) -> None:
        """Destroy a draft key; nothing happens when it is gone."""
        self._keys.forget_draft_key(kid)

    def draft_kids(self, before: datetime | None = None) -> list[bytes]:
        """List the draft keys that exist, or those made before a moment: a newer one may not be named yet."""
        return self._keys.draft_kids(before)

    def seal_event(self, kid: bytes, door: str, ext_id: str, event: bytes) -> bytes:
        """Seal what came in."""
        return self._keys.draft_key(kid).seal(self._places.event(door, ext_id), pad(event))

    def open_event(self, kid: bytes, door: str, ext_id: str, blob: bytes) -> bytes:
        """Open what came in."""
        return unpad(self._keys.draft_key(kid).open(self._places.event(door, ext_id), blob))

    def seal_draft(self, kid: bytes, conversation_id: bytes, version: int, draft: bytes) -> bytes:
        """Seal where a conversation stands, as of one version."""
        return self._keys.draft_key(kid).seal(self._places.draft(conversation_id, version), pad(draft))

    def open_draft(self, kid: bytes, conversation_id: bytes, version: int, blob: bytes) -> bytes:
        """Open where a conversation stands; an older version put back is ``Tampered``."""
        return unpad(self._keys.draft_key(kid).open(self._places.draft(conversation_id, version), blob))

    def seal_card(self, kid: bytes, conversation_id: bytes, seq: int, message: bytes) -> bytes:
        """Seal a card or a clearing that waits in the outbox."""
        return self._keys.draft_key(kid).seal(self._places.card(conversation_id, seq), pad(message))

    def open_card(self, kid: bytes, conversation_id: bytes, seq: int, blob: bytes) -> bytes:
        """Open a card or a clearing to send it."""
        return unpad(self._keys.draft_key(kid).open(self._places.card(conversation_id, seq), blob))

    def seal_route(self, blind_address: bytes, route: bytes) -> bytes:
        """Seal how to reach someone."""
        return self._keys.route.seal(self._places.route(blind_address), pad(route))

    def open_route(self, blind_address: bytes, blob: bytes) -> bytes:
        """Open how to reach someone."""
        return unpad(self._keys.route.open(self._places.route(blind_address), blob))

    def seal_marks(self, blind_address: bytes, marks: bytes) -> bytes:
        """Seal the names of messages that may have to be cleared."""
        return self._keys.route.seal(self._places.marks(blind_address), pad(marks))

    def open_marks(self, blind_address: bytes, blob: bytes) -> bytes:
        """Open the names of messages to clear."""
        return unpad(self._keys.route.open(self._places.marks(blind_address), blob))

    def open_reply(self, blind_address: bytes, outbox_seq: int, blob: bytes) -> bytes:
        """Open an officer's answer to send it."""
        return unpad(self._keys.out.open(self._places.reply(blind_address, outbox_seq), blob))

    def verify_team(self, row: TeamKeyRow) -> None:
        """Check a team key against the pinned root. Raises: Tampered; UnknownKey while no root is pinned."""
        name = team.TeamName(row.team_id, row.kind, row.epoch)
        root = self._keys.organisation()
        team.verify(root, self._deployment, name, row.public_key, row.certificate, row.signature)

    def new_case(self, case_id: bytes, row: TeamKeyRow) -> NewCase:
        """Make a case key pair, seal its secret to the team and forget it."""
        key = OpeningKey.generate()
        place = self._places.case_key(case_id, row.team_id, row.kind, row.epoch)
        wrap = self._certified(row, "team").seal(place, key.secret)
        chain = Chain(self._deployment, case_id, key.public)
        head = chain.sign(self._keys.signing, "bot", 0, chain.genesis(row.team_id))
        return NewCase(case_id, key.public, wrap, row.team_id, row.epoch, head)

    def append(
        self, case_id: bytes, public_key: bytes, head: Head, direction: str, record: bytes
    ) -> tuple[bytes, Head]:
        """Seal a record as the next of its case; give it and the new signed head.

        Raises: Tampered when the head given is not one that a door signed for this case and key: signing on
        would bless whatever replaced it.
        """
        seq = head.n + 1
        chain = Chain(self._deployment, case_id, public_key)
        chain.verify(self._keys.verifying(head.signer), head)
        blob = SealingKey(public_key).seal(self._places.record(case_id, seq, direction), pad(record))
        return blob, chain.sign(self._keys.signing, "bot", seq, chain.link(seq, direction, head.hash, blob))

    def file(self, case_id: bytes, team_id: bytes, epoch: int, team_wrap: bytes) -> CaseWrapRow:
        """Put a fresh shred key into the keystore, then wrap the team wrap under it.

        Give the row to commit next.
        """
        version, shred = self._keys.new_shred_key(case_id)
        place = self._places.case_wrap(case_id, team_id, "team", epoch, version)
        return CaseWrapRow(case_id, team_id, "team", epoch, version, shred.seal(place, team_wrap))

    def forget_shred(self, case_id: bytes, version: int) -> None:
        """Take back the shred key of a filing that did not commit.

        Raises: UnknownKey unless this process put it.
        """
        self._keys.forget_shred_key(case_id, version)

    def seal_identity(
        self, case_id: bytes, row: TeamKeyRow, authorisers: TeamKeyRow, identity: bytes
    ) -> IdentityRow:
        """Seal who someone is so that it takes the team and the authorisers together to open it.

        Puts a shred key first.
        """
        team_key, authorisers_key = self._certified(row, "team"), self._certified(authorisers, "authorisers")
        sealed, first, second = capsule.split(self._places.identity(case_id), identity)
        shred = self._keys.new_identity_shred_key(case_id)
        inner = team_key.seal(self._share(case_id, row), first)
        outer = shred.seal(self._places.identity_shred(case_id), inner)
        return IdentityRow(
            case_id, sealed, outer, authorisers_key.seal(self._share(case_id, authorisers), second)
        )

    def forget_identity(self, row: IdentityRow) -> None:
        """Take back the shred key of an identity that did not commit.

        Raises: UnknownKey unless this process put it.
        """
        self._keys.forget_identity_shred_key(row.case_id, sealed_under(row.sealed_team_share))

    def seal_feedback(self, feedback_id: bytes, row: TeamKeyRow, day: str, feedback: bytes) -> FeedbackRow:
        """Seal feedback to the team."""
        place = self._places.feedback(feedback_id, day, row.team_id, row.epoch)
        sealed = self._certified(row, "team").seal(place, pad(feedback))
        return FeedbackRow(feedback_id, day, row.team_id, row.epoch, sealed)

    def _share(self, case_id: bytes, row: TeamKeyRow) -> bytes:
        return self._places.identity_share(case_id, row.team_id, row.kind, row.epoch)

    def _certified(self, row: TeamKeyRow, kind: str) -> SealingKey:
        self.verify_team(row)
        if row.kind != kind:
            raise Tampered("a team key of another kind")
        return SealingKey(row.public_key)
