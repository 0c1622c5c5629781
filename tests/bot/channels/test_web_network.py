"""What the web chat allows one network address, and how long it waits for a form."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from bot import app
from bot.limits import Flood, Limits
from tests.bot.channels.web_house import Page, WebHouse, a_web_house

CROWDED = "Many new chats began"
HERE, THERE = "203.0.113.9", "203.0.113.10"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[WebHouse]:
    """A chat behind a proxy on this machine, which two may begin from one address in an hour."""
    proxies = (ip_network("127.0.0.1"),)
    async with a_web_house(tmp_path, trusted_proxies=proxies, body_seconds=1) as one:
        one.house.parts.intake._flood = Flood(Limits(newcomers_an_hour_of_a_network=2))
        yield one


async def begins(house: WebHouse, network: str, button: str = "Go on", words: str | None = None) -> Page:
    """A new browser opens the chat and presses a button of its first card."""
    async with house.visitor() as visitor:
        visitor.session.headers["X-Forwarded-For"] = network
        await visitor.get()
        await visitor.press("Go on")
        return await visitor.post(visitor.form(button, words))


async def test_of_one_network_so_many_begin_an_hour(house: WebHouse) -> None:
    """The third is told kindly, leaves nothing behind, and an hour later all is well; others go on."""
    for _ in range(2):
        assert (await begins(house, HERE)).status == 200
    assert (await begins(house, HERE, words="My son")).box == "My son"
    page = await begins(house, f"{THERE}, {HERE}")
    assert page.status == 429
    assert CROWDED in page.text
    assert "still in the box" in page.text
    assert "tel:999" in page.links
    assert "Try again" in page.buttons
    assert await house.conversations() == 2
    assert (await begins(house, THERE)).status == 200
    house.house.clock.passes(seconds=3600)
    assert (await begins(house, HERE)).status == 200


async def test_a_chat_that_has_begun_goes_on(house: WebHouse, tmp_path: Path) -> None:
    """The limit is for new conversations: whoever is in one does not meet it."""
    async with house.visitor() as visitor:
        visitor.session.headers["X-Forwarded-For"] = HERE
        await visitor.goes_to_the_question()
        await begins(house, HERE)
        assert CROWDED in (await begins(house, HERE)).text
        assert (await visitor.press("Done", "My son")).heading.startswith("Send now")


async def test_danger_passes_a_crowded_network(house: WebHouse) -> None:
    """Whoever presses danger gets the page of danger, whatever others of their network did."""
    for _ in range(2):
        await begins(house, HERE)
    async with house.visitor() as visitor:
        visitor.session.headers["X-Forwarded-For"] = HERE
        await visitor.get()
        await visitor.press("Go on")
        page = await visitor.post(visitor.form() | {"choose": "!emergency"})
    assert page.status == 200
    assert CROWDED not in page.text
    assert "tel:999" in page.links


async def test_what_could_not_be_kept_is_not_counted(house: WebHouse) -> None:
    """While the store is down nobody uses up the places of their network."""
    flood = house.house.parts.intake._flood
    house.way.down = True
    for _ in range(3):
        assert (await begins(house, HERE)).status == 503
    house.way.down = False
    assert (await begins(house, HERE)).status == 200
    assert len(flood._networks._moments) == 1


async def test_the_store_failing_gives_the_place_back(
    house: WebHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newcomer whose first press was not committed comes again and is counted once."""
    intake = house.house.parts.intake

    async def fails(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(intake, "_keep", fails)
        assert (await begins(house, HERE)).status == 500
    (moments,) = intake._flood._networks._moments.values()
    assert not moments


async def test_the_counts_are_gone_after_an_hour_and_hold_no_address(house: WebHouse) -> None:
    """What is counted is a hash in memory, and the janitor drops it; no file holds the address."""
    await begins(house, HERE)
    flood = house.house.parts.intake._flood
    house.house.parts.janitor._flood = flood
    (name,) = flood._networks._moments
    assert HERE.encode() not in name
    folder = house.house.parts.settings.keystore.parent
    assert HERE.encode() not in b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())
    house.house.clock.passes(seconds=3600)
    await house.house.parts.janitor.tidy()
    assert not flood._networks._moments


async def test_half_a_form_is_let_go_with_a_kind_page(house: WebHouse) -> None:
    """Whoever stops in the middle gets a page with the numbers when the time is over, not a line for ever."""
    place = urlsplit(house.base)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 1000\r\n\r\n"
    writer.write(head.encode() + b"words=half+a+")
    async with asyncio.timeout(20):
        assert (await reader.readline()).split()[1] == b"408"
        page = (await reader.read()).decode()
    writer.close()
    assert "took too long to reach us" in page
    assert "tel:999" in page


async def test_half_a_head_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that never says what it wants is closed."""
    monkeypatch.setattr(app, "QUIET", 0.3)
    runner = await app._listen(web.Application(), "127.0.0.1", 0)
    try:
        reader, writer = await asyncio.open_connection(*runner.addresses[0])
        writer.write(b"GET / HTTP/1.1\r\nHost: ")
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()
    finally:
        await runner.cleanup()
