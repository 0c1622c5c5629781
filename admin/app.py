"""The officers' door, put together: the one place that names every part, and the server around it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import web

from admin.casework import Casework
from admin.consultation import Consultation
from admin.correspondence import Correspondence
from admin.door import DOOR, Door
from admin.guard import guarded
from admin.health import Health
from admin.janitor import keep_tidy
from admin.middleware import add_headers, counted, speak_plainly
from admin.opening import clock, opened
from admin.pages import Assets, Pages
from admin.routes import ROUTES
from admin.sessions import Sessions
from admin.staff import Staff
from dialogs.library import load_library
from storage.database import Store
from storage.discretion import log
from storage.network import Networks
from storage.officer_seals import OfficerSeals
from storage.settings import Settings

MOST_BYTES = 128 * 1024
QUIET = 75.0
"""How long a connection may bring no whole head of a request; a proxy before us must let go sooner."""


def compose(
    settings: Settings,
    store: Store,
    seals: OfficerSeals,
    now: Callable[[], datetime] = clock,
    pages: Pages | None = None,
) -> Door:
    """Put the door together. ``pages`` may be shared: they hold templates, and nothing of anybody."""
    idle, absolute = timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
    return Door(
        settings=settings,
        origin=settings.admin_origin,
        now=now,
        sessions=Sessions(
            store, seals, now, idle, absolute, failures_an_hour=settings.failed_sign_ins_an_hour
        ),
        casework=Casework(store, now, timedelta(hours=settings.pickup_lease_hours)),
        consultation=Consultation(store, seals, now),
        correspondence=Correspondence(store, seals, now),
        staff=Staff(store, seals),
        pages=pages or Pages(Assets()),
        areas=load_library(settings.profile).profile.areas,
        networks=Networks(settings.trusted_proxies, settings.admin_origin),
    )


def application(door: Door, health: Health) -> web.Application:
    """Make the web application: every route of the table behind its guard."""
    app = web.Application(client_max_size=MOST_BYTES, middlewares=(counted(health), speak_plainly))
    app[DOOR] = door
    app.on_response_prepare.append(add_headers)
    for route in ROUTES:
        app.router.add_route(route.method, route.path, guarded(route))
    return app


def runner(app: web.Application, grace: float) -> web.AppRunner:
    """Make what serves an application: no log of requests, and no connection that says nothing for long."""
    return web.AppRunner(app, access_log=None, shutdown_timeout=grace, keepalive_timeout=QUIET)


async def serve(settings: Settings) -> None:
    """Serve until told to stop. Raises: OSError when a port is taken; StoreError."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with opened(settings) as (store, seals):
        door, health = compose(settings, store, seals), Health(store)
        runners = [runner(application(door, health), 20), runner(health.application(), 1)]
        places = [
            (settings.admin_host, settings.admin_port),
            (settings.health_host, settings.admin_health_port),
        ]
        tidying = asyncio.create_task(keep_tidy(door.casework, door.sessions))
        try:
            for one, (host, port) in zip(runners, places, strict=True):
                await one.setup()
                await web.TCPSite(one, host, port).start()
            await store.do(lambda unit: unit.audit.add("start", "system", door="admin"))
            log("door_open", door="admin", port=settings.admin_port)
            await stop.wait()
        finally:
            tidying.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await tidying
            for one in runners:
                await one.cleanup()
