"""Alive, ready, and in figures, on a loopback port of its own. Never a name, a reference or a word."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest

from storage.database import Store
from storage.errors import StoreError
from storage.unit_of_work import Unit

_NOBODY = bytes(16)


class Health:
    """What the operator may ask."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "concern_admin_requests",
            "Answers by route and status",
            ["route", "status"],
            registry=self._registry,
        )
        self._open = Gauge("concern_cases", "Cases by part of the queue", ["view"], registry=self._registry)
        self._alarms = Gauge("concern_alarms_open", "Urgent concerns nobody has", registry=self._registry)
        self._officers = Gauge("concern_officers", "Officers by status", ["status"], registry=self._registry)

    def application(self) -> web.Application:
        """Give the three addresses."""
        app = web.Application()
        app.router.add_get("/healthz", self.alive)
        app.router.add_get("/readyz", self.ready)
        app.router.add_get("/metrics", self.metrics)
        return app

    async def alive(self, request: web.Request) -> web.Response:
        """Say that the process answers."""
        return web.json_response({"alive": True})

    async def ready(self, request: web.Request) -> web.Response:
        """Say whether officers can work, and what is missing."""
        missing = await self._missing()
        return web.json_response({"ready": not missing, "missing": missing}, status=503 if missing else 200)

    async def metrics(self, request: web.Request) -> web.Response:
        """Give figures for Prometheus."""
        try:
            await self._store.read(self._count)
        except StoreError:
            return web.Response(status=503)
        return web.Response(
            body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    async def _missing(self) -> list[str]:
        try:
            team, people = await self._store.read(lambda u: (u.teams.current("team"), u.officers.all()))
        except StoreError:
            return ["database"]
        missing = [] if team else ["team"]
        return missing if any(row.status == "active" for row in people) else [*missing, "officers"]

    def _count(self, unit: Unit) -> None:
        counts = unit.cases.counts(_NOBODY)
        for view in ("unassigned", "all", "closed"):
            self._open.labels(view).set(counts[view])
        self._alarms.set(len(unit.alarms.open()))
        people = unit.officers.all()
        for status in ("pending", "active", "revoked"):
            self._officers.labels(status).set(sum(row.status == status for row in people))
