"""Reads one raw update of the Bot API, one at a time, so that a bad one never holds up its batch.

1. Only private chats are heard. A group or a channel is named to be left; nothing of it is read.
2. Words, captions, commands, buttons and corrections become events; anything else that a person sends becomes
   ``Sent`` with its kind, as does a command that nobody knows; what the network itself says (a pinned
   message, a new timer) is silence by rule.
3. Words and their corrections carry the number of their message: an edit is known by it.
4. Of the person only the chat's number and the language of their application are taken.
Never keeps a name, a telephone number, a file or the raw update.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.channels import Incoming, Route
from dialogs.events import COMMANDS, Chose, Commanded, Edited, Event, Sent, Wrote

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
SHOW = "!show"
WITH_WORDS = frozenset({"emergency", "help"})
KINDS = {
    "sticker": "sticker",
    "dice": "sticker",
    "voice": "voice",
    "audio": "voice",
    "photo": "photo",
    "document": "document",
    "location": "location",
    "venue": "location",
    "contact": "contact",
}
OTHER = frozenset(
    ("video", "video_note", "animation", "poll", "game", "story", "paid_media", "invoice", "checklist")
)
SLASH = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?\s*", re.DOTALL)
ALBUM = re.compile(r"[0-9]{1,24}")
DATA = re.compile(r"1\|([0-9a-f]{0,16})\|(\d{1,9})\|([!-{}~]{1,50})")


class Unreadable(Exception):
    """An update that is not of the shape the Bot API promises: passed over, never answered."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one update brought. ``query`` names a pressed button, to be answered; ``leave`` a group."""

    update_id: int
    incoming: tuple[Incoming, ...] = ()
    query: str = ""
    leave: int = 0


def read(update: object) -> Reading:
    """Read one update. Raises ``Unreadable``."""
    whole = _mapping(update)
    update_id = _number(whole, "update_id")
    for kind in ALLOWED:
        if kind in whole:
            return _READERS[kind](update_id, _mapping(whole[kind]))
    return Reading(update_id)


def button(tag: str, step: int, option: str) -> str:
    """Write what a button carries: at most 64 bytes, of no use to anybody else."""
    data = f"1|{tag}|{step}|{option}"
    if not DATA.fullmatch(data) or len(data) > 64:
        raise ValueError("an option whose name a button cannot carry")
    return data


def _message(update_id: int, message: dict[str, Any]) -> Reading:
    chat = _mapping(message.get("chat"))
    if chat.get("type") != "private":
        return Reading(update_id, leave=_number(chat, "id"))
    mark = str(_number(message, "message_id"))
    happened = _happened(message, mark)
    album = message.get("media_group_id")
    incoming = []
    for n, event in enumerate(happened):
        # An album comes as one message a picture: under one name, its pictures are one event.
        whole = isinstance(event, Sent) and isinstance(album, str) and ALBUM.fullmatch(album)
        ext_id = f"album/{album}" if whole else f"{update_id}/{n}"
        incoming.append(_incoming(update_id, n, event, chat, message, ext_id, "" if n else mark))
    return Reading(update_id, tuple(incoming))


def _happened(message: dict[str, Any], mark: str) -> list[Event]:
    """Words before the thing they came with, so that what is said about the thing stands last."""
    if _mapping(message.get("from", {})).get("is_bot"):
        return []
    text = _words(message.get("text"))
    if text:
        return _said(text, mark)
    caption = _words(message.get("caption"))
    happened: list[Event] = [Wrote(caption, mark)] if caption else []
    kinds = [KINDS[key] for key in KINDS if key in message]
    if kinds or OTHER & message.keys():
        happened.append(Sent(kinds[0] if kinds else "other"))
    return happened


def _said(text: str, mark: str) -> list[Event]:
    """Tell a command from words. An unknown command of one word is no words; with more behind it, it is."""
    slash = SLASH.fullmatch(text)
    if slash is None:
        return [Wrote(text, mark)]
    name, rest = slash[1].lower(), (slash[2] or "").strip()
    if name not in COMMANDS:
        return [Wrote(text, mark) if rest else Sent("command")]
    command = Commanded(COMMANDS[name])
    return [command, Wrote(rest, mark)] if rest and name in WITH_WORDS else [command]


def _edited(update_id: int, message: dict[str, Any]) -> Reading:
    chat = _mapping(message.get("chat"))
    text = _words(message.get("text")) or _words(message.get("caption"))
    if chat.get("type") != "private" or not text:
        return Reading(update_id)
    mark = str(_number(message, "message_id"))
    words = [event.text for event in _said(text, mark) if isinstance(event, Wrote)]
    happened = [Edited(said, mark) for said in words]
    incoming = [_incoming(update_id, 0, event, chat, message, f"{update_id}/0", "") for event in happened]
    return Reading(update_id, tuple(incoming))


def _pressed(update_id: int, query: dict[str, Any]) -> Reading:
    name = _words(query.get("id"))
    message = _mapping(query.get("message", {}))
    chat = _mapping(message.get("chat", {}))
    found = DATA.fullmatch(_words(query.get("data")))
    if chat.get("type") != "private" or not found:
        return Reading(update_id, query=name)
    tag, step, option = found[1], int(found[2]), found[3]
    event: Event = Chose(option, step)
    if option.startswith("!") and option != SHOW:
        if option[1:] not in COMMANDS:
            return Reading(update_id, query=name)
        event = Commanded(COMMANDS[option[1:]])
    stamped = {"from": query.get("from")}  # a press has no time of its own
    incoming = _incoming(update_id, 0, event, chat, stamped, f"{update_id}/0", "", tag)
    return Reading(update_id, (incoming,), name)


def _membership(update_id: int, change: dict[str, Any]) -> Reading:
    """A group that took us in is left. Being blocked changes nothing here: the next delivery learns it."""
    chat = _mapping(change.get("chat"))
    status = _mapping(change.get("new_chat_member", {})).get("status")
    if chat.get("type") != "private" and status in ("member", "administrator", "restricted"):
        return Reading(update_id, leave=_number(chat, "id"))
    return Reading(update_id)


_READERS = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "my_chat_member": _membership,
}


def _incoming(
    update_id: int,
    n: int,
    event: Event,
    chat: dict[str, Any],
    stamped: dict[str, Any],
    ext_id: str,
    mark: str,
    tag: str = "",
) -> Incoming:
    number = _number(chat, "id")
    route: Route = {"chat": number, "locale": _locale(stamped.get("from"))}
    at = stamped.get("edit_date", stamped.get("date"))
    sent_at = datetime.fromtimestamp(at, UTC) if isinstance(at, int) and 0 < at < 1 << 33 else None
    return Incoming(
        address=str(number),
        ext_id=ext_id,
        ordinal=update_id * 2 + n,
        event=event,
        route=route,
        sent_at=sent_at,
        tag=tag,
        mark=mark,
    )


def _locale(person: object) -> str:
    code = person.get("language_code") if isinstance(person, dict) else None
    return code if isinstance(code, str) and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?", code) else ""


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable("not an object where one was promised")
    return value


def _number(whole: dict[str, Any], key: str) -> int:
    value = whole.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 1 << 53:
        raise Unreadable("not a number where one was promised")
    return value


def _words(value: object) -> str:
    """Take text as it is, but for halves of a character, which no file and no database can hold."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
