"""The stand-in behaves as the real Bot API does where the product depends on it."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.peers.telegram import TOKEN, TelegramStandIn, served


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn() as stand_in:
        yield stand_in


async def call(telegram: TelegramStandIn, method: str, token: str = TOKEN, **parameters: Any) -> Any:
    """Make one call; give its result, or its error as code and description."""
    address = f"{telegram.api}/bot{token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(address, json=parameters) as answer:
        body = await answer.json()
        return body["result"] if body["ok"] else (body["error_code"], body["description"])


async def ids(telegram: TelegramStandIn, **parameters: Any) -> list[int]:
    """The ids that a poll answers with."""
    return [update["update_id"] for update in await call(telegram, "getUpdates", **parameters)]


async def test_an_offset_confirms_what_lies_below_it_and_nothing_else_does(telegram: TelegramStandIn) -> None:
    """Without an offset the same updates come again; with one, those below it are gone for good."""
    for n in range(5):
        telegram.person().writes(f"{n}")
    first = await ids(telegram)
    assert first == await ids(telegram) == list(range(first[0], first[0] + 5))
    assert await ids(telegram, limit=2) == first[:2]
    assert await ids(telegram, offset=first[3]) == first[3:]
    assert await ids(telegram) == first[3:]
    assert await ids(telegram, offset=first[4] + 1) == []
    assert telegram.waiting == 0


async def test_offsets_from_another_time_are_answered_from_the_head(telegram: TelegramStandIn) -> None:
    """An offset far above everything forgets nothing; a negative one forgets all but the last."""
    for n in range(3):
        telegram.person().writes(f"{n}")
    first = await ids(telegram)
    assert await ids(telegram, offset=first[-1] + 5000) == first
    assert await ids(telegram, offset=-1) == first[-1:]
    assert telegram.waiting == 1


async def test_updates_live_a_day_and_ids_begin_anew_after_a_quiet_week(telegram: TelegramStandIn) -> None:
    """What nobody fetches within 24 hours is lost; after a week the next id is anywhere."""
    telegram.person().writes("old")
    (old,) = await ids(telegram)
    telegram.passes(25 * 3600)
    assert await ids(telegram) == []
    telegram.passes(8 * 86400)
    telegram.person().writes("new")
    (new,) = await ids(telegram)
    assert abs(new - old) > 1


async def test_a_long_poll_ends_when_something_comes_or_another_begins(telegram: TelegramStandIn) -> None:
    """The wait ends with the update; a second poll ends the first with 409."""
    poll = asyncio.create_task(ids(telegram, timeout=5))
    await asyncio.sleep(0.1)
    telegram.person().writes("hello")
    assert len(await asyncio.wait_for(poll, 1)) == 1
    offset = telegram.world.updates.next_id
    first = asyncio.create_task(call(telegram, "getUpdates", offset=offset, timeout=5))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(call(telegram, "getUpdates", offset=offset, timeout=1))
    assert (await first)[0] == 409
    assert await second == []


async def test_a_webhook_refuses_polls_and_posts_until_it_is_acknowledged(telegram: TelegramStandIn) -> None:
    """While a webhook is set a poll is 409; what could not be posted waits and is counted."""
    assert await call(telegram, "setWebhook", url="http://127.0.0.1:9/none", secret_token="s_3") is True
    telegram.person().writes("hello")
    await asyncio.sleep(0.2)
    info = await call(telegram, "getWebhookInfo")
    assert (info["pending_update_count"], info["max_connections"]) == (1, 40)
    assert "Wrong response" in info["last_error_message"]
    assert (await call(telegram, "getUpdates"))[0] == 409
    assert await call(telegram, "deleteWebhook") is True
    assert len(await ids(telegram)) == 1
    assert (await call(telegram, "setWebhook", url="http://x.test/", secret_token="no spaces"))[0] == 400


async def test_only_the_kinds_that_were_asked_for_arise(telegram: TelegramStandIn) -> None:
    """allowed_updates is remembered and counts when the update arises."""
    await call(telegram, "getUpdates", allowed_updates=["callback_query"])
    telegram.person().writes("unseen")
    await call(telegram, "getUpdates", allowed_updates=["message"])
    telegram.person().writes("seen")
    assert [u["message"]["text"] for u in await call(telegram, "getUpdates")] == ["seen"]


@pytest.mark.parametrize(
    ("token", "code"), [("nonsense", 404), ("1:x", 404), ("700001:" + "y" * 35, 401), (TOKEN + "z", 401)]
)
async def test_a_wrong_token_is_turned_away(telegram: TelegramStandIn, token: str, code: int) -> None:
    """A token of no right shape is 404, one of the right shape but unknown 401."""
    assert (await call(telegram, "getMe", token))[0] == code


async def test_limits_and_refusals_are_those_of_the_real_one(telegram: TelegramStandIn) -> None:
    """Lengths, buttons, other people's messages, strangers and blocks are refused in the real words."""
    person = telegram.person()
    assert await call(telegram, "sendMessage", chat_id=person.id, text="x") == (
        400,
        "Bad Request: chat not found",
    )
    theirs = person.writes("hello")
    chat: dict[str, Any] = {"chat_id": person.id}
    sent = await call(telegram, "sendMessage", **chat, text="x" * 4096)
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("sendMessage", {"text": "x" * 4097}, "too long"),
        ("sendMessage", {"text": "\U0001f642" * 2049}, "too long"),
        ("sendMessage", {"text": " "}, "empty"),
        ("sendMessage", {"text": "x", "reply_markup": keys({"text": "a"})}, "unallowed"),
        (
            "sendMessage",
            {"text": "x", "reply_markup": keys({"text": "a", "callback_data": "x" * 65})},
            "DATA",
        ),
        (
            "sendMessage",
            {"text": "x", "reply_markup": keys({"text": "a", "url": "http://localhost"})},
            "Wrong HTTP",
        ),
        ("editMessageText", {"message_id": sent["message_id"], "text": "x" * 4096}, "not modified"),
        ("editMessageText", {"message_id": 999, "text": "x"}, "to edit not found"),
        ("editMessageText", {"message_id": theirs, "text": "x"}, "can't be edited"),
        ("answerCallbackQuery", {"callback_query_id": "7"}, "too old"),
        ("setMyCommands", {"commands": [{"command": "No", "description": "x"}]}, "COMMAND_INVALID"),
    ]
    for method, parameters, words in wrong:
        code, said = await call(telegram, method, **chat, **parameters)
        assert (code, words in said) == (400, True), said
    person.blocks()
    assert (await call(telegram, "sendMessage", **chat, text="x"))[0] == 403


def keys(button: dict[str, str]) -> dict[str, Any]:
    """A keyboard of one button."""
    return {"inline_keyboard": [[button]]}


async def test_messages_can_be_deleted_for_two_days(telegram: TelegramStandIn) -> None:
    """Ours and theirs go while they are young; later none does."""
    person = telegram.person()
    theirs = person.writes("hello")
    ours = (await call(telegram, "sendMessage", chat_id=person.id, text="x"))["message_id"]
    assert await call(telegram, "deleteMessages", chat_id=person.id, message_ids=[theirs, ours, 999]) is True
    assert person.sees == []
    old = person.writes("old")
    telegram.passes(48 * 3600)
    assert (await call(telegram, "deleteMessages", chat_id=person.id, message_ids=[old]))[0] == 400
    assert (await call(telegram, "deleteMessage", chat_id=person.id, message_id=old))[0] == 400


async def test_what_goes_wrong_goes_wrong_as_often_as_was_said(telegram: TelegramStandIn) -> None:
    """A refused call does nothing, a dropped one does its work and says nothing, and then all is well."""
    person = telegram.person()
    person.writes("hello")
    for how, done in (("refuse", 0), ("drop", 1)):
        telegram.goes_wrong("sendMessage", how)
        with pytest.raises(aiohttp.ClientError):
            await call(telegram, "sendMessage", chat_id=person.id, text=how)
        assert len(person.told) == done
    telegram.goes_wrong(retry_after=3, times=2)
    for _ in range(2):
        assert (await call(telegram, "getMe"))[0] == 429
    assert (await call(telegram, "getMe"))["is_bot"] is True


def test_it_can_be_steered_from_another_process() -> None:
    """As a process it is told what people do, and says what they see."""
    with served() as telegram, warnings.catch_warnings():
        answers = asyncio.run(_steered(telegram.api))
    assert answers == [200, 200, 409, 409, ["hello"], 1]


async def _steered(api: str) -> list[Any]:
    async with aiohttp.ClientSession() as session:
        orders: list[dict[str, Any]] = [
            {"do": "writes", "person": 5, "args": ["hello"]},
            {"do": "goes_wrong", "method": "sendMessage"},
            {"do": "presses", "person": 5, "args": ["nothing"]},
            {"do": "melts"},
        ]
        answers: list[Any] = [(await session.post(f"{api}/control", json=order)).status for order in orders]
        chat = await (await session.get(f"{api}/control/chat/5")).json()
        calls = await (await session.get(f"{api}/control/calls")).json()
        return [*answers, [m["text"] for m in chat["messages"]], calls["waiting"]]
