"""The shipped library with translations made for tests: every entry filled, or only some."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources

import polib

from dialogs.languages import VITAL, Languages, read_languages
from dialogs.library import Library, make_library
from dialogs.marked import flat, read
from dialogs.profile import read_profile
from dialogs.pseudo import accented
from dialogs.signposts import read_signposts
from dialogs.translations import Sources, sources, update

PACKAGE = resources.files("dialogs")
CODES = ("cy", "ur", "pa", "pl", "ar")
Keep = Callable[[str], bool]


def text(name: str) -> str:
    """Read one of the package's own files."""
    return PACKAGE.joinpath(name).read_text(encoding="utf-8")


@cache
def known() -> Sources:
    """Everything there is to translate."""
    english = flat(read(text("words/en.yaml"), "words/en.yaml"))
    return sources(english, read_signposts(text("signposts.yaml"), "signposts.yaml"))


@cache
def shipped_languages() -> Languages:
    """The languages as they are shipped."""
    return read_languages(text("words/languages.yaml"), "words/languages.yaml")


def filled(code: str, keep: Keep = lambda key: True) -> str:
    """Fill the file of a language with accents instead of translations, where ``keep`` says so."""
    made = polib.pofile(update("", f"words/{code}.po", shipped_languages()[code], known()))
    for entry in made:
        if keep(entry.msgctxt or ""):
            said = accented(entry.msgid)
            if entry.msgid_plural:
                entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, said)
            else:
                entry.msgstr = said
    return str(made)


def library(languages: str = "", keep: Keep = lambda key: True, codes: tuple[str, ...] = CODES) -> Library:
    """Make the shipped library, every one of these languages filled."""
    flows = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in PACKAGE.joinpath("flows").iterdir()
        if entry.name.endswith(".yaml")
    }
    return make_library(
        flows,
        text("words/en.yaml"),
        text("signposts.yaml"),
        read_profile(text("profiles/west_midlands.toml"), "west_midlands"),
        languages=languages or text("words/languages.yaml"),
        translated={code: lambda code=code: filled(code, keep) for code in codes},  # type: ignore[misc]  # bound early
    )


@cache
def closed() -> Library:
    """Every language filled, none reviewed: all are closed."""
    return library()


def opened(code: str, where: Library, groups: tuple[str, ...] = VITAL) -> str:
    """Give ``languages.yaml`` with one reviewed change: this language is open, these groups are reviewed."""
    lines = text("words/languages.yaml").split("\n")
    start = lines.index(f"  {code}:")
    pairs = where.wording.pairs(code)
    for number in range(start, len(lines)):
        name = lines[number].strip().partition(":")[0]
        if lines[number].strip() == "open: false":
            lines[number] = "    open: true"
        if lines[number].startswith("      ") and name in groups:
            of = where.wording.languages.digest(name, pairs)
            lines[number] = f'      {name}: {{by: "Mair Example", on: 2026-11-22, of: "{of}"}}'
        if number > start and lines[number].startswith("  ") and not lines[number].startswith("   "):
            break
    return "\n".join(lines)
