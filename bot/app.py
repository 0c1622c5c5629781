"""Puts the reporter's door together, and takes it apart again in order: take nothing more, finish what is
begun, close. The only place that knows every part; decides nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from aiohttp import web

from bot.channels import Channel, Hall
from bot.courier import Courier
from bot.desk import Desk
from bot.editions import keep_editions
from bot.errors import CannotStart
from bot.health import Health
from bot.intake import Intake
from bot.janitor import Janitor
from bot.limits import Flood, Limits
from bot.memory import Memory
from bot.pace import Pace
from bot.teams import Teams
from bot.turns import Turns
from bot.visits import Visits
from dialogs.library import Library, load_library
from storage import discretion
from storage.database import Store, open_store
from storage.errors import Unavailable
from storage.reporter_seals import ReporterSeals
from storage.settings import Settings
from storage.vault.keystore import open_bot_keystore

GRACE = 20.0
QUIET = 75.0
"""How long a connection may bring no whole head of a request; a proxy before us must let go sooner."""


@dataclass(slots=True)
class Parts:
    """Everything that was put together. ``stop`` ends what runs."""

    settings: Settings
    store: Store
    seals: ReporterSeals
    library: Library
    teams: Teams
    turns: Turns
    desk: Desk
    intake: Intake
    visits: Visits
    courier: Courier
    janitor: Janitor
    health: Health
    channels: dict[str, Channel] = field(default_factory=dict)
    stop: asyncio.Event = field(default_factory=asyncio.Event)


def utc_now() -> datetime:
    """The wall's clock."""
    return datetime.now(UTC)


async def put_together(
    settings: Settings, now: Callable[[], datetime] = utc_now, pace: Pace | None = None
) -> Parts:
    """Open the store and the keystore and join the parts; no channel yet, nothing runs yet."""
    library = load_library(settings.profile)
    keys = await asyncio.to_thread(open_bot_keystore, settings.keystore)
    store = await open_store(settings, "bot", now)
    seals = ReporterSeals(keys, store.deployment)
    await keep_editions(store, library)
    teams, memory = Teams(store, seals), Memory(now)
    await teams.refresh()
    channels: dict[str, Channel] = {}
    turns = Turns(seals, library, teams, settings, memory, lambda door: _pushes(channels, door), now)
    desk = Desk(store, turns)
    flood = Flood(Limits(newcomers_an_hour_of_a_network=settings.chats_an_hour))
    hours = settings.draft_hours
    intake = Intake(store, seals, library, memory, now, desk.ring, draft_hours=hours, flood=flood)
    visits = Visits(store, seals, library, turns, desk)
    courier = Courier(store, seals, library, visits, channels, now, pace)
    desk.turned = courier.ring
    return Parts(
        settings=settings,
        store=store,
        seals=seals,
        library=library,
        teams=teams,
        turns=turns,
        desk=desk,
        intake=intake,
        visits=visits,
        courier=courier,
        janitor=Janitor(store, seals, now, beside=memory.tidy, flood=flood),
        health=Health(store, seals, teams, intake, desk, courier, channels, now),
        channels=channels,
    )


def _pushes(channels: dict[str, Channel], door: str) -> bool:
    channel = channels.get(door)
    return channel is not None and channel.pushes


def make_channels(parts: Parts, now: Callable[[], datetime] = utc_now) -> None:
    """Make the channels that the settings ask for; a network's package is read only when it is used."""
    from bot.channels.web import WebChannel

    settings = parts.settings
    hall = Hall(settings, parts.library, parts.intake, parts.visits, now)
    parts.channels["web"] = WebChannel(hall)
    if settings.telegram_token and settings.telegram_policy != "off":
        from bot.channels.telegram import TelegramChannel

        parts.channels["telegram"] = TelegramChannel(hall)


async def serve(
    settings: Settings,
    now: Callable[[], datetime] = utc_now,
    stop: asyncio.Event | None = None,
    pace: Pace | None = None,
) -> None:
    """Run the reporter's door until ``stop`` or a signal. Raises ``CannotStart``."""
    parts = await put_together(settings, now, pace)
    parts.stop = stop or parts.stop
    try:
        make_channels(parts, now)
        async with contextlib.AsyncExitStack() as doors:
            await doors.enter_async_context(listening(parts))
            for channel in parts.channels.values():
                await channel.open()
            _stop_on_signals(parts.stop)
            discretion.log("started", door="bot", host=settings.web_host, port=settings.web_port)
            await run(parts)
    finally:
        for channel in parts.channels.values():
            await channel.close()
        await parts.store.close()
        discretion.log("stopped", door="bot")


async def run(parts: Parts) -> None:
    """Run every part until ``parts.stop``, then let each finish: first what takes in, then what works, then
    what sends.
    """
    halt = asyncio.Event()
    takers = [asyncio.create_task(channel.take()) for channel in parts.channels.values()]
    rounds = (parts.desk.run, parts.courier.run, parts.janitor.run, partial(_watch, parts))
    workers = [asyncio.create_task(_kept_up(one, halt)) for one in rounds]
    waiting = asyncio.create_task(parts.stop.wait())
    try:
        await asyncio.wait([waiting, *takers, *workers], return_when=asyncio.FIRST_COMPLETED)
        for task in (*takers, *workers):
            if task.done() and not task.cancelled() and (failure := task.exception()):
                raise failure
    finally:
        waiting.cancel()
        await _wind_down(parts, halt, takers, workers)


async def _wind_down(
    parts: Parts, halt: asyncio.Event, takers: list[asyncio.Task[None]], workers: list[asyncio.Task[None]]
) -> None:
    """Take nothing more, finish what is begun, within the grace a service is given."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            for channel in parts.channels.values():
                await channel.stop()
            await asyncio.gather(*takers, return_exceptions=True)
            halt.set()
            parts.desk.ring()
            parts.courier.ring()
            await asyncio.gather(*workers, return_exceptions=True)
    for task in (*takers, *workers):
        task.cancel()
    await asyncio.gather(*takers, *workers, return_exceptions=True)


async def _kept_up(work: Callable[[asyncio.Event], Awaitable[None]], halt: asyncio.Event) -> None:
    """Run one part until told to halt; when a fault of ours ends it, say so and begin it again."""
    while not halt.is_set():
        try:
            await work(halt)
        except Exception as why:
            discretion.log_fault("begun_again", why)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(halt.wait(), 1.0)


async def _watch(parts: Parts, halt: asyncio.Event) -> None:
    """Learn of what the other door wrote: a new team key, an answer to deliver."""
    while not halt.is_set():
        try:
            if await parts.store.wait_for_change(0.5):
                await parts.teams.refresh()
        except (Unavailable, OSError) as why:
            discretion.log("watch_waits", error=type(why).__name__)
            await asyncio.sleep(0.5)
        parts.desk.ring()
        parts.courier.ring()


@contextlib.asynccontextmanager
async def listening(parts: Parts) -> AsyncIterator[None]:
    """Serve the pages, with Telegram's webhook beside them, and the health addresses on loopback."""
    settings = parts.settings
    beside = [
        route
        for channel in parts.channels.values()
        if hasattr(channel, "webhook")
        for route in channel.webhook()
    ]
    pages = next((channel for channel in parts.channels.values() if hasattr(channel, "application")), None)
    places: list[tuple[web.Application, str, int]] = [
        (parts.health.application(), settings.health_host, settings.bot_health_port)
    ]
    if pages is not None:
        places.append((pages.application(beside=tuple(beside)), settings.web_host, settings.web_port))
    runners: list[web.AppRunner] = []
    try:
        for app, host, port in places:
            runners.append(await _listen(app, host, port))
        yield
    finally:
        for runner in reversed(runners):
            await runner.cleanup()


async def _listen(app: web.Application, host: str, port: int) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE / 2, keepalive_timeout=QUIET)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as why:
        await runner.cleanup()
        raise CannotStart(f"cannot listen on {host}:{port}: {why.strerror}") from None
    return runner


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
