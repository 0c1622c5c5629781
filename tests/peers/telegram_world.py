"""What Telegram holds: chats, messages, and the queue of updates with the real rules of its offset.

1. An update lives until an offset above it is told, or for 24 hours.
2. An offset that lies far above the newest update is answered from the oldest one, as the real queue does.
3. After a week without updates the next ``update_id`` is random.
Never speaks HTTP. Every public call may come from any thread.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

DAY = 86_400.0
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
Json = dict[str, Any]


class ApiError(Exception):
    """What the Bot API answers when it refuses: a code, a sentence, and sometimes parameters."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Message:
    """One message as the chat holds it; ``raw`` is everything but the text and the keyboard."""

    id: int
    chat_id: int
    sender: int
    date: float
    text: str = ""
    keyboard: list[list[Json]] = field(default_factory=list)
    silent: bool = False
    protected: bool = False
    preview: bool = True
    edits: int = 0
    raw: Json = field(default_factory=dict)

    def to_json(self, chat: Chat, sender: Json) -> Json:
        """The message as the Bot API writes it."""
        body: Json = {"message_id": self.id, "from": sender, "chat": chat.to_json(), "date": int(self.date)}
        if self.text:
            body["text"] = self.text
        if self.edits:
            body["edit_date"] = int(self.date) + 1
        if self.keyboard:
            body["reply_markup"] = {"inline_keyboard": self.keyboard}
        return body | self.raw


@dataclass
class Chat:
    """A chat, in the order its messages came. ``open`` says that the bot may write there."""

    id: int
    type: str = "private"
    title: str = ""
    open: bool = False
    blocked: bool = False
    left: bool = False
    who: Json = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)

    def to_json(self) -> Json:
        """The chat as the Bot API writes it."""
        if self.type == "private":
            names = {k: self.who[k] for k in ("first_name", "last_name", "username") if k in self.who}
            return {"id": self.id, "type": "private"} | names
        return {"id": self.id, "type": self.type, "title": self.title}


@dataclass
class Pending:
    """An update that nobody has confirmed."""

    id: int
    body: Json
    at: float


class Updates:
    """The queue of one bot."""

    def __init__(self, clock: Callable[[], float], chance: random.Random) -> None:
        self._clock, self._chance = clock, chance
        self.queue: list[Pending] = []
        self.next_id = chance.randrange(100_000_000, 900_000_000)
        self.last_at = clock()
        self.allowed: set[str] | None = None
        self.duplicate = False
        self.shuffle = False

    def wanted(self, kind: str) -> bool:
        """True when this kind is asked for; that counts when an update arises, not when it is fetched."""
        return kind not in NOT_BY_DEFAULT if self.allowed is None else kind in self.allowed

    def add(self, kind: str, body: Json) -> int:
        """Queue an update and return its id, or 0 when nobody asked for its kind."""
        if not self.wanted(kind):
            return 0
        now = self._clock()
        if not self.queue and now - self.last_at > 7 * DAY:
            self.jump()
        update_id, self.next_id, self.last_at = self.next_id, self.next_id + 1, now
        self.queue.append(Pending(update_id, {"update_id": update_id, kind: body}, now))
        return update_id

    def jump(self) -> None:
        """Choose the next id at random, as after a quiet week."""
        self.next_id = self._chance.randrange(100_000_000, 900_000_000)

    def expire(self) -> None:
        """Forget what is older than 24 hours."""
        oldest = self._clock() - DAY
        self.queue = [p for p in self.queue if p.at > oldest]

    def fetch(self, offset: int, limit: int) -> list[Json]:
        """Confirm what lies below the offset and return what waits, without forgetting it."""
        self.expire()
        if offset < 0:
            self.queue = self.queue[offset:]
        elif offset <= self.next_id + 10:  # beyond that the real queue answers from its head
            self.queue = [p for p in self.queue if p.id >= offset]
        batch = [p.body for p in self.queue[:limit]]
        if self.duplicate:
            batch = [body for body in batch for _ in (1, 2)]
        if self.shuffle:
            self._chance.shuffle(batch)
        return batch

    def confirm(self, update_id: int) -> None:
        """Forget one update: its delivery was answered."""
        self.queue = [p for p in self.queue if p.id != update_id]


class World:
    """Everything one bot can see of Telegram, under one lock; ``on_change`` is called after each update."""

    def __init__(self, token: str, clock: Callable[[], float], seed: int = 7) -> None:
        self.token, self.clock = token, clock
        self.bot: Json = {
            "id": int(token.split(":")[0]),
            "is_bot": True,
            "first_name": "Line",
            "username": "line_bot",
        }
        self.lock = threading.RLock()
        self.updates = Updates(clock, random.Random(seed))
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Json] = {}
        self.profile: dict[tuple[str, str], Any] = {}
        self.on_change: Callable[[], None] = lambda: None
        self._next_message = 1
        self._next_query = 1

    def chat(self, chat_id: int, **made: Any) -> Chat:
        """The chat of this id, made when there is none."""
        with self.lock:
            return self.chats.setdefault(chat_id, Chat(chat_id, **made))

    def post(self, chat: Chat, sender: int, text: str = "", **parts: Any) -> Message:
        """Put a message at the end of a chat."""
        with self.lock:
            message = Message(self._next_message, chat.id, sender, self.clock(), text, **parts)
            self._next_message += 1
            chat.messages[message.id] = message
            return message

    def tell(self, kind: str, body: Json) -> int:
        """Queue an update and wake whoever waits for it."""
        with self.lock:
            update_id = self.updates.add(kind, body)
        self.on_change()
        return update_id

    def press(self, person: Json, message: Message, data: str) -> str:
        """Queue a callback query and return its id."""
        with self.lock:
            query, self._next_query = f"{self.bot['id']}{self._next_query:09d}", self._next_query + 1
            self.queries[query] = {"at": self.clock(), "answered": False, "text": ""}
            shown = message.to_json(self.chats[message.chat_id], self.bot)
        body = {"id": query, "from": person, "message": shown, "chat_instance": "77", "data": data}
        self.tell("callback_query", body)
        return query
