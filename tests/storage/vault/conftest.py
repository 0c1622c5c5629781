"""Fixtures of the vault's tests: one world for those that only look, a fresh one for those that destroy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.storage.vault.world import World


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give a world that no test changes."""
    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture
def fresh(tmp_path: Path) -> World:
    """Give a world of this test's own."""
    return World(tmp_path)
