"""The web chat: one neutral address, whole pages from the server, every post answered by a redirect to that
address. Never decides what a conversation does next, stores nothing, and begins nothing on a mere visit.

The rules:

1. A visit without the cookie shows how to leave quickly. The first press sets the cookie, the second begins
   the conversation: a crawler leaves no trace.
2. A post is answered only after the intake's commit. A refusal loses no words: they stand in the box.
3. Words meant for a question that is no longer asked are given back, not taken as the answer to another.
4. Leaving waits for nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from aiohttp import web

from bot.channels import Delivered, Hall, Held, Incoming, Outgoing
from bot.channels.web_cookie import Cookie, fresh_nonce, proof, proves
from bot.channels.web_form import BODY_LIMIT, Form, Unreadable, events, fields, read_form
from bot.channels.web_guard import Guard
from bot.channels.web_pages import ELSEWHERE, Pages, Shown, hint, static_files
from bot.channels.web_repeats import Repeats
from bot.errors import Refused
from dialogs.events import Commanded, Wrote
from dialogs.facts import Door
from dialogs.wording import Card
from storage import discretion
from storage.errors import Unavailable
from storage.network import Networks

LAST = 1_000_000_000
"""The ordinal of leaving: after whatever still waits. Others go by step, which grows and tells no clock."""


class WebChannel:
    """The reporter's pages. Pulled by visits; the courier hands it nothing."""

    name: Door = "web"
    pushes = False

    def __init__(self, hall: Hall) -> None:
        """Compile the pages and read the settings; touch nothing yet."""
        self._hall = hall
        self._pages = Pages(hall.library)
        self._cookie = Cookie(hall.settings.web_origin.startswith("https://"))
        self._guard = Guard(hall.settings.web_origin, self._pages, self._cookie)
        self._networks = Networks(hall.settings.trusted_proxies, hall.settings.web_origin)
        self._repeats = Repeats()
        self._static = static_files()
        self._leaving: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="web-form")

    def application(self, beside: Sequence[web.RouteDef] = ()) -> web.Application:
        """Make the application; ``beside`` are a network's own routes, outside the pages' rules."""
        app = web.Application(client_max_size=BODY_LIMIT)
        outside = frozenset(app.router.add_routes(beside))
        app.middlewares.append(self._guard.middleware(outside))
        app.on_response_prepare.append(self._guard.finish)
        app.add_routes(
            [
                web.get("/", self._visit),
                web.post("/", self._post),
                web.get("/open", self._opened),
                web.get("/exit", self._how_to_leave),
                web.post("/exit", self._leave),
                web.get("/privacy", self._paper),
                web.get("/what-we-never-ask", self._never),
                web.get("/accessibility", self._paper),
                web.get("/robots.txt", self._robots),
                web.get("/favicon.ico", self._file),
                *(web.get(f"/static/{name}", self._file) for name in self._static),
            ]
        )
        return app

    async def open(self) -> None:
        """Check nothing: pages need no token."""

    async def take(self) -> None:
        """Wait: requests bring what there is."""
        await self._over.wait()

    async def stop(self) -> None:
        """Let those who are leaving finish leaving."""
        self._over.set()
        await asyncio.gather(*self._leaving, return_exceptions=True)

    async def deliver(self, message: Outgoing) -> Delivered:
        """Refuse: nothing can be pushed to a page that nobody looks at."""
        raise Refused

    async def close(self) -> None:
        """Hold no connection and no thread."""
        self._reader.shutdown(wait=False)

    # What people see.

    async def _visit(self, request: web.Request) -> web.Response:
        address = self._cookie.read(request)
        if not address:
            return _html(self._pages.before("", first=True, language=self._pages.spoken(request)))
        if not await self._hall.desk.settled("web", address, within=2.0):
            return self._waiting(request, address)
        card, tag = await self._now_shown(request, address)
        replies = await self._hall.desk.replies("web", address)
        return _html(self._pages.chat(card, Shown(proof(address), tag), replies))

    async def _opened(self, request: web.Request) -> web.Response:
        if self._cookie.read(request):
            return _see("/")
        return _html(self._pages.problem("cookies", language=self._pages.spoken(request)), status=403)

    async def _how_to_leave(self, request: web.Request) -> web.Response:
        address, language = self._cookie.read(request), await self._spoken(request)
        return _html(self._pages.before(proof(address), first=False, language=language))

    async def _paper(self, request: web.Request) -> web.Response:
        address, language = self._cookie.read(request), await self._spoken(request)
        return _html(self._pages.paper(request.path.strip("/"), proof(address), language))

    async def _never(self, request: web.Request) -> web.Response:
        address, language = self._cookie.read(request), await self._spoken(request)
        return _html(self._pages.never(proof(address), language))

    async def _robots(self, request: web.Request) -> web.Response:
        return web.Response(text="User-agent: *\nDisallow: /\n")

    async def _file(self, request: web.Request) -> web.Response:
        body, kind = self._static.get(request.path.removeprefix("/static/"), self._static["icon.svg"])
        return web.Response(body=body, content_type=kind, charset="utf-8")

    # What people send.

    async def _post(self, request: web.Request) -> web.Response:
        try:
            form = await self._read(await self._body(request))
        except Unreadable:
            raise web.HTTPBadRequest from None
        address = self._cookie.read(request)
        if form.begin:
            return self._begin(address)
        spoken, words = self._pages.spoken(request), form.words
        if not proves(address, form.proof):
            page = self._pages.problem("lost", proof(address), words=words, language=spoken)
            return _html(page, status=403)
        try:
            return await self._take(request, address, form)
        except Unavailable:
            page = self._pages.problem(
                "unavailable", proof(address), words=words, again=form, language=spoken
            )
            return _html(page, status=503)

    async def _body(self, request: web.Request) -> bytes:
        """Wait for the form, and not for ever. Raises: HTTPRequestTimeout, after which we hang up."""
        try:
            async with asyncio.timeout(self._hall.settings.body_seconds):
                return await request.read()
        except TimeoutError:
            raise web.HTTPRequestTimeout from None

    def _from(self, request: web.Request) -> bytes:
        return self._networks.name(request.remote, request.headers.getall("X-Forwarded-For", ()))

    async def _read(self, body: bytes) -> Form:
        """Read a form in a thread of its own: the longest takes a quarter of a second. Raises: Unreadable."""
        return await asyncio.get_running_loop().run_in_executor(self._reader, read_form, body)

    def _begin(self, address: str) -> web.Response:
        response = _see("/open")
        if not address:
            self._cookie.put(response)
        return response

    async def _take(self, request: web.Request, address: str, form: Form) -> web.Response:
        if form.seen:
            await self._hall.desk.shown("web", address, form.seen)
        if form.read:
            return _see("/")
        async with self._repeats.first(form.name) as first:
            if first:
                answer = await self._accept(request, address, form)
                if answer is not None:
                    return answer
                self._repeats.kept(form.name)
        settled = False
        with contextlib.suppress(
            Unavailable
        ):  # It is kept already: say that it is safe, not that it was lost.
            settled = await self._hall.desk.settled("web", address)
        if not settled:
            return self._waiting(request, address)
        return await self._refused_line(request, address, form) or _see("/")

    async def _refused_line(self, request: web.Request, address: str, form: Form) -> web.Response | None:
        """Give one line back to its box when it did not fit: what was typed can then be made shorter."""
        if form.option or not form.words.strip():
            return None
        card, tag = await self._now_shown(request, address)
        same = (form.step, form.tag) == (card.step, tag)
        if not same or card.input != "line" or not card.repairs:
            return None
        shown = Shown(proof(address), tag, given_back=form.words)
        replies = await self._hall.desk.replies("web", address)
        return _html(self._pages.chat(card, shown, replies), status=422)

    async def _accept(self, request: web.Request, address: str, form: Form) -> web.Response | None:
        """Hand the events to the intake, or say why not."""
        card, tag = await self._now_shown(request, address)
        if form.words.strip() and ((form.step, form.tag) != (card.step, tag) or card.input == "none"):
            shown = Shown(proof(address), tag, given_back=form.words, stale=True)
            return _html(self._pages.chat(card, shown), status=409)
        batch = [
            Incoming(
                address=address,
                ext_id=f"{form.name}/{n}",
                ordinal=card.step * 100 + n,
                event=event,
                route={"language": hint(request)},
                tag=form.tag,
                network=self._from(request),
            )
            for n, event in enumerate(events(form, card.input))
        ]
        held = await self._hall.intake.accept("web", batch) if batch else ()
        return self._too_fast(self._pages.spoken(request, card), form, batch, held) if held else None

    def _too_fast(
        self, language: str, form: Form, batch: Sequence[Incoming], held: Sequence[Held]
    ) -> web.Response:
        """Say so, and let what was held back be sent again: the words too, unless they were taken."""
        names = {one.ext_id for one in held}
        words = "".join(e.event.text for e in batch if isinstance(e.event, Wrote) and e.ext_id in names)
        say = next((one.text for one in held if one.tell), "")
        again = replace(form, words=words)
        page = self._pages.problem(
            "error.429", form.proof, words=words, again=again, say=say, language=language
        )
        return _html(page, status=429, headers={"Retry-After": "60"})

    # Leaving.

    async def _leave(self, request: web.Request) -> web.Response:
        address = self._cookie.read(request)
        quiet = False
        with contextlib.suppress(Unreadable, web.HTTPException):
            quiet = "quiet" in fields(await self._body(request))
        response = web.Response(status=204) if quiet else _see(ELSEWHERE)
        if address:
            self._cookie.drop(response)
            response.headers["Clear-Site-Data"] = '"cookies", "storage"'
            task = asyncio.create_task(self._forget(address))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
        return response

    async def _forget(self, address: str) -> None:
        """Tell the desk that this person has left: what was not sent is destroyed now, not in 72 hours."""
        try:
            tag = await self._hall.desk.tag("web", address)
            if tag:
                name, gone = f"{fresh_nonce()}/0", Commanded("leave")
                left = Incoming(address, name, LAST, gone, {}, tag=tag)
                await self._hall.intake.accept("web", [left])
        except Unavailable:
            discretion.log("web_leave_not_noted")

    # Pieces.

    async def _now_shown(self, request: web.Request, address: str) -> tuple[Card, str]:
        card = await self._hall.desk.card("web", address)
        if card is None:
            return await self._hall.desk.opening("web", hint(request)), ""
        return card, await self._hall.desk.tag("web", address)

    async def _spoken(self, request: web.Request) -> str:
        """Say in which language this person is spoken to: as they chose, or else as the browser hints."""
        address, card = self._cookie.read(request), None
        with contextlib.suppress(Unavailable):
            card = await self._hall.desk.card("web", address) if address else None
        return self._pages.spoken(request, card)

    def _waiting(self, request: web.Request, address: str) -> web.Response:
        page = self._pages.waiting(proof(address), self._pages.spoken(request))
        return _html(page, status=202, headers={"Refresh": "3; url=/"})


def _html(text: str, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def _see(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address})
