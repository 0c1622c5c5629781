"""Two doors, one browser: neither ever sees the other's cookie, nor answers under the other's name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Request

from tests.whole.house import House
from tests.whole.people import Officer, Reporter

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house without people or doors yet."""
    made = House(tmp_path)
    yield made
    made.close()


async def test_neither_door_sees_the_others_cookie(house: House, browser: Browser) -> None:
    """In one browser, signed in at one door and half-way through the other, cookies stay apart."""
    house.add("nadia")
    house.start("bot")
    house.start("admin")
    context = await browser.new_context()
    reporter = Reporter(await context.new_page())
    await reporter.opens(house)
    await reporter.goes_to_the_question()
    officer = Officer(await context.new_page(), house, "nadia")
    await officer.signs_in()
    sent: list[tuple[str, str]] = []

    async def note(request: Request) -> None:
        sent.append((request.url, (await request.all_headers()).get("cookie", "")))

    context.on("request", note)
    await officer.page.goto(f"{house.admin}/queue")
    await reporter.page.goto(house.web)
    await reporter.asked("What have you noticed?")
    await officer.page.goto(f"{house.admin}/account")
    kept = {c["name"]: c for c in await context.cookies() if "name" in c and "domain" in c}
    mine = {name for name, cookie in kept.items() if cookie.get("domain") == "127.0.0.1"}
    theirs = {name for name, cookie in kept.items() if cookie.get("domain") == "localhost"}
    assert mine
    assert theirs
    assert not mine & theirs
    for url, cookie in sent:
        names = {part.split("=")[0].strip() for part in cookie.split(";") if part}
        assert names <= (mine if url.startswith(house.web) else theirs), url


async def test_a_door_refuses_the_others_name(house: House, browser: Browser) -> None:
    """Asked under the other door's host name, each answers with a page that points to the right address."""
    house.add("nadia")
    house.start("bot")
    house.start("admin")
    page = await browser.new_page()
    for address, right in ((house.web, house.web), (house.admin, house.admin)):
        wrong = address.replace("127.0.0.1", "%").replace("localhost", "127.0.0.1").replace("%", "localhost")
        answer = await page.goto(wrong)
        assert answer is not None
        assert answer.status in {400, 403, 421}
        assert right in await page.content()
        assert "set-cookie" not in await answer.all_headers()
