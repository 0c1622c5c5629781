"""What every view is handed: the door's own parts, and one request after the door has checked it.

Composed once in ``app``; holds no rule of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from admin.casework import Casework
from admin.consultation import Consultation
from admin.correspondence import Correspondence
from admin.errors import SignedOut
from admin.pages import Pages
from admin.sessions import Sessions, SignedIn
from admin.staff import Staff
from storage.network import Networks
from storage.settings import Settings


@dataclass(frozen=True, slots=True)
class Door:
    """The officers' door, put together."""

    settings: Settings
    origin: str
    now: Callable[[], datetime]
    sessions: Sessions
    casework: Casework
    consultation: Consultation
    correspondence: Correspondence
    staff: Staff
    pages: Pages
    areas: Mapping[str, str]
    networks: Networks


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: who asks (nobody on a page for anyone), what the form held, and its token for the next
    form.
    """

    request: web.Request
    door: Door
    csrf: str
    me: SignedIn | None = None
    form: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def officer(self) -> SignedIn:
        """Give the person who asks. Raises: SignedOut."""
        if self.me is None:
            raise SignedOut
        return self.me

    @property
    def network(self) -> bytes:
        """Name where on the network the request came from, for counting; empty where that is not known."""
        forwarded = self.request.headers.getall("X-Forwarded-For", ())
        return self.door.networks.name(self.request.remote, forwarded)

    def part(self, name: str) -> str:
        """Give a variable part of the address."""
        return self.request.match_info.get(name, "")

    def query(self, name: str, default: str = "") -> str:
        """Give a value of the query."""
        return self.request.query.get(name, default)


DOOR = web.AppKey("door", Door)


def see(address: str) -> web.Response:
    """Send the browser on to a page, so that a reload repeats no deed."""
    return web.Response(status=303, headers={"Location": address})
