"""Flood limits: how much one address, and all newcomers together, may bring in a while. Counts in this
process's memory by blind address, and newcomers by the hashed name of their network address too; never bans:
a frightened parent types fast. Emergency is counted apart, so that nothing a person sent before can stand
between them and the number to call.
"""

from __future__ import annotations

from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from storage.network import Lately

Verdict = Literal["take", "tell", "drop"]
Counted = list[tuple[deque[float], float]]
"""What one batch added to the counts, to be taken back when nothing of it could be kept."""

_MANY = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The figures. Forty a minute, because people write one answer in thirty messages."""

    a_minute: int = 40
    an_hour: int = 300
    emergencies_a_minute: int = 30
    newcomers_a_minute: int = 60
    newcomers_in_danger_a_minute: int = 120
    tellings_an_hour: int = 3
    newcomers_an_hour_of_a_network: int = 30


@dataclass(slots=True)
class _Tally:
    """When one address last wrote, and how often it was told to slow down."""

    taken: deque[float] = field(default_factory=deque)
    emergencies: deque[float] = field(default_factory=deque)
    told: deque[float] = field(default_factory=deque)


class Flood:
    """Says of each event whether to take it, to refuse it kindly, or to let it fall in silence."""

    def __init__(self, limits: Limits = Limits()) -> None:
        """Start with nobody counted."""
        self._limits = limits
        self._tallies: dict[bytes, _Tally] = {}
        self._newcomers: dict[tuple[str, bool], deque[float]] = defaultdict(deque)
        self._networks = Lately()

    def weigh(
        self, blind_address: bytes, at: float, *, emergency: bool, counted: Counted | None = None
    ) -> Verdict:
        """Judge one event of an address that is known here, by when it was sent, in seconds."""
        if len(self._tallies) > _MANY:
            self.forget_quiet(at)
        tally = self._tallies.setdefault(blind_address, _Tally())
        if emergency:
            if _count(tally.emergencies, at, 60) >= self._limits.emergencies_a_minute:
                return "tell"
            _note(tally.emergencies, at, counted)
            return "take"
        lately = sum(1 for moment in tally.taken if moment > at - 60)
        if _count(tally.taken, at, 3600) >= self._limits.an_hour or lately >= self._limits.a_minute:
            return self._refusal(tally, at, counted)
        _note(tally.taken, at, counted)
        return "take"

    def welcome(
        self, at: float, door: str = "", *, emergency: bool = False, counted: Counted | None = None
    ) -> bool:
        """Say whether one more newcomer may begin at a door now. Those in danger have a count of their own:
        an address costs nothing, and each would leave a key and a row behind.
        """
        most = self._limits.newcomers_in_danger_a_minute if emergency else self._limits.newcomers_a_minute
        newcomers = self._newcomers[door, emergency]
        if _count(newcomers, at, 60) >= most:
            return False
        _note(newcomers, at, counted)
        return True

    def crowded(self, network: bytes, at: float) -> bool:
        """Say whether as many as may have begun from this network address in the last hour."""
        most = self._limits.newcomers_an_hour_of_a_network
        return bool(network) and len(self._networks.moments(network, at)) >= most

    def begun(self, network: bytes, at: float, counted: Counted) -> None:
        """Count one newcomer, who was taken, where they came from."""
        if network:
            counted.append((self._networks.note(network, at), at))

    def take_back(self, counted: Counted) -> None:
        """Forget what a batch added: it could not be kept and comes again."""
        for times, at in counted:
            with suppress(ValueError):
                times.remove(at)

    def forget_quiet(self, at: float) -> None:
        """Drop the tallies of addresses that were silent for an hour."""
        self._networks.forget(at)
        for blind, tally in list(self._tallies.items()):
            if not any(
                times and times[-1] > at - 3600 for times in (tally.taken, tally.emergencies, tally.told)
            ):
                del self._tallies[blind]

    def _refusal(self, tally: _Tally, at: float, counted: Counted | None) -> Verdict:
        if _count(tally.told, at, 3600) >= self._limits.tellings_an_hour:
            return "drop"
        _note(tally.told, at, counted)
        return "tell"


def _note(times: deque[float], at: float, counted: Counted | None) -> None:
    times.append(at)
    if counted is not None:
        counted.append((times, at))


def _count(times: deque[float], at: float, seconds: float) -> int:
    """Forget what is older than this, and count the rest."""
    while times and times[0] <= at - seconds:
        times.popleft()
    return len(times)
