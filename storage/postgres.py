"""How PostgreSQL is opened here."""

from __future__ import annotations

from sqlalchemy import Engine, NullPool, create_engine


def engine(url: str) -> Engine:
    """Make an engine that opens a connection when asked and keeps none."""
    return create_engine(url, poolclass=NullPool, hide_parameters=True)
