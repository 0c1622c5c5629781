"""What a chat is made to look like: one card, edited in place, and a chat that can be cleared.

1. Nothing stands below the card: it is edited. Something does: a new card is sent, then the old one deleted.
2. A card too long for one message is several, and is always sent anew.
3. What was deleted, and what Telegram no longer lets us delete, is named, so that it is forgotten here too.
4. What tidies up after a message that has arrived never fails its delivery.
Never reads a chat: it knows only the names of the messages it is handed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.channels import Delivered, Mark
from bot.channels.telegram_layout import Page, Rows
from bot.errors import ChannelError

What = Literal["card", "reply"]


@dataclass(frozen=True, slots=True)
class Erased:
    """Messages that are gone, and those that Telegram refuses to delete."""

    gone: tuple[int, ...] = ()
    left: tuple[int, ...] = ()


class Wire(Protocol):
    """The four calls that change a chat. Each raises ``bot.errors.ChannelError`` kinds only."""

    async def send(self, chat: int, text: str, rows: Rows, *, silent: bool, protect: bool) -> int:
        """Send a message; return its number."""
        ...

    async def edit(self, chat: int, message: int, text: str, rows: Rows) -> bool:
        """Change a message of ours; false when it is not there any more."""
        ...

    async def erase(self, chat: int, messages: Sequence[int]) -> Erased:
        """Delete messages, ours and theirs."""
        ...


async def show(wire: Wire, chat: int, page: Page, marks: Sequence[Mark], *, silent: bool) -> Delivered:
    """Show a card in place of the one before."""
    cards = [mark.name for mark in marks if mark.what == "card"]
    in_place = len(cards) == 1 == len(page.parts) and marks[-1].what == "card"
    if in_place:
        if await wire.edit(chat, int(cards[0]), page.parts[0], page.rows):
            return Delivered()
        return Delivered(await post(wire, chat, page, "card", silent=silent), tuple(cards))
    made = await post(wire, chat, page, "card", silent=silent)
    with contextlib.suppress(ChannelError):
        erased = await wire.erase(chat, [int(name) for name in cards])
        return Delivered(made, tuple(map(str, erased.gone + erased.left)))
    return Delivered(made)


async def post(
    wire: Wire, chat: int, page: Page, what: What, *, silent: bool, protect: bool = False
) -> tuple[Mark, ...]:
    """Send every piece of a page; when one fails, take back those before it."""
    sent: list[int] = []
    try:
        for n, part in enumerate(page.parts, 1):
            rows = page.rows if n == len(page.parts) else ()
            sent.append(await wire.send(chat, part, rows, silent=silent or n > 1, protect=protect))
    except ChannelError:
        with contextlib.suppress(ChannelError):
            await wire.erase(chat, sent)
        raise
    return tuple(Mark(str(number), what) for number in sent)


async def clear(wire: Wire, chat: int, marks: Sequence[Mark]) -> tuple[Delivered, int]:
    """Delete all that can still be deleted; say also how many messages could not be."""
    erased = await wire.erase(chat, [int(mark.name) for mark in marks])
    names = tuple(map(str, erased.gone + erased.left))
    return Delivered(gone=names), len(erased.left)
