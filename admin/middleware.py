"""Around every request: the host it asked for, the headers of the answer, and errors as pages.

1. Only the configured host name is served; the reporters' door lives on another.
2. Every error becomes a page that says what happened, what to do, and that nothing is lost.
3. What nobody foresaw is logged by its kind alone: no argument, no address, no words.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from admin.cookies import Cookies
from admin.door import DOOR, see
from admin.errors import DoorError, Full, NoReadingDeed, Refused, SignedOut, TooSoon
from admin.faults import FAULTS, Fault
from admin.guard import TYPED
from admin.headers import headers
from admin.health import Health
from dialogs.errors import NotAllowed
from storage.discretion import log, log_fault
from storage.errors import CannotOpen, Conflict, NotFound, StoreError, Unavailable


@web.middleware
async def speak_plainly(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever goes wrong into a page."""
    try:
        origin = request.app[DOOR].origin
        if not _our_host(request):
            return _page(request, replace(FAULTS[421], way_on=origin, way_on_name=origin))
        return await handler(request)
    except web.HTTPException as refusal:
        return _page(request, FAULTS.get(refusal.status, FAULTS[400 if refusal.status < 500 else 500]))
    except SignedOut:
        return _signed_out(request)
    except NoReadingDeed:
        return see(f"/cases/{request.match_info['reference']}")
    except (DoorError, NotAllowed, StoreError) as refusal:
        return _refused(request, refusal)
    except Exception as unforeseen:
        log_fault("door_error", unforeseen, route=_route(request))
        return _page(request, FAULTS[500])


def _our_host(request: web.Request) -> bool:
    """Say whether the one host name we serve was asked for. A style sheet may be had under any, for the page
    that says no.
    """
    asked = request.headers.get("Host", "").casefold()
    return asked == urlsplit(request.app[DOOR].origin).netloc.casefold() or request.path.startswith(
        "/static/"
    )


def _refused(request: web.Request, refusal: Exception) -> web.Response:
    match refusal:
        case TooSoon():
            response = _page(request, FAULTS[429])
            response.headers["Retry-After"] = str(refusal.seconds)
            return response
        case Refused() | NotAllowed():
            return _page(request, FAULTS[403], str(refusal))
        case NotFound():
            return _page(request, FAULTS[404])
        case Conflict():
            return _page(request, FAULTS[409])
        case Full() | Unavailable():
            return _page(request, FAULTS[503])
        case CannotOpen():
            log("cannot_open", kind=type(refusal).__name__)
            return _page(request, FAULTS[500])
        case _:
            return _page(request, FAULTS[500])


def _signed_out(request: web.Request) -> web.Response:
    if request.method == "GET":
        response = see("/sign-in")
    else:
        response = _page(request, FAULTS[401])
    Cookies(request.app[DOOR].origin).forget(response)
    return response


def _page(request: web.Request, fault: Fault, detail: str = "") -> web.Response:
    """Render an error. Words that were typed and not kept are given back, so that they are not lost."""
    typed = request.get(TYPED, {}) if fault.gives_back else {}
    paragraphs = (*((detail,) if detail else ()), *fault.paragraphs)
    values = {
        "heading": fault.heading,
        "paragraphs": paragraphs,
        "way_on": fault.way_on,
        "way_on_name": fault.way_on_name,
        "words": "\n\n".join(typed[name] for name in ("note", "reply") if typed.get(name)),
    }
    return request.app[DOOR].pages.render("fault.html", values, fault.status)


def counted(health: Health) -> Middleware:
    """Count every answer by route and status."""

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        health.requests.labels(_route(request), str(response.status)).inc()
        return response

    return count


def _route(request: web.Request) -> str:
    """Name the route as it is written in the table: never the address that was asked for."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the exact headers on every response, whoever made it."""
    asset = response.status == 200 and request.path.startswith("/static/")
    response.headers.update(headers(request.app[DOOR].origin, asset))
    response.headers.popall("Server", None)
