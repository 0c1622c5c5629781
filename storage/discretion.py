"""What may be logged, and how: a word for what happened and a few fields from a closed list, each a short
code.

1. No text of a person, no secret, no address and no number of a chat can pass: a field outside the list is
   dropped, a value that is no code is shown as its type.
2. An exception is its type and the place in our code where it rose; never its message, its arguments or its
   values.
3. The libraries that would say more (a token in an address, a state, a request line) are kept to warnings,
   as plain as ours.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

FIELDS = frozenset(
    [
        "door",
        "error",
        "kind",
        "tries",
        "count",
        "where",
        "state",
        "flow",
        "edition",
        "step",
        "stage",
        "why",
        "status",
        "method",
        "route",
        "seconds",
        "port",
        "host",
        "case",
        "n",
        "setting",
    ]
)
QUIET = (
    "httpx",
    "httpcore",
    "telegram",
    "transitions",
    "aiohttp.access",
    "aiohttp",
    "asyncio",
    "alembic",
    "sqlalchemy",
)
_CODE = re.compile(r"[A-Za-z0-9_.:/+<>{}-]{0,80}")
_ROOT = Path(__file__).resolve().parent.parent
_log = logging.getLogger("concern")


def log(event: str, level: int = logging.INFO, **facts: object) -> None:
    """Log one thing that happened."""
    _log.log(
        level,
        "%s",
        _plain(event),
        extra={"facts": {name: _plain(v) for name, v in facts.items() if name in FIELDS}},
    )


def log_fault(event: str, fault: BaseException, **facts: object) -> None:
    """Log a fault of the program as its type and the place it rose at."""
    log(event, logging.ERROR, **facts, error=type(fault).__name__, where=place(fault))


def place(fault: BaseException) -> str:
    """Say where in our code an exception rose: file, line, function."""
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [
        frame for frame in frames if _ROOT in Path(frame.filename).parents and ".venv" not in frame.filename
    ]
    if not ours:
        return "elsewhere"
    last = ours[-1]
    return f"{Path(last.filename).relative_to(_ROOT).as_posix()}:{last.lineno}:{last.name}"


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str) and _CODE.fullmatch(value):
        return value
    return f"<{type(value).__name__}>"


class DiscreetFormatter(logging.Formatter):
    """One line an event. What a library says is told by its name and level alone: its words may hold
    anything.
    """

    def __init__(self, *, as_json: bool) -> None:
        """Write JSON, or a plain line."""
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        ours = record.name == _log.name
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        event = record.getMessage() if ours else f"library:{record.name}"
        facts: dict[str, object] = dict(getattr(record, "facts", {})) if ours else {}
        if record.exc_info and record.exc_info[1] is not None:
            facts |= {"error": type(record.exc_info[1]).__name__, "where": place(record.exc_info[1])}
        if self._as_json:
            return json.dumps({"at": at, "level": record.levelname.lower(), "event": event, **facts})
        return " ".join(
            [at, record.levelname.lower(), event, *(f"{name}={value}" for name, value in facts.items())]
        )


def set_up(log_format: str = "plain", stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send every log of this process through this room; called once, before anything else is imported that
    logs.
    """
    out = logging.StreamHandler(stream or sys.stderr)
    out.setFormatter(DiscreetFormatter(as_json=log_format == "json"))
    top = logging.getLogger()
    top.handlers[:] = [out]
    top.setLevel(logging.WARNING)
    _log.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
