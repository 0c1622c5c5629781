"""Notes, answers and moves: each a form on the reading page, each sent on to it when done."""

from __future__ import annotations

from aiohttp import web

from admin.door import Asked, see
from admin.errors import Overtaken
from admin.forms import MOST_NOTE, MOST_REPLY, version, words
from admin.views import reading
from admin.wording import STAGES

_OVERTAKEN = (
    "Something was added while you were writing. Read it above, then send your answer again if it still fits."
)


async def note(asked: Asked) -> web.StreamResponse:
    """Keep a note for the team."""
    typed = words(asked.form, "note", MOST_NOTE, "Write the note first")
    if typed.wrong:
        return await reading.show(
            asked, asked.part("reference"), {"note": typed.wrong}, {"note": typed.words}, 400
        )
    await asked.door.correspondence.note(asked.officer, asked.part("reference"), typed.words)
    return see(f"/cases/{asked.part('reference')}/reading?done=note")


async def reply(asked: Asked) -> web.StreamResponse:
    """Answer the reporter."""
    typed = words(asked.form, "reply", MOST_REPLY, "Write the answer first")
    if typed.wrong:
        return await reading.show(
            asked, asked.part("reference"), {"reply": typed.wrong}, {"reply": typed.words}, 400
        )
    reference, seen = asked.part("reference"), version(asked.form, "seen")
    try:
        sent = await asked.door.correspondence.reply(asked.officer, reference, typed.words, seen)
    except Overtaken:
        return await reading.show(asked, reference, {"reply": _OVERTAKEN}, {"reply": typed.words}, 409)
    return see(f"/cases/{reference}/reading?done={'reply' if sent else 'reply-waits'}")


async def move(asked: Asked) -> web.StreamResponse:
    """Bring the case to another stage."""
    reference, stage = asked.part("reference"), asked.form.get("stage", "")
    if stage not in STAGES:
        return await reading.show(asked, reference, {"stage": "Choose a stage"}, status=400)
    case = await asked.door.casework.case(reference)
    await asked.door.casework.move(asked.officer, case, version(asked.form), stage)
    return see(f"/cases/{reference}/reading?done=moved")
