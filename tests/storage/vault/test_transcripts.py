"""A record goes to bytes and back in one way only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import BadEnvelope
from storage.transcripts import Record, Source, from_bytes, to_bytes
from tests.storage.vault.world import refuses

RECORD = Record("words", 1_700_000_000, Source("web"), answer="quite private")
TEXT = st.text(st.characters(exclude_categories=[]), max_size=40)


@given(TEXT, TEXT, st.booleans(), st.integers(0, 2**40))
def test_a_record_comes_back_as_it_was(asked: str, answer: str, reviewed: bool, number: int) -> None:
    """Any text of any script, halves of surrogate pairs and NUL included."""
    record = Record(
        "words", number, Source("web"), asked=asked, answer=answer, reviewed=reviewed, corrects=number
    )
    assert record == from_bytes(to_bytes(record))


def test_the_same_record_is_always_the_same_bytes() -> None:
    """Keys in order, no spaces, ASCII alone."""
    assert to_bytes(Record("words", 1, Source("web"), answer="é")) == (
        b'{"answer":"\\u00e9","asked":"","corrects":0,"edition":"","flow":"","kind":"words","lang":"en","question":"",'
        b'"reviewed":true,"src":{"door":"web","officer":"","signature":""},"t":1,"v":1}'
    )


def test_no_word_of_a_record_shows_in_its_repr() -> None:
    """A record in a log or a traceback says nothing."""
    assert "private" not in repr(RECORD)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        to_bytes(RECORD).replace(b'"v":1', b'"v":2'),
        to_bytes(RECORD).replace(b'"v":1', b'"v":true'),
        to_bytes(RECORD).replace(b'"t":1700000000', b'"t":"now"'),
        to_bytes(RECORD).replace(b'"src":{', b'"src":{"more":1,'),
        to_bytes(RECORD).replace(b'"door":"web"', b'"door":1'),
        to_bytes(RECORD).replace(b'"src":{"door":"web","officer":"","signature":""}', b'"src":"web"'),
        to_bytes(RECORD).replace(b'"v":1', b'"v":1,"extra":1'),
    ],
)
def test_what_is_no_record_is_refused_by_name(data: bytes) -> None:
    """Whoever holds only a public key can seal anything; it is read with that in mind."""
    refuses(lambda: from_bytes(data), BadEnvelope)


@given(st.binary(max_size=200))
def test_noise_is_no_record(data: bytes) -> None:
    """No bytes raise anything else."""
    refuses(lambda: from_bytes(data), BadEnvelope)
