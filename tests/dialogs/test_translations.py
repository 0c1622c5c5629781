"""Bilingual files: what they give, how they follow the English, what is counted, what is wrong in them."""

from __future__ import annotations

import gettext

import polib
import pytest

from dialogs.errors import FlowError
from dialogs.languages import GROUPS, VITAL, Language, Languages, read_languages
from dialogs.pseudo import CLOSE, LONGER, OPEN, PSEUDO, accented, pseudo_library
from dialogs.signposts import read_signposts
from dialogs.translations import Spoken, parse, read_words, sources, standing, translatable, update
from tests.dialogs.small import SIGNPOSTS
from tests.dialogs.small import library as small_library
from tests.dialogs.tongues import CODES, filled, known, shipped_languages, text

POLISH = shipped_languages()["pl"]
WELSH = shipped_languages()["cy"]
ENGLISH = {
    "a": ("One",),
    "b.choices.c": ("Two {x}",),
    "left": ("{count} one", "{count} many"),
    "commands.d": ("go",),
}


def made(**said: str) -> str:
    """Make a Polish file with these translations."""
    entries = polib.pofile(update("", "words/pl.po", POLISH, ENGLISH), wrapwidth=0)
    for entry in entries:
        if entry.msgctxt in said and not entry.msgid_plural:
            entry.msgstr = said[entry.msgctxt]
    return str(entries)


def test_everything_with_a_letter_is_to_be_translated() -> None:
    """Two plural forms are one entry; blanks and numbers alone are none; the catalogue's names are there."""
    words = {"a": "A", "n": "999", "b": "{name}", "l.one": "1", "l.other": "{n} many", "s.one": "One star"}
    found = sources(words, read_signposts(SIGNPOSTS, "s.yaml"))
    assert found["a"] == ("A",)
    assert found["l"] == ("1", "{n} many")
    assert found["s.one"] == ("One star",)
    assert found["signposts.emergency.hours"] == ("always",)
    assert found["signposts.act.name"] == ("ACT",)
    assert "n" not in found
    assert "b" not in found
    assert "signposts.act.hours" not in found
    assert "signposts.doubtful.name" not in found
    assert not translatable("{name}: 9")


def test_an_update_keeps_what_was_translated() -> None:
    """The same English twice is the same file; the entry says its key, the English and what a translator must
    know.
    """
    text_now = made(a="Jeden")
    assert update(text_now, "words/pl.po", POLISH, ENGLISH) == text_now
    assert 'msgctxt "a"\nmsgid "One"\nmsgstr "Jeden"' in text_now
    assert "at most 60 characters" in text_now
    assert "nplurals=3; plural=(n==1 ? 0" in text_now
    assert read_words(text_now, "words/pl.po", POLISH, ENGLISH) == {"a": "Jeden"}


def test_a_changed_sentence_is_fuzzy_until_it_is_looked_at() -> None:
    """It keeps its translation for the translator, says what it was made for, and is shown to nobody."""
    changed = ENGLISH | {"a": ("Quite one",)}
    now = update(made(a="Jeden"), "words/pl.po", POLISH, changed)
    entry = next(entry for entry in parse(now, "words/pl.po") if entry.msgctxt == "a")
    assert (entry.msgstr, entry.flags, entry.previous_msgid) == ("Jeden", ["fuzzy"], "One")
    assert read_words(now, "words/pl.po", POLISH, changed) == {}
    assert standing(now, "words/pl.po", changed).fuzzy == 1
    again = update(now, "words/pl.po", POLISH, changed)
    assert again == now


def test_a_key_that_is_gone_is_kept_aside() -> None:
    """Its translation is obsolete, comes back as fuzzy with its key, and an empty one is dropped."""
    fewer = {key: value for key, value in ENGLISH.items() if key not in ("a", "commands.d")}
    gone = update(made(a="Jeden"), "words/pl.po", POLISH, fewer)
    assert '#~ msgctxt "a"' in gone
    assert "commands.d" not in gone
    assert standing(gone, "words/pl.po", fewer).total == 2
    back = update(gone, "words/pl.po", POLISH, ENGLISH)
    assert next(e for e in parse(back, "words/pl.po") if e.msgctxt == "a").flags == ["fuzzy"]


def test_plurals_are_given_by_the_names_of_their_forms() -> None:
    """Each form under its name; with one of them missing the whole entry is none."""
    entries = polib.pofile(update("", "words/pl.po", POLISH, ENGLISH), wrapwidth=0)
    plural = next(entry for entry in entries if entry.msgid_plural)
    plural.msgstr_plural = {0: "jeden", 1: "kilka", 2: "wiele"}
    read = read_words(str(entries), "words/pl.po", POLISH, ENGLISH)
    assert read == {"left.one": "jeden", "left.few": "kilka", "left.many": "wiele"}
    assert update(str(entries), "words/pl.po", POLISH, ENGLISH) == update(
        update(str(entries), "words/pl.po", POLISH, ENGLISH), "words/pl.po", POLISH, ENGLISH
    )
    two = Language("xx", "X", "X")
    assert set(read_words(str(entries), "words/xx.po", two, ENGLISH)) == {"left.one", "left.other"}
    plural.msgstr_plural = {0: "jeden", 1: "", 2: "wiele"}
    assert read_words(str(entries), "words/pl.po", POLISH, ENGLISH) == {}


def test_what_is_counted_is_what_stands() -> None:
    """Translated, changed and missing make up the whole."""
    entries = polib.pofile(made(a="Jeden", **{"commands.d": "idź"}), wrapwidth=0)
    next(entry for entry in entries if entry.msgctxt == "commands.d").flags = ["fuzzy"]
    stand = standing(str(entries), "words/pl.po", ENGLISH)
    assert (stand.total, stand.translated, stand.fuzzy, stand.missing) == (4, 1, 1, 2)


def test_a_file_that_is_none_is_a_fault() -> None:
    """It is named, with what is wrong."""
    with pytest.raises(FlowError, match=r"words/pl\.po:1:1: this is not a PO file"):
        parse("nonsense", "words/pl.po")


@pytest.mark.parametrize("code", CODES)
def test_the_shipped_files_are_today_s(code: str) -> None:
    """Every file can be read and follows today's English; none says anything for a key that is gone."""
    shipped = text(f"words/{code}.po")
    assert update(shipped, f"words/{code}.po", shipped_languages()[code], known()) == shipped, (
        "run: python -m bot words extract"
    )


@pytest.mark.parametrize(
    ("number", "form"),
    [
        (0, "zero"),
        (1, "one"),
        (2, "two"),
        (3, "few"),
        (4, "other"),
        (5, "other"),
        (6, "many"),
        (7, "other"),
        (106, "other"),
    ],
)
def test_welsh_has_six_forms(number: int, form: str) -> None:
    """Nought, one, two, three, six and all others."""
    assert WELSH.form(number) == form


@pytest.mark.parametrize(
    ("code", "numbers"),
    [
        ("pl", {"one": (1,), "few": (2, 4, 22, 104), "many": (0, 5, 12, 21, 112)}),
        (
            "ar",
            {
                "zero": (0,),
                "one": (1,),
                "two": (2,),
                "few": (3, 10, 103),
                "many": (11, 99),
                "other": (100, 102),
            },
        ),
        ("ur", {"one": (1,), "other": (0, 2, 11)}),
        ("pa", {"one": (0, 1), "other": (2, 21)}),
    ],
)
def test_each_language_has_the_forms_it_has(code: str, numbers: dict[str, tuple[int, ...]]) -> None:
    """As gettext reckons, with the usual names."""
    language = shipped_languages()[code]
    assert {form: tuple(n for n in of if language.form(n) == form) for form, of in numbers.items()} == numbers
    assert gettext.c2py(language.plural)(7) == language.forms.index(language.form(7))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("direction: rtl", "direction: up"), "is 'ltr' or 'rtl'"),
        (("open: false", "open: perhaps"), "is open: 'true' or 'false'"),
        (('plural: "n!=1"', 'plural: "n>>"'), "does not give the 2 forms"),
        (("forms: [one, other]", "forms: [one, lots]"), "unknown plural form 'lots'"),
        (("forms: [one, other]", "forms: one"), "this is a list"),
        (("own: Polski", "owner: Polski"), "has no 'own'"),
        (("consent: none", "consent: {by: Ann}"), "by whom, on which day"),
        (("consent: none", "consent: ann"), "is a mapping"),
        (("consent: none", "consents: none"), "did you mean 'consent'?"),
        (("  telegram: [", "  telegrams: ["), "the group 'telegram' is missing"),
        (("\nvital:", "\nvitals:"), "'vital' is missing"),
    ],
)
def test_a_wrong_language_is_a_fault(change: tuple[str, str], fault: str) -> None:
    """What every language must say, and what none may."""
    wrong = text("words/languages.yaml").replace(*change)
    with pytest.raises(FlowError, match=r"words/languages\.yaml:\d+:") as caught:
        read_languages(wrong, "words/languages.yaml")
    assert any(fault in line for line in caught.value.faults), caught.value.faults


def test_every_key_is_of_a_group() -> None:
    """What is vital is in one of the four groups or more, the rest is the rest; each group of the file holds
    words.
    """
    languages = shipped_languages()
    groups = {key: languages.groups(key) for key in known()}
    assert groups["family.consent.say"] == ("consent",)
    assert groups["privacy.traces.also.telegram"] == ("confidence", "telegram")
    assert groups["family.since.ask"] == ("rest",)
    empty = [
        part
        for group in VITAL
        for part in languages.vital[group]
        if not any(_in(key, part) for key in known())
    ]
    assert empty == []
    assert {group for found in groups.values() for group in found} == set(GROUPS)


def _in(key: str, part: str) -> bool:
    return key == part or key.startswith(f"{part}.")


def test_the_shipped_languages_are_closed() -> None:
    """Nobody has reviewed any of them."""
    assert [code for code, one in shipped_languages().known.items() if one.open or one.reviews] == []


def test_an_unknown_language_is_english() -> None:
    """So nothing fails where a snapshot names one that is no more."""
    assert Languages()["xx"].english == "English"


def test_a_language_is_read_when_it_is_first_spoken() -> None:
    """Once; until then its file is not asked for."""
    asked: list[str] = []

    def polish() -> str:
        asked.append("pl")
        return made(a="Jeden")

    spoken = Spoken({"a": "One"}, ENGLISH, {"pl": POLISH}, {"pl": polish})
    assert (len(spoken), list(spoken), asked) == (2, ["en", "pl"], [])
    assert [spoken["pl"]["a"], spoken["pl"]["a"], *asked] == ["Jeden", "Jeden", "pl"]


def test_the_made_up_language_covers_every_key() -> None:
    """Accented, two fifths longer, in brackets, its blanks untouched: in every key that can be translated."""
    where = pseudo_library(small_library())
    words = where.wording
    for key, said in words.keys("en").items():
        made_up = words.keys(PSEUDO)[key]
        if not translatable(said):
            assert made_up == said
            continue
        parts = [part for part in made_up.split("\n") if part]
        assert all(part.startswith(OPEN) and part.endswith(CLOSE) for part in parts)
        assert len(made_up) >= len(said) * (1 + LONGER)
    assert accented("Call {emergency} now") == f"{OPEN}Çáll {{emergency}} ñöw~~~~~~~~{CLOSE}"
    assert words.open == {"en", PSEUDO}
    assert set(known()) == {entry.msgctxt for entry in parse(filled("cy"), "words/cy.po")}
