"""The languages of a deployment as data: how each is written, which of its plural forms a number takes, who
has read its words. Never says what the words are, and opens none that nobody has reviewed.

``words/languages.yaml`` says what a group of words is (``vital``) and, for each language, whether it is open
and by whom each group was reviewed. Every key of no vital group is of the group ``rest``.
"""

from __future__ import annotations

import gettext
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, cast

from dialogs.marked import Faults, Marked, read
from dialogs.snapshot import Answer, Snapshot

Direction = Literal["ltr", "rtl"]

SOURCE = "en"
PAGE = "language.page"
"""The one page of a language that is not open."""
CHOSEN = "language.choose"
"""The question which language somebody wants."""
VITAL = ("consent", "danger", "confidence", "telegram")
REST = "rest"
GROUPS = (*VITAL, REST)
NEEDED = ("own", "english", "direction", "plural", "forms", "open", "reviewed")
FORMS = ("zero", "one", "two", "few", "many", "other")


@dataclass(frozen=True, slots=True)
class Review:
    """Who read a group of words, when, and which words those were."""

    by: str
    on: str
    of: str


@dataclass(frozen=True, slots=True)
class Language:
    """One language."""

    code: str
    own: str
    english: str
    direction: Direction = "ltr"
    plural: str = "n!=1"
    forms: tuple[str, ...] = ("one", "other")
    open: bool = False
    reviews: Mapping[str, Review] = field(default_factory=dict, hash=False)

    def form(self, number: int) -> str:
        """Name the plural form of a number."""
        return self.forms[_rule(self.plural)(number)]


ENGLISH = Language(SOURCE, "English", "English", open=True)


@dataclass(frozen=True, slots=True)
class Languages:
    """Every language that is known, in the order in which they are offered, and the groups of vital words."""

    known: Mapping[str, Language] = field(default_factory=dict)
    vital: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __getitem__(self, code: str) -> Language:
        """Give a language; one that nobody knows is spoken as English."""
        return self.known.get(code, ENGLISH)

    def groups(self, key: str) -> tuple[str, ...]:
        """Name the groups that a key belongs to."""
        return tuple(name for name, parts in self.vital.items() if _within(key, parts)) or (REST,)

    def reviewed(self, code: str, group: str, pairs: Mapping[str, tuple[str, str]]) -> bool:
        """Say whether somebody has read this group as it stands; ``pairs`` are English and translation."""
        review = self[code].reviews.get(group)
        return review is not None and review.of == self.digest(group, pairs)

    def digest(self, group: str, pairs: Mapping[str, tuple[str, str]]) -> str:
        """Name the words of a group as they stand: a changed sentence is another name."""
        told = sorted((key, *pair) for key, pair in pairs.items() if group in self.groups(key))
        return hashlib.sha256("\x1e".join("\x1f".join(one) for one in told).encode()).hexdigest()[:16]


def spoken(snapshot: Snapshot) -> str:
    """Say which language the screen is in: the conversation's, save on the one page of a language that is not
    open.
    """
    return one_page(snapshot) or snapshot.language


def one_page(snapshot: Snapshot) -> str:
    """Say which language that page is in, if it is on the screen."""
    on_it = [f"{top.flow}.{top.state}" == PAGE for top in snapshot.frames[-1:]]
    return snapshot.answers.get(CHOSEN, Answer()).option if any(on_it) else ""


def read_languages(text: str, name: str) -> Languages:
    """Read ``languages.yaml``. Raises ``FlowError`` with every fault at once."""
    faults = Faults(name)
    whole = _mapping(read(text, name), "the file", ("vital", "languages"), faults)
    for missing in {"vital", "languages"} - whole.keys():
        faults.found.append(f"{name}:1:1: {missing!r} is missing; write it, even if it is empty")
    faults.raise_any()
    groups = _mapping(whole["vital"], "'vital'", VITAL, faults)
    for group in set(VITAL) - groups.keys():
        faults.at(whole["vital"], f"the group {group!r} is missing; name the keys that it holds")
    vital = {group: tuple(map(str, _list(piece, faults))) for group, piece in groups.items()}
    bodies = _mapping(whole["languages"], "'languages'", None, faults)
    known = {code: _language(code, piece, faults) for code, piece in bodies.items()}
    faults.raise_any()
    return Languages(known, vital)


def _language(code: str, piece: Marked, faults: Faults) -> Language:
    body = _mapping(piece, f"language {code!r}", NEEDED, faults)
    for missing in [name for name in NEEDED if name not in body]:
        faults.at(piece, f"language {code!r} has no {missing!r}; every language says it")
    said = {name: str(part.plain) for name, part in body.items()}
    if said.get("direction") not in ("ltr", "rtl"):
        faults.at(piece, f"the direction of {code!r} is 'ltr' or 'rtl'")
    if said.get("open") not in ("true", "false"):
        faults.at(piece, f"{code!r} is open: 'true' or 'false'")
    forms = tuple(map(str, _list(body.get("forms", Marked([], piece.line, piece.column)), faults)))
    for form in set(forms) - set(FORMS):
        faults.unknown(piece, "plural form", form, FORMS)
    rule = said.get("plural", "n!=1")
    if not _rule_fits(rule, len(forms)):
        faults.at(piece, f"the plural rule of {code!r} does not give the {len(forms)} forms that it names")
    return Language(
        code=code,
        own=said.get("own", code),
        english=said.get("english", code),
        direction=cast(Direction, said.get("direction", "ltr")),
        plural=rule,
        forms=forms,
        open=said.get("open") == "true",
        reviews=_reviews(body.get("reviewed", Marked({}, piece.line, piece.column)), faults),
    )


def _reviews(piece: Marked, faults: Faults) -> dict[str, Review]:
    reviews: dict[str, Review] = {}
    for group, part in _mapping(piece, "'reviewed'", GROUPS, faults).items():
        if part.plain == "none":
            continue
        body = _mapping(part, f"the review of {group!r}", ("by", "on", "of"), faults)
        said = {name: str(value.plain).strip() for name, value in body.items()}
        if not all(said.get(name) for name in ("by", "on", "of")):
            faults.at(
                part, f"the review of {group!r} says by whom, on which day and of which words; or 'none'"
            )
            continue
        reviews[group] = Review(**said)
    return reviews


def _mapping(piece: Marked, what: str, fields: Iterable[str] | None, faults: Faults) -> dict[str, Marked]:
    if not isinstance(piece.value, dict):
        faults.at(piece, f"{what} is a mapping, as {{name: value}}")
        return {}
    for name in piece.value if fields is not None else ():
        if name not in tuple(fields or ()):
            faults.unknown(piece.value[name], f"field of {what}", name, fields or ())
    return {name: part for name, part in piece.value.items() if fields is None or name in tuple(fields)}


def _list(piece: Marked, faults: Faults) -> list[object]:
    if isinstance(piece.value, list):
        return [part.plain for part in piece.value]
    faults.at(piece, "this is a list, as [one, two]")
    return []


def _within(key: str, parts: Iterable[str]) -> bool:
    return any(key == part or key.startswith(f"{part}.") for part in parts)


@lru_cache(maxsize=64)
def _rule(plural: str) -> Callable[[int], int]:
    return gettext.c2py(plural)


def _rule_fits(plural: str, forms: int) -> bool:
    try:
        return {_rule(plural)(number) for number in range(201)} == set(range(forms))
    except ValueError:
        return False
