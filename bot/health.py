"""Says how the reporter's door is, on loopback only: ``/healthz`` alive, ``/readyz`` able to take a concern,
``/metrics`` for Prometheus. Counts only; no address, no reference, nothing a person said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from aiohttp import web

from storage.errors import StoreError

if TYPE_CHECKING:
    from bot.channels import Channel
    from bot.courier import Courier
    from bot.desk import Desk
    from bot.intake import Intake
    from bot.teams import Teams
    from storage.database import Store
    from storage.reporter_seals import ReporterSeals

BACKLOG = 1000


class Health:
    """Answers the three addresses."""

    def __init__(
        self,
        store: Store,
        seals: ReporterSeals,
        teams: Teams,
        intake: Intake,
        desk: Desk,
        courier: Courier,
        channels: Mapping[str, Channel],
        now: Callable[[], datetime],
    ) -> None:
        """Take what is asked about."""
        self._store, self._seals, self._teams = store, seals, teams
        self._channels, self._now = channels, now
        self._counts: dict[str, Callable[[], int]] = {
            "events_accepted": lambda: intake.accepted,
            "events_held_back": lambda: intake.held,
            "events_worked": lambda: desk.worked,
            "events_set_aside": lambda: desk.set_aside,
            "messages_sent": lambda: courier.sent,
            "messages_failed": lambda: courier.failed,
        }

    def application(self) -> web.Application:
        """Make the small application."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/healthz", self._alive),
                web.get("/readyz", self._ready),
                web.get("/metrics", self._metrics),
            ]
        )
        return app

    async def conditions(self) -> dict[str, str]:
        """Say of each condition ``ok`` or what is wrong."""
        checks: dict[str, Callable[[], Awaitable[str]]] = {
            "database": self._database,
            "keystore": self._keystore,
            "team_key": self._team,
            "backlog": self._backlog,
        }
        return {name: await check() for name, check in checks.items()}

    async def _alive(self, _: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _ready(self, _: web.Request) -> web.Response:
        conditions = await self.conditions()
        ready = all(state == "ok" for state in conditions.values())
        return web.json_response({"ready": ready, **conditions}, status=200 if ready else 503)

    async def _metrics(self, _: web.Request) -> web.Response:
        from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

        registry = CollectorRegistry()
        for name, count in self._counts.items():
            Counter(f"concern_bot_{name}", name.replace("_", " "), registry=registry).inc(count())
        try:
            inbox, outbox = await self._depths()
        except (StoreError, OSError):
            inbox, outbox = -1, -1
        Gauge("concern_bot_inbox_waiting", "events not yet worked", registry=registry).set(inbox)
        Gauge("concern_bot_outbox_waiting", "messages not yet delivered", registry=registry).set(outbox)
        team = self._teams.standing.team is not None
        Gauge("concern_bot_team_key", "a certified team key exists", registry=registry).set(int(team))
        heard = Gauge(
            "concern_bot_unheard_seconds", "since a network last answered", ["door"], registry=registry
        )
        for door, channel in self._channels.items():
            at = getattr(channel, "heard_at", None)
            if isinstance(at, datetime):
                heard.labels(door).set((self._now() - at).total_seconds())
        return web.Response(
            body=generate_latest(registry), headers={"Content-Type": "text/plain; version=0.0.4"}
        )

    async def _depths(self) -> tuple[int, int]:
        return await self._store.read(lambda unit: (unit.inbox.backlog(), unit.outbox.backlog()["waiting"]))

    async def _database(self) -> str:
        try:
            await asyncio.wait_for(self._depths(), 5)
        except (StoreError, OSError, TimeoutError):
            return "no answer"
        return "ok"

    async def _keystore(self) -> str:
        try:
            await asyncio.to_thread(self._seals.draft_kids)
        except (StoreError, OSError):
            return "no answer"
        return "ok"

    async def _team(self) -> str:
        return "ok" if self._teams.standing.team else "none: no concern can be taken"

    async def _backlog(self) -> str:
        try:
            inbox, _ = await self._depths()
        except (StoreError, OSError):
            return "unknown"
        return "ok" if inbox < BACKLOG else "too long"
