"""Closing a case: an outcome, a reason where one is due, and a note. Nothing closes itself."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from admin.casework import standing
from admin.correspondence import Closing
from admin.door import Asked, see
from admin.forms import MOST_NOTE, version, words
from admin.views.frame import page as framed
from admin.views.labels import labels
from admin.wording import CLOSING_FAULTS, OUTCOMES, REASONS
from dialogs.casework import closing_faults, demand

_FIELDS = ("outcome", "reason", "elsewhere", "note")


async def page(asked: Asked) -> web.StreamResponse:
    """Show the form to someone who may close."""
    return await _form(asked, {})


async def close(asked: Asked) -> web.StreamResponse:
    """Close it, or say field by field what is missing."""
    typed = {name: asked.form.get(name, "").strip()[:20_000] for name in _FIELDS}
    found = closing_faults(*(typed[name] for name in _FIELDS))
    errors = {name: CLOSING_FAULTS[name, kind] for name, kind in found.items()}
    note = words(asked.form, "note", MOST_NOTE, CLOSING_FAULTS["note", "missing"])
    if note.wrong:
        errors["note"] = note.wrong
    if len(typed["elsewhere"]) > 100 or not typed["elsewhere"].isprintable():
        errors["elsewhere"] = "Enter a reference of at most 100 characters"
    if errors:
        return await _form(asked, {name: errors[name] for name in _FIELDS if name in errors}, 400)
    closing = Closing(typed["outcome"], typed["reason"], typed["elsewhere"], note.words)
    reference = asked.part("reference")
    await asked.door.correspondence.close(asked.officer, reference, version(asked.form), closing)
    return see(f"/cases/{reference}?done=closed")


async def _form(asked: Asked, errors: Mapping[str, str], status: int = 200) -> web.Response:
    case = await asked.door.casework.case(asked.part("reference"))
    demand("close", standing(case, asked.officer))
    values = {
        "case": case,
        "typed": asked.form,
        "errors": errors,
        "outcomes": [{"value": key, "text": text} for key, text in OUTCOMES.items()],
        "reasons": [
            {"value": "", "text": "None: the outcome says it all"},
            *({"value": key, "text": text} for key, text in REASONS.items()),
        ],
    }
    return await framed(asked, "closing.html", {**values, **labels(asked.door)}, status)
