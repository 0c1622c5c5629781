"""The cookie opens the session; the database alone does not."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import BadEnvelope
from storage.vault.session import csrf, csrf_ok, new_token, session_id, session_key

TOKEN = new_token()


def test_a_token_names_its_session_and_opens_it() -> None:
    """The same token gives the same name and key, another another."""
    sealed = session_key(TOKEN).seal(b"place", b"root")
    assert session_key(TOKEN).open(b"place", sealed) == b"root"
    assert session_id(TOKEN) != session_id(new_token())


def test_the_name_of_a_session_does_not_hold_its_token() -> None:
    """Whoever reads the database learns a hash."""
    assert len(session_id(TOKEN)) == 32
    assert TOKEN.encode() not in session_id(TOKEN)


def test_a_token_has_one_spelling() -> None:
    """Spare bits of base 64 do not give a second cookie for one session."""
    last = TOKEN[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    second = TOKEN[:-1] + alphabet[alphabet.index(last) ^ 1]
    with pytest.raises(BadEnvelope):
        session_id(second)


@given(st.text(max_size=60))
def test_what_is_no_token_is_refused_by_name(text: str) -> None:
    """Anything can stand in a cookie."""
    with pytest.raises(BadEnvelope):
        session_id(text)


def test_a_form_is_good_for_its_own_session_only() -> None:
    """Another session, another key or another token: refused."""
    key, sid = os.urandom(32), os.urandom(32)
    token = csrf(key, sid)
    assert csrf_ok(key, sid, token)
    assert not csrf_ok(key, os.urandom(32), token)
    assert not csrf_ok(os.urandom(32), sid, token)
    assert not csrf_ok(key, sid, token[:-1])
    assert not csrf_ok(key, sid, "\ud800")
