"""Pages in other languages, looked at in a real browser on a small phone: which way they run, what stands
isolated in them, whether every letter has a face.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page

from bot.channels.web_guard import HEADERS
from bot.channels.web_pages import Pages, Shown, static_files
from dialogs.engine import advance, begin, screen
from dialogs.events import Chose, Commanded
from dialogs.facts import Facts
from dialogs.library import Library, load_library
from dialogs.pseudo import PSEUDO, pseudo_library
from tests.browser.conftest import Opens
from tests.dialogs.small import NOW
from tests.dialogs.tongues import closed

FONTS = Path("/usr/share/fonts/truetype/noto/NotoNastaliqUrdu-Regular.ttf")
FACTS = Facts(NOW, "web", "7K2M-9QXD")
RTL = ("ur", "ar")


def page_in(where: Library, code: str) -> str:
    """Render the one page of a language."""
    turn = advance(where, begin(where, FACTS).snapshot, Commanded("language"), FACTS)
    turn = advance(where, turn.snapshot, Chose(code, turn.snapshot.step), FACTS)
    card = where.wording.card(screen(where, turn.snapshot, FACTS), "en")
    return Pages(where).chat(card, Shown("proof", "tag"))


async def served(text: str) -> TestServer:
    """Serve one page with the files and headers that it comes with."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type="text/html", headers=HEADERS)

    async def file(request: web.Request) -> web.Response:
        body, kind = static_files()[request.match_info["name"]]
        return web.Response(body=body, content_type=kind, headers=HEADERS)

    app = web.Application()
    app.add_routes([web.get("/", page), web.get("/static/{name}", file)])
    server = TestServer(app)
    await server.start_server()
    return server


@pytest.mark.parametrize("code", ["cy", "ur", "pa", "pl", "ar"])
async def test_the_page_of_a_language_can_be_used(opens: Opens, code: str) -> None:
    """It says its language and direction, fits both widths, breaks nothing and can be used by everybody; a
    number in it runs from left to right.
    """
    shipped = load_library("west_midlands")
    where = shipped if code in shipped.wording.offered else closed()
    server = await served(page_in(where, code))
    try:
        eyes = await opens()
        await eyes.page.goto(str(server.make_url("/")))
        html = eyes.page.locator("html")
        assert await html.get_attribute("lang") == code
        assert await html.get_attribute("dir") == ("rtl" if code in RTL else "ltr")
        await eyes.look(f"language-{code}")
        number = eyes.page.locator(".calls bdi").first
        assert await number.evaluate("one => getComputedStyle(one).direction") == "ltr"
        assert await number.inner_text() == "999"
        box = await eyes.page.locator("h1").bounding_box()
        assert box is not None
        side = await eyes.page.locator("h1").evaluate("one => getComputedStyle(one).direction")
        assert side == ("rtl" if code in RTL else "ltr")
    finally:
        await server.close()


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
async def test_every_screen_has_room_for_longer_words(opens: Opens, direction: str) -> None:
    """With words two fifths longer than the English, in both directions, the longest screens fit a small
    phone.
    """
    where = pseudo_library(load_library("west_midlands"), "rtl" if direction == "rtl" else "ltr")
    facts = replace(FACTS, language=PSEUDO)
    snapshot = begin(where, facts).snapshot
    eyes = await opens()
    for event in (None, Chose("go_on", 1), Commanded("help"), Commanded("emergency"), Commanded("privacy")):
        snapshot = advance(where, snapshot, event, facts).snapshot if event else snapshot
        card = where.wording.card(screen(where, snapshot, facts), PSEUDO)
        text = Pages(where).chat(card, Shown("proof", "tag"))
        server = await served(text.replace(f'lang="{PSEUDO}"', 'lang="en-x-pseudo"'))
        try:
            await eyes.page.goto(str(server.make_url("/")))
            assert await eyes.page.locator("html").get_attribute("dir") == direction
            await eyes.look(f"pseudo-{direction}-{card.step}")
        finally:
            await server.close()


@pytest.mark.skipif(
    not FONTS.exists() and os.environ.get("CONCERN_TEST_REQUIRE") != "all",
    reason="no faces for Urdu and Panjabi here: on Debian, apt-get install fonts-noto-core",
)
@pytest.mark.parametrize(
    ("code", "letters", "face"),
    [("ur", "ٹھیک ہے", "Nastaliq"), ("pa", "ਪੰਜਾਬੀ", "Gurmukhi"), ("ar", "العربية", "")],
)
async def test_every_letter_has_a_face(browser: Browser, code: str, letters: str, face: str) -> None:
    """The browser shows these letters with a face made for them, not with boxes."""
    text = page_in(closed(), code).replace("</h1>", f" <b id='letters'>{letters}</b></h1>", 1)
    server = await served(text)
    try:
        page = await browser.new_page(viewport={"width": 375, "height": 800})
        await page.goto(str(server.make_url("/")))
        assert any(face in name for name in await faces(page, "#letters"))
    finally:
        await server.close()


async def faces(page: Page, selector: str) -> list[str]:
    """Ask the browser which faces it drew this with."""
    session = await page.context.new_cdp_session(page)
    await session.send("DOM.enable")
    await session.send("CSS.enable")
    root = (await session.send("DOM.getDocument"))["root"]["nodeId"]
    found = await session.send("DOM.querySelector", {"nodeId": root, "selector": selector})
    used = await session.send("CSS.getPlatformFontsForNode", {"nodeId": found["nodeId"]})
    return [one["familyName"] for one in used["fonts"]]
