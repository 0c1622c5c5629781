"""A stand-in for Telegram and a running channel, for the tests that ask for them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.bot.channels.telegram_hall import Line
from tests.peers.telegram import TelegramStandIn


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def line(telegram: TelegramStandIn) -> AsyncIterator[Line]:
    """A channel that polls."""
    async with Line(telegram).running() as running:
        yield running
