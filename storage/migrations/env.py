"""Runs migrations on the connection that the program hands over: no address of a database stands in any
file.
"""

from typing import Literal

from alembic import context
from sqlalchemy import DateTime

from storage.columns import UtcDateTime
from storage.tables import metadata


def _render(kind: str, thing: object, _: object) -> str | Literal[False]:
    """Keep our own types out of migrations, which must not change with today's code."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _same_type(
    _context: object, _column: object, _other: object, found: object, wanted: object
) -> bool | None:
    """A time is the same time whichever of the two types names it."""
    return False if isinstance(wanted, UtcDateTime) and isinstance(found, DateTime) else None


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    render_item=_render,
    compare_type=_same_type,
    compare_server_default=True,
    transaction_per_migration=False,
)
context.run_migrations()
