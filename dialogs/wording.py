"""Key, language and blanks to text: the only place where a screen becomes words. Never decides what is shown,
never raises.

How a key finds its words: its own; for ``<flow>.<state>.choices.<option>`` the shared
``common.choices.<option>``; for a question's ``short`` name the question itself; then English; then the key,
which proofreading never lets happen with what is shipped. A blank ``<name>_key`` fills ``{<name>}`` with the
words of the key that it holds. Everything else that fills a blank is shown as typed, save for control
characters, which are shown as their picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dialogs.events import COMMANDS, Command
from dialogs.screen import Button, Input, Line, Screen, Style
from dialogs.signposts import Signpost, Signposts

SOURCE = "en"
ITEM = "common.review.item"
BLANK = re.compile(r"\{([a-z_]+)\}")
PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"}


@dataclass(frozen=True, slots=True)
class CardButton:
    """A button with its words."""

    option: str
    label: str
    style: Style = "plain"
    url: str = ""


@dataclass(frozen=True, slots=True)
class CardItem:
    """One answer on the check page: its name, what was given, and the option that changes it, if any."""

    name: str
    answer: str = field(repr=False)
    change: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A screen with its words, ready for a channel to lay out. ``repr`` hides what may hold a reporter's
    words.

    ``repairs`` are those of the notices that say what did not fit. ``items`` are the answers of a check page,
    which its last paragraphs say as well, one each.
    """

    heading: str = field(repr=False)
    paragraphs: tuple[str, ...] = field(default=(), repr=False)
    notices: tuple[str, ...] = field(default=(), repr=False)
    banner: str = ""
    signposts: tuple[Signpost, ...] = ()
    buttons: tuple[CardButton, ...] = field(default=(), repr=False)
    always: tuple[CardButton, ...] = ()
    input: Input = "none"
    step: int = 0
    ended: bool = False
    repairs: tuple[str, ...] = field(default=(), repr=False)
    language: str = SOURCE
    items: tuple[CardItem, ...] = field(default=(), repr=False)

    def plain(self) -> str:
        """Lay it out as plain text: notices, paragraphs, signposts, the banner, and the question last."""
        parts = [*self.notices, *self.paragraphs]
        if self.signposts:
            parts.append("\n".join(post.plain for post in self.signposts))
        parts += [self.banner, self.heading]
        return "\n\n".join(part for part in parts if part)


class Wording:
    """The words of one deployment, in every language it has."""

    def __init__(
        self,
        words: Mapping[str, Mapping[str, str]],
        signposts: Signposts,
        blanks: Mapping[str, str] | None = None,
    ) -> None:
        self._words = words
        self._signposts = signposts
        self._blanks = {**{post.key: post.value for post in signposts.entries.values()}, **(blanks or {})}
        self._commands = {language: dict(_commands(said)) for language, said in words.items()}

    def keys(self, language: str = SOURCE) -> Mapping[str, str]:
        """Give every key with its words, blanks unfilled."""
        return self._words[language]

    def has(self, key: str) -> bool:
        """Say whether there are words for this very key or one it falls back on."""
        return any(name in self._words[SOURCE] for name in _fallbacks(key))

    def text(self, line: Line, language: str) -> str:
        """Put a line into words. An unknown key comes back as itself."""
        raw = self._raw(line.key, language)
        filled = {**self._blanks, **{name: value.translate(PICTURES) for name, value in line.blanks.items()}}
        for name, value in line.blanks.items():
            if name.endswith("_key"):
                filled[name.removesuffix("_key")] = self._raw(value, language)
        return BLANK.sub(lambda found: filled.get(found[1], found[0]), raw)

    def card(self, screen: Screen, language: str) -> Card:
        """Put a whole screen into words."""
        return Card(
            heading=self.text(screen.heading, language),
            paragraphs=tuple(part for line in screen.body for part in self._paragraphs(line, language)),
            notices=tuple(self.text(line, language) for line in screen.notices),
            banner=self.text(screen.banner, language) if screen.banner else "",
            signposts=self._signposts.shown(screen.signposts),
            buttons=tuple(self._button(button, language) for button in screen.buttons),
            always=tuple(self._button(button, language) for button in screen.always),
            input=screen.input,
            step=screen.step,
            ended=screen.ended,
            repairs=tuple(self.text(line, language) for line in screen.notices if _repairs(line)),
            language=language,
            items=tuple(self._items(screen, language)),
        )

    def command(self, text: str, language: str) -> Command | None:
        """Recognise a whole short message that is a command, in their language or in English."""
        said = plain(text)
        for name in (language, SOURCE):
            if said in self._commands.get(name, {}):
                return self._commands[name][said]
        return None

    def reviewed(self, key: str, language: str) -> bool:
        """Say whether these words are in the reviewed source language and exist in it."""
        return language == SOURCE and self.has(key)

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
                change = f"change:{name.removesuffix('.short')}"
                chosen = line.blanks.get("answer_key", "")
                given = self._raw(chosen, language) if chosen else line.blanks["answer"].translate(PICTURES)
                yield CardItem(self._raw(name, language), given, change if change in options else "")

    def _button(self, button: Button, language: str) -> CardButton:
        return CardButton(button.option, self.text(button.label, language), button.style, button.url)

    def _raw(self, key: str, language: str) -> str:
        for name in (language, SOURCE):
            words = self._words.get(name, {})
            for fallback in _fallbacks(key):
                if fallback in words:
                    return words[fallback]
        return key


def _repairs(line: Line) -> bool:
    return line.key.startswith("repair.")


def plain(text: str) -> str:
    """Lay aside case, spacing and the signs around, for telling whether two short texts say the same."""
    return " ".join(text.casefold().split()).strip(" .!?*…")


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
            yield plain(text), COMMANDS[name]
