"""Key, language and blanks to text: the only place where a screen becomes words. Never decides what is shown,
never raises.

How a key finds its words: its own; for ``<flow>.<state>.choices.<option>`` the shared
``common.choices.<option>``; for a question's ``short`` name the question itself; then English; then the key,
which proofreading never lets happen with what is shipped. With a blank ``count``, the words are those of the
plural form that this number takes. A blank ``<name>_key`` fills ``{<name>}`` with the words of the key that
it holds. Everything else that fills a blank is shown as typed, save for control characters, which are shown
as their picture; where it may run in another direction than the sentence, it is isolated from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from dialogs.card import Card, CardButton, CardItem, isolated
from dialogs.events import COMMANDS, Command
from dialogs.languages import ENGLISH, FORMS, PAGE, SOURCE, VITAL, Direction, Languages
from dialogs.screen import Button, Line, Screen
from dialogs.signposts import Signpost, Signposts
from dialogs.translations import BLANK, Spoken, sources

__all__ = ("BLANK", "SOURCE", "Card", "CardButton", "CardItem", "Wording", "isolated", "plain")

ITEM = "common.review.item"
UNSEEN = dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069"))
"""Marks of direction, which nobody types."""
PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"}


class Wording:
    """The words of one deployment, in every language it has."""

    def __init__(
        self,
        words: Mapping[str, Mapping[str, str]],
        signposts: Signposts,
        blanks: Mapping[str, str] | None = None,
        languages: Languages | None = None,
    ) -> None:
        self._words = words
        self._signposts = signposts
        self._blanks = {**{post.key: post.value for post in signposts.entries.values()}, **(blanks or {})}
        self._commands: dict[str, Mapping[str, Command]] = {}
        self.languages = languages or Languages()
        self.open = frozenset(code for code in words if self._may_report(code))

    @cached_property
    def offered(self) -> Mapping[str, str]:
        """Name, each in itself, the languages that may be chosen: those open for reporting, and those whose
        one page is whole. Reads them all, once.
        """
        page = [key for key in self._words[SOURCE] if key.startswith(f"{PAGE}.")]
        known = self.languages.known.values()
        whole = [one for one in known if one.code in self.open or self._words[one.code].keys() >= set(page)]
        return {one.code: one.own for one in (ENGLISH, *whole)} if whole else {}

    def keys(self, language: str = SOURCE) -> Mapping[str, str]:
        """Give every key with its words, blanks unfilled."""
        return self._words[language]

    def has(self, key: str) -> bool:
        """Say whether there are words for this very key or one it falls back on."""
        return any(name in self._words[SOURCE] for name in _fallbacks(key))

    def text(self, line: Line, language: str) -> str:
        """Put a line into words. An unknown key comes back as itself."""
        raw = self._raw(line.key, language, line.blanks.get("count", ""))
        if "{" not in raw:
            return raw
        spoken = self.languages[language]
        filled = {**self._blanks, "language": spoken.english, "own": spoken.own}
        filled |= {name: value.translate(PICTURES) for name, value in line.blanks.items()}
        if "{languages}" in raw:
            filled["languages"] = " · ".join(isolated(own, "ltr") for own in self.offered.values())
        for name, value in line.blanks.items():
            if name.endswith("_key"):
                filled[name.removesuffix("_key")] = self._raw(value, language)
        return BLANK.sub(lambda found: self._filling(filled, found[1], spoken.direction), raw)

    def forms(self, key: str, language: str) -> Mapping[str, str]:
        """Give every plural form of a key by its name, with the blank ``{count}`` left to whoever knows the
        number.
        """
        return self._forms(key, language) or self._forms(key, SOURCE)

    def _forms(self, key: str, language: str) -> Mapping[str, str]:
        words = self._words.get(language, {})
        return {form: words[f"{key}.{form}"] for form in FORMS if f"{key}.{form}" in words}

    def card(self, screen: Screen, language: str) -> Card:
        """Put a whole screen into words: in the language that the screen says, or else in this one."""
        language = screen.language or language
        return Card(
            heading=self.text(screen.heading, language),
            paragraphs=tuple(part for line in screen.body for part in self._paragraphs(line, language)),
            notices=tuple(self.text(line, language) for line in screen.notices),
            banner=self.text(screen.banner, language) if screen.banner else "",
            signposts=tuple(
                self._signpost(post, language) for post in self._signposts.shown(screen.signposts)
            ),
            buttons=tuple(self._button(button, language) for button in screen.buttons),
            always=tuple(self._button(button, language) for button in screen.always),
            input=screen.input,
            step=screen.step,
            ended=screen.ended,
            repairs=tuple(self.text(line, language) for line in screen.notices if _repairs(line)),
            language=language,
            direction=self.languages[language].direction,
            items=tuple(self._items(screen, language)),
        )

    def command(self, text: str, language: str) -> Command | None:
        """Recognise a whole short message that is a command, in their language or in English."""
        said = plain(text)
        for name in (language, SOURCE):
            if name in self._words and name not in self._commands:
                self._commands[name] = dict(_commands(self._words[name]))
            if said in self._commands.get(name, {}):
                return self._commands[name][said]
        return None

    def reviewed(self, key: str, language: str) -> bool:
        """Say whether these very words were read by a named person: all of English, the source, and of any
        other language the groups that were reviewed, as they stand today.
        """
        if language == SOURCE or language not in self._words:
            return language == SOURCE and self.has(key)
        found, pairs = self._own(key), self.pairs(language)
        groups = self.languages.groups(found)
        return found in pairs and all(self.languages.reviewed(language, group, pairs) for group in groups)

    def said_in(self, key: str, language: str) -> str:
        """Say in which language a key is really said: in English where this language has no words for it."""
        return language if self._own(key) in self._words.get(language, {}) else SOURCE

    def unreadable(self, language: str) -> tuple[str, ...]:
        """List what is wrong with the file of a language, of which nothing is then shown."""
        words = self._words
        return words.faults(language) if isinstance(words, Spoken) else ()

    def pairs(self, language: str) -> Mapping[str, tuple[str, str]]:
        """Give what there is of a language, by key: the English and the translation."""
        english = self._words[SOURCE]
        return {key: (english.get(key, ""), text) for key, text in self._words[language].items()}

    def nearest(self, hint: str) -> str:
        """Find the first language of a hint, such as ``pa-IN,en``, that is open for reporting; English where
        there is none.
        """
        codes = (part.strip().replace("_", "-").partition("-")[0].lower() for part in hint.split(","))
        return next((code for code in codes if code in self.open), SOURCE)

    def lacking(self, language: str, group: str) -> tuple[str, ...]:
        """List the keys of a group that have no words in this language."""
        there = {key.removesuffix(f".{form}") for key in self._words[language] for form in ("", *FORMS)}
        known = sources(self._words[SOURCE], self._signposts)
        return tuple(key for key in known if key not in there and group in self.languages.groups(key))

    def _may_report(self, code: str) -> bool:
        """English may; another language only when it was opened and everything vital was reviewed as it
        stands.
        """
        if code == SOURCE or not self.languages[code].open:
            return code == SOURCE
        pairs = self.pairs(code)
        return all(
            self.languages.reviewed(code, group, pairs) and not self.lacking(code, group) for group in VITAL
        )

    def _filling(self, filled: Mapping[str, str], name: str, direction: Direction) -> str:
        return isolated(filled[name], direction) if name in filled else f"{{{name}}}"

    def _signpost(self, post: Signpost, language: str) -> Signpost:
        if language == SOURCE:
            return post
        words, key = self._words.get(language, {}), f"signposts.{post.key}"
        name, value = words.get(f"{key}.name", post.name), words.get(f"{key}.value", post.value)
        return replace(post, name=name, value=value, hours=words.get(f"{key}.hours", post.hours))

    def _paragraphs(self, line: Line, language: str) -> list[str]:
        """Cut the words at blank lines, before the blanks are filled: a person's own words stay whole."""
        if line.blanks.keys() & {"answer", "answer_key"}:
            return [self.text(line, language)]
        return [part.strip() for part in re.split(r"\n\s*\n", self.text(line, language)) if part.strip()]

    def _items(self, screen: Screen, language: str) -> Iterator[CardItem]:
        options = {button.option for button in screen.buttons}
        for line in screen.body:
            if line.key == ITEM:
                name = line.blanks["question_key"]
                ways = (f"{does}:{name.removesuffix('.short')}" for does in ("change", "leave"))
                change = next((way for way in ways if way in options), "")
                chosen = line.blanks.get("answer_key", "")
                given = self._raw(chosen, language) if chosen else line.blanks["answer"].translate(PICTURES)
                yield CardItem(self._raw(name, language), given, change)

    def _button(self, button: Button, language: str) -> CardButton:
        label = self.text(button.label, language)
        return CardButton(button.option, label, button.style, button.url, button.language)

    def _raw(self, key: str, language: str, count: str = "") -> str:
        if count.isdecimal():
            for name in (language, SOURCE):
                form = f"{key}.{self.languages[name].form(int(count))}"
                if form in self._words.get(name, {}):
                    return self._words[name][form]
        found = self._own(key)
        return self._words.get(language, {}).get(found) or self._words[SOURCE].get(found, found)

    def _own(self, key: str) -> str:
        """Name the key whose words these are in English: its own, or the one it falls back on."""
        return next((name for name in _fallbacks(key) if name in self._words[SOURCE]), key)


def _repairs(line: Line) -> bool:
    return line.key.startswith("repair.")


def plain(text: str) -> str:
    """Lay aside case, spacing and the signs around, for telling whether two short texts say the same."""
    return " ".join(text.translate(UNSEEN).casefold().split()).strip(" .!?*…؟۔।،")


def _fallbacks(key: str) -> Iterator[str]:
    yield key
    _, choices, option = key.rpartition(".choices.")
    if choices:
        yield f"common.choices.{option}"
    if key.endswith(".short"):
        yield f"{key.removesuffix('short')}ask"


def _commands(words: Mapping[str, str]) -> Iterator[tuple[str, Command]]:
    for key, text in words.items():
        room, _, rest = key.partition(".")
        name = rest.partition(".")[0]
        if room == "commands" and name in COMMANDS:
            for said in text.split("|"):
                yield plain(said), COMMANDS[name]
