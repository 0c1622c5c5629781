"""Flows and words, from the package and from the store's editions. Opens nothing but this package's own data,
once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TypeVar

from dialogs.errors import FlowError, UnknownFlow
from dialogs.flow import Flow
from dialogs.languages import Languages, read_languages
from dialogs.marked import flat, read
from dialogs.parse import parse
from dialogs.profile import Profile, read_profile
from dialogs.signposts import Signposts, of_the_force, read_signposts
from dialogs.translations import Spoken, Texts, sources
from dialogs.wording import Wording

ROOT = "family"
NO_LANGUAGES = "{vital: {consent: [], danger: [], confidence: [], telegram: []}, languages: {}}"
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

    def listed(self, name: str) -> Mapping[str, str]:
        """Give the options of a list by name: the areas of the force, or the languages of this chat."""
        return self.wording.offered if name == "languages" else self.profile.areas if name else {}

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
    words = package / "words"
    return make_library(
        texts,
        (words / "en.yaml").read_text(encoding="utf-8"),
        (package / "signposts.yaml").read_text(encoding="utf-8"),
        read_profile(place.read_text(encoding="utf-8"), profile),
        languages=(words / "languages.yaml").read_text(encoding="utf-8"),
        translated={
            entry.name.removesuffix(".po"): partial(_text, entry)
            for entry in words.iterdir()
            if entry.name.endswith(".po")
        },
    )


def make_library(
    flows: Mapping[str, str],
    words: str,
    signposts: str,
    profile: Profile,
    root: str = ROOT,
    *,
    languages: str = NO_LANGUAGES,
    translated: Texts | None = None,
) -> Library:
    """Make a library from texts handed in, by file name; those of ``translated`` are asked for when a
    language is first spoken. Raises ``FlowError`` with every fault.
    """
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
    known = gathered(lambda: read_languages(languages, "words/languages.yaml"))
    if catalogue is not None:
        own, shared = f"profiles/{profile.key}.toml", catalogue
        catalogue = gathered(lambda: of_the_force(shared, profile.signposts, own))
    if faults or catalogue is None or said is None or known is None:
        raise FlowError(faults)
    wording = _wording(said, catalogue, profile, known, translated or {})
    return Library([flow for flow in parsed if flow], wording, catalogue, profile, root)


def _wording(
    said: Mapping[str, str], catalogue: Signposts, profile: Profile, known: Languages, translated: Texts
) -> Wording:
    english = sources(said, catalogue)
    spoken = Spoken(said, english, known.known, {code: translated.get(code, str) for code in known.known})
    return Wording(spoken, catalogue, profile.blanks, known)


def _text(place: Traversable) -> str:
    return place.read_text(encoding="utf-8")
