"""Reads and updates translations: bilingual PO files, in which each entry says its key (``msgctxt``), the
English (``msgid``) and the translation (``msgstr``). Translates nothing, and writes no file.

Rules of this file:

1. What is fuzzy, empty, or made for another English sentence than today's is not a translation.
2. Two keys ``<key>.one`` and ``<key>.other`` are one entry with plural forms.
3. The same words in give the same text out: no date, no place in a file, one order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import polib

from dialogs.errors import FlowError
from dialogs.languages import Language
from dialogs.signposts import Signposts

BLANK = re.compile(r"\{([a-z_]+)\}")
ONE, OTHER = "one", "other"
LABEL_NOTE = "A button: at most 60 characters."
ALERT_NOTE = (
    "Seen on a locked screen: nothing in its first 60 characters names the field, the police or a report."
)
TYPED_NOTE = "What a person may type. Several with | between them."
BLANK_NOTE = "Words in { } are filled in later: keep each as it is, wherever it belongs in the sentence."

Sources = Mapping[str, tuple[str, ...]]
"""By key: the English, or its two forms (one, other)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a translation has come, in entries."""

    total: int
    translated: int
    fuzzy: int

    @property
    def missing(self) -> int:
        """Entries that nobody has translated yet."""
        return self.total - self.translated - self.fuzzy


def sources(words: Mapping[str, str], signposts: Signposts) -> Sources:
    """List everything there is to translate: the English words, and what the catalogue's entries are called.
    What is only a blank, a number or a sign is the same in every language.
    """
    found: dict[str, tuple[str, ...]] = {}
    for key, text in words.items():
        stem, _, form = key.rpartition(".")
        if form == OTHER and f"{stem}.{ONE}" in words:
            continue
        if form == ONE and f"{stem}.{OTHER}" in words:
            found[stem] = (text, words[f"{stem}.{OTHER}"])
        elif translatable(text):
            found[key] = (text,)
    for post in signposts.entries.values():
        if post.shown and not post.own:
            found[f"signposts.{post.key}.name"] = (post.name,)
            found |= {f"signposts.{post.key}.hours": (post.hours,)} if post.hours else {}
            if " " in post.value and translatable(post.value):
                found[f"signposts.{post.key}.value"] = (post.value,)
    return found


def translatable(text: str) -> bool:
    """Say whether there is a letter outside the blanks."""
    return any(character.isalpha() for character in BLANK.sub("", text))


@lru_cache(maxsize=64)
def parse(text: str, name: str) -> tuple[polib.POEntry, ...]:
    """Read one PO file. Raises ``FlowError``."""
    try:
        return tuple(polib.pofile(text or "# \n"))
    except (OSError, ValueError) as error:
        raise FlowError([f"{name}:1:1: this is not a PO file: {error}"]) from None


def read_words(text: str, name: str, language: Language, known: Sources) -> Mapping[str, str]:
    """Give the words of a language by key; a plural's by ``<key>.<form>``. Raises ``FlowError``."""
    words: dict[str, str] = {}
    for entry in parse(text, name):
        if _stands(entry, known):
            words.update(_said(entry, language))
    return words


def standing(text: str, name: str, known: Sources) -> Standing:
    """Count how far a translation has come. Raises ``FlowError``."""
    entries = [entry for entry in parse(text, name) if not entry.obsolete and entry.msgctxt in known]
    done = sum(_stands(entry, known) for entry in entries)
    begun = sum(_begun(entry) for entry in entries)
    return Standing(len(known), done, begun - done)


def update(text: str, name: str, language: Language, known: Sources) -> str:
    """Write the file anew for today's English: translations stay, those of a changed sentence become fuzzy,
    those of a key that is gone are kept as obsolete. Raises ``FlowError``.
    """
    old = {entry.msgctxt or "": entry for entry in parse(text, name)}
    fresh = polib.POFile(wrapwidth=0)
    fresh.header = f"{language.english}. Each entry says its key, the English and the translation."
    fresh.metadata = {
        "Language": language.code,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals={len(language.forms)}; plural=({language.plural});",
    }
    for key, english in known.items():
        fresh.append(_renewed(key, english, old.get(key), len(language.forms)))
    for key, entry in old.items():
        if key not in known and _begun(entry):
            gone = polib.POEntry(msgctxt=key, msgid=entry.msgid, msgstr=entry.msgstr, obsolete=True)
            fresh.append(gone)
    return str(fresh).rstrip("\n") + "\n"


def _renewed(key: str, english: tuple[str, ...], old: polib.POEntry | None, forms: int) -> polib.POEntry:
    entry = polib.POEntry(msgctxt=key, msgid=english[0], comment=_note(key, english))
    plural = len(english) > 1
    if plural:
        entry.msgid_plural = english[1]
        entry.msgstr_plural = dict.fromkeys(range(forms), "")
    if old is None or not _begun(old):
        return entry
    entry.tcomment = old.tcomment
    if plural:
        entry.msgstr_plural |= {n: text for n, text in old.msgstr_plural.items() if n < forms}
    else:
        entry.msgstr = old.msgstr
    same = (old.msgid, *filter(None, [old.msgid_plural])) == english
    if not same or old.obsolete or "fuzzy" in old.flags:
        entry.flags = ["fuzzy"]
        entry.previous_msgid = (old.previous_msgid or old.msgid) if same else old.msgid
    return entry


def _note(key: str, english: tuple[str, ...]) -> str:
    notes = []
    if ".choices." in key or key.startswith("always."):
        notes.append(LABEL_NOTE)
    if key.startswith(("notice.", "repair.", "telegram.update")):
        notes.append(ALERT_NOTE)
    if key.startswith("commands."):
        notes.append(TYPED_NOTE)
    if any("{" in text for text in english):
        notes.append(BLANK_NOTE)
    return "\n".join(notes)


def _stands(entry: polib.POEntry, known: Sources) -> bool:
    """Whether it is a whole translation of today's English."""
    english = (entry.msgid, *filter(None, [entry.msgid_plural]))
    whole = all(entry.msgstr_plural.values()) if entry.msgstr_plural else bool(entry.msgstr)
    return whole and not entry.fuzzy and not entry.obsolete and known.get(entry.msgctxt or "") == english


def _begun(entry: polib.POEntry) -> bool:
    return bool(entry.msgstr or any(entry.msgstr_plural.values()))


def _said(entry: polib.POEntry, language: Language) -> Iterator[tuple[str, str]]:
    key = entry.msgctxt or ""
    if not entry.msgstr_plural:
        yield key, entry.msgstr
    for number, text in entry.msgstr_plural.items():
        if number < len(language.forms):
            yield f"{key}.{language.forms[number]}", text


Texts = Mapping[str, Callable[[], str]]
"""By language: what gives the text of its PO file."""


class Spoken(Mapping[str, Mapping[str, str]]):
    """The words of every language. English is at hand; another language is read when it is first spoken,
    once.
    """

    def __init__(
        self, english: Mapping[str, str], known: Sources, languages: Mapping[str, Language], texts: Texts
    ) -> None:
        self._known, self._languages, self._texts = known, languages, texts
        self._read: dict[str, Mapping[str, str]] = {"en": english}
        self._faults: dict[str, tuple[str, ...]] = {}

    def __getitem__(self, code: str) -> Mapping[str, str]:
        """Give the words of a language; none where its file cannot be read, which proofreading tells."""
        if code not in self._read:
            text = self._texts[code]()
            try:
                self._read[code] = read_words(text, f"words/{code}.po", self._languages[code], self._known)
            except FlowError as error:
                self._read[code], self._faults[code] = {}, error.faults
        return self._read[code]

    def faults(self, code: str) -> tuple[str, ...]:
        """Say why the words of a language cannot be read."""
        return self._faults.get(code, ()) if code in self and self[code] is not None else ()

    def __iter__(self) -> Iterator[str]:
        return iter(("en", *self._texts))

    def __len__(self) -> int:
        return 1 + len(self._texts)
