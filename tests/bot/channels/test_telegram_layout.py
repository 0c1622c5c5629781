"""A card laid out for Telegram: pieces that fit, rows that can be read, nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_layout import LONGEST, keyboard, lay_out, one_button, split, units
from dialogs.wording import CardButton
from tests.bot.channels.telegram_hall import card


@given(st.text(max_size=20_000))
def test_a_text_is_cut_into_pieces_that_fit_and_nothing_is_lost(text: str) -> None:
    """Every piece fits, none is empty, and together they hold every visible character in order."""
    pieces = split(text)
    assert all(0 < units(piece) <= LONGEST for piece in pieces)
    whole = "".join("".join(pieces).split())
    assert whole == ("".join(text.split()) or "·")


def test_a_text_is_cut_where_it_breathes() -> None:
    """Between paragraphs first, then lines, then words, then anywhere but inside a character."""
    assert split("a" * 4000 + "\n\n" + "b\n" * 200) == ("a" * 4000, ("b\n" * 200).strip())
    assert split("a" * 4000 + "\n" + "b " * 200)[0] == "a" * 4000
    assert split("a" * 4000 + " " + "b" * 200)[0] == "a" * 4000
    assert [units(piece) for piece in split("\U0001f642" * 3000)] == [4096, 1904]
    assert units(split("a" + "\U0001f642" * 3000)[0]) == 4095


def test_short_labels_share_a_row_and_long_ones_have_their_own() -> None:
    """At most two choices stand side by side, in their order, above the always-there buttons."""
    shown = card("?", "Yes", "No", "I saw it myself, at home", "Skip", "I don't know")
    labels = [[key.label for key in row] for row in keyboard(shown, "")]
    assert labels == [
        ["Yes", "No"],
        ["I saw it myself, at home"],
        ["Skip", "I don't know"],
        ["Danger", "Close now"],
    ]


def test_always_there_buttons_wrap_when_they_are_long() -> None:
    """In a language of long words the last row becomes two."""
    always = tuple(CardButton(f"!{n}", "Hilfe und Auskunft") for n in ("help", "back", "leave"))
    assert [len(row) for row in keyboard(card("?", always=always), "")] == [2, 1]


def test_a_danger_button_looks_like_one() -> None:
    """Styles go to the network as it names them; a plain button has none."""
    rows = keyboard(card("?", "Yes"), "ab")
    assert (rows[0][0].style, rows[1][0].style) == ("", "danger")
    assert one_button("", "ab") == ()


def test_a_card_is_its_plain_text() -> None:
    """Nothing is added to a card's words, and what stands after them is the last thing read."""
    shown = card("What?", paragraphs=("First.",), notices=("Noted.",), banner="Nothing has been sent yet.")
    assert lay_out(shown, "").parts == (shown.plain(),)
    assert lay_out(shown, "", "And this.").parts[0].endswith("\n\nAnd this.")
