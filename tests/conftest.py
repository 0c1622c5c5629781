"""What every test may ask of the command line. Holds no fixture: those stand with what they serve."""

from __future__ import annotations

import pytest

from tests.chromium import browser

__all__ = ["browser"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let journeys be written anew from what happens."""
    parser.addoption("--update", action="store_true", help="rewrite what each journey expects; read the diff")
