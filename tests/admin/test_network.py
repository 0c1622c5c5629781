"""What the officers' door allows one network address, and how long it waits for a form."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from admin import app
from admin.bounded import Bounded
from admin.errors import Full
from tests.admin.door import PASSPHRASE, TestDoor, Visitor, a_door
from tests.admin.page import Page

HERE, THERE = "203.0.113.9", "203.0.113.10"


@pytest.fixture
async def near(tmp_path: Path) -> AsyncIterator[TestDoor]:
    """A door behind a proxy on this machine, with Sam, which slows an address after three failures."""
    chosen = {
        "CONCERN_TRUSTED_PROXIES": "127.0.0.1, ::1",
        "CONCERN_FAILED_SIGN_INS_AN_HOUR": "3",
        "CONCERN_BODY_SECONDS": "1",
    }
    async with a_door(tmp_path, **chosen) as made:
        await made.add("sam")
        yield made


async def attempt(door: TestDoor, network: str, login: str, status: int, code: str = "000000") -> Page:
    visitor: Visitor = door.visitor()
    visitor.http.headers["X-Forwarded-For"] = network
    form = (await visitor.get("/sign-in")).form("/sign-in")
    return await visitor.post(form, status, login=login, passphrase=PASSPHRASE, code=code)


@pytest.mark.parametrize("login", ["sam", "nobody-has-this"])
async def test_an_address_with_many_failures_is_slowed_and_never_shut(near: TestDoor, login: str) -> None:
    """After three, one attempt in twenty minutes: alike for a login that exists, and one that does not."""
    for n in range(3):
        await attempt(near, HERE, f"guess-{n}", 403)
    page = await attempt(near, HERE, login, 429)
    assert page.headers["Retry-After"] == "1200"
    assert "Wait 20 minutes" in page.text
    near.clock.passes(seconds=1199)
    assert (await attempt(near, HERE, login, 429)).headers["Retry-After"] == "1"
    near.clock.passes(seconds=1)
    await attempt(near, HERE, login, 403)
    await attempt(near, HERE, "another", 429)


async def test_other_addresses_do_not_notice(near: TestDoor) -> None:
    """Sam signs in from elsewhere at once, and from the slowed address when its time has come."""
    for n in range(3):
        await attempt(near, HERE, f"guess-{n}", 403)
    await attempt(near, THERE, "sam", 303, near.code("sam"))
    near.clock.passes(seconds=1200)
    await attempt(near, HERE, "sam", 303, near.code("sam"))


async def test_good_sign_ins_are_not_counted(near: TestDoor) -> None:
    """A station where everybody types well is never slowed."""
    for _ in range(5):
        await attempt(near, HERE, "sam", 303, near.code("sam"))


async def test_this_machine_is_nobodys_place(door: TestDoor) -> None:
    """Where no proxy is named, what comes from this machine is not counted as one address."""
    for n in range(25):
        await attempt(door, HERE, f"guess-{n}", 403)


async def test_failures_are_gone_after_an_hour_and_hold_no_address(near: TestDoor) -> None:
    """What is counted is a hash in memory, and tidying drops it; no file holds the address."""
    await attempt(near, HERE, "sam", 403)
    failures = near.door.sessions._failures
    (name,) = failures._moments
    assert HERE.encode() not in name
    files = b"".join(path.read_bytes() for path in near.folder.rglob("*") if path.is_file())
    assert HERE.encode() not in files
    near.clock.passes(seconds=3600)
    await near.door.sessions.expire()
    assert not failures._moments


async def test_one_address_holds_no_more_than_a_few_of_the_places() -> None:
    """The fifth from one address is turned away; others still find a place, and it does when one is done."""
    go = threading.Event()
    bounded = Bounded(2, 20)
    waiting = [asyncio.create_task(bounded.run(b"one", go.wait, 10)) for _ in range(4)]
    await asyncio.sleep(0.05)
    with pytest.raises(Full):
        await bounded.run(b"one", go.wait, 10)
    waiting += [asyncio.create_task(bounded.run(b"", go.wait, 10)) for _ in range(6)]
    waiting.append(asyncio.create_task(bounded.run(b"two", go.wait, 10)))
    await asyncio.sleep(0.05)
    go.set()
    assert all(await asyncio.gather(*waiting))
    assert await bounded.run(b"one", go.wait, 10)
    assert not bounded._inside


async def test_half_a_form_is_let_go_with_a_page(near: TestDoor) -> None:
    """Whoever stops in the middle is told so when the time is over, and the line is closed."""
    place = urlsplit(near.origin)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = (
        f"POST /sign-in HTTP/1.1\r\nHost: {place.netloc}\r\nSec-Fetch-Site: same-origin\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n"
    )
    writer.write(head.encode() + b"login=half+a+")
    async with asyncio.timeout(20):
        assert (await reader.readline()).split()[1] == b"408"
        assert "That took too long to arrive" in (await reader.read()).decode()
    writer.close()


async def test_half_a_head_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that never says what it wants is closed."""
    monkeypatch.setattr(app, "QUIET", 0.3)
    runner = app.runner(web.Application(), 1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        reader, writer = await asyncio.open_connection(*runner.addresses[0])
        writer.write(b"GET / HTTP/1.1\r\nHost: ")
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()
    finally:
        await runner.cleanup()
