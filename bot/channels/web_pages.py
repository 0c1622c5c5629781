"""Keys to pages: the chat's few templates, filled with wording. No sentence stands in a template or here;
every value is escaped, and a missing one is an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels import Reply
from bot.channels.web_cookie import fresh_nonce
from bot.channels.web_form import Form
from bot.hints import accepted
from dialogs.asked import everything
from dialogs.languages import SOURCE
from dialogs.library import Library
from dialogs.screen import Line, Screen
from dialogs.wording import Card

ELSEWHERE = "https://www.bbc.co.uk/weather"
CALLS = ("emergency", "act_early_line")
_HERE = Path(__file__).resolve().parents[1]
_STATIC = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What one form of the conversation carries: whose it is, which card it answers, and words given back to
    the box.
    """

    proof: str = field(repr=False)
    tag: str
    nonce: str = field(default_factory=fresh_nonce)
    given_back: str = field(default="", repr=False)
    stale: bool = False


class Pages:
    """Renders every page of the chat."""

    def __init__(self, library: Library) -> None:
        """Compile the templates once."""
        self._library = library
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def chat(self, card: Card, shown: Shown, replies: Sequence[Reply] = ()) -> str:
        """Show the conversation as it stands, with the answers that wait above it."""
        return self._render(
            "chat.html", language=card.language, proof=shown.proof, card=card, shown=shown, replies=replies
        )

    def spoken(self, request: web.BaseRequest, card: Card | None = None) -> str:
        """Say in which language to speak outside the conversation: that of the card, or else what the browser
        hints at; English where that is not open.
        """
        return self._library.wording.nearest(card.language if card else hint(request))

    def before(self, proof: str, *, first: bool, language: str = SOURCE) -> str:
        """Show how to leave quickly: before first use with the way in, later with the way back."""
        card = self._calls("before", language)
        return self._render("before.html", language=language, proof=proof, card=card, first=first)

    def paper(self, name: str, proof: str, language: str = SOURCE) -> str:
        """Show one of the standing pages: privacy, accessibility."""
        card = self._calls(name, language, calls=())
        return self._render("paper.html", language=language, proof=proof, card=card)

    def never(self, proof: str, language: str = SOURCE) -> str:
        """Show what is never asked and never done, and each question of each flow, as the flows have it."""
        wording = self._library.wording
        screen = Screen("privacy", "never", 0, Line("web.never.heading"), (Line("privacy.never.say"),))
        asked = [
            (
                self.text(f"never.{name}", language),
                dict.fromkeys(wording.text(question, language) for question in questions),
            )
            for name, questions in everything(self._library)
        ]
        card = wording.card(screen, language)
        return self._render("never.html", language=language, proof=proof, card=card, asked=asked)

    def problem(
        self,
        name: str,
        proof: str = "",
        *,
        words: str = "",
        again: Form | None = None,
        say: str = "",
        blanks: Mapping[str, str] | None = None,
        language: str = SOURCE,
    ) -> str:
        """Show what happened and whom to call; ``words`` stay in a box, ``again`` lets them be sent again."""
        card = self._calls(name, language, blanks=blanks)
        shown = Shown(again.proof, again.tag, again.nonce) if again else None
        said = {"words": words, "again": again, "shown": shown, "say": say}
        return self._render("problem.html", language=language, proof=proof, card=card, **said)

    def waiting(self, proof: str, language: str = SOURCE) -> str:
        """Show that what was sent is safe, while the rest takes longer than usual."""
        card = self._calls("safe", language, calls=())
        return self._render("waiting.html", language=language, proof=proof, card=card)

    def text(self, key: str, language: str = SOURCE, **blanks: str) -> str:
        """Put one of the chat's own keys into words."""
        return self._library.wording.text(Line(f"web.{key}", blanks), language)

    def _calls(
        self,
        name: str,
        language: str,
        *,
        calls: tuple[str, ...] = CALLS,
        blanks: Mapping[str, str] | None = None,
    ) -> Card:
        heading, say = Line(f"web.{name}.heading"), Line(f"web.{name}.say", blanks or {})
        screen = Screen(flow="web", state=name, step=0, heading=heading, body=(say,), signposts=calls)
        return self._library.wording.card(screen, language)

    def _render(self, template: str, *, language: str = SOURCE, **context: object) -> str:
        def t(key: str, **blanks: str) -> str:
            return self.text(key, language, **blanks)

        def forms(key: str) -> Mapping[str, str]:
            return self._library.wording.forms(f"web.{key}", language)

        direction = self._library.wording.languages[language].direction
        return self._templates.get_template(template).render(
            t=t, forms=forms, language=language, direction=direction, elsewhere=ELSEWHERE, **context
        )


def hint(request: web.BaseRequest) -> str:
    """Name the languages that a browser asks for."""
    return accepted(request.headers.get("Accept-Language", ""))


def static_files() -> dict[str, tuple[bytes, str]]:
    """Read the style sheet, the script and the icon once: name to bytes and type."""
    return {name: ((_HERE / "static" / name).read_bytes(), kind) for name, kind in _STATIC.items()}
