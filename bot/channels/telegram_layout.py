"""Lays a card out for Telegram: plain text in pieces that fit, and rows of buttons.

1. A piece has at most 4,096 UTF-16 units and is cut between paragraphs, lines or words, in that order.
2. Two short labels share a row, a long one has its own; the always-there buttons stand below everything else.
3. A link that Telegram would refuse as a button stands in the text instead.
Never uses a parse mode: what a person typed is shown as it was typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.channels.telegram_updates import SHOW, button
from dialogs.wording import Card, CardButton

LONGEST = 4096
SHORT = 18
ROW = 40
STYLES = {"primary": "primary", "danger": "danger"}


@dataclass(frozen=True, slots=True)
class Key:
    """One button of an inline keyboard: ``data`` comes back when it is pressed, ``url`` opens."""

    label: str
    data: str = ""
    url: str = ""
    style: str = ""


Rows = tuple[tuple[Key, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A card as Telegram will hold it: its text in pieces, the last of which carries the buttons."""

    parts: tuple[str, ...] = field(repr=False)
    rows: Rows = ()


def lay_out(card: Card, tag: str, after: str = "", *, links: bool = True) -> Page:
    """Lay out a card; ``after`` is a sentence below it. Without ``links``, every link stands in the text."""
    as_text = [b for b in card.buttons if b.url and not (links and _fits_a_button(b.url))]
    lines = "\n".join(f"{b.label}: {_as_words(b.url)}" for b in as_text)
    text = "\n\n".join(piece for piece in (card.plain(), lines, after) if piece)
    return Page(split(text), keyboard(card, tag, links=links))


def keyboard(card: Card, tag: str, *, links: bool = True) -> Rows:
    """Arrange the buttons of a card in rows."""
    shown = [b for b in card.buttons if not b.url or (links and _fits_a_button(b.url))]
    rows = list(_pairs([_key(b, tag, card.step) for b in shown]))
    return tuple(rows + list(_packed([_key(b, tag, card.step) for b in card.always])))


def one_button(label: str, tag: str) -> Rows:
    """Make the keyboard of a neutral notice: one button, which shows where things stand."""
    return ((Key(label, data=button(tag, 0, SHOW)),),) if label else ()


def split(text: str) -> tuple[str, ...]:
    """Cut a text into pieces that Telegram takes. Never returns none: an empty text is one dot."""
    pieces = []
    rest = text.strip()
    while units(rest) > LONGEST:
        head = rest.encode("utf-16-le")[: LONGEST * 2].decode("utf-16-le", "ignore")
        at = max(head.rfind("\n\n"), 0) or max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or len(head)
        pieces.append(rest[:at].strip())
        rest = rest[at:].strip()
    return tuple(p for p in (*pieces, rest) if p) or ("·",)


def units(text: str) -> int:
    """Count as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def _key(given: CardButton, tag: str, step: int) -> Key:
    style = STYLES.get(given.style, "")
    if given.url:
        return Key(given.label, url=given.url, style=style)
    return Key(given.label, data=button(tag, step, given.option), style=style)


def _pairs(keys: Sequence[Key]) -> Iterator[tuple[Key, ...]]:
    """Put two neighbours side by side when both are short."""
    waiting: Key | None = None
    for key in keys:
        if waiting is None and len(key.label) <= SHORT:
            waiting = key
        elif waiting is not None and len(key.label) <= SHORT:
            yield (waiting, key)
            waiting = None
        else:
            if waiting is not None:
                yield (waiting,)
            yield (key,)
            waiting = None
    if waiting is not None:
        yield (waiting,)


def _packed(keys: Sequence[Key]) -> Iterator[tuple[Key, ...]]:
    """Fill each row with as many buttons as have room."""
    row: list[Key] = []
    for key in keys:
        if row and (len(row) == 4 or sum(len(k.label) for k in row) + len(key.label) > ROW):
            yield tuple(row)
            row = []
        row.append(key)
    if row:
        yield tuple(row)


def _fits_a_button(url: str) -> bool:
    link = urlsplit(url)
    return link.scheme in ("http", "https") and "." in (link.hostname or "")


def _as_words(url: str) -> str:
    return url.removeprefix("tel:").removeprefix("sms:")
