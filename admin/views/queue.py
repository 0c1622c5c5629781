"""The queue: what waits, urgent first, then what has been unread longest. No word of any concern."""

from __future__ import annotations

from aiohttp import web

from admin.door import Asked
from admin.views.frame import page as framed
from admin.views.labels import labels
from storage.queue import COUNTED_TO, View

VIEWS: dict[View, str] = {"unassigned": "Unassigned", "mine": "My", "all": "All open", "closed": "Closed"}
_TABS: dict[View, str] = {"unassigned": "Unassigned", "mine": "Mine", "all": "All open", "closed": "Closed"}
_EMPTY = {
    "unassigned": "Nobody is waiting to be picked up.",
    "mine": "You have no open concern. Pick one up from Unassigned.",
    "all": "There is no open concern.",
    "closed": "No concern has been closed yet.",
}
_ORDER = {
    "closed": "Closed concerns, the last closed first",
}


async def page(asked: Asked) -> web.StreamResponse:
    """Show one tab of it; whoever reads the queue has moved away from any case."""
    me = asked.officer
    asked.door.consultation.deeds.leave(me.session.sid)
    wanted = asked.query("view")
    view: View = next((known for known in VIEWS if known == wanted), "unassigned")
    after = asked.query("after")
    found = await asked.door.casework.queue(view, me, after)
    values = {
        "view": view,
        "view_name": VIEWS[view],
        "tabs": [(key, name, _counted(found.counts[key])) for key, name in _TABS.items()],
        "cases": found.cases,
        "older": found.after,
        "newer": bool(after),
        "owners": await asked.door.staff.names(),
        "empty": _EMPTY[view],
        "order": _ORDER.get(view, "Urgent first, then what has waited longest"),
    }
    return await framed(asked, "queue.html", {**values, **labels(asked.door)})


def _counted(number: int) -> str:
    return f"{COUNTED_TO} or more" if number >= COUNTED_TO else str(number)
