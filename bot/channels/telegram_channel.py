"""The Telegram channel but for its wire: how it starts, takes, delivers and stops.

1. A token refused at the start is one line and no start; refused while running, one line in the log and
   silence here.
2. A network that is out of reach is waited for: the other doors stay open meanwhile.
3. An officer's answer cannot be passed on from the chat; a card can be copied, because numbers stand on it.
Never sees Telegram's types, and decides nothing about a conversation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels import Delivered, Hall, Outgoing
from bot.channels.telegram_chat import Wire, clear, post, show
from bot.channels.telegram_layout import Page, lay_out, one_button, split
from bot.channels.telegram_polling import Poll, TokenRefused, delay, wait
from bot.channels.telegram_reception import Courtesy, Reception
from bot.channels.telegram_webhook import Webhook
from bot.errors import CannotStart, ChannelError, Refused
from dialogs.events import COMMANDS
from dialogs.facts import Door
from dialogs.screen import Line
from storage import discretion

REFUSED = "CONCERN_TELEGRAM_TOKEN: Telegram does not accept this token"


class BotWire(Wire, Courtesy, Protocol):
    """Everything the channel asks of Telegram."""

    async def open(self) -> None:
        """Ask who we are. Raises ``TokenRefused``, or ``DeliveryFailed`` when nobody answers."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...

    async def fetch(self, offset: int | None) -> Sequence[object]:
        """Wait for updates, raw."""
        ...

    async def listen(self, url: str, secret: str) -> None:
        """Have updates posted to an address, or polled when there is none."""
        ...

    async def introduce(self, commands: dict[str, str], about: str, description: str) -> None:
        """Set what Telegram shows of us."""
        ...


class Channelled:
    """The channel on any wire; ``bot.channels.telegram`` gives it the real one."""

    name: Door = "telegram"
    pushes = True

    def __init__(self, hall: Hall, wire: BotWire) -> None:
        """Take the hall and the wire."""
        settings = hall.settings
        self._hall, self._stop = hall, asyncio.Event()
        self._off = settings.telegram_policy == "off"
        self._hooked = settings.telegram_mode == "webhook"
        self._wire = wire
        self._reception = Reception(hall, wire)
        self._poll = Poll(hall, self._reception, wire.fetch)
        self._hook = Webhook(
            self._reception, settings.telegram_webhook_path, settings.telegram_webhook_secret
        )

    @property
    def heard_at(self) -> datetime | None:
        """When a poll was last answered; none in webhook mode and before the first."""
        return self._poll.heard_at

    def webhook(self) -> tuple[web.RouteDef, ...]:
        """The address for the web door's port; none when polling."""
        return self._hook.routes() if self._hooked and not self._off else ()

    async def open(self) -> None:
        """Check the token. A network that is down is waited for later; a refused token is not."""
        try:
            await self._wire.open()
        except TokenRefused:
            raise CannotStart(REFUSED) from None
        except ChannelError as why:
            discretion.log("telegram_out_of_reach", error=type(why).__name__)

    async def take(self) -> None:
        """Poll or be posted to, until ``stop`` or until the token is refused."""
        self._hook.open = self._hooked  # before Telegram learns the address, so that it is never turned away
        try:
            if not self._off and await self._prepared() and not self._hooked:
                await self._poll.run(self._stop)
        except TokenRefused:
            discretion.log("telegram_token_refused")
        await self._stop.wait()

    async def stop(self) -> None:
        """Take nothing more."""
        self._hook.open = False
        self._stop.set()

    async def close(self) -> None:
        """Let go of connections."""
        await self._reception.close()
        await self._wire.close()

    async def deliver(self, message: Outgoing) -> Delivered:
        """Make one delivery. Raises ``DeliveryFailed``, ``Unreachable`` or ``Refused``."""
        try:
            return await self._deliver(int(message.route["chat"]), message)
        except (KeyError, ValueError):
            raise Refused("nothing that Telegram could take") from None

    async def _deliver(self, chat: int, message: Outgoing) -> Delivered:
        match message.kind:
            case "card":
                return await self._show(chat, message)
            case "clear":
                return await self._clear(chat, message)
            case "reply":
                number = f"({message.number}) " if message.number > 1 else ""
                page = Page(split(number + message.text))
                made = await post(self._wire, chat, page, "reply", silent=message.silent, protect=True)
            case "notice":
                page = Page(split(message.text), one_button(message.button, message.tag))
                made = await post(self._wire, chat, page, "card", silent=message.silent)
        return Delivered(made)

    async def _show(self, chat: int, message: Outgoing) -> Delivered:
        if message.card is None:
            raise Refused("nothing to show")
        page = lay_out(message.card, message.tag)
        try:
            return await show(self._wire, chat, page, message.marks, silent=message.silent)
        except Refused:
            if not any(key.url for row in page.rows for key in row):
                raise
        plainer = lay_out(message.card, message.tag, links=False)  # a link it will not take as a button
        return await show(self._wire, chat, plainer, message.marks, silent=message.silent)

    async def _clear(self, chat: int, message: Outgoing) -> Delivered:
        done, left = await clear(self._wire, chat, message.marks)
        if message.card is None:
            return done
        say = self._hall.library.wording.text
        after = say(Line("notice.not_cleared"), message.card.language) if left else ""
        page = lay_out(message.card, message.tag, after)
        return Delivered(await post(self._wire, chat, page, "card", silent=message.silent), done.gone)

    async def _prepared(self) -> bool:
        """Tell Telegram how to reach us, as long as it takes. Raises ``TokenRefused``."""
        settings, failures = self._hall.settings, 0
        url = _public(settings.telegram_webhook_url, settings.telegram_webhook_path) if self._hooked else ""
        while not self._stop.is_set():
            try:
                await self._wire.open()
                await self._wire.listen(url, settings.telegram_webhook_secret)
                await self._introduce()
                return True
            except TokenRefused:
                raise
            except ChannelError as why:
                failures += 1
                event = "telegram_webhook_refused" if isinstance(why, Refused) else "telegram_out_of_reach"
                discretion.log(event, error=type(why).__name__, count=failures)
                await wait(self._stop, delay(why, failures))
        return False

    async def _introduce(self) -> None:
        text = self._hall.library.wording.text
        commands = {name: text(Line(f"telegram.commands.{name}"), "en") for name in COMMANDS}
        about, description = text(Line("telegram.about"), "en"), text(Line("telegram.description"), "en")
        try:
            await self._wire.introduce(commands, about, description)
        except TokenRefused:
            raise
        except ChannelError as why:
            discretion.log("telegram_introduction_refused", error=type(why).__name__)


def _public(url: str, path: str) -> str:
    """Where Telegram posts to: a whole address as it is given, or our path on a bare one."""
    return url if urlsplit(url).path else url + path
