"""Named points on the path of a message, each one statement wide. Does nothing; the crash tests put a ``kill
-9`` in its place. Never decides anything, never slows anything, takes no words.
"""

from __future__ import annotations

from typing import Literal

Name = Literal[
    "intake sealed",
    "inbox committed",
    "network told",
    "attempt noted",
    "plan made",
    "case key made",
    "shred key put",
    "turn committed",
    "draft key destroyed",
    "outbox leased",
    "network called",
    "sent marked",
    "reply opened",
    "reply shown",
]


def passed(here: Name) -> None:
    """Say that the path got here."""
