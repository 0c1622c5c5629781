"""The Telegram channel's wire: python-telegram-bot as a typed client, and nothing else of it.

1. ``Bot`` methods and error classes only: no updater, no conversation objects, no persistence.
2. Whatever goes wrong leaves here as a kind of ``bot.errors``; no message of the network's own goes on,
   because it may hold the token or somebody's words.
3. No parse mode, no link preview, no sound unless the courier says so.
Never keeps an update, and never prints the token.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import aiohttp
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, error
from telegram.request import BaseRequest, RequestData

from bot.channels import Hall
from bot.channels.telegram_channel import Channelled
from bot.channels.telegram_chat import Erased
from bot.channels.telegram_layout import Rows
from bot.channels.telegram_polling import Elsewhere, TokenRefused
from bot.channels.telegram_updates import ALLOWED
from bot.errors import ChannelError, DeliveryFailed, Refused, Unreachable

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the client's own switch: else each 429 is also a warning
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
LOST = ("chat not found", "user not found", "peer_id_invalid")
# Spelled so that the client sends getUpdates without advising its typed method, which one bad update blocks.
GET_UPDATES = "get_Updates"


class NotReached(error.NetworkError):
    """The connection was never made: nothing can have arrived."""


class Request(BaseRequest):
    """The client's transport, on aiohttp: less than half the work of the one it brings along."""

    def __init__(self, connections: int, patience: float) -> None:
        """Take how many connections there may be, and how long to wait for an answer."""
        self._connections, self._patience = connections, patience
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """How long to wait for an answer."""
        return self._patience

    async def initialize(self) -> None:
        """Open the session, once."""
        if self._session is None:
            pool = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60)
            self._session = aiohttp.ClientSession(connector=pool, headers={"User-Agent": "concern-line"})

    async def shutdown(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call. Its errors carry no address, because the address carries the token."""
        if self._session is None:
            raise NotReached("closed")
        patience = read_timeout if isinstance(read_timeout, int | float) else self._patience
        limits = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=patience)
        data = request_data.json_parameters if request_data else None
        call = self._session.request(method, url, data=data, timeout=limits, allow_redirects=False)
        try:
            async with call as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise NotReached("not connected") from None
        except TimeoutError:
            raise error.TimedOut("no answer in time") from None
        except (aiohttp.ClientError, OSError):
            raise error.NetworkError("the connection broke") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Parse an answer; one that is none is not logged, because it may hold somebody's words."""
        with contextlib.suppress(ValueError, RecursionError):
            parsed = json.loads(payload)
            if isinstance(parsed, dict) and ("result" in parsed or "ok" in parsed):
                return parsed
        raise error.NetworkError("no answer of the Bot API")


class Wire:
    """Every call the channel makes, in our words and our errors."""

    def __init__(self, token: str, api: str, patience: float) -> None:
        """Take the token, the base address without ``/bot``, and how long a poll may stay open."""
        # At DEBUG the client prints addresses, which hold the token, and whole updates.
        logging.getLogger("telegram").setLevel(logging.WARNING)
        self._patience = patience
        self._slowed: tuple[int, float] = (0, 0.0)
        self._bot = Bot(
            token,
            base_url=f"{api.rstrip('/')}/bot",
            base_file_url=f"{api.rstrip('/')}/file/bot",
            request=Request(32, 15.0),
            get_updates_request=Request(2, patience + 10.0),
        )

    async def open(self) -> None:
        """Ask who we are. Raises ``TokenRefused``, or ``DeliveryFailed`` when nobody answers."""
        with self._ours():
            await self._bot.initialize()

    async def close(self) -> None:
        """Close every connection."""
        with contextlib.suppress(error.TelegramError):
            await self._bot.shutdown()

    async def fetch(self, offset: int | None) -> Sequence[object]:
        """Wait for updates, raw."""
        asked: dict[str, Any] = {
            "timeout": int(self._patience),
            "limit": 100,
            "allowed_updates": list(ALLOWED),
        }
        with self._ours():
            given = await self._bot.do_api_request(
                GET_UPDATES, asked if offset is None else asked | {"offset": offset}
            )
        return given if isinstance(given, list) else ()

    async def listen(self, url: str, secret: str) -> None:
        """Have updates posted to an address one at a time, or polled when there is none."""
        with self._ours():
            if not url:
                await self._bot.delete_webhook(drop_pending_updates=False)
                return
            await self._bot.set_webhook(
                url,
                secret_token=secret,
                max_connections=1,
                allowed_updates=list(ALLOWED),
                drop_pending_updates=False,
            )

    async def introduce(self, commands: dict[str, str], about: str, description: str) -> None:
        """Set what Telegram shows of us, where it differs; the name is the force's to choose."""
        wanted = tuple(BotCommand(name, words) for name, words in commands.items())
        with self._ours():
            if await self._bot.get_my_commands() != wanted:
                await self._bot.set_my_commands(wanted)
            if (await self._bot.get_my_short_description()).short_description != about:
                await self._bot.set_my_short_description(about)
            if (await self._bot.get_my_description()).description != description:
                await self._bot.set_my_description(description)

    async def send(self, chat: int, text: str, rows: Rows, *, silent: bool, protect: bool) -> int:
        """Send a message; return its number."""
        with self._ours(chat):
            sent = await self._bot.send_message(
                chat,
                text,
                reply_markup=_markup(rows),
                disable_notification=silent,
                protect_content=protect,
                link_preview_options=NO_PREVIEW,
            )
        return sent.message_id

    async def edit(self, chat: int, message: int, text: str, rows: Rows) -> bool:
        """Change a message of ours; false when it is not there any more."""
        with self._ours(chat):
            try:
                await self._bot.edit_message_text(
                    text, chat, message, reply_markup=_markup(rows), link_preview_options=NO_PREVIEW
                )
            except error.BadRequest as why:
                said = why.message.lower()
                if not said.startswith(("message is not modified", *GONE)):
                    raise
                return not said.startswith(GONE)
        return True

    async def erase(self, chat: int, messages: Sequence[int]) -> Erased:
        """Delete messages, a hundred at a time; one by one where Telegram refuses the hundred."""
        gone: list[int] = []
        left: list[int] = []
        for at in range(0, len(messages), 100):
            chunk = messages[at : at + 100]
            if await self._deleted(chat, chunk):
                gone += chunk
                continue
            for message in chunk:
                (gone if await self._deleted(chat, [message]) else left).append(message)
        return Erased(tuple(gone), tuple(left))

    async def answer(self, query: str) -> None:
        """Stop the little clock on a pressed button."""
        with self._ours():
            await self._bot.answer_callback_query(query)

    async def leave(self, chat: int) -> None:
        """Leave a group."""
        with self._ours(chat):
            await self._bot.leave_chat(chat)

    async def _deleted(self, chat: int, messages: Sequence[int]) -> bool:
        with self._ours(chat):
            try:
                return await self._bot.delete_messages(chat, messages)
            except error.BadRequest:
                return False

    @contextlib.contextmanager
    def _ours(self, chat: int = 0) -> Iterator[None]:
        """Turn the client's errors into ours, and leave their words behind."""
        try:
            yield
        except error.RetryAfter as why:
            raise self._slow_down(chat, why) from None
        except error.TelegramError as why:
            raise _ours(why) from None

    def _slow_down(self, chat: int, why: error.RetryAfter) -> DeliveryFailed:
        """Two chats refused within seconds means that all must wait; one alone may simply be busy."""
        now = asyncio.get_running_loop().time()
        before, at = self._slowed
        self._slowed = (chat, now)
        asked = why.retry_after
        seconds = asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
        return DeliveryFailed(seconds, whole_network=before != chat and now - at < seconds + 5 and at > 0)


def _ours(why: error.TelegramError) -> ChannelError:
    said = why.message.lower()
    match why:
        case error.InvalidToken() | error.EndPointNotFound():
            return TokenRefused(60.0, whole_network=True)
        case error.Conflict():
            return Elsewhere()
        case error.Forbidden():
            return Unreachable("the person closed this chat")
        case error.BadRequest() if said.startswith(LOST):
            return Unreachable("there is no such chat")
        case error.BadRequest() | error.ChatMigrated():
            return Refused("Telegram will not take this message")
        case NotReached():
            return DeliveryFailed()
        case _:
            return DeliveryFailed(uncertain=True)


def _markup(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(
                    key.label, url=key.url or None, callback_data=key.data or None, style=key.style or None
                )
                for key in row
            ]
            for row in rows
        ]
    )


class TelegramChannel(Channelled):
    """One bot on Telegram, by long poll or by webhook."""

    def __init__(self, hall: Hall, *, patience: float = 25.0) -> None:
        """Take the hall; ``patience`` is how long a poll stays open when nothing comes."""
        super().__init__(hall, Wire(hall.settings.telegram_token, hall.settings.telegram_api, patience))
