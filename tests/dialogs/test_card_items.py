"""The answers of a check page, as a channel with pages lays them out."""

from __future__ import annotations

from dialogs.library import load_library
from dialogs.screen import Button, Line, Screen
from dialogs.wording import CardItem

NAME = "family.noticed.short"


def test_a_check_page_pairs_each_answer_with_its_change() -> None:
    """Each answer has its name, what was given, and the option that changes it where there is one."""
    wording = load_library("west_midlands").wording
    body = (
        Line("family.check_answers.say"),
        Line("common.review.item", {"question_key": NAME, "answer": "My son {x}\x00"}),
        Line("common.review.item", {"question_key": "family.safe.short", "answer_key": "common.choices.yes"}),
    )
    change = Button("change:family.noticed", Line("common.review.change", {"question_key": NAME}))
    screen = Screen("family", "check_answers", 9, Line("family.check_answers.ask"), body, buttons=(change,))
    card = wording.card(screen, "en")
    assert card.items == (
        CardItem(wording.text(Line(NAME), "en"), "My son {x}\u2400", "change:family.noticed"),
        CardItem(wording.text(Line("family.safe.short"), "en"), "Yes", ""),
    )
    assert all(
        item.answer in paragraph for item, paragraph in zip(card.items, card.paragraphs[-2:], strict=True)
    )
