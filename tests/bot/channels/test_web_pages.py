"""The templates, the style and the words of the web chat, held together."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest

from bot.channels import web_repeats
from bot.channels.web_form import Form
from bot.channels.web_pages import Pages, Shown, static_files
from dialogs.library import load_library
from dialogs.screen import Line, Screen

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "bot" / "templates").glob("*.html"))
LIBRARY = load_library("west_midlands")
PROBLEMS = (
    "cookies",
    "lost",
    "unavailable",
    *(f"error.{n}" for n in (400, 403, 404, 405, 408, 413, 421, 429, 500, 503)),
)


class Sentences(HTMLParser):
    """Gathers the text that stands in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if re.search(r"[A-Za-z]", data):
            self.found.append(data.strip())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_a_sentence(path: Path) -> None:
    """Every word a person reads comes from the wording; a template holds marks and keys."""
    reader = Sentences()
    reader.feed(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(), flags=re.S))
    assert not reader.found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_key_of_a_template_has_words(path: Path) -> None:
    """A template asks for no key that the wording does not have."""
    keys = re.findall(r"\bt\(\"([a-z_.0-9]+)\"", path.read_text())
    assert not [key for key in keys if not LIBRARY.wording.has(f"web.{key}")]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_carries_a_script_or_a_style(path: Path) -> None:
    """The policy allows files of ours only: nothing inline, and nothing unescaped."""
    text = path.read_text()
    assert not re.search(
        r"<style|\sstyle=|\son[a-z]+=|\|\s*safe|<script(?! src=\"/static/)|autoescape false", text
    )


@pytest.mark.parametrize("name", ["before", "safe", "privacy", "accessibility", *PROBLEMS])
def test_every_page_of_our_own_has_a_heading_and_words(name: str) -> None:
    """Each page beside the conversation has its heading and what it says."""
    for part in ("heading", "say"):
        key = f"web.{name}.{part}"
        assert LIBRARY.wording.text(Line(key), "en") != key


def test_words_stand_in_a_page_as_text() -> None:
    """Whatever a person or an officer wrote is text on the page, to the letter, a leading line end too."""
    words = "\n</textarea><script>alert(1)</script>&amp; {{ 7 * 7 }}"
    screen = Screen("family", "noticed", 3, Line("family.noticed.ask"), input="words")
    card = LIBRARY.wording.card(screen, "en")
    html = Pages(LIBRARY).chat(card, Shown("p", "t", given_back=words))
    assert "<script>alert" not in html
    assert "{{ 7 * 7 }}" in html
    box = html.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    assert box.startswith("\n\n&lt;/textarea&gt;")


def test_a_page_from_right_to_left_says_so() -> None:
    """The page's direction follows its language."""
    screen = Screen("family", "noticed", 3, Line("family.noticed.ask"), input="words")
    html = Pages(LIBRARY).chat(LIBRARY.wording.card(screen, "ur"), Shown("p", "t"))
    assert '<html lang="ur" dir="rtl">' in html


def test_what_is_sent_again_is_what_was_sent() -> None:
    """The page of a store that is down carries the same form: its nonce, step, button and words."""
    form = Form(proof="p", nonce="0" * 32, tag="t", step=4, words="My son", option="done")
    html = Pages(LIBRARY).problem("unavailable", "p", words=form.words, again=form)
    for name, value in (("nonce", "0" * 32), ("tag", "t"), ("step", "4"), ("choose", "done"), ("proof", "p")):
        assert f'name="{name}" value="{value}"' in html
    assert ">\nMy son</textarea>" in html


async def test_the_oldest_repeats_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was taken is remembered up to a limit; beyond it the store's own rule stands."""
    monkeypatch.setattr(web_repeats, "_MOST", 2)
    repeats = web_repeats.Repeats()
    for name in ("a", "b", "c"):
        repeats.kept(name)
    for name, first in (("a", True), ("b", False), ("c", False)):
        async with repeats.first(name) as found:
            assert found is first


def test_a_missing_value_is_a_fault() -> None:
    """A template that asks for what it was not given fails in tests instead of showing nothing."""
    with pytest.raises(jinja2.UndefinedError):
        Pages(LIBRARY)._render("chat.html")


def test_the_style_is_light() -> None:
    """Style and script together are under ten kilobytes, and load nothing from anywhere."""
    files = static_files()
    assert sum(len(body) for body, _ in files.values()) < 10_240
    for name in ("page.css", "page.js"):
        assert b"://" not in files[name][0]
        assert b"url(" not in files[name][0]
    for storing in (b"localStorage", b"sessionStorage", b"indexedDB", b"serviceWorker", b"document.cookie"):
        assert storing not in files["page.js"][0]
