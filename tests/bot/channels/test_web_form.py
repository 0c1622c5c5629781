"""What a posted form means, as events."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from bot.channels.web_form import BODY_LIMIT, Unreadable, events, read_form
from dialogs.events import Chose, Commanded, Event, Wrote
from dialogs.screen import Input

NONCE = "0" * 32


def posted(**fields: str) -> bytes:
    return urlencode({"nonce": NONCE, "step": "4", "tag": "t", "proof": "p", **fields}).encode()


@pytest.mark.parametrize(
    ("fields", "expects", "happened"),
    [
        ({"choose": "go_on"}, "none", (Chose("go_on", 4),)),
        ({"choose": "done", "words": "He changed."}, "words", (Wrote("He changed."), Chose("done", 4))),
        ({"more": "1", "words": "He changed."}, "words", (Wrote("He changed."),)),
        ({"more": "1", "words": " \r\n"}, "words", ()),
        ({"choose": "done", "words": ""}, "words", (Chose("done", 4),)),
        ({"choose": "!emergency", "words": "Now."}, "words", (Wrote("Now."), Commanded("emergency"))),
        ({"choose": "!help", "words": "a"}, "words", (Wrote("a"), Commanded("help"))),
        ({"choose": "skip", "words": "no"}, "words", (Chose("skip", 4),)),
        ({"choose": "dont_know", "words": "no"}, "words", (Chose("dont_know", 4),)),
        ({"choose": "!leave", "words": "no"}, "words", (Commanded("leave"),)),
        ({"choose": "!stop", "words": "no"}, "words", (Commanded("stop"),)),
        ({"words": "Sam"}, "line", (Wrote("Sam"),)),
        ({"words": ""}, "line", (Wrote(""),)),
        ({"choose": "skip", "words": "Sam"}, "line", (Chose("skip", 4),)),
        ({"choose": "!emergency", "words": "Sam"}, "line", (Commanded("emergency"),)),
        ({"choose": "change:family.noticed"}, "none", (Chose("change:family.noticed", 4),)),
    ],
)
def test_a_form_is_what_happened(fields: dict[str, str], expects: Input, happened: tuple[Event, ...]) -> None:
    """Words go first, with every button but those that say "nothing from me"; a line with its own only."""
    assert happened == events(read_form(posted(**fields)), expects)


def test_line_ends_are_those_that_were_typed() -> None:
    """A browser sends CR LF for each line end; the words keep one."""
    assert read_form(posted(words="a\r\nb\rc\nd")).words == "a\nb\nc\nd"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"words=a",
        b"nonce=" + b"0" * 31 + b"&step=1",
        b"nonce=" + b"G" * 32 + b"&step=1",
        posted(step=""),
        posted(step="-1"),
        posted(step="1" * 16),
        posted(step="\u0661"),
        posted(choose="!shout"),
        posted(choose="x" * 101),
        posted(seen="1 x"),
        urlencode([("x", "")] * 41).encode(),
    ],
)
def test_what_is_no_form_of_ours_is_unreadable(body: bytes) -> None:
    """Anything a page of ours would not post is refused as one kind, whatever is wrong with it."""
    with pytest.raises(Unreadable):
        read_form(body)


def test_bytes_that_are_no_text_are_kept_as_replacement_characters() -> None:
    """Odd bytes never raise: what is not UTF-8 becomes U+FFFD, and NUL stays for the engine to judge."""
    body = posted() + b"&words=%ff\xfe%00ok"
    assert read_form(body).words == "\ufffd\ufffd\x00ok"


def test_the_longest_accepted_answer_fits_in_a_form() -> None:
    """A hundred thousand characters of the kind that takes the most room stay under the limit of a body."""
    assert len(posted(words="\U0001f600" * 100_000)) < BODY_LIMIT


def test_words_are_in_no_repr() -> None:
    """A form printed by mistake says nothing that was typed."""
    assert "secret" not in repr(read_form(posted(words="secret", proof="secret")))
