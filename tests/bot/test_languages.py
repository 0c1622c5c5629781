"""Languages at the reporter's door: what a network hints at, what is kept of it, and the commands of those
who translate and review.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request

from bot import app, words
from bot.channels import Incoming
from bot.channels.web_pages import Pages
from bot.hints import accepted, of_route
from dialogs.events import Chose, Commanded, Wrote
from dialogs.languages import VITAL
from dialogs.library import Library
from dialogs.pseudo import OPEN
from dialogs.screen import Line, Screen
from tests.bot.house import House, a_house
from tests.dialogs.tongues import CODES, closed, filled, known, library, opened, text


@pytest.fixture
def urdu() -> Library:
    """A library in which Urdu is open."""
    return library(opened("ur", closed()))


@pytest.fixture
async def house(tmp_path: Path, urdu: Library, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A door that speaks it."""
    monkeypatch.setattr(app, "load_library", lambda profile: urdu)
    async with a_house(tmp_path) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the words, every language filled."""
    place = tmp_path / "words"
    place.mkdir()
    for name in ("en.yaml", "languages.yaml"):
        (place / name).write_text(text(f"words/{name}"), "utf-8")
    (tmp_path / "signposts.yaml").write_text(text("signposts.yaml"), "utf-8")
    for code in CODES:
        (place / f"{code}.po").write_text(filled(code), "utf-8")
    return place


@pytest.mark.parametrize(
    ("header", "hint"),
    [
        ("ur-PK,ur;q=0.9,en;q=0.5", "ur-PK,ur,en"),
        ("en;q=0.1, cy", "cy,en"),
        ("cy;q=x, pl", "pl"),
        ("", ""),
        ("*", "*"),
        ("é", ""),
        (",".join(["en"] * 40), ",".join(["en"] * 10)),
    ],
)
def test_a_browser_says_what_it_wants(header: str, hint: str) -> None:
    """The most wanted first; what makes no sense is passed over."""
    assert accepted(header) == hint


def test_a_route_may_tell_of_a_language() -> None:
    """The web's hint, Telegram's, or none."""
    assert of_route({"language": "cy"}) == "cy"
    assert of_route({"chat": 1, "locale": "ur"}) == "ur"
    assert of_route({"chat": 1}) == ""


async def came(house: House, event: Commanded | Chose | Wrote, locale: str, number: int) -> None:
    """Let an event of somebody whose application speaks this language come in."""
    incoming = Incoming(
        "7", f"t-{number}", number, event, {"chat": "7", "locale": locale}, sent_at=house.clock()
    )
    await house.parts.intake.accept("telegram", [incoming])
    await house.works()


async def test_a_hint_begins_a_conversation_in_an_open_language(house: House) -> None:
    """The first card is in it, and the notice that stands in for a late card too; the record says in which
    language it was asked and that nobody reviewed that question.
    """
    await came(house, Commanded("start"), "ur-PK", 1)
    card = await house.card(address="7")
    assert (card.language, card.direction) == ("ur", "rtl")
    assert card.heading.startswith(OPEN)
    house.clock.passes(minutes=5)
    assert [message.text[0] for message in await house.delivers()] == [OPEN]
    await house.presses("go_on", "agree", "family", "safe", address="7")
    await house.hears(Wrote("میرا بیٹا"), address="7")
    await house.presses("done", "send", address="7")
    records = await house.answers(await house.case(address="7"))
    asked = {record.question: (record.lang, record.reviewed, record.asked[:1]) for record in records}
    assert asked["noticed"] == ("ur", False, OPEN)
    assert asked["safe"] == ("ur", True, OPEN)


async def test_a_hint_for_a_closed_language_changes_nothing(house: House) -> None:
    """English, with the way to that language's one page."""
    await came(house, Commanded("start"), "pl", 1)
    card = await house.card(address="7")
    assert card.language == "en"
    assert "language" in [button.option for button in card.buttons]
    await house.presses("language", "pl", address="7")
    assert (await house.card(address="7")).language == "pl"
    house.clock.passes(minutes=5)
    await house.hears(Wrote("halo"), address="7")
    house.clock.passes(minutes=5)
    assert not [message for message in await house.delivers() if message.text.startswith(OPEN)]


def test_pages_outside_the_conversation_speak_an_open_language_only(urdu: Library) -> None:
    """As the browser hints, or as the conversation is; never in one that nobody reviewed."""
    pages = Pages(urdu)
    asking = make_mocked_request("GET", "/", headers={"Accept-Language": "pl,ur;q=0.5"})
    assert pages.spoken(asking) == "ur"
    card = urdu.wording.card(_privacy(), "pl")
    assert pages.spoken(asking, card) == "en"
    assert 'lang="ur" dir="rtl"' in pages.before("", first=True, language="ur")
    assert 'lang="en" dir="ltr"' in pages.paper("privacy", "")
    assert 'lang="ur"' in pages.waiting("", "ur")
    assert 'lang="ur"' in pages.problem("lost", language="ur")


def _privacy() -> Screen:
    return Screen("web", "privacy", 0, Line("web.privacy.heading"))


def test_extracting_twice_changes_nothing(folder: Path) -> None:
    """Every file is told of, and a missing one is made."""
    (folder / "pl.po").unlink()
    said: list[str] = []
    words.extract(said.append, folder)
    assert len(said) == len(CODES)
    assert any(line.startswith("words/pl.po: 0 translated") for line in said)
    before = {path.name: path.read_text("utf-8") for path in folder.glob("*.po")}
    words.extract(said.append, folder)
    assert before == {path.name: path.read_text("utf-8") for path in folder.glob("*.po")}


def test_coverage_is_a_row_a_language(folder: Path) -> None:
    """Translated, changed, missing, reviewed, open or not; a language opened too soon falls short."""
    english = (folder / "en.yaml").read_text("utf-8")
    (folder / "en.yaml").write_text(
        english.replace("Nothing has been sent yet.", "Nothing is sent yet."), "utf-8"
    )
    said: list[str] = []
    assert words.coverage(said.append, folder)
    row = next(line for line in said if line.startswith("pl Polish")).split()
    assert row[2:6] == [str(len(known()) - 1), "(99%)", "1", "0"]
    assert row[-3:] == ["closed:", "one", "page"]
    assert len(said) == 1 + len(CODES)
    path = folder / "languages.yaml"
    path.write_text(path.read_text("utf-8").replace("open: false", "open: true", 1), "utf-8")
    said.clear()
    assert not words.coverage(said.append, folder)
    assert said[1].endswith("opened, not reviewed")


def test_a_review_is_noted_by_name_and_day(folder: Path) -> None:
    """With the four vital groups reviewed and one line changed the language is open; one changed word closes
    it.
    """
    said: list[str] = []
    for group in VITAL:
        words.review("cy", group, "Mair Example", "2026-11-22", said.append, folder)
    assert said[0] == "cy: consent reviewed by Mair Example on 2026-11-22"
    path = folder / "languages.yaml"
    path.write_text(path.read_text("utf-8").replace("open: false", "open: true", 1), "utf-8")
    said.clear()
    assert words.coverage(said.append, folder)
    assert "consent, danger, confidence, telegram" in said[1]
    assert said[1].endswith("open")
    changed = (folder / "cy.po").read_text("utf-8").replace("çáll", "ríñg")
    (folder / "cy.po").write_text(changed, "utf-8")
    assert not words.coverage(said.append, folder)


@pytest.mark.parametrize(
    ("code", "group", "by", "on", "why"),
    [
        ("xx", "danger", "Mair Example", "2026-11-22", "--language"),
        ("cy", "all", "Mair Example", "2026-11-22", "--group"),
        ("cy", "danger", "Mair", "2026-11-22", "--by is the name"),
        ("cy", "danger", "Mair Example", "today", "--on is the day"),
        ("cy", "danger", 'Mair "M" Example', "2026-11-22", "--by is the name"),
    ],
)
def test_a_review_needs_a_person_a_day_and_whole_words(
    folder: Path, code: str, group: str, by: str, on: str, why: str
) -> None:
    """Anything else is refused and nothing is written."""
    before = (folder / "languages.yaml").read_text("utf-8")
    with pytest.raises(words.CannotReview, match=why):
        words.review(code, group, by, on, print, folder)
    assert (folder / "languages.yaml").read_text("utf-8") == before


def test_nobody_reviews_what_is_not_there(folder: Path) -> None:
    """A group with a sentence missing cannot be reviewed."""
    (folder / "pl.po").write_text(filled("pl", lambda key: key != "danger.card.ask"), "utf-8")
    with pytest.raises(
        words.CannotReview, match=r"1 of danger have no words yet, the first is danger\.card\.ask"
    ):
        words.review("pl", "danger", "Jan Example", "2026-11-22", print, folder)
