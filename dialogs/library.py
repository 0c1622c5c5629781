"""Flows and words, from the package and from the store's editions. Opens nothing but this package's own data,
once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from typing import TypeVar

from dialogs.errors import FlowError, UnknownFlow
from dialogs.flow import Flow
from dialogs.marked import flat, read
from dialogs.parse import parse
from dialogs.profile import Profile, read_profile
from dialogs.signposts import Signposts, read_signposts
from dialogs.wording import SOURCE, Wording

ROOT = "family"
T = TypeVar("T")


class Library:
    """Everything a conversation needs to know, and nothing that happened in one."""

    def __init__(
        self,
        flows: Iterable[Flow],
        wording: Wording,
        signposts: Signposts,
        profile: Profile,
        root: str = ROOT,
    ) -> None:
        self.root = root
        self.wording = wording
        self.signposts = signposts
        self.profile = profile
        self._current = {flow.name: flow for flow in flows}
        self._editions = {(flow.name, flow.edition): flow for flow in self._current.values()}

    def flow(self, name: str, edition: str = "") -> Flow:
        """Give this edition of a flow, or the current one. Raises ``UnknownFlow``."""
        found = self._editions.get((name, edition)) if edition else self._current.get(name)
        if found is None:
            raise UnknownFlow(f"no flow {name!r} of edition {edition or 'current'!r}")
        return found

    def current(self, name: str) -> Flow:
        """Give the edition that new conversations begin on. Raises ``UnknownFlow``."""
        return self.flow(name)

    def names(self) -> tuple[str, ...]:
        """Name every current flow."""
        return tuple(self._current)

    def add(self, flow: Flow) -> None:
        """Add an edition from the store, for conversations that began on it."""
        self._editions.setdefault((flow.name, flow.edition), flow)


def load_library(profile: str) -> Library:
    """Load what is shipped, with one force profile. Raises ``FlowError`` with every fault."""
    package = resources.files("dialogs")
    texts = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in sorted((package / "flows").iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".yaml")
    }
    place = package / "profiles" / f"{profile}.toml"
    if not place.is_file():
        raise FlowError([f"profiles/{profile}.toml:1:1: there is no such force profile"])
    return make_library(
        texts,
        (package / "words" / "en.yaml").read_text(encoding="utf-8"),
        (package / "signposts.yaml").read_text(encoding="utf-8"),
        read_profile(place.read_text(encoding="utf-8"), profile),
    )


def make_library(
    flows: Mapping[str, str], words: str, signposts: str, profile: Profile, root: str = ROOT
) -> Library:
    """Make a library from texts handed in, by file name. Raises ``FlowError`` with every fault."""
    faults: list[str] = []

    def gathered(make: Callable[[], T]) -> T | None:
        try:
            return make()
        except FlowError as error:
            faults.extend(error.faults)
            return None

    names = [name.removesuffix(".yaml") for name in flows]
    parsed = [gathered(lambda n=n, t=t: parse(t, f"flows/{n}", names)) for n, t in flows.items()]  # type: ignore[misc]  # bound early
    catalogue = gathered(lambda: read_signposts(signposts, "signposts.yaml"))
    said = gathered(lambda: flat(read(words, "words/en.yaml")))
    if faults or catalogue is None or said is None:
        raise FlowError(faults)
    wording = Wording({SOURCE: said}, catalogue, profile.blanks)
    return Library([flow for flow in parsed if flow], wording, catalogue, profile, root)
