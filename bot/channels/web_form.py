"""A posted form to events. Reads bytes, never raises anything but ``Unreadable``, and never decides what the
words mean.

The rules:

1. Words and a button on one form are two events, the words first (``<name>/0``, ``<name>/1``).
2. On a question for words, what is in the box goes along with every button but those that say "nothing from
   me": skip, do not know, stop, leave, start again.
3. On a question for one line, the box goes along with its own button only: skipping a name never sends the
   name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args
from urllib.parse import parse_qsl

from dialogs.events import Chose, Command, Commanded, Event, Wrote
from dialogs.screen import Input

# 100,000 characters of which each takes twelve bytes in a form (an emoji), and the fields beside them.
BODY_LIMIT = 1_310_720

NOTHING_FROM_ME = frozenset({"skip", "dont_know", "!leave", "!stop", "!start"})
_COMMANDS = {f"!{name}": name for name in get_args(Command)}
_NONCE = re.compile(r"[0-9a-f]{32}")
_MOST_SEEN = 50


class Unreadable(Exception):
    """These bytes are no form of ours."""


@dataclass(frozen=True, slots=True)
class Form:
    """One posted form. ``begin`` is the button of the page before first use, ``option`` the pressed choice or
    command, ``read`` the button under an officer's answer, ``seen`` the answers that stood on the page.
    """

    proof: str = field(repr=False)
    nonce: str
    tag: str
    step: int
    words: str = field(repr=False)
    option: str
    begin: bool = False
    read: bool = False
    seen: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Name this post: the same form with the same content again has the same name.

        Other words from the same page have another one, so nothing is taken for a repeat that is none. The
        nonce is kept nowhere, so nobody can guess a short answer from the name.
        """
        whole = "\0".join((self.nonce, self.tag, str(self.step), self.option, self.words))
        return hashlib.sha256(whole.encode()).hexdigest()[:32]


def fields(body: bytes) -> Mapping[str, str]:
    """Decode a form; bytes that are not UTF-8 become U+FFFD, of a field given twice the last counts."""
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace", max_num_fields=40
        )
    except ValueError:
        raise Unreadable from None
    return dict(pairs)


def read_form(body: bytes) -> Form:
    """Read one posted form. Raises ``Unreadable``."""
    given = fields(body)
    if "begin" in given:
        return Form(proof="", nonce="", tag="", step=0, words="", option="", begin=True)
    nonce = given.get("nonce", "")
    if not _NONCE.fullmatch(nonce):
        raise Unreadable
    return Form(
        proof=given.get("proof", ""),
        nonce=nonce,
        tag=given.get("tag", "")[:200],
        step=_number(given.get("step", "")),
        words=given.get("words", "").replace("\r\n", "\n").replace("\r", "\n"),
        option=_option(given.get("choose", "")),
        read="read" in given,
        seen=tuple(_number(part) for part in given.get("seen", "").split()[:_MOST_SEEN]),
    )


def events(form: Form, expects: Input) -> tuple[Event, ...]:
    """Say what happened, by the rules above; nothing where an empty box was sent on to write more."""
    said = (Wrote(form.words),) if form.words.strip() and _goes_along(form.option, expects) else ()
    if form.option in _COMMANDS:
        return (*said, Commanded(_COMMANDS[form.option]))
    if form.option:
        return (*said, Chose(form.option, form.step))
    return said or ((Wrote(""),) if expects == "line" else ())


def _goes_along(option: str, expects: Input) -> bool:
    if expects == "words":
        return option not in NOTHING_FROM_ME
    return expects == "line" and not option


def _option(given: str) -> str:
    if given.startswith("!") and given not in _COMMANDS:
        raise Unreadable
    if len(given) > 100:
        raise Unreadable
    return given


def _number(given: str) -> int:
    if not re.fullmatch(r"[0-9]{1,15}", given):
        raise Unreadable
    return int(given)
