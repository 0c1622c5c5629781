"""What follows from the test keys without chance, by name: recomputed by tests, pinned in ``fixed.json``."""

from __future__ import annotations

from hashlib import sha256

from storage.transcripts import Record, Source, to_bytes
from storage.vault import session, team
from storage.vault.canonical import tup
from storage.vault.envelope import Suite, header
from storage.vault.officer import OfficerRoot
from storage.vault.transcript import Chain
from tests.vectors.keys import CASE, OFFICER, PAIR, PLACES, SIGNING, TEAM

TOKEN = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


def fixed() -> dict[str, str]:
    """Compute every fixed value."""
    chain = Chain(PLACES.deployment, CASE, PAIR.public)
    genesis = chain.genesis(TEAM)
    link = chain.link(1, "r", genesis, b"a sealed record")
    root, name = OfficerRoot(OFFICER, bytes(range(32))), team.TeamName(TEAM, "team", 1)
    certificate, signature = team.certify(SIGNING, PLACES.deployment, name, PAIR.public)
    values = {
        "tuple": tup("cl1/test", b"bytes", "text é", 258),
        "header": header(Suite.HPKE, PAIR.kid),
        "pair kid": PAIR.kid,
        "pair public": sha256(PAIR.public).digest(),
        "genesis": genesis,
        "link": link,
        "head": chain.sign(SIGNING, "bot", 1, link).signature,
        "certificate": sha256(certificate).digest(),
        "certificate signature": signature,
        "officer kem": sha256(root.opening().public).digest(),
        "officer sign": root.signing().public,
        "session id": session.session_id(TOKEN),
        "session kid": session.session_key(TOKEN).kid,
        "record": to_bytes(Record("words", 1_700_000_000, Source("web"), answer="é")),
    }
    return {
        **{name: value.hex() for name, value in values.items()},
        "csrf": session.csrf(bytes(32), bytes(32)),
        **places(),
    }


def places() -> dict[str, str]:
    """Compute what binds each sealed column."""
    written = {
        "event": PLACES.event("telegram", "7"),
        "draft": PLACES.draft(CASE, 3),
        "route": PLACES.route(CASE),
        "marks": PLACES.marks(CASE),
        "card": PLACES.card(CASE, 4),
        "reply": PLACES.reply(CASE, 4),
        "record": PLACES.record(CASE, 5, "r"),
        "author": PLACES.author(CASE, 5, "o", b"{}"),
        "case_key": PLACES.case_key(CASE, TEAM, "team", 1),
        "case_wrap": PLACES.case_wrap(CASE, TEAM, "team", 1, 2),
        "identity": PLACES.identity(CASE),
        "identity_share": PLACES.identity_share(CASE, TEAM, "authorisers", 1),
        "identity_shred": PLACES.identity_shred(CASE),
        "team_wrap": PLACES.team_wrap(TEAM, "team", 1, OFFICER),
        "officer_root": PLACES.officer_root(OFFICER),
        "totp": PLACES.totp(OFFICER, "ann", "officer", b"kem", b"sign"),
        "session": PLACES.session(bytes(32), OFFICER),
        "feedback": PLACES.feedback(CASE, "2026-03-01", TEAM, 1),
    }
    return {f"place {name}": place.hex() for name, place in written.items()}
