"""The token stands in every address we call, and nowhere that anybody reads; nor do a person's words."""

from __future__ import annotations

import asyncio
import logging
import traceback
import warnings
from collections.abc import Iterator

import pytest

from bot.errors import BotError
from tests.bot.channels.telegram_hall import Line, card
from tests.peers.telegram import TelegramStandIn

WORDS = "CANARY-words-that-nobody-logs"


class Everything(logging.Handler):
    """Keeps every record as text, tracebacks too."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s %(args)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record) + str(record.__dict__))


@pytest.fixture
def logged() -> Iterator[Everything]:
    """Everything that any logger says, at the lowest level."""
    everything, top = Everything(), logging.getLogger()
    before = top.level
    top.addHandler(everything)
    top.setLevel(logging.DEBUG)
    for name in ("telegram", "aiohttp", "asyncio", "httpx", "concern"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield everything
    top.removeHandler(everything)
    top.setLevel(before)


FAULTS = [{"how": how} for how in ("refuse", "drop", "garbage")] + [
    {"code": code, "description": "CANARY-words-that-nobody-logs"}
    for code in (400, 401, 403, 404, 409, 500, 502)
]


async def trouble(telegram: TelegramStandIn) -> list[BaseException]:
    """Take and deliver with everything going wrong that can; return what was raised."""
    raised: list[BaseException] = []
    line, person = Line(telegram), telegram.person()
    telegram.goes_wrong("setMyDescription")
    async with line.running():
        person.writes(WORDS)
        for fault in FAULTS:
            for method in ("sendMessage", "editMessageText", "deleteMessages", "answerCallbackQuery"):
                telegram.goes_wrong(method, **fault)
            for kind in ("card", "reply", "notice", "clear"):
                try:
                    marks = await line.sent(
                        person.id, kind=kind, card=card(WORDS, "Go"), text=WORDS, button="Go"
                    )
                    await line.sent(person.id, marks, card=card(WORDS + kind, "Go"))
                    person.presses("Go")
                except BotError as error:
                    raised.append(error)
        telegram.goes_wrong("getUpdates", "garbage")
        person.writes(WORDS)
        await asyncio.sleep(0.8)
    for token in ("700001:" + telegram.token.split(":")[1][::-1], telegram.token + "/wrong"):
        refused = Line(telegram, telegram_token=token)
        try:
            await refused.channel.open()
        except BotError as error:
            raised.append(error)
        await refused.channel.close()
    return raised


async def test_the_token_and_the_words_stand_in_no_log_and_no_error(
    logged: Everything, telegram: TelegramStandIn, capfd: pytest.CaptureFixture[str]
) -> None:
    """At the lowest level of every logger, through every failure, neither is written anywhere."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        raised = await trouble(telegram)
    assert len(raised) > 10
    written = "\n".join(logged.lines) + "".join(capfd.readouterr()) + "".join(str(w.message) for w in warned)
    for error in raised:
        written += "".join(traceback.format_exception(error)) + repr(error) + str(error.args)
    secret = telegram.token.split(":")[1]
    ours = written.replace("test_telegram_token.py", "")
    assert secret not in ours
    assert secret[::-1] not in ours
    assert WORDS not in ours.replace(f'WORDS = "{WORDS}"', "")


async def test_nothing_of_the_channel_prints_the_token(telegram: TelegramStandIn) -> None:
    """The settings and every part that holds the token keep it out of their repr."""
    line = Line(telegram)
    shown = repr(line.hall) + repr(line.channel) + repr(line.hall.settings) + repr(vars(line.channel))
    assert telegram.token not in shown
