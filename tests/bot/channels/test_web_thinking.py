"""Thinking it through on the website, over real HTTP."""

from __future__ import annotations

from pathlib import Path

from bot.memory import Memory
from tests.bot.channels.web_house import a_web_house

SAID = "Nothing has been sent, and nothing is kept."


async def test_somebody_thinks_leaves_one_answer_out_and_brings_the_rest(tmp_path: Path) -> None:
    """Each page says that nothing is sent or kept; the list has a button beside each answer."""
    async with a_web_house(tmp_path) as house, house.visitor() as visitor:
        await visitor.get()
        for label in ("Go on", "I am not sure yet", "Think it through", "They have changed"):
            page = await visitor.press(label)
        assert SAID in page.text
        page = await visitor.press("Done", "He <laughs> at it")
        assert page.heading == "What would help you now?"
        assert "laughs" not in page.html
        for label in ("Who could help me?", "A friend", "Think about something else"):
            page = await visitor.press(label)
            assert SAID in page.text
        for label in ("I'm ready", "I'm ready", "I understand, go on"):
            page = await visitor.press(label)
        assert page.heading == "What would you like to bring?"
        assert page.html.count(">Leave out</button>") == 3
        assert "He &lt;laughs&gt; at it" in page.html
        assert SAID in page.text
        page = await visitor.press("Leave out")
        assert "A friend" not in page.text
        page = await visitor.press("Put these in")
        assert page.heading == "Is it safe for you to type now?"
        assert SAID not in page.text
        page = await visitor.press("Yes, it is safe")
        assert "What you brought with you is here already." in page.text


async def test_words_typed_before_a_restart_are_given_back_in_the_box(tmp_path: Path) -> None:
    """What the page still held is not lost with the process: it comes back, and nothing of it is kept."""
    async with a_web_house(tmp_path) as house, house.visitor() as visitor:
        await visitor.get()
        for label in ("Go on", "I am not sure yet", "Think it through", "They have changed"):
            await visitor.press(label)
        house.house.parts.turns._memory = house.house.parts.intake._memory = Memory()
        page = await visitor.press("Done", "He laughs at it")
        assert page.status == 409
        assert "He laughs at it" in page.text
        assert "We had to start again, and what you said here is gone." in page.text
        assert SAID in page.text
