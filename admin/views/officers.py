"""Who can sign in, and admitting those who wait."""

from __future__ import annotations

from aiohttp import web

from admin.door import Asked, see
from admin.views.frame import page as framed

_STATUSES = {
    "pending": ("Waiting", "govuk-tag--yellow"),
    "active": ("Active", "govuk-tag--green"),
    "revoked": ("Revoked", "govuk-tag--grey"),
}


async def page(asked: Asked) -> web.StreamResponse:
    """Show everyone."""
    people = await asked.door.staff.people(asked.officer)
    return await framed(asked, "officers.html", {"people": people, "statuses": _STATUSES})


async def admit(asked: Asked) -> web.StreamResponse:
    """Admit one who waits, with this person's own keys."""
    await asked.door.staff.admit(asked.officer.row, asked.officer.root, asked.part("login"))
    return see("/officers?done=admitted")
