"""What must now happen, as imperatives: the engine lists them, the desk carries them out together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dialogs.screen import Line, Screen

Kind = Literal["choice", "words", "aside", "statement"]
Replies = Literal["push", "visit", "none"]


@dataclass(frozen=True, slots=True)
class Show:
    """Show this screen, replacing the one before. A turn without it is silence by rule."""

    screen: Screen


@dataclass(frozen=True, slots=True)
class Keep:
    """Seal one record to the case, opening the case if this is its first.

    ``n`` numbers the records of this conversation from 1; ``corrects`` is the ``n`` of the record it
    replaces, or 0. ``asked`` is the question as it was put; the desk renders it in ``language``, the one it
    was shown in.
    ``option`` is the chosen option's key and ``answer`` the words, or for a choice the label as it was shown
    (``label``).
    """

    n: int
    kind: Kind
    flow: str
    edition: str
    question: str
    asked: Line
    answer: str = field(default="", repr=False)
    label: Line | None = None
    option: str = ""
    corrects: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class KeepIdentity:
    """Put who they are behind two people's keys. Replaces what was given before; never a case record."""

    given: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FileConcern:
    """Send: publish the case to the officers under this reference and destroy the draft."""

    reference: str
    urgent: bool
    area: str
    replies: Replies
    language: str


@dataclass(frozen=True, slots=True)
class MarkUrgent:
    """A concern already sent got worse: mark it and raise the alarm."""


@dataclass(frozen=True, slots=True)
class KeepFeedback:
    """Feedback on the service, never linked to a concern. ``stars`` 0 to 5, 0 where none was given."""

    found: str
    useful: str
    stars: int
    comment: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Discard:
    """Forget everything this conversation kept that was never sent."""


@dataclass(frozen=True, slots=True)
class ClearChat:
    """Delete from the person's own chat what the network still lets us delete."""


@dataclass(frozen=True, slots=True)
class Close:
    """The conversation ended: nothing more is expected, the next event begins a new one."""


Effect = Show | Keep | KeepIdentity | FileConcern | MarkUrgent | KeepFeedback | Discard | ClearChat | Close
