"""Fixtures of the officers' door: one door a test, with nobody in it, or with a small team."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.admin.door import TestDoor, a_door


@pytest.fixture
async def empty_door(tmp_path: Path) -> AsyncIterator[TestDoor]:
    """A door at its first start: nobody was ever added."""
    async with a_door(tmp_path) as made:
        yield made


@pytest.fixture
async def door(empty_door: TestDoor) -> TestDoor:
    """A door with two officers, Sam and Lee; Sam made the team."""
    await empty_door.add("sam", name="Sam Ortega")
    await empty_door.add("lee", name="Lee Novak", by="sam")
    return empty_door
