"""A real Chromium for the tests that look at pages. Skipped where there is none, unless all is required."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

# The flags keep the browser from calling home: nothing here may speak to any host but this one.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable() -> str:
    """Find the browser. Skips, or with ``CONCERN_TEST_REQUIRE=all`` fails, when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    if os.environ.get("CONCERN_TEST_REQUIRE") == "all":
        pytest.fail("no Chromium on this machine, and every kind of test is required")
    pytest.skip("no Chromium on this machine")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser with nothing in it."""
    path = executable()
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        await started.close()
