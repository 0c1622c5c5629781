"""What a database fault means to the caller. Never carries a statement or a value on: both may hold what
nobody may see.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError, PendingRollbackError, ResourceClosedError

from storage.errors import Conflict, Unavailable

_GONE = (DBAPIError, PendingRollbackError, ResourceClosedError, sqlite3.Error, OSError)
RETRIED = frozenset({"40001", "40P01"})


def translated(fault: Exception) -> Exception:
    """Give the store's own error for a fault of the database; any other exception as it is."""
    if isinstance(fault, IntegrityError):
        return Conflict(f"a rule of the schema says no ({code(fault)})")
    if isinstance(fault, _GONE):
        return Unavailable(f"the database does not keep this now ({code(fault)})")
    return fault


def code(fault: Exception) -> str:
    """Give a fault's code, which holds no value."""
    inner = fault.orig if isinstance(fault, DBAPIError) else fault
    named = getattr(inner, "sqlite_errorname", None) or getattr(inner, "sqlstate", None)
    return str(named or type(inner).__name__)


def worth_a_retry(fault: Exception) -> bool:
    """Say whether the same unit may simply be run again: two transactions met."""
    return isinstance(fault, DBAPIError) and getattr(fault.orig, "sqlstate", None) in RETRIED
