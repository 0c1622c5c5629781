"""The people of the end-to-end tests, each with a browser of their own. They see pages, never the inside."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.whole.house import PASSPHRASE, House


class Reporter:
    """Someone at the web chat."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def opens(self, house: House) -> None:
        """Go to the chat, past the page that explains how to leave quickly."""
        await self.page.goto(house.web)
        if await self.page.locator("button[name=begin]").count():
            await self.page.locator("button[name=begin]").click()

    async def presses(self, label: str) -> None:
        """Press a button."""
        await self.page.get_by_role("button", name=label, exact=True).first.click()

    async def writes(self, words: str, then: str = "Done") -> None:
        """Write, and press a button."""
        await self.page.locator("#words").fill(words)
        await self.presses(then)

    async def asked(self, question: str) -> None:
        """Hold that this is what the page asks."""
        await expect(self.page.locator("h1")).to_have_text(question)

    async def goes_to_the_question(self) -> None:
        """From the first page to *What have you noticed?*."""
        for label in ("Go on", "I understand, go on", "Family or friend", "Yes, it is safe"):
            await self.presses(label)
        await self.asked("What have you noticed?")


class Officer:
    """Someone at the officers' door."""

    def __init__(self, page: Page, house: House, login: str) -> None:
        self.page, self.house, self.login = page, house, login

    async def signs_in(self) -> None:
        """Sign in with passphrase and one-time code."""
        await self.page.goto(self.house.admin)
        await self.page.get_by_label("Login").fill(self.login)
        await self.page.get_by_label("Passphrase").fill(PASSPHRASE)
        await self.page.get_by_label("One-time code").fill(self.house.code(self.login))
        await self.page.get_by_role("button", name="Sign in").click()
        await expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    async def opens_the_newest(self) -> None:
        """Open the first case of the queue."""
        await self.page.goto(f"{self.house.admin}/queue")
        await self.page.locator("main table a, main .govuk-summary-list a").first.click()

    async def picks_up_and_reads(self) -> str:
        """Pick the case up, give a reason, read; give the page's text."""
        await self.page.get_by_role("button", name="Pick up").click()
        await self.page.get_by_role("radio").first.check()
        await self.page.get_by_role("button", name="Read it").click()
        await expect(self.page.locator("h1")).to_contain_text("Reading concern")
        return await self.page.locator("main").inner_text()

    async def answers(self, words: str) -> None:
        """Answer the reporter."""
        await self.page.get_by_label("Your answer").fill(words)
        await self.page.get_by_role("button", name="Send the answer").click()
        await expect(self.page.locator("main")).to_contain_text(words)
