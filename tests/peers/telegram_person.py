"""A person with a telephone: writes, presses, edits, sends, blocks, and sees what Telegram shows.

Never looks into the bot: what a person does becomes an update, what they see are the messages of their chat.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tests.peers.telegram_world import Chat, Json, Message, World

MEDIA: dict[str, Any] = {
    "sticker": {
        "file_id": "S1",
        "file_unique_id": "s",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "🙂",
    },
    "voice": {"file_id": "V1", "file_unique_id": "v", "duration": 4, "mime_type": "audio/ogg"},
    "photo": [{"file_id": "P1", "file_unique_id": "p", "width": 90, "height": 90}],
    "video": {"file_id": "F1", "file_unique_id": "f", "width": 90, "height": 90, "duration": 2},
    "video_note": {"file_id": "N1", "file_unique_id": "n", "length": 90, "duration": 2},
    "audio": {"file_id": "A1", "file_unique_id": "a", "duration": 3},
    "animation": {"file_id": "G1", "file_unique_id": "g", "width": 9, "height": 9, "duration": 1},
    "document": {"file_id": "D1", "file_unique_id": "d", "file_name": "notes.pdf"},
    "location": {"latitude": 52.48, "longitude": -1.89},
    "contact": {"phone_number": "+447700900123", "first_name": "Someone"},
    "poll": {"id": "1", "question": "Is it?", "options": [], "total_voter_count": 0},
    "dice": {"emoji": "🎲", "value": 3},
}


class Person:
    """One person, in their own chat with the bot unless another is named."""

    def __init__(self, world: World, number: int = 1001, name: str = "Nadia", language: str = "en") -> None:
        self.world, self.id = world, number
        self.who: Json = {
            "id": number,
            "is_bot": False,
            "first_name": name,
            "last_name": "Canary-Surname",
            "username": f"canary_{name.lower()}_{number}",
            "language_code": language,
        }
        self.opened: list[str] = []
        self._pressed: list[str] = []

    @property
    def chat(self) -> Chat:
        """Their private chat with the bot."""
        return self.world.chat(self.id, who=self.who)

    @property
    def sees(self) -> list[Message]:
        """What stands in the chat now, oldest first."""
        with self.world.lock:
            return list(self.chat.messages.values())

    @property
    def told(self) -> list[str]:
        """The texts of the bot's messages that stand in the chat now."""
        return [m.text for m in self.sees if m.sender == self.world.bot["id"]]

    @property
    def card(self) -> Message:
        """The newest message with buttons."""
        return [m for m in self.sees if m.keyboard][-1]

    @property
    def buttons(self) -> list[str]:
        """The labels on the card."""
        return [b["text"] for row in self.card.keyboard for b in row]

    @property
    def waits(self) -> int:
        """How many pressed buttons still show the little clock."""
        return sum(not self.world.queries[q]["answered"] for q in self._pressed)

    def writes(self, text: str, chat: Chat | None = None, **parts: Any) -> int:
        """Send words, or a command when they begin with a slash; returns the message id."""
        raw: Json = dict(parts)
        if text.startswith("/"):
            length = len(text.split()[0])
            raw["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self._send(chat or self.chat, text, raw)

    def sends(self, kind: str, caption: str = "", chat: Chat | None = None, **parts: Any) -> int:
        """Send something that is not words, perhaps with a caption."""
        raw: Json = {kind: MEDIA.get(kind, {})} | ({"caption": caption} if caption else {}) | parts
        return self._send(chat or self.chat, "", raw)

    def sends_album(self, *captions: str) -> list[int]:
        """Send several photos as one album: one update each, joined by a group id."""
        return [self.sends("photo", caption, media_group_id="5550001") for caption in captions]

    def forwards(self, text: str) -> int:
        """Forward somebody else's words."""
        origin = {"type": "hidden_user", "sender_user_name": "Canary-Other", "date": int(self.world.clock())}
        return self._send(self.chat, text, {"forward_origin": origin})

    def edits(self, message_id: int, text: str) -> None:
        """Change a message they sent."""
        with self.world.lock:
            message = self.chat.messages[message_id]
            message.text, message.edits = text, message.edits + 1
            body = message.to_json(self.chat, self.who)
        self.world.tell("edited_message", body)

    def deletes(self, message_id: int) -> None:
        """Delete a message on both sides; the bot is not told."""
        with self.world.lock:
            self.chat.messages.pop(message_id, None)

    def presses(self, label: str, on: Message | None = None) -> str:
        """Press the button whose label holds these words; a link is opened instead."""
        card = on or self.card
        for button in (b for row in card.keyboard for b in row):
            if label.casefold() in button["text"].casefold():
                if "url" in button:
                    self.opened.append(button["url"])
                    return ""
                return self.forges(button["callback_data"], card)
        raise AssertionError(f"no button {label!r} on {[b['text'] for row in card.keyboard for b in row]}")

    def forges(self, data: str, on: Message | None = None) -> str:
        """Send a callback with data of their own making; returns the query's id."""
        query = self.world.press(self.who, on or self.card, data)
        self._pressed.append(query)
        return query

    def blocks(self) -> None:
        """Block the bot, which is told so."""
        self._membership("kicked")

    def unblocks(self) -> None:
        """Let the bot write again, which is told so."""
        self._membership("member")

    def opens_group(self, chat_id: int = -500, kind: str = "group") -> Chat:
        """Put the bot into a group or a channel of theirs, which it is told."""
        group = self.world.chat(chat_id, type=kind, title="Canary-Group", open=True)
        self._tell_membership(group, "left", "member")
        return group

    def _send(self, chat: Chat, text: str, raw: Json) -> int:
        with self.world.lock:
            if chat.type == "private":
                chat.open = True
                if chat.blocked:
                    self.unblocks()
            message = self.world.post(chat, self.id, text, raw=raw)
            body = message.to_json(chat, self.who)
        self.world.tell("channel_post" if chat.type == "channel" else "message", body)
        return message.id

    def _membership(self, status: str) -> None:
        before = "kicked" if self.chat.blocked else "member"
        self.chat.blocked = status == "kicked"
        self._tell_membership(self.chat, before, status)

    def _tell_membership(self, chat: Chat, before: str, after: str) -> None:
        body = {"chat": chat.to_json(), "from": self.who, "date": int(self.world.clock())}
        body["old_chat_member"] = {"status": before, "user": self.world.bot}
        body["new_chat_member"] = {"status": after, "user": self.world.bot, "until_date": 0}
        self.world.tell("my_chat_member", body)

    async def until(self, true: Callable[[], bool], within: float = 10.0) -> None:
        """Wait, without blocking the loop, until something is true."""
        end = time.monotonic() + within
        while not true():
            if time.monotonic() > end:
                raise AssertionError(f"not true within {within} s; the chat shows {self.told}")
            await asyncio.sleep(0.01)

    def wait(self, true: Callable[[], bool], within: float = 10.0) -> None:
        """Wait, blocking this thread, until something is true: for tests that have no loop."""
        asyncio.run(self.until(true, within))
