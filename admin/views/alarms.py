"""Taking an alarm: a named person says that they have it."""

from __future__ import annotations

from aiohttp import web

from admin.door import Asked, see
from admin.forms import an_id


async def acknowledge(asked: Asked) -> web.StreamResponse:
    """Acknowledge an alarm; whoever was second is told who was first."""
    alarm = await asked.door.casework.acknowledge(asked.officer, an_id(asked.part("alarm")))
    return see(f"/cases/{alarm.reference}?done=alarm")
