"""Where on the network a request came from, and what was counted there in the last hour. Held in memory only,
as a hash under a key drawn at the start: never stored, never logged, never an address.

1. ``X-Forwarded-For`` is believed only from a trusted proxy, and only as far as trusted proxies wrote it.
2. An address that cannot be one person's place (this machine, a proxy, any peer where https stands before
   us and no proxy is named) has the empty name and is not counted: better no limit than one for everybody.
3. Of IPv6 the first 64 bits count: the rest one household may choose freely.
"""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict, deque
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.settings import Network

Address = IPv4Address | IPv6Address
HOUR = 3600.0
_SITE = {4: 32, 6: 64}


def address_of(peer: str | None, forwarded: Sequence[str], trusted: Sequence[Network]) -> Address | None:
    """Give the address that a request came from: the peer, or the last one that trusted proxies forwarded
    for and that is none of them. A header that is no list of addresses falls back to the peer.
    """
    near = _read(peer or "")
    if near is None or not _among(near, trusted):
        return near
    for given in reversed(",".join(forwarded).split(",")):
        hop = _read(given.strip())
        if hop is None or not _among(hop, trusted):
            return hop or near
    return near


class Networks:
    """Names for network addresses, good for one run of one door."""

    def __init__(self, trusted: Sequence[Network], origin: str) -> None:
        """Take the trusted proxies and the door's public address; draw the key."""
        self._trusted = trusted
        self._unseen = not trusted and origin.startswith("https://")
        self._key = secrets.token_bytes(32)

    def name(self, peer: str | None, forwarded: Sequence[str]) -> bytes:
        """Name where a request came from; empty where that is nobody's place."""
        address = address_of(peer, forwarded, self._trusted)
        if self._unseen or address is None or address.is_loopback or _among(address, self._trusted):
            return b""
        site = ip_network((int(address).to_bytes(address.max_prefixlen // 8), _SITE[address.version]), False)
        return hmac.digest(self._key, str(site).encode(), "sha256")[:16]


class Lately:
    """The moments of the last hour by name, the name noted longest ago forgotten first."""

    def __init__(self, most: int = 10_000) -> None:
        """Start with nobody counted."""
        self._most = most
        self._moments: OrderedDict[bytes, deque[float]] = OrderedDict()

    def moments(self, name: bytes, at: float) -> list[float]:
        """List what was noted under this name in the hour before, oldest first."""
        return [moment for moment in self._moments.get(name, ()) if moment > at - HOUR]

    def note(self, name: bytes, at: float) -> deque[float]:
        """Note one more; give the moments, from which it may be taken back."""
        moments = self._moments.setdefault(name, deque())
        self._moments.move_to_end(name)
        while moments and moments[0] <= at - HOUR:
            moments.popleft()
        moments.append(at)
        while len(self._moments) > self._most:
            self._moments.popitem(last=False)
        return moments

    def forget(self, at: float) -> None:
        """Drop the names under which nothing was noted for an hour."""
        for name in [name for name in self._moments if not self.moments(name, at)]:
            del self._moments[name]


def _read(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _among(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
