"""Taking an alarm: a named person says that they have it."""

from __future__ import annotations

from aiohttp import web

from admin.door import Asked, see
from admin.forms import an_id
from admin.views.frame import page as framed
from storage.errors import Conflict


async def acknowledge(asked: Asked) -> web.StreamResponse:
    """Acknowledge an alarm; whoever was second is told who was first."""
    alarm_id = an_id(asked.part("alarm"))
    try:
        alarm = await asked.door.casework.acknowledge(asked.officer, alarm_id)
    except Conflict:
        return await _taken(asked, alarm_id)
    return see(f"/cases/{alarm.reference}?done=alarm")


async def _taken(asked: Asked, alarm_id: bytes) -> web.Response:
    alarm = await asked.door.casework.alarm(alarm_id)
    name = (await asked.door.staff.names()).get(alarm.acknowledged_by or b"", "A colleague")
    values = {
        "heading": f"{name} has it",
        "paragraphs": (f"{name} said “I have it” for {alarm.reference} before you. Nothing was changed.",),
        "way_on": f"/cases/{alarm.reference}",
        "way_on_name": f"Look at {alarm.reference}",
    }
    return await framed(asked, "fault.html", values, 409)
