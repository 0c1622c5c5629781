"""The bot as a process that kills itself: ``python -m tests.crash.victim NAME HIT``.

It serves as ever, and at that hit of that waypoint it is gone as by ``kill -9``. Without a name it serves,
at a test's pace.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from bot import app, waypoints
from bot.pace import Pace
from storage import discretion
from storage.settings import load_settings

FAST = Pace(a_second=1000, a_second_each=1000)


def arm(name: str, hit: int) -> None:
    """Put a kill in the place of one waypoint."""
    hits = 0

    def passed(here: waypoints.Name) -> None:
        nonlocal hits
        if here == name:
            hits += 1
            if hits == hit:
                os.kill(os.getpid(), signal.SIGKILL)

    waypoints.passed = passed


def main() -> None:
    """Serve, armed or not."""
    if len(sys.argv) > 2:
        arm(sys.argv[1], int(sys.argv[2]))
    given = load_settings(os.environ)
    discretion.set_up()
    asyncio.run(app.serve(given, pace=FAST))


if __name__ == "__main__":
    main()
