"""Updates posted to us are kept before they are acknowledged, and only Telegram can post them."""

from __future__ import annotations

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from bot.channels.telegram_webhook import LARGEST, SECRET_HEADER
from dialogs.events import Chose, Wrote
from tests.bot.channels.telegram_hall import SECRET, Line, card
from tests.peers.telegram import TelegramStandIn

PATH = "/in/7f3a"


@pytest.fixture
async def hooked(telegram: TelegramStandIn) -> AsyncIterator[Line]:
    """A channel that is posted to, on a port of its own."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    line = Line(
        telegram,
        telegram_mode="webhook",
        telegram_webhook_path=PATH,
        telegram_webhook_secret=SECRET,
        telegram_webhook_url=f"http://127.0.0.1:{listening.getsockname()[1]}",
    )
    app = web.Application()
    app.add_routes(line.channel.webhook())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    async with line.running():
        await telegram.person(9).until(lambda: bool(telegram.hook.url))
        yield line
    await runner.cleanup()


async def post(line: Line, body: Any, secret: str | None = SECRET) -> int:
    """Post as somebody may who knows the address."""
    headers = {} if secret is None else {SECRET_HEADER: secret}
    data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
    async with (
        aiohttp.ClientSession() as session,
        session.post(line.telegram.hook.url, data=data, headers=headers) as answer,
    ):
        return answer.status


async def test_updates_are_posted_one_at_a_time_and_kept(hooked: Line) -> None:
    """The webhook is set with its secret and one connection, and everything posted is kept in order."""
    person = hooked.telegram.person()
    for n in range(20):
        person.writes(f"message {n}")
    await person.until(lambda: not hooked.telegram.waiting)
    assert hooked.intake.events == [Wrote(f"message {n}") for n in range(20)]
    hook = hooked.telegram.hook
    assert (hook.max_connections, hook.secret, set(hook.statuses)) == (1, SECRET, {200})
    assert hook.url.endswith(PATH)
    assert hooked.intake.offsets == []


async def test_a_duplicate_delivery_is_kept_once(hooked: Line) -> None:
    """Telegram may post an update twice; both are acknowledged and one is kept."""
    hooked.telegram.world.updates.duplicate = True
    person = hooked.telegram.person()
    person.writes("once")
    await person.until(lambda: not hooked.telegram.waiting)
    assert hooked.telegram.hook.statuses == [200, 200]
    assert hooked.intake.events == [Wrote("once")]


async def test_nothing_is_acknowledged_while_nothing_can_be_kept(hooked: Line) -> None:
    """While the store is down Telegram hears 503 and keeps the update; the person is told once."""
    hooked.intake.down = True
    person = hooked.telegram.person()
    person.writes("keep this")
    await person.until(lambda: len(hooked.telegram.hook.statuses) > 2 and bool(person.told))
    assert set(hooked.telegram.hook.statuses) == {503}
    hooked.intake.down = False
    await person.until(lambda: not hooked.telegram.waiting)
    assert hooked.intake.events == [Wrote("keep this")]
    assert len(person.told) == 1


async def test_a_press_is_answered_by_the_response_itself(hooked: Line) -> None:
    """The little clock stops without a second call."""
    person = hooked.telegram.person()
    person.writes("/start")
    await hooked.sent(person.id, card=card("Where?", "At home"), tag="abcd1234")
    person.presses("At home")
    person.forges("nonsense")
    await person.until(lambda: not hooked.telegram.waiting and not person.waits)
    assert Chose("at_home", 3) in hooked.intake.events
    assert len(hooked.telegram.called("answerCallbackQuery")) == 2


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "gehe\u00efm"])
async def test_without_the_secret_nothing_is_read(hooked: Line, secret: str | None) -> None:
    """A post with a missing or wrong secret is refused whatever it holds."""
    update = {"update_id": 5, "message": {"message_id": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}}
    assert await post(hooked, update, secret) == 403
    assert await post(hooked, b"x" * (LARGEST + 1), secret) == 403
    assert not hooked.intake.kept


async def test_a_secret_that_is_no_text_is_refused_like_any_other(hooked: Line) -> None:
    """Bytes that no text can hold are a wrong secret, not a fault of ours."""
    place = urlsplit(hooked.telegram.hook.url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = f"POST {PATH} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Length: 0\r\n{SECRET_HEADER}: "
    writer.write(head.encode() + b"\xff\xfe\r\n\r\n")
    assert b" 403 " in await reader.readline()
    writer.close()


async def test_odd_bodies_are_refused_and_odd_updates_passed_over(hooked: Line) -> None:
    """What is no JSON is refused; JSON that is no update is acknowledged, or it would come for ever."""
    assert await post(hooked, b"") == 400
    assert await post(hooked, b"\xff\xfe") == 400
    assert await post(hooked, b'"\\' + b'\\"' * 100_000) == 400
    assert await post(hooked, b"[" * 200_000) == 413
    odd: Any
    for odd in (None, 7, [], {}, {"update_id": "x"}, {"update_id": 5}, {"update_id": 5, "message": None}):
        assert await post(hooked, odd) == 200
    assert not hooked.intake.kept


async def test_a_body_above_one_mebibyte_is_refused(hooked: Line) -> None:
    """The limit holds whether or not the length is announced."""
    assert await post(hooked, b" " * (LARGEST + 1)) == 413

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // 65536 + 1):
            yield b" " * 65536

    async with aiohttp.ClientSession(headers={SECRET_HEADER: SECRET}) as session:
        answer = await session.post(hooked.telegram.hook.url, data=chunks())
        assert answer.status == 413


async def test_after_the_stop_updates_are_left_with_telegram(hooked: Line) -> None:
    """A door that closes answers 503, so that the next process is posted what this one did not keep."""
    await hooked.channel.stop()
    update = {"update_id": 5, "message": {"message_id": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}}
    assert await post(hooked, update) == 503
    assert not hooked.intake.kept


async def test_an_address_that_telegram_refuses_is_tried_again(telegram: TelegramStandIn) -> None:
    """A name that does not resolve today is no end: it is said in the log and tried again."""
    telegram.goes_wrong(
        "setWebhook", code=400, description="Bad Request: bad webhook: Failed to resolve host"
    )
    line = Line(telegram, telegram_mode="webhook", telegram_webhook_url="http://127.0.0.1:9")
    async with line.running():
        await telegram.person().until(lambda: bool(telegram.hook.url))


async def test_with_the_policy_off_nothing_is_taken(telegram: TelegramStandIn) -> None:
    """A force that does not want Telegram has no address for it and asks it for nothing."""
    line = Line(telegram, telegram_policy="off", telegram_mode="webhook")
    assert line.channel.webhook() == ()
    telegram.person().writes("hello")
    async with line.running():
        await asyncio.sleep(0.2)
    assert not line.intake.kept
    assert [name for name, _ in telegram.calls] == ["getme"]


async def test_a_whole_webhook_address_is_used_as_it_is_given(telegram: TelegramStandIn) -> None:
    """Behind a proxy the public address may have a path of its own."""
    line = Line(
        telegram,
        telegram_mode="webhook",
        telegram_webhook_secret=SECRET,
        telegram_webhook_url="http://127.0.0.1:9/outside/path",
    )
    async with line.running():
        await telegram.person().until(lambda: bool(telegram.hook.url))
    assert telegram.hook.url == "http://127.0.0.1:9/outside/path"
    assert not Line(telegram).channel.webhook()
