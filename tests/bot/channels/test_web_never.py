"""The public page of what is never asked, over real HTTP."""

from __future__ import annotations

from pathlib import Path

from dialogs.asked import everything
from tests.bot.channels.web_house import a_web_house


async def test_anyone_can_read_what_is_never_asked_and_all_that_is(tmp_path: Path) -> None:
    """Without a cookie and without a trace; every question of every flow stands there as it is put."""
    async with a_web_house(tmp_path) as house, house.visitor() as visitor:
        page = await visitor.get("/what-we-never-ask")
        assert page.status == 200
        assert page.heading == "What we never ask and never do"
        assert "Set-Cookie" not in page.headers
        assert "religion" in page.text
        library = house.house.parts.library
        for name, questions in everything(library):
            assert library.wording.keys()[f"web.never.{name}"] in page.text
            for question in questions:
                assert library.wording.text(question, "en") in page.text
        assert await house.conversations() == 0


async def test_every_page_leads_there_and_back(tmp_path: Path) -> None:
    """From the chat's foot to the page; from the page to the question that is open."""
    async with a_web_house(tmp_path) as house, house.visitor() as visitor:
        page = await visitor.goes_to_the_question()
        assert "/what-we-never-ask" in page.links
        page = await visitor.get("/what-we-never-ask")
        assert "/" in page.links
        assert (await visitor.get()).heading == "What have you noticed?"
