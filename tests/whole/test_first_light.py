"""From a first message to an officer's answer, through real processes and a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.peers.telegram import TelegramStandIn, served
from tests.whole.house import House, eventually
from tests.whole.people import Officer, Reporter

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
SEEN = "He says a war is coming, and that people like us must be ready. It began in March."
REFERENCE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
ANSWER = "Thank you for telling us. We have read it, and we will be in touch here on Tuesday."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house without people or doors yet."""
    made = House(tmp_path)
    yield made
    made.close()


async def test_a_concern_typed_on_the_web_is_read_and_answered(house: House, browser: Browser) -> None:
    """A reporter sends in the browser; an officer reads and answers; the answer waits for the next visit."""
    house.add("nadia")
    house.start("bot")
    house.start("admin")
    reporter = Reporter(await (await browser.new_context()).new_page())
    await reporter.opens(house)
    await reporter.goes_to_the_question()
    await reporter.writes(SEEN)
    await reporter.presses("Send now")
    await expect(reporter.page.locator("main")).to_contain_text(REFERENCE)
    reference = REFERENCE.search(await reporter.page.locator("main").inner_text())
    assert reference
    officer = Officer(await (await browser.new_context()).new_page(), house, "nadia")
    await officer.signs_in()
    await officer.opens_the_newest()
    await expect(officer.page.locator("h1")).to_contain_text(reference[0])
    assert SEEN not in await officer.page.content()
    assert SEEN in await officer.picks_up_and_reads()
    await officer.answers(ANSWER)
    await reporter.opens(house)
    await expect(reporter.page.locator("main")).to_contain_text(ANSWER)


async def test_without_a_team_there_is_advice_and_no_question(house: House, browser: Browser) -> None:
    """With no team yet the bot gives danger advice and a plain sentence, asks nothing, and is not ready."""
    house.start("bot")
    status, said = house.ready()
    assert status == 503, said
    reporter = Reporter(await (await browser.new_context()).new_page())
    await reporter.opens(house)
    await expect(reporter.page.locator("main")).to_contain_text("cannot take a concern")
    await expect(reporter.page.locator("main")).to_contain_text("999")
    await reporter.presses("Go on")
    await expect(reporter.page.locator("main")).to_contain_text("ACT Early")
    await expect(reporter.page.locator("textarea")).to_have_count(0)
    house.add("nadia")
    eventually(lambda: house.ready()[0] == 200, "ready once there is a team")


@pytest.mark.parametrize("mode", ["poll", "webhook"])
async def test_telegram_from_start_to_an_answer(tmp_path: Path, browser: Browser, mode: str) -> None:
    """The conversation on Telegram becomes a case an officer reads; the answer comes by ``sendMessage``."""
    with served() as telegram:
        house = House(tmp_path, _telegram(telegram, mode))
        if mode == "webhook":
            house.environment["CONCERN_TELEGRAM_WEBHOOK_URL"] = f"{house.web}/telegram"
        try:
            house.add("nadia")
            house.start("bot")
            house.start("admin")
            await _told_on_telegram(telegram)
            officer = Officer(await (await browser.new_context()).new_page(), house, "nadia")
            await officer.signs_in()
            await officer.opens_the_newest()
            assert SEEN in await officer.picks_up_and_reads()
            await officer.answers(ANSWER)
            eventually(lambda: any(ANSWER in text for text in telegram.person().told), "the answer arrives")
            assert any(
                call == "sendmessage" and ANSWER in about.get("text", "") for call, about in telegram.calls
            )
        finally:
            house.close()


def _telegram(telegram: TelegramStandIn, mode: str) -> dict[str, str]:
    more = {"CONCERN_TELEGRAM_WEBHOOK_SECRET": "s" * 48} if mode == "webhook" else {}
    return {
        "CONCERN_TELEGRAM_TOKEN": telegram.token,
        "CONCERN_TELEGRAM_API": telegram.api,
        "CONCERN_TELEGRAM_MODE": mode,
        **more,
    }


async def _told_on_telegram(telegram: TelegramStandIn) -> None:
    """Walk from /start to sent, choosing to be answered there."""
    person = telegram.person()

    def buttons() -> set[str]:
        return {b["text"] for message in person.sees for row in message.keyboard for b in row}

    async def press(*labels: str) -> str:
        """Press the first of these that there is, and wait for the next card."""
        await person.until(lambda: bool(buttons() & set(labels)))
        label = next(label for label in labels if label in buttons())
        seen = (person.card.id, person.card.text)
        person.presses(label)
        await person.until(lambda: bool(buttons()) and (person.card.id, person.card.text) != seen)
        return label

    person.writes("/start")
    for label in ("Go on", "I understand, go on", "Family or friend", "Yes, it is safe"):
        await press(label)
    person.writes(SEEN)
    await person.until(lambda: "We have kept that" in person.card.text)
    await press("Done")
    await press("A few more questions")
    while await press("Yes, here in this chat", "Send now", "Skip") != "Send now":
        pass
    await person.until(lambda: any(REFERENCE.search(text) for text in person.told))
