"""Rehearsals from the middle, drawings, the preview: what each makes, and that it is of today."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from functools import cache
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot import drawings
from bot.workshop import preview, rehearsing
from bot.workshop.layers import arrange
from bot.workshop.picture import picture
from bot.workshop.talk import Talk
from bot.workshop.talk import place as at
from dialogs.errors import FlowError
from dialogs.library import Library, load_library
from dialogs.pseudo import PSEUDO
from tests.bot.test_commands import bot
from tests.journeys.play import ends, load, play


@cache
def shipped() -> Library:
    """Give the shipped library, once."""
    return load_library("west_midlands")


def places() -> list[str]:
    """Name every state that somebody can stand at."""
    flows = [shipped().current(name) for name in shipped().names()]
    return [f"{f.name}.{s.name}" for f in flows for s in f.states.values() if not s.end and not s.silent]


@pytest.mark.parametrize(
    "place", ["family.noticed", "help.menu", "danger.deaf", "family.closed", "under_18.age"]
)
def test_a_rehearsal_begins_anywhere(place: str) -> None:
    """The way that was found leads there."""
    begun = rehearsing.beginning(shipped(), "", place, "web", "en")
    talk = Talk(shipped(), begun)
    for step in begun["steps"]:
        talk.take(step)
    assert at(talk.snapshot) == place


def test_a_recorded_rehearsal_plays(tmp_path: Path) -> None:
    """From the middle, typed ahead and written down: the journey plays and ends as it says."""
    path = tmp_path / "rehearsed.yaml"
    said = "my son has changed\n1\n1\n/help\n"
    done = bot(
        "rehearse", "--at", "noticed", "--door", "telegram", "--record", str(path), given={}, said=said
    )
    assert done.returncode == 0, done.stderr
    journey = play(shipped(), load(path))
    assert journey.body["door"] == "telegram"
    assert journey.body["ends"]["filed"] == 1
    assert ends(journey) == journey.body["ends"]
    assert [{**step, **seen} for step, seen in zip(journey.body["steps"], journey.seen, strict=True)] == (
        journey.body["steps"]
    )


def test_a_rehearsal_speaks_any_language_that_is_known(tmp_path: Path) -> None:
    """Welsh, open for reporting or not, from the middle of a flow; nobody hears it."""
    done = bot("rehearse", "--flow", "danger", "--language", "cy", given={})
    assert done.returncode == 0, done.stderr
    assert "999" in done.stdout
    made_up = bot("rehearse", "--language", PSEUDO, given={})
    assert "⟦" in made_up.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--at", "nowhere"), "nowhere"),
        (("--flow", "missing"), "missing"),
        (("--language", "tlh"), "tlh"),
    ],
)
def test_a_place_that_is_not_there_is_one_line(arguments: tuple[str, str], told: str) -> None:
    """It is named, with exit code 2."""
    done = bot("rehearse", *arguments, given={})
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_each_picture_is_well_made_and_safe() -> None:
    """Well-formed, with a title and a description, every state in it, and nothing that runs or fetches."""
    for name in shipped().names():
        drawn = picture(shipped().current(name))
        root = ElementTree.fromstring(drawn)
        assert root.attrib["role"] == "img"
        assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]
        assert not re.search(r"<script|\bon\w+=|href|url\((?!#)|@import|<image|<foreignObject", drawn)
        titles = {(node.text or "").split("\n")[0] for node in root.iter("{http://www.w3.org/2000/svg}title")}
        assert set(shipped().current(name).states) <= titles
        assert drawn == picture(shipped().current(name))


def test_no_two_boxes_lie_on_each_other() -> None:
    """In each picture, every box has its own place within the frame."""
    for name in shipped().names():
        root = ElementTree.fromstring(picture(shipped().current(name)))
        wide, high = float(root.attrib["width"]), float(root.attrib["height"])
        boxes = [
            tuple(float(node.attrib[key]) for key in ("x", "y", "width", "height"))
            for node in root.iter("{http://www.w3.org/2000/svg}rect")
            if "x" in node.attrib
        ]
        for number, (x, y, w, h) in enumerate(boxes):
            assert x >= -40
            assert x + w <= wide
            assert y + h <= high
            for other_x, other_y, other_w, other_h in boxes[number + 1 :]:
                apart = (
                    x + w <= other_x or other_x + other_w <= x or y + h <= other_y or other_y + other_h <= y
                )
                assert apart, name


def test_rows_follow_the_moves() -> None:
    """What is led to stands below, what leads back has no line, and what nothing leads to stands next."""
    layers = arrange(
        "a", ["a", "b", "c", "d", "e"], [("a", "b"), ("b", "c"), ("a", "d"), ("d", "c"), ("c", "a")]
    )
    assert layers.rows[0] == ("a",)
    assert sorted(layers.rows[1]) == ["b", "d", "e"]
    assert layers.rows[2] == ("c",)
    assert ("c", "a") not in layers.ways
    long = arrange("a", ["a", "b", "c", "x"], [("a", "b"), ("b", "c"), ("x", "c"), ("a", "x"), ("x", "b")])
    assert long.ways[("b", "c")] == ()


def test_the_drawings_beside_the_flows_are_of_today(tmp_path: Path) -> None:
    """Those kept are; one that was changed, one that is missing and one of no flow are each named."""
    assert drawings.not_of_today(shipped()) == [], "python -m bot draw --write"
    drawings.write(shipped(), tmp_path)
    assert drawings.not_of_today(shipped(), tmp_path) == []
    (tmp_path / "danger.svg").write_text("<svg/>")
    (tmp_path / "help.mmd").unlink()
    (tmp_path / "gone.svg").write_text("<svg/>")
    wrong = drawings.not_of_today(shipped(), tmp_path)
    assert len(wrong) == 3
    assert [name for name in ("danger.svg", "help.mmd", "gone.svg") if any(name in line for line in wrong)]
    drawings.write(shipped(), tmp_path)
    assert not (tmp_path / "gone.svg").exists()
    assert drawings.not_of_today(shipped(), tmp_path) == []


def test_the_preview_has_every_screen_in_every_language() -> None:
    """A card for each screen and language, right to left where due, with no script, and whole in itself."""
    page = preview.page(shipped())
    for place in places():
        assert f'id="{place}"' in page
    languages = 1 + len(shipped().wording.languages.known)
    assert page.count('<p class="tongue"') == languages * len(places())
    assert 'lang="ur" dir="rtl"' in page
    assert not re.search(r"<script|\bon\w+=|<link|<img|src=|@import|url\(", page)
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links <= set(re.findall(r'id="([^"]+)"', page))


def test_the_preview_speaks_the_made_up_language_and_refuses_one_nobody_knows(tmp_path: Path) -> None:
    """Only the languages that were asked for are on the page."""
    page = preview.page(shipped(), [PSEUDO])
    assert page.count('<p class="tongue"') == len(places())
    assert "⟦" in page
    with pytest.raises(FlowError, match="tlh"):
        preview.write(shipped(), ["tlh"], tmp_path)
    done = bot("preview", "--language", "en", "--to", str(tmp_path / "page"), given={})
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "page" / "preview.html").exists()


@pytest.mark.browser
async def test_the_preview_fits_a_phone_and_a_desk(tmp_path: Path, browser: Browser) -> None:
    """At 375 and 1280 pixels nothing is wider than the window; a language can be hidden without a script."""
    path = preview.write(shipped(), [], tmp_path)
    for width in (375, 1280):
        page = await browser.new_page(viewport={"width": width, "height": 900})
        await page.goto(path.as_uri())
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await page.locator('.card[lang="ur"]').first.is_visible()
        await page.locator("#show-ur").uncheck()
        assert not await page.locator('.card[lang="ur"]').first.is_visible()
        await page.close()
