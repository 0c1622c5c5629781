"""A case before it is read: what is known in the clear, who has it, what was done with it.

No word of the concern.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from admin.access import READING_REASONS
from admin.casework import standing
from admin.door import Asked, see
from admin.forms import version
from admin.views.frame import page as framed
from admin.views.labels import labels, move_name
from admin.wording import OUTCOMES
from dialogs.casework import allowed
from storage.errors import Conflict
from storage.records import CaseRow


async def page(asked: Asked) -> web.StreamResponse:
    """Show it."""
    case = await asked.door.casework.case(asked.part("reference"))
    return await show(asked, case)


async def show(
    asked: Asked,
    case: CaseRow,
    errors: Mapping[str, str] | None = None,
    unsent: object = None,
    status: int = 200,
) -> web.Response:
    """Show a case, with what was wrong in a form and with words that were typed and not kept."""
    names = await asked.door.staff.names()
    here = standing(case, asked.officer)
    moves = await asked.door.casework.history(asked.officer, case)
    values: dict[str, Any] = {
        "case": case,
        "owner_name": _owner(case, names, asked.officer.row.id),
        "outcome_name": OUTCOMES.get(case.outcome, case.outcome),
        "may_pick_up": allowed("pick_up", here),
        "may_read": allowed("read", here),
        "may_put_back": allowed("put_back", here),
        "reasons": reasons(here.mine),
        "reason": "mine" if here.mine else "",
        "moves": [
            {"text": move_name(m), "who": names.get(m.officer_id or b"", "Nobody"), "at": m.at} for m in moves
        ],
        "errors": errors or {},
        "unsent": unsent,
    }
    return await framed(asked, "case.html", {**values, **labels(asked.door)}, status)


async def pick_up(asked: Asked) -> web.StreamResponse:
    """Take it; whoever was second is told who was first."""
    case = await asked.door.casework.case(asked.part("reference"))
    try:
        await asked.door.casework.pick_up(asked.officer, case, version(asked.form))
    except Conflict:
        return await _taken(asked, case.reference)
    return see(f"/cases/{case.reference}?done=picked-up")


async def put_back(asked: Asked) -> web.StreamResponse:
    """Return it to the queue."""
    case = await asked.door.casework.case(asked.part("reference"))
    await asked.door.casework.put_back(asked.officer, case, version(asked.form))
    return see(f"/cases/{case.reference}?done=put-back")


def reasons(mine: bool) -> list[dict[str, str]]:
    """List the reasons for reading that make sense here."""
    return [{"value": key, "text": text} for key, text in READING_REASONS.items() if mine or key != "mine"]


async def _taken(asked: Asked, reference: str) -> web.Response:
    """Say who was faster, from a second look."""
    case = await asked.door.casework.case(reference)
    names = await asked.door.staff.names()
    if case.owner_id is None:
        heading, first = "Not picked up", "Something about this concern changed while you were looking at it."
    elif case.owner_id == asked.officer.row.id:
        heading, first = "You have it already", "You picked this concern up before, perhaps in another tab."
    else:
        name = names.get(case.owner_id, "A colleague")
        heading, first = f"{name} has it", f"{name} picked this concern up before you. Nothing was changed."
    values = {
        "heading": heading,
        "paragraphs": (
            first,
            "If that is not right, talk to each other: a supervisor can put it back in the queue.",
        ),
        "way_on": f"/cases/{reference}",
        "way_on_name": f"Look at {reference}",
    }
    return await framed(asked, "fault.html", values, 409)


def _owner(case: CaseRow, names: Mapping[bytes, str], me: bytes) -> str:
    if case.owner_id is None:
        return "Nobody yet"
    return "You" if case.owner_id == me else names.get(case.owner_id, "Somebody who is not here any more")
