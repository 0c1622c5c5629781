"""The same path on PostgreSQL: one code path, two engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels import Incoming
from bot.desk import Desk
from dialogs.events import Commanded, Wrote
from storage.settings import load_settings
from tests.bot.house import House, a_house
from tests.peers.postgres import Server
from tests.storage.conftest import postgres

__all__ = ["postgres"]


@pytest.fixture
async def house(tmp_path: Path, postgres: Server) -> AsyncIterator[House]:
    """A door with a team, on a fresh database of a server."""
    with postgres.database() as address:
        database = load_settings({"CONCERN_DATABASE_URL": address}).database_url
        async with a_house(tmp_path, database=database) as made:
            yield made


async def test_what_is_sent_is_read_and_delivered(house: House) -> None:
    """From the first card to an officer's eyes, with every card delivered on the way."""
    await house.tells("my son", "he changed")
    assert [message.kind for message in await house.delivers()] == ["card"]
    await house.presses("send")
    case = await house.case()
    assert [r.answer for r in await house.answers(case) if r.kind == "words"] == ["my son", "he changed"]
    assert case.reference in (await house.card()).plain()


async def test_what_is_discarded_is_gone(house: House) -> None:
    """Stopping before sending leaves no case."""
    await house.tells("my son changed")
    case = await house.case()
    await house.hears(Commanded("stop"))
    with pytest.raises(Exception, match="no such case"):
        await house.parts.store.read(lambda unit: unit.cases.get(case.id))


async def test_two_workers_share_one_conversation_and_double_nothing(house: House) -> None:
    """Two desks at once over the server: each event is worked once, in order."""
    other = Desk(house.parts.store, house.parts.turns)
    await house.hears(Commanded("start"))
    await house.presses("go_on", "agree", "family", "safe")
    for n in range(10):
        words = Incoming("1001", f"w{n}", 100 + n, Wrote(f"word {n}"), {"chat": "1001"})
        await asyncio.gather(
            house.parts.intake.accept("telegram", [words]), house.parts.desk.work(), other.work()
        )
    while await house.parts.desk.work() + await other.work():
        pass
    house.said = 200
    await house.presses("done", "send")
    records = await house.answers(await house.case())
    assert [r.answer for r in records if r.kind == "words"] == [f"word {n}" for n in range(10)]
