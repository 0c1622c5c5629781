"""What people who translate and review need: update the translations from English, count how far they have
come, note who has read what. Writes the package's own word files, on the machine of whoever keeps them; never
at run time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from importlib import resources
from pathlib import Path

from bot.errors import BotError
from dialogs.languages import GROUPS, read_languages
from dialogs.marked import flat, read
from dialogs.signposts import Signposts, read_signposts
from dialogs.translations import Sources, Spoken, sources, standing, update
from dialogs.wording import Wording

NAME = re.compile(r"[^\W\d_][^\"\\{}\n]* [^\"\\{}\n]*[^\W\d_]\.?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Say = Callable[[str], object]


class CannotReview(BotError):
    """What was asked to be reviewed is not there, or is not whole."""


def folder() -> Path:
    """Find the words of this package. Only an unpacked package can be written to."""
    return Path(str(resources.files("dialogs"))) / "words"


def extract(say: Say, words: Path | None = None) -> None:
    """Update every language's file from today's English."""
    place = words or folder()
    known = _known(place)
    languages = read_languages((place / "languages.yaml").read_text("utf-8"), "words/languages.yaml")
    for code, language in languages.known.items():
        name, old = f"words/{code}.po", _file(place, code)
        new = update(old, name, language, known)
        if new != old:
            (place / f"{code}.po").write_text(new, "utf-8")
        stand = standing(new, name, known)
        say(f"{name}: {stand.translated} translated, {stand.fuzzy} changed, {stand.missing} missing")


def coverage(say: Say, words: Path | None = None) -> bool:
    """Say for each language how much of it is translated, changed and reviewed, and whether it is open. Says
    whether every language that was opened may be open.
    """
    place = words or folder()
    wording = _wording_of(place, (place / "languages.yaml").read_text("utf-8"))
    known = _known(place)
    say(f"{'language':<14}{'translated':>11}{'changed':>9}{'missing':>9}  {'reviewed':<25}for reporting")
    held = True
    for code, language in wording.languages.known.items():
        stand = standing(_file(place, code), f"words/{code}.po", known)
        pairs = wording.pairs(code)
        groups = [group for group in GROUPS if wording.languages.reviewed(code, group, pairs)]
        page = "closed: one page" if code in wording.offered else "closed: not offered"
        state = "open" if code in wording.open else "opened, not reviewed" if language.open else page
        held = held and language.open == (code in wording.open)
        figures = f"{_part(stand.translated, stand.total):>11}{stand.fuzzy:>9}{stand.missing:>9}"
        say(f"{code + ' ' + language.english:<14}{figures}  {', '.join(groups) or 'nothing':<25}{state}")
    return held


def _part(some: int, whole: int) -> str:
    return f"{some} ({100 * some // max(1, whole)}%)"


def review(code: str, group: str, by: str, on: str, say: Say, words: Path | None = None) -> None:
    """Note in ``languages.yaml`` that a named person has read a group of a language, in today's words. Raises
    ``CannotReview``.
    """
    place = words or folder()
    path = place / "languages.yaml"
    text = path.read_text("utf-8")
    wording = _wording_of(place, text)
    if code not in wording.languages.known:
        raise CannotReview(f"--language: one of {', '.join(wording.languages.known)}")
    if group not in GROUPS:
        raise CannotReview(f"--group: one of {', '.join(GROUPS)}")
    if not NAME.fullmatch(by) or not DAY.fullmatch(on):
        raise CannotReview("--by is the name of a person, first and last; --on is the day, as 2026-11-22")
    missing = wording.lacking(code, group)
    if missing:
        raise CannotReview(f"{code}: {len(missing)} of {group} have no words yet, the first is {missing[0]}")
    of = wording.languages.digest(group, wording.pairs(code))
    line = _place_of(text, code, group)
    lines = text.split("\n")
    lines[line] = f'      {group}: {{by: "{by}", on: {on}, of: {of}}}'
    path.write_text("\n".join(lines), "utf-8")
    say(f"{code}: {group} reviewed by {by} on {on}")


def _english(place: Path) -> tuple[Mapping[str, str], Signposts]:
    english = flat(read((place / "en.yaml").read_text("utf-8"), "words/en.yaml"))
    return english, read_signposts((place.parent / "signposts.yaml").read_text("utf-8"), "signposts.yaml")


def _known(place: Path) -> Sources:
    return sources(*_english(place))


def _file(place: Path, code: str) -> str:
    path = place / f"{code}.po"
    return path.read_text("utf-8") if path.exists() else ""


def _wording_of(place: Path, languages: str) -> Wording:
    english, signposts = _english(place)
    known = read_languages(languages, "words/languages.yaml")
    texts = {code: partial(_file, place, code) for code in known.known}
    spoken = Spoken(english, sources(english, signposts), known.known, texts)
    return Wording(spoken, signposts, {}, known)


def _place_of(text: str, code: str, group: str) -> int:
    """Find the line of a review, counted from 0."""
    lines = text.split("\n")
    start = lines.index(f"  {code}:")
    return next(n for n in range(start, len(lines)) if lines[n].startswith(f"      {group}:"))
