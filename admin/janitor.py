"""What falls due at the officers' door: sessions that are over, and cases that were picked up and not worked.

Erases no concern.
"""

from __future__ import annotations

import asyncio

from admin.casework import Casework
from admin.sessions import Sessions
from storage.discretion import log, log_fault

EVERY = 60.0


async def tidy(casework: Casework, sessions: Sessions) -> None:
    """Do once what is due now."""
    lapsed = await casework.lapse()
    ended = await sessions.expire()
    if lapsed or ended:
        log("tidied", count=lapsed + ended)


async def keep_tidy(casework: Casework, sessions: Sessions, every: float = EVERY) -> None:
    """Do it again and again; whatever went wrong is met again next time."""
    while True:
        try:
            await tidy(casework, sessions)
        except Exception as why:
            log_fault("tidying_waits", why)
        await asyncio.sleep(every)
