"""The shape of a channel, and what the hall gives it. A channel turns what its network brought into
``Incoming`` and what the courier hands it into its network's calls; its network's types end there. No channel
knows another, none opens a sealed value, none decides what a conversation does next.

The rules:

1. ``hall.intake.accept(door, batch, offset)`` first; the network is told "received" only after it returned.
   When it raises ``storage.errors.Unavailable`` nothing was kept: say that nothing was received (503, or
   leave the poll offset where it is) and show the danger card from memory.
2. A *pushing* channel (``pushes = True``) is handed every card by the courier, through ``deliver``. A *pull*
   channel (the web) is handed nothing: after ``accept`` it waits for ``hall.desk.settled`` and draws
   ``hall.desk.card`` at the next visit.
3. ``deliver`` raises only the kinds of ``bot.errors.ChannelError``.
4. What ``accept`` returns was held back by the flood limits and is not kept: tell the person ``held.text``
   when ``held.tell`` is true, otherwise stay silent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from dialogs.events import Event
from dialogs.facts import Door

if TYPE_CHECKING:
    from dialogs.library import Library
    from dialogs.wording import Card
    from storage.settings import Settings

Route = Mapping[str, str | int]
"""What a channel needs to reach an address again (a chat id, a locale). Sealed at rest; JSON values."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event as a network brought it.

    ``address`` is who, as text, the same for the same person always (a chat id, a session's name). ``ext_id``
    is the network's own name of this event: the same one twice is worked once. ``ordinal`` orders the events
    of one address. ``tag`` is the ``tag`` of the card whose button was pressed, echoed, or empty where the
    network carries none. ``mark`` is the network's name of the message itself, kept 48 hours for clearing, or
    empty. ``sent_at`` is when the person sent it, as far as the network says. ``network`` is the hashed
    name of the network address, empty where there is none to count; it is never kept.
    """

    address: str = field(repr=False)
    ext_id: str
    ordinal: int
    event: Event = field(repr=False)
    route: Route = field(repr=False)
    sent_at: datetime | None = None
    tag: str = ""
    mark: str = field(default="", repr=False)
    network: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """An event that the flood limits held back. ``tell`` is true a few times an hour, then silence."""

    address: str = field(repr=False)
    ext_id: str
    text: str
    tell: bool


@dataclass(frozen=True, slots=True)
class Watermark:
    """Where polling of a door stood: the next offset, and when something last came. After 6 quiet days ask
    without the offset.
    """

    offset: int | None
    last_update_at: datetime | None


@dataclass(frozen=True, slots=True)
class Mark:
    """The network's name of a message in the person's own chat: our ``card``, our ``reply``, or ``theirs``.
    Oldest first.
    """

    name: str = field(repr=False)
    what: Literal["card", "reply", "theirs"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing to deliver.

    ``card``: show ``card`` in place of the card among ``marks`` (edited, or sent anew and the old one
    removed), its buttons carrying ``tag`` and ``card.step``. ``reply``: send ``text``, an officer's answer.
    ``notice``: send ``text``, neutral, with one button labelled ``button`` that comes back as
    ``Chose("!show", 0)``. ``clear``: delete every one of ``marks`` that the network lets us delete; then
    show ``card`` if there is one. ``number`` above 1 stands before a reply as "(2)", so that a repeat is
    recognised. ``silent``: without a sound. ``repeated``: an earlier attempt may have arrived.
    """

    kind: Literal["card", "reply", "notice", "clear"]
    route: Route = field(repr=False)
    card: Card | None = field(default=None, repr=False)
    text: str = field(default="", repr=False)
    button: str = ""
    number: int = 0
    tag: str = ""
    silent: bool = True
    repeated: bool = False
    marks: tuple[Mark, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the chat holds now: messages that are new there, and the names of those that are gone (deleted, or
    too old to be).
    """

    made: tuple[Mark, ...] = ()
    gone: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """An officer's answer that waits for a visit. ``number`` counts the answers to this person from 1."""

    id: int
    number: int
    text: str = field(repr=False)


class TakesIn(Protocol):
    """What ``bot.intake.Intake`` offers a channel."""

    async def accept(
        self, door: Door, batch: Sequence[Incoming], offset: int | None = None
    ) -> tuple[Held, ...]:
        """Keep the batch, sealed, and the next poll offset in one commit; return what was held back."""
        ...

    async def watermark(self, door: Door) -> Watermark:
        """Say where polling of this door stood."""
        ...


class Answers(Protocol):
    """What ``bot.desk.Desk`` offers a channel that is visited."""

    async def settled(self, door: Door, address: str, within: float = 8.0) -> bool:
        """Wait until everything accepted from this address has been worked; false when the time ran out."""
        ...

    async def card(self, door: Door, address: str) -> Card | None:
        """Draw what this address is shown now; none when there is no conversation."""
        ...

    async def opening(self, door: Door, hint: str = "") -> Card:
        """Draw the first card, as someone who has never been here sees it; ``hint`` names the languages that
        they may want. Stores nothing.
        """
        ...

    async def tag(self, door: Door, address: str) -> str:
        """Name the conversation for its buttons (``Incoming.tag``); empty when there is none yet."""
        ...

    async def replies(self, door: Door, address: str) -> tuple[Reply, ...]:
        """Open the officers' answers that wait for this visit, oldest first."""
        ...

    async def shown(self, door: Door, address: str, ids: Sequence[int]) -> None:
        """Note, after display, that these answers were shown; they are then destroyed here."""
        ...


@dataclass(frozen=True, slots=True)
class Hall:
    """What every channel is given at composition: ``TelegramChannel(hall)``, ``WebChannel(hall)``."""

    settings: Settings
    library: Library
    intake: TakesIn
    desk: Answers
    now: Callable[[], datetime]


class Channel(Protocol):
    """One network. A channel with pages also offers ``application(beside) -> aiohttp.web.Application``,
    served by ``bot.app`` on the web door's port; one with a webhook offers ``webhook() ->
    tuple[aiohttp.web.RouteDef, ...]``, handed to ``application`` as ``beside`` (its paths are outside the
    pages' middleware).
    """

    @property
    def name(self) -> Door:
        """The door it is."""
        ...

    @property
    def pushes(self) -> bool:
        """Whether cards are handed to it as they change; otherwise it is visited."""
        ...

    async def open(self) -> None:
        """Check what the network needs before anything is taken (a token). Raises ``CannotStart``."""
        ...

    async def take(self) -> None:
        """Bring what the network has to the intake until ``stop``; one fed by requests just waits for it."""
        ...

    async def stop(self) -> None:
        """Take nothing more; what was in hand has been accepted, or is left with the network."""
        ...

    async def deliver(self, message: Outgoing) -> Delivered:
        """Make one delivery. Raises ``DeliveryFailed``, ``Unreachable`` or ``Refused``."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
