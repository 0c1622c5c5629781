"""Eyes on the pages of both doors, in a real Chromium: they see what a person would trip over."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page

WIDTHS = (1280, 375)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Eyes:
    """Watches one page: what it tells the console, what fails to load, and whether everybody can use it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    allowed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.complaints.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))

    async def look(self, name: str = "") -> None:
        """Check the page that is open at both widths: axe, the console, nothing wider than the screen.

        A picture goes to the folder that CONCERN_TEST_SHOTS names, for people to look at.
        """
        for width in WIDTHS:
            await self.page.set_viewport_size({"width": width, "height": 800})
            shots = os.environ.get("CONCERN_TEST_SHOTS")
            if shots and name:
                await self.page.screenshot(path=f"{shots}/{name}-{width}.png", full_page=True)
            found = await Axe().run(self.page)
            faults = [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]]
            assert not faults, f"{name} at {width}: {faults}"
            wider = await self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wider <= 0, f"{name} at {width}: {wider} pixels wider than the screen"
        self.heard_nothing()

    def heard_nothing(self) -> None:
        """Check that the page complained of nothing but what the test allows."""
        heard = [one for one in self.complaints if not any(part in one for part in self.allowed)]
        assert not heard, heard


Opens = Callable[..., Awaitable[Eyes]]


@pytest.fixture
async def opens(browser: Browser) -> AsyncIterator[Opens]:
    """Open a page in a context of its own: ``await opens(java_script_enabled=False)`` gives eyes on it.

    The site that *Exit this page* leads to is a stand-in: no test leaves this machine.
    """
    contexts: list[BrowserContext] = []

    async def open_one(**given: Any) -> Eyes:
        context = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **given})
        contexts.append(context)
        context.set_default_timeout(20_000)
        await context.route(
            "https://www.bbc.co.uk/**",
            lambda route: route.fulfill(
                body="<!DOCTYPE html><title>Weather</title><link rel=icon href=data:,><h1>Weather</h1>",
                content_type="text/html",
            ),
        )
        return Eyes(await context.new_page())

    yield open_one
    for context in contexts:
        await context.close()
