"""The methods of the Bot API that the product calls, with the limits and the refusals of the real one.

Never delivers anything: it reads and changes a ``World``, and raises ``ApiError`` in the real words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.peers.telegram_world import DAY, ApiError, Chat, Json, Message, World

TOO_OLD = 2 * DAY
SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
STALE_QUERY = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def _open_chat(world: World, p: Json) -> Chat:
    chat = world.chats.get(int(p.get("chat_id") or 0))
    if chat is None:
        raise ApiError(400, "Bad Request: chat not found")
    if chat.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    if chat.left:
        raise ApiError(403, "Forbidden: bot was kicked from the group chat")
    if not chat.open:
        raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
    return chat


def _text(p: Json) -> str:
    text = str(p.get("text") or "").strip()
    if not text:
        raise ApiError(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise ApiError(400, "Bad Request: message is too long")
    return text


def _keyboard(p: Json) -> list[list[Json]]:
    rows: list[list[Json]] = (p.get("reply_markup") or {}).get("inline_keyboard") or []
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise ApiError(400, "Bad Request: reply markup is too long")
    for button in (b for row in rows for b in row):
        _check_button(button)
    return [row for row in rows if row]


def _check_button(button: Json) -> None:
    if not str(button.get("text") or "").strip():
        raise ApiError(400, "Bad Request: inline keyboard button text must be non-empty")
    actions = [k for k in ("url", "callback_data", "copy_text", "login_url", "web_app") if k in button]
    if len(actions) != 1:
        raise ApiError(400, "Bad Request: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= 64:
        raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
    if "url" in button:
        link = urlsplit(str(button["url"]))
        if link.scheme not in {"http", "https", "tg"} or "." not in (link.hostname or ""):
            raise ApiError(
                400, f"Bad Request: inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
            )


def _previews(p: Json) -> bool:
    return not (p.get("link_preview_options") or {}).get("is_disabled", False)


def send_message(world: World, p: Json) -> Any:
    """Post the bot's message; the answer carries its id."""
    chat = _open_chat(world, p)
    if p.get("parse_mode"):
        raise ApiError(400, "Bad Request: this stand-in refuses parse_mode: the product never uses one")
    sent = world.post(
        chat,
        world.bot["id"],
        _text(p),
        keyboard=_keyboard(p),
        silent=bool(p.get("disable_notification")),
        protected=bool(p.get("protect_content")),
        preview=_previews(p),
    )
    return sent.to_json(chat, world.bot)


def edit_message_text(world: World, p: Json) -> Any:
    """Change the bot's own message in place."""
    chat = _open_chat(world, p)
    message = chat.messages.get(int(p.get("message_id") or 0))
    if message is None:
        raise ApiError(400, "Bad Request: message to edit not found")
    if message.sender != world.bot["id"]:
        raise ApiError(400, "Bad Request: message can't be edited")
    text, keyboard = _text(p), _keyboard(p)
    if (text, keyboard) == (message.text, message.keyboard):
        raise ApiError(400, SAME)
    message.text, message.keyboard, message.preview = text, keyboard, _previews(p)
    message.edits += 1
    return message.to_json(chat, world.bot)


def _delete(world: World, chat: Chat, message: Message) -> None:
    if world.clock() - message.date >= TOO_OLD:
        raise ApiError(400, "Bad Request: message can't be deleted for everyone")
    if chat.type != "private" and message.sender != world.bot["id"]:
        raise ApiError(400, "Bad Request: message can't be deleted")
    del chat.messages[message.id]


def delete_message(world: World, p: Json) -> Any:
    """Delete one message less than 48 hours old, the person's too in a private chat."""
    chat = _open_chat(world, p)
    message = chat.messages.get(int(p.get("message_id") or 0))
    if message is None:
        raise ApiError(400, "Bad Request: message to delete not found")
    _delete(world, chat, message)
    return True


def delete_messages(world: World, p: Json) -> Any:
    """Delete up to 100 messages; the missing are passed over, one too old refuses them all."""
    chat = _open_chat(world, p)
    ids = p.get("message_ids") or []
    if not 1 <= len(ids) <= 100:
        raise ApiError(400, "Bad Request: message identifiers are not specified")
    found = [chat.messages[int(i)] for i in ids if int(i) in chat.messages]
    if any(world.clock() - m.date >= TOO_OLD for m in found):
        raise ApiError(400, "Bad Request: message can't be deleted for everyone")
    for message in found:
        _delete(world, chat, message)
    return True


def answer_callback_query(world: World, p: Json) -> Any:
    """Stop the little clock on a button."""
    query = world.queries.get(str(p.get("callback_query_id")))
    if query is None or world.clock() - query["at"] > 900:
        raise ApiError(400, STALE_QUERY)
    if len(str(p.get("text") or "")) > 200:
        raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
    query["answered"], query["text"] = True, str(p.get("text") or "")
    return True


def set_my_commands(world: World, p: Json) -> Any:
    """Keep the list of commands, a language at a time."""
    for command in p.get("commands") or []:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise ApiError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    world.profile["commands", p.get("language_code", "")] = p.get("commands") or []
    return True


def _profile_setter(name: str, field: str, longest: int) -> Callable[[World, Json], Any]:
    def keep(world: World, p: Json) -> Any:
        value = str(p.get(field) or "")
        if len(value) > longest:
            raise ApiError(400, f"Bad Request: {name} is too long")
        world.profile[name, p.get("language_code", "")] = value
        return True

    return keep


def _profile_getter(name: str) -> Callable[[World, Json], Any]:
    return lambda world, p: {name: world.profile.get((name, p.get("language_code", "")), "")}


def leave_chat(world: World, p: Json) -> Any:
    """Leave a group or a channel; a private chat cannot be left."""
    chat = _open_chat(world, p)
    if chat.type == "private":
        raise ApiError(400, "Bad Request: chat member status can't be changed in private chats")
    chat.left = True
    return True


METHODS: dict[str, Callable[[World, Json], Any]] = {
    "getme": lambda world, _p: world.bot | {"can_join_groups": True, "supports_inline_queries": False},
    "sendmessage": send_message,
    "editmessagetext": edit_message_text,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "answercallbackquery": answer_callback_query,
    "setmycommands": set_my_commands,
    "getmycommands": lambda world, p: world.profile.get(("commands", p.get("language_code", "")), []),
    "setmyname": _profile_setter("name", "name", 64),
    "getmydescription": _profile_getter("description"),
    "getmyshortdescription": _profile_getter("short_description"),
    "setmydescription": _profile_setter("description", "description", 512),
    "setmyshortdescription": _profile_setter("short_description", "short_description", 120),
    "setchatmenubutton": lambda _world, _p: True,
    "sendchataction": lambda world, p: bool(_open_chat(world, p)),
    "leavechat": leave_chat,
}
