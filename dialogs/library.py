"""Flows and words, from the package and from the store's editions. Opens nothing but this package's own data, once.

Being written: the signatures below are settled.
"""

from __future__ import annotations

from dialogs.flow import Flow
from dialogs.profile import Profile
from dialogs.signposts import Signposts
from dialogs.wording import Wording

ROOT = "family"


class Library:
    """Everything a conversation needs to know, and nothing that happened in one."""

    root: str
    wording: Wording
    signposts: Signposts
    profile: Profile

    def flow(self, name: str, edition: str = "") -> Flow:
        """Give this edition of a flow, or the current one. Raises ``UnknownFlow``."""
        raise NotImplementedError

    def current(self, name: str) -> Flow:
        """Give the edition that new conversations begin on."""
        raise NotImplementedError

    def names(self) -> tuple[str, ...]:
        """Name every current flow."""
        raise NotImplementedError

    def add(self, flow: Flow) -> None:
        """Add an edition from the store, for conversations that began on it."""
        raise NotImplementedError


def load_library(profile: str) -> Library:
    """Load the shipped flows, words, signposts and one force profile. Raises ``FlowError`` with every fault at once."""
    raise NotImplementedError
