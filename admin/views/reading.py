"""Reading a case: the reason first, then the conversation beside the forms that answer it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from admin.access import READING_REASONS
from admin.casework import standing
from admin.consultation import Reading
from admin.correspondence import pushed
from admin.door import Asked, see
from admin.errors import NoReadingDeed
from admin.findings import CANNOT_OPEN
from admin.forms import MOST_REPLY
from admin.views import case as before
from admin.views.frame import page as framed
from admin.views.labels import labels
from admin.wording import NO_WAY, PUSHED, STAGES, WAITS
from dialogs.casework import MOVES, allowed
from storage.errors import CannotOpen
from storage.records import CaseRow, ReachRow


async def begin(asked: Asked) -> web.StreamResponse:
    """Take the reason, record it, and go on to the page it opens."""
    case = await asked.door.casework.case(asked.part("reference"))
    reason = asked.form.get("reason", "")
    if reason not in READING_REASONS:
        return await before.show(asked, case, {"reason": "Say why you are reading this"}, status=400)
    await asked.door.consultation.begin(asked.officer, case, reason)
    return see(f"/cases/{case.reference}/reading")


async def page(asked: Asked) -> web.StreamResponse:
    """Show the conversation to someone who has said why."""
    return await show(asked, asked.part("reference"))


async def show(
    asked: Asked,
    reference: str,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> web.Response:
    """Show the conversation, with what was wrong in a form. Without a reason the case page asks for one."""
    case = await asked.door.casework.case(reference)
    try:
        reading = await asked.door.consultation.read(asked.officer, case)
    except NoReadingDeed:
        if not errors:
            raise
        unsent = {"why": " ".join(errors.values()), "words": "\n\n".join((typed or {}).values())}
        return await before.show(asked, case, unsent=unsent, status=status)
    except CannotOpen as why:
        return await _closed_book(asked, case, why)
    names = await asked.door.staff.names()
    values = {
        **_values(asked, reading, names),
        "errors": errors or {},
        "typed": typed or {},
        **labels(asked.door),
    }
    return await framed(asked, "reading.html", values, status)


def _values(asked: Asked, reading: Reading, names: Mapping[bytes, str]) -> dict[str, Any]:
    case, conversation = reading.case, reading.conversation
    here = standing(case, asked.officer)
    stages = MOVES.get(case.stage, ()) if allowed("move", here) else ()
    return {
        "case": case,
        "findings": conversation.findings,
        "told": conversation.told,
        "later": conversation.later,
        "notes": conversation.notes,
        "tail": conversation.tail,
        "has_it": "You have it."
        if here.mine
        else f"{names.get(case.owner_id or b'', 'A colleague')} has it.",
        "named": reading.named,
        "may_note": allowed("note", here),
        "may_reply": allowed("reply", here),
        "may_close": allowed("close", here),
        "reach": _reach(reading.reach),
        "most_reply": MOST_REPLY,
        "next_stages": [{"value": stage, "text": STAGES[stage]} for stage in stages],
    }


def _reach(reach: ReachRow | None) -> dict[str, Any]:
    if reach is None or reach.replies == "none":
        return {"possible": False, "how": NO_WAY}
    return {"possible": True, "how": PUSHED if pushed(reach) else WAITS}


async def _closed_book(asked: Asked, case: CaseRow, why: CannotOpen) -> web.Response:
    """Say by name why nothing of a case can be shown."""
    explained = CANNOT_OPEN.get(type(why).__name__, CANNOT_OPEN["Tampered"])
    values = {
        "heading": explained.title,
        "paragraphs": (f"{explained.what} ({explained.name})", explained.todo),
        "way_on": f"/cases/{case.reference}",
        "way_on_name": "Back to the case",
    }
    return await framed(asked, "fault.html", values, 409)
