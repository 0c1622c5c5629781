"""The store and this door's part of the keystore, opened for as long as something needs them.

Apart from ``app`` so that a command about people does not load a web server first.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from storage.database import Store, open_store
from storage.officer_seals import OfficerSeals
from storage.settings import Settings
from storage.vault.keystore import open_admin_keystore
from storage.vault.passphrase import FULL, Cost


def clock() -> datetime:
    """Give the time; everything deeper is handed this."""
    return datetime.now(UTC)


@asynccontextmanager
async def opened(
    settings: Settings, cost: Cost = FULL, now: Callable[[], datetime] = clock
) -> AsyncIterator[tuple[Store, OfficerSeals]]:
    """Open the store and this door's part of the keystore; close the store behind."""
    keys = open_admin_keystore(settings.keystore)
    store = await open_store(settings, "admin", now)
    try:
        yield store, OfficerSeals(keys, store.deployment, cost)
    finally:
        await store.close()
