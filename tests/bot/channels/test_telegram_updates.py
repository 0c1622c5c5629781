"""One update read at a time: what each becomes, and that nothing odd is ever more than passed over."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_updates import Unreadable, button, read
from dialogs.events import Chose, Commanded, Edited, Event, Sent, Wrote
from dialogs.flow import Flow
from tests.bot.channels.telegram_hall import library

CHAT = {"id": 7, "type": "private", "first_name": "Canary"}


def message(**parts: Any) -> dict[str, Any]:
    """A private message with these parts."""
    return {"update_id": 5, "message": {"message_id": 9, "date": 1_795_000_000, "chat": CHAT} | parts}


def events(update: object) -> list[Event]:
    """What an update becomes, whatever Telegram calls it."""
    happened = [incoming.event for incoming in read(update).incoming]
    return [replace(event, name="") if isinstance(event, Wrote) else event for event in happened]


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("/start", [Commanded("start")]),
        ("/start deep-link_1", [Commanded("start")]),
        ("/START", [Commanded("start")]),
        ("/help@line_bot", [Commanded("help")]),
        ("/emergency he has a knife\nnow", [Commanded("emergency"), Wrote("he has a knife\nnow")]),
        ("/help will they know", [Commanded("help"), Wrote("will they know")]),
        ("/stop it please", [Commanded("stop")]),
        ("/leave", [Commanded("leave")]),
        ("/back ", [Commanded("back")]),
        ("/privacy", [Commanded("privacy")]),
        ("/settings", [Sent("command")]),
        ("/settings@line_bot", [Sent("command")]),
        ("/my son has changed", [Wrote("/my son has changed")]),
        ("/", [Wrote("/")]),
        ("//", [Wrote("//")]),
        ("stop", [Wrote("stop")]),
        ("  he changed\n\nsince march  ", [Wrote("  he changed\n\nsince march  ")]),
        ("x" * 4096, [Wrote("x" * 4096)]),
        (
            "\u202eabc\u200b\x00\U0001f468\u200d\U0001f469",
            [Wrote("\u202eabc\u200b\x00\U0001f468\u200d\U0001f469")],
        ),
        ("half \ud83d", [Wrote("half \ufffd")]),
        ("\ud83d\ude42", [Wrote("\U0001f642")]),
        ("", []),
    ],
)
def test_words_stay_as_they_are_and_commands_are_told_apart(text: str, becomes: list[Event]) -> None:
    """Only a slash command is one here; the plain words that act as commands are the engine's to know."""
    assert events(message(text=text)) == becomes


@pytest.mark.parametrize(
    ("parts", "becomes"),
    [
        ({"sticker": {}}, [Sent("sticker")]),
        ({"dice": {}}, [Sent("sticker")]),
        ({"voice": {}, "caption": "listen"}, [Wrote("listen"), Sent("voice")]),
        ({"audio": {}}, [Sent("voice")]),
        ({"animation": {}, "document": {}}, [Sent("document")]),
        ({"venue": {}, "location": {}}, [Sent("location")]),
        ({"video_note": {}}, [Sent("other")]),
        ({"story": {}}, [Sent("other")]),
        ({"pinned_message": {}}, []),
        ({"message_auto_delete_timer_changed": {}}, []),
        ({"something_of_next_year": {}}, []),
        ({"text": "from a bot", "from": {"is_bot": True}}, []),
    ],
)
def test_what_is_not_words_is_named_by_its_kind(parts: dict[str, Any], becomes: list[Event]) -> None:
    """What a person sends is named; what the network itself says is silence by rule."""
    assert events(message(**parts)) == becomes


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel", "", None])
def test_only_private_chats_are_heard(kind: str | None) -> None:
    """Anything from elsewhere is named to be left, and nothing of it is read."""
    reading = read(message(text="he lives next door", chat={"id": -5, "type": kind}))
    assert (reading.incoming, reading.leave) == ((), -5)


def test_pieces_of_one_update_keep_their_order_and_their_one_mark() -> None:
    """Each piece has a name and a number of its own; the message has one mark."""
    first, second = read(message(photo=[], caption="look")).incoming
    assert (first.ext_id, second.ext_id) == ("5/0", "5/1")
    assert first.ordinal < second.ordinal < read(message(text="x") | {"update_id": 6}).incoming[0].ordinal
    assert (first.mark, second.mark) == ("9", "")
    assert first.address == "7"


def test_words_carry_the_name_that_an_edit_of_them_will_carry() -> None:
    """Words, captions, words behind a slash: each is known by its message's number, and so is its edit."""
    for text, said in (("a", "a"), ("/emergency he is", "he is"), ("/my son", "/my son")):
        assert read(message(text=text)).incoming[-1].event == Wrote(said, "9")
        (edit,) = read(edited(text=text)).incoming
        assert (edit.event, edit.ext_id, edit.mark) == (Edited(said, "9"), "5/0", "")
    assert read(message(photo=[], caption="look")).incoming[0].event == Wrote("look", "9")
    assert read(edited(photo=[], caption="Look")).incoming[0].event == Edited("Look", "9")


def test_an_edit_without_words_is_silence() -> None:
    """A command, a picture, an edit outside a private chat; one that names no message is unreadable."""
    assert read(edited(text="/leave")).incoming == read(edited(photo=[])).incoming == ()
    assert read(edited(text="a", chat={"id": -5, "type": "group"})).incoming == ()
    with pytest.raises(Unreadable):
        read(edited(text="a", message_id="x"))


def edited(**parts: Any) -> dict[str, Any]:
    """The same message, changed."""
    whole = message(**parts)
    return {"update_id": 5, "edited_message": whole["message"]}


def test_an_album_is_one_thing_and_its_captions_are_all_kept() -> None:
    """Pictures of one album share a name, so that ten of them are not ten answers that do not fit."""
    album = [
        read(message(photo=[], caption=f"c{n}", media_group_id="77") | {"update_id": n}).incoming
        for n in range(10)
    ]
    assert len({piece.ext_id for pair in album for piece in pair}) == 11
    odd = read(message(photo=[], media_group_id="x" * 500)).incoming[0].ext_id
    assert odd == "5/0"


def test_every_option_of_every_flow_fits_a_button() -> None:
    """What a button carries has at most 64 bytes, for the longest option there is."""
    flows: list[Flow] = [library().current(name) for name in library().names()]
    options = {choice.option for flow in flows for state in flow.states.values() for choice in state.choices}
    options |= {f"change:{flow.name}.{state}" for flow in flows for state in flow.states}
    for option in options:
        data = button("a" * 8, 99_999_999, option)
        assert len(data.encode()) <= 64
        assert read(pressed(data)).incoming[0].event == Chose(option, 99_999_999)


def pressed(data: object) -> dict[str, Any]:
    """A press that carries this."""
    query = {
        "id": "q1",
        "from": {"language_code": "ur"},
        "data": data,
        "message": {"message_id": 3, "chat": CHAT},
    }
    return {"update_id": 5, "callback_query": query}


def test_a_press_carries_its_step_and_its_conversation() -> None:
    """A press comes back with what its card carried, and no time, because Telegram gives it none."""
    incoming = read(pressed("1|deadbeef|12|go_on")).incoming[0]
    assert (incoming.event, incoming.tag, incoming.mark, incoming.sent_at) == (
        Chose("go_on", 12),
        "deadbeef",
        "",
        None,
    )
    assert dict(incoming.route) == {"chat": 7, "locale": "ur"}
    assert events(pressed("1||0|!show")) == [Chose("!show", 0)]
    assert events(pressed("1|deadbeef|12|!emergency")) == [Commanded("emergency")]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
SHAPED = st.fixed_dictionaries(
    {"update_id": JSON | st.integers(0, 1 << 31)},
    optional={
        kind: JSON
        | st.fixed_dictionaries(
            {},
            optional={
                name: JSON | st.just(CHAT)
                for name in (
                    "message_id",
                    "chat",
                    "from",
                    "text",
                    "caption",
                    "data",
                    "message",
                    "date",
                    "media_group_id",
                )
                + ("photo", "sticker", "new_chat_member", "id")
            },
        )
        for kind in ("message", "edited_message", "callback_query", "my_chat_member")
    },
)


@given(SHAPED | JSON)
def test_no_update_is_more_than_unreadable(update: object) -> None:
    """Whatever an update holds, it is read or said to be unreadable, and what is read can be written."""
    try:
        reading = read(update)
    except Unreadable:
        return
    for incoming in reading.incoming:
        assert len(incoming.ext_id) <= 128
        json.dumps(dict(incoming.route))
        if isinstance(incoming.event, Wrote):
            incoming.event.text.encode()


@given(st.text())
def test_any_data_on_a_button_is_harmless(data: str) -> None:
    """Forged data becomes at most a choice that the engine knows to be stale or unknown."""
    reading = read(pressed(data))
    assert reading.query == "q1"
    assert len(reading.incoming) <= 1
