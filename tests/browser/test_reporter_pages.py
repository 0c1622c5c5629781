"""The reporter's pages in a real browser: looked at, used with and without a script, left in a hurry."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.channels.web_pages import ELSEWHERE
from tests.bot.channels.web_house import WebHouse, a_web_house
from tests.browser.conftest import Eyes, Opens

FIRST_MINUTE = ("Go on", "Go on", "I understand, go on", "Family or friend", "Yes, it is safe")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[WebHouse]:
    async with a_web_house(tmp_path) as one:
        yield one


async def press(page: Page, label: str) -> None:
    """Press a button of the page and wait for the next one."""
    async with page.expect_navigation():
        await page.locator("main").get_by_role("button", name=label, exact=True).first.click()


async def heading(page: Page) -> str:
    return await page.locator("h1").inner_text()


async def to_the_question(page: Page, house: WebHouse) -> None:
    await page.goto(house.base)
    for label in FIRST_MINUTE:
        await press(page, label)
    assert await heading(page) == "What have you noticed?"


async def by_the_shortest_way(page: Page, words: str) -> None:
    """Press what leads on, skip what can be skipped, until it has been sent."""
    for _ in range(60):
        offered = await page.locator("main form.question .choices button").all_inner_texts()
        if await page.locator("#words").count() and "Done" in offered:
            await page.fill("#words", words)
        label = next(
            (
                one
                for one in ("A few more questions", "Skip", "Done", "Only when I come back here", "Send now")
                if one in offered
            ),
            "",
        )
        if not label:
            return
        await press(page, label)


@pytest.mark.timeout(400)
async def test_every_page_of_the_conversation_can_be_used_by_everybody(house: WebHouse, opens: Opens) -> None:
    """Each page to *sent* and after has no axe fault, no complaint and no overflow at both widths."""
    eyes = await opens()
    page = eyes.page
    await page.goto(house.base)
    await eyes.look("01-before")
    for number, label in enumerate(FIRST_MINUTE, 2):
        await press(page, label)
        await eyes.look(f"{number:02}-{label.replace(' ', '-').replace(',', '')}")
    await press(page, "Done")
    await expect(page.locator("[data-focus]")).to_be_focused()
    await eyes.look("07-nothing-said")
    await page.fill("#words", "My son talks of one thing only.\nمیرا بیٹا بدل گیا ہے")
    await press(page, "Keep this and write more")
    await eyes.look("08-more")
    await page.fill("#words", "x" * 300)
    await press(page, "Done")
    await eyes.look("09-send-or-more")
    await press(page, "A few more questions")
    seen = {await heading(page)}
    number = 10
    while not await page.get_by_role("button", name="Send now", exact=True).count():
        await eyes.look(f"{number:02}-question")
        number += 1
        if await page.locator("input#words").count():
            await page.fill("#words", "Sam")
            await press(page, "Go on")
        else:
            await press(page, "Skip")
        seen.add(await heading(page))
    assert len(seen) > 10
    await eyes.look("40-check")
    await press(page, "Send now")
    await eyes.look("41-after")
    cookie = next(one for one in await page.context.cookies() if one["name"] == "chat")
    await house.answer(cookie["value"], "Thank you for writing.\nسلام — can we talk on Monday?")
    await page.goto(house.base)
    await eyes.look("42-answer")
    await press(page, "I have read this")
    await expect(page.locator(".reply")).to_have_count(0)


@pytest.mark.parametrize("label", ["Someone is in danger now", "Call", "I am under 18"])
async def test_the_other_ways_out_of_the_first_page(house: WebHouse, opens: Opens, label: str) -> None:
    """Danger, the numbers and the child's way are pages that everybody can use."""
    eyes = await opens()
    await eyes.page.goto(house.base)
    await press(eyes.page, "Go on")
    await press(eyes.page, label)
    await eyes.look(f"50-{label.replace(' ', '-')}")


@pytest.mark.parametrize("path", ["privacy", "accessibility", "exit", "nothing", "open"])
async def test_the_standing_pages(house: WebHouse, opens: Opens, path: str) -> None:
    """The notices, the page about leaving and the refusals can be used by everybody."""
    eyes = await opens()
    eyes.allowed = ("the server responded with a status of 40",)
    await eyes.page.goto(f"{house.base}/{path}")
    await eyes.look(f"60-{path}")


async def test_a_store_that_is_down_and_a_page_that_waits(house: WebHouse, opens: Opens) -> None:
    """The page that keeps the words in the box and the page that says they are safe are usable too."""
    eyes = await opens()
    eyes.allowed = ("the server responded with a status of 503",)
    await to_the_question(eyes.page, house)
    house.way.down = True
    await eyes.page.fill("#words", "My son")
    await press(eyes.page, "Done")
    await eyes.look("70-unavailable")
    assert await eyes.page.input_value("#words") == "My son"
    house.way.down, house.way.slow = False, True
    await press(eyes.page, "Try again")
    await eyes.look("71-safe")
    house.way.slow = False
    await expect(eyes.page.locator("h1")).to_have_text(
        "Send now, or answer a few more questions?", timeout=10_000
    )


async def test_dark_pages_can_be_read(house: WebHouse, opens: Opens) -> None:
    """With the dark colours too, everything has enough contrast."""
    eyes = await opens(color_scheme="dark")
    await eyes.page.goto(house.base)
    await eyes.look("80-dark-before")
    for label in FIRST_MINUTE:
        await press(eyes.page, label)
    await press(eyes.page, "Done")
    await eyes.look("81-dark-question")


async def test_the_whole_conversation_without_a_script(house: WebHouse, opens: Opens) -> None:
    """With scripts off a concern is told, sent and answered for, and the page can be left."""
    eyes = await opens(java_script_enabled=False)
    page = eyes.page
    await to_the_question(page, house)
    await by_the_shortest_way(page, "My son")
    assert "reference" in (await page.locator("main").inner_text()).lower()
    await page.locator("header").get_by_role("button", name="Exit this page").click()
    await page.wait_for_url(ELSEWHERE)
    assert not [one for one in await page.context.cookies() if one["name"] == "chat"]
    eyes.allowed = ("Clear-Site-Data header", ELSEWHERE)
    eyes.heard_nothing()


async def test_the_keyboard_alone_is_enough(house: WebHouse, opens: Opens) -> None:
    """From the first page to *sent* with Tab, Enter and typing; the first stops are the ways past and out."""
    eyes = await opens()
    page = eyes.page
    await page.goto(house.base)
    for stop in ("Skip to the chat", "Exit this page", "Exit this page"):
        await page.keyboard.press("Tab")
        await expect(page.locator(":focus")).to_have_text(stop)
    for label in (*FIRST_MINUTE, "words", "Done", "Send now"):
        for _ in range(20):
            await page.keyboard.press("Tab")
            focus = page.locator(":focus")
            if label == "words" and await focus.get_attribute("id") == "words":
                await page.keyboard.type("My son.\nHe changed.")
                break
            if label != "words" and (await focus.inner_text()).strip() == label:
                async with page.expect_navigation():
                    await page.keyboard.press("Enter")
                break
        else:
            raise AssertionError(f"{label} cannot be reached from {await heading(page)}")
    assert await heading(page) == "What would you like to do now?"
    eyes.heard_nothing()


async def left(eyes: Eyes) -> None:
    """Check that the page was left for good: another site, no cookie, no way back by the browser's button."""
    page = eyes.page
    await page.wait_for_url(ELSEWHERE)
    await expect(page.locator("h1")).to_have_text("Weather")
    for _ in range(50):
        if not [one for one in await page.context.cookies() if one["name"] == "chat"]:
            break
        await page.wait_for_timeout(100)
    assert not [one for one in await page.context.cookies() if one["name"] == "chat"]
    await page.go_back()
    assert "My son" not in await page.content()
    assert "What have you noticed?" not in await page.content()


async def test_the_exit_button_leaves_at_once(house: WebHouse, opens: Opens) -> None:
    """One press: another site, the session ended, and *back* shows nothing of the chat."""
    eyes = await opens()
    await to_the_question(eyes.page, house)
    await eyes.page.fill("#words", "My son")
    await eyes.page.locator("header").get_by_role("button", name="Exit this page").click()
    await left(eyes)


async def test_shift_three_times_leaves_at_once(house: WebHouse, opens: Opens) -> None:
    """Shift three times leaves, from inside the box too; lights show how many were pressed."""
    eyes = await opens()
    await to_the_question(eyes.page, house)
    await eyes.page.fill("#words", "My son")
    await eyes.page.keyboard.press("Shift")
    await expect(eyes.page.locator("#leave")).to_have_attribute("data-presses", "1")
    await expect(eyes.page.locator("#presses")).to_have_text("Press Shift 2 more times to leave.")
    await eyes.page.keyboard.press("Shift")
    await eyes.page.keyboard.press("Shift")
    await left(eyes)


async def test_capital_letters_do_not_leave(house: WebHouse, opens: Opens) -> None:
    """Shift held for a letter is no press, and another key between two presses starts the count again."""
    eyes = await opens()
    page = eyes.page
    await to_the_question(page, house)
    await page.locator("#words").focus()
    for key in ("Shift+A", "Shift+B", "Shift+C", "Shift+D", "Shift", "Shift", "x", "Shift", "Shift"):
        await page.keyboard.press(key)
    await expect(page.locator("#leave")).to_have_attribute("data-presses", "2")
    assert page.url == f"{house.base}/"


async def test_a_second_press_does_nothing(house: WebHouse, opens: Opens) -> None:
    """Pressing twice sends one form."""
    eyes = await opens()
    page = eyes.page
    await to_the_question(page, house)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    await page.fill("#words", "My son")
    async with page.expect_navigation():
        await page.locator("main").get_by_role("button", name="Done").dblclick()
    assert await heading(page) == "Send now, or answer a few more questions?"
    assert len(posts) == 1


async def test_the_count_is_said_only_near_the_end(house: WebHouse, opens: Opens) -> None:
    """The characters left are counted when few are left."""
    eyes = await opens()
    await to_the_question(eyes.page, house)
    await expect(eyes.page.locator(".left")).to_be_empty()
    await eyes.page.fill("#words", "x" * 99_000)
    await expect(eyes.page.locator(".left")).to_have_text("You can write 1000 more characters.")


async def test_the_history_holds_one_address(house: WebHouse, opens: Opens) -> None:
    """However many questions were answered, the browser's history holds one neutral address and one title."""
    eyes = await opens()
    await to_the_question(eyes.page, house)
    devtools = await eyes.page.context.new_cdp_session(eyes.page)
    history = await devtools.send("Page.getNavigationHistory")
    seen = {(entry["url"], entry["title"]) for entry in history["entries"]} - {("about:blank", "")}
    assert seen == {(f"{house.base}/", "Chat")}


@pytest.mark.parametrize("height", [568])
async def test_a_small_phone_and_big_letters(house: WebHouse, opens: Opens, height: int) -> None:
    """At 320 pixels, what 400 % leaves of a desktop, nothing is too wide and targets are 44 high."""
    eyes = await opens(viewport={"width": 320, "height": height})
    page = eyes.page
    await to_the_question(page, house)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    for target in await page.locator("button:visible:not(.skip), main a:visible").all():
        box = await target.bounding_box()
        assert box is not None
        assert box["height"] >= 44, await target.inner_text()


async def test_a_press_in_another_window_after_leaving_gives_the_words_back(
    house: WebHouse, opens: Opens
) -> None:
    """A second window of a chat that was left says so, and keeps what was typed there in a box."""
    eyes = await opens()
    eyes.allowed = ("the server responded with a status of 403",)
    await to_the_question(eyes.page, house)
    second = await eyes.page.context.new_page()
    await second.goto(house.base)
    await second.fill("#words", "typed in the second window")
    await eyes.page.locator("header").get_by_role("button", name="Exit this page").click()
    await left(eyes)
    await press(second, "Done")
    assert await second.input_value("textarea") == "typed in the second window"
    await Eyes(second).look("90-closed-elsewhere")
