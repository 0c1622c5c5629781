"""Every address of the officers' door: method, path, view and what it asks for.

The only registration there is.

A view that is not here cannot be reached; a row without a permission cannot be written.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from admin.access import Permission
from admin.door import Asked
from admin.views import account, alarms, case, closing, officers, queue, reading, signing, static, writing

View = Callable[[Asked], Awaitable[web.StreamResponse]]
P = Permission


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table."""

    method: str
    path: str
    view: View
    permission: Permission


ROUTES: tuple[Route, ...] = (
    Route("GET", "/", signing.home, P.ANYONE),
    Route("GET", "/static/{name:.+}", static.file, P.ANYONE),
    Route("GET", "/sign-in", signing.form, P.ANYONE),
    Route("POST", "/sign-in", signing.sign_in, P.ANYONE),
    Route("POST", "/sign-out", signing.sign_out, P.SIGNED_IN),
    Route("GET", "/account", account.page, P.SIGNED_IN),
    Route("POST", "/account/sign-out-everywhere", account.sign_out_everywhere, P.SIGNED_IN),
    Route("GET", "/queue", queue.page, P.SEE_CASES),
    Route("GET", "/cases/{reference}", case.page, P.SEE_CASES),
    Route("POST", "/cases/{reference}/pick-up", case.pick_up, P.WORK_CASES),
    Route("POST", "/cases/{reference}/put-back", case.put_back, P.WORK_CASES),
    Route("GET", "/cases/{reference}/reading", reading.page, P.WORK_CASES),
    Route("POST", "/cases/{reference}/reading", reading.begin, P.WORK_CASES),
    Route("POST", "/cases/{reference}/notes", writing.note, P.WORK_CASES),
    Route("POST", "/cases/{reference}/replies", writing.reply, P.WORK_CASES),
    Route("POST", "/cases/{reference}/moves", writing.move, P.WORK_CASES),
    Route("GET", "/cases/{reference}/closing", closing.page, P.WORK_CASES),
    Route("POST", "/cases/{reference}/closing", closing.close, P.WORK_CASES),
    Route("POST", "/alarms/{alarm}/acknowledgement", alarms.acknowledge, P.WORK_CASES),
    Route("GET", "/officers", officers.page, P.SEE_OFFICERS),
    Route("POST", "/officers/{login}/admission", officers.admit, P.ADMIT),
)
