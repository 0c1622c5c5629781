"""Updates come in by the long poll, each kept once, and Telegram is told only what was kept."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.channels import Held, Watermark
from bot.channels.telegram_polling import LONGEST_WAIT, delay
from bot.errors import CannotStart, DeliveryFailed
from dialogs.events import Chose, Commanded, Edited, Sent, Wrote
from tests.bot.channels.telegram_hall import Line, card
from tests.peers.telegram import TelegramStandIn

BAD: list[Any] = [
    None,
    7,
    [],
    {"chat": 1},
    {"chat": {"type": "private", "id": "x"}},
    {"chat": {"type": "private"}},
]


async def test_words_are_kept_before_telegram_is_told(line: Line) -> None:
    """The offset that confirms an update is first kept with it and only then carried by a poll."""
    person = line.telegram.person()
    person.writes("/start")
    person.writes("my son")
    person.writes("he changed")
    await person.until(lambda: len(line.intake.kept) == 3 and not line.telegram.waiting)
    assert line.intake.events == [Commanded("start"), Wrote("my son"), Wrote("he changed")]
    asked = [p.get("offset") for p in line.telegram.called("getUpdates")]
    assert asked[0] is None
    assert {int(offset) for offset in asked[1:] if offset} <= set(line.intake.offsets)


async def test_nothing_is_confirmed_while_nothing_can_be_kept(telegram: TelegramStandIn) -> None:
    """When the store is down the updates stay Telegram's, the person is told once, and later all is kept."""
    line, person = Line(telegram), telegram.person()
    line.intake.down = True
    async with line.running():
        person.writes("one")
        person.writes("two")
        await person.until(lambda: len(person.told) == 1)
        await asyncio.sleep(0.3)
        assert telegram.waiting == 2
        assert not line.intake.kept
        line.intake.down = False
        await person.until(lambda: len(line.intake.kept) == 2 and not telegram.waiting)
    assert len(person.told) == 1
    assert "999" in person.told[0]
    assert "not kept" in person.told[0]


async def test_duplicates_and_a_shuffled_batch_are_kept_once(telegram: TelegramStandIn) -> None:
    """An update that comes twice, or out of order, is kept once and numbered as it was sent."""
    telegram.world.updates.duplicate = telegram.world.updates.shuffle = True
    line, person = Line(telegram), telegram.person()
    for n in range(30):
        person.writes(f"message {n}")
    async with line.running():
        await person.until(lambda: len(line.intake.kept) == 30 and not telegram.waiting)
    assert line.intake.events == [Wrote(f"message {n}") for n in range(30)]


async def test_one_bad_update_never_holds_up_its_batch(telegram: TelegramStandIn) -> None:
    """Whatever stands in one update, its neighbours are kept and the poll goes on."""
    line, person = Line(telegram), telegram.person()
    person.writes("before")
    for bad in BAD:
        telegram.world.updates.add("message", bad)
    person.writes("after")
    async with line.running():
        await person.until(lambda: len(line.intake.kept) == 2 and not telegram.waiting)
    assert line.intake.events == [Wrote("before"), Wrote("after")]


async def test_ids_that_begin_anew_are_followed_downwards(line: Line) -> None:
    """After a quiet week Telegram counts from anywhere; nothing is lost or asked for for ever."""
    person = line.telegram.person()
    person.writes("before")
    await person.until(lambda: len(line.intake.kept) == 1 and not line.telegram.waiting)
    line.telegram.world.updates.next_id = 1000
    person.writes("after")
    await person.until(lambda: len(line.intake.kept) == 2 and not line.telegram.waiting)
    assert line.intake.offsets[-1] == 1001


async def test_after_six_silent_days_the_poll_asks_without_an_offset(telegram: TelegramStandIn) -> None:
    """An offset from before a long silence is not used, so that no new beginning is passed over."""
    line, person = Line(telegram), telegram.person()
    line.intake.mark = Watermark(telegram.world.updates.next_id + 5, line.clock() - timedelta(days=7))
    async with line.running():
        person.writes("hello")
        await person.until(lambda: len(line.intake.kept) == 1 and not telegram.waiting)
    asked = telegram.called("getUpdates")
    assert "offset" not in asked[0]
    assert "offset" in asked[-1]


async def test_a_start_goes_on_from_the_kept_offset(telegram: TelegramStandIn) -> None:
    """What an earlier process kept is confirmed by the first poll of the next one, not taken again."""
    line, person = Line(telegram), telegram.person()
    person.writes("kept before the crash")
    line.intake.mark = Watermark(telegram.world.updates.next_id, line.clock())
    async with line.running():
        person.writes("new")
        await person.until(lambda: len(line.intake.kept) == 1 and not telegram.waiting)
    assert line.intake.events == [Wrote("new")]


async def test_groups_and_channels_are_left_in_silence(line: Line) -> None:
    """In a group nothing is read and nothing is said; the bot leaves."""
    person = line.telegram.person()
    group = person.opens_group()
    person.writes("/start", chat=group)
    person.writes("we all know about him", chat=group)
    await person.until(lambda: group.left and not line.telegram.waiting)
    assert not line.intake.kept
    assert not line.telegram.called("sendMessage")
    assert len(line.telegram.called("leaveChat")) == 1


async def test_every_press_is_answered_and_carries_its_step(line: Line) -> None:
    """The little clock on a button stops, whatever the button carried; forged data is silence."""
    person = line.telegram.person()
    person.writes("/start")
    await line.sent(person.id, card=card("Where?", "At home"), tag="abcd1234")
    person.presses("At home")
    person.presses("Danger")
    for forged in (
        "",
        "x",
        "1|abcd1234|3",
        "1||99999999999|a",
        "2|abcd1234|3|a",
        "1|abcd1234|3|!rm",
        "1|zz|3|a",
        "\U0001f642",
    ):
        person.forges(forged)
    await person.until(lambda: len(line.intake.kept) == 3 and not person.waits)
    assert line.intake.events[1:] == [Chose("at_home", 3), Commanded("emergency")]
    assert {one.tag for one in line.intake.kept.values()} == {"", "abcd1234"}


async def test_an_unanswerable_press_fails_nothing(line: Line) -> None:
    """A press whose answer Telegram refuses is kept all the same."""
    person = line.telegram.person()
    person.writes("/start")
    await line.sent(person.id, card=card("Where?", "At home"))
    line.telegram.goes_wrong("answerCallbackQuery", code=400, description="Bad Request: query is too old")
    person.presses("At home")
    await person.until(lambda: Chose("at_home", 3) in line.intake.events)


async def test_everything_a_person_sends_becomes_an_event(line: Line) -> None:
    """Captions are words, an album is one thing, an edit is a correction, a forward is what they sent."""
    person = line.telegram.person()
    first = person.writes("he has changed")
    person.edits(first, "he has changed a lot")
    person.forwards("join us")
    person.sends("photo", "look at this")
    person.sends_album("", "", "")
    for kind in ("sticker", "voice", "location", "contact", "video", "poll"):
        person.sends(kind)
    person.blocks()
    person.unblocks()
    await person.until(lambda: not line.telegram.waiting)
    assert line.intake.events == [
        Wrote("he has changed"),
        Edited("he has changed a lot"),
        Wrote("join us"),
        Wrote("look at this"),
        Sent("photo"),
        Sent("photo"),
        *(Sent(kind) for kind in ("sticker", "voice", "location", "contact", "other", "other")),
    ]


async def test_an_edit_names_the_message_that_it_was(line: Line) -> None:
    """Telegram says which message was edited, and so does the event."""
    person = line.telegram.person()
    first, second = person.writes("he has changed"), person.writes("he has changed a lot")
    person.edits(first, "he changed")
    await person.until(lambda: not line.telegram.waiting)
    assert line.intake.named == [
        Wrote("he has changed", str(first)),
        Wrote("he has changed a lot", str(second)),
        Edited("he changed", str(first)),
    ]


async def test_nothing_of_the_person_but_a_number_and_a_language_is_taken(line: Line) -> None:
    """Names, a user name, a telephone number and a file's name stay with Telegram."""
    person = line.telegram.person(1001, language="cy")
    person.writes("hello")
    person.sends("contact")
    person.sends("document")
    await person.until(lambda: len(line.intake.kept) == 3)
    kept = [(one.address, dict(one.route), one.event) for one in line.intake.kept.values()]
    assert kept[0][1] == {"chat": 1001, "locale": "cy"}
    for canary in ("Canary", "canary", "Nadia", "447700900123", "notes.pdf"):
        assert canary not in str(kept)


async def test_what_was_held_back_is_told_as_often_as_the_intake_says(line: Line) -> None:
    """A person who is too fast is told so when the intake says so, and otherwise nothing."""
    person = line.telegram.person()
    line.intake.holds = (Held(str(person.id), "1", "Please wait a little.", tell=True),)
    person.writes("x")
    await person.until(lambda: person.told == ["Please wait a little."])
    line.intake.holds = (Held(str(person.id), "2", "Please wait a little.", tell=False),)
    person.writes("y")
    await person.until(lambda: len(line.intake.kept) == 2 and not line.telegram.waiting)
    assert len(person.told) == 1


@pytest.mark.parametrize("how", ["refuse", "garbage", "drop", "answer"])
async def test_a_poll_that_fails_is_tried_again(telegram: TelegramStandIn, how: str) -> None:
    """A cut connection, an answer that is none and a server's error cost a little time and no update."""
    line, person = Line(telegram), telegram.person()
    telegram.goes_wrong("getUpdates", how, times=2, code=502)
    person.writes("hello")
    async with line.running():
        await person.until(lambda: bool(line.intake.kept) and not telegram.waiting)
    assert line.intake.events == [Wrote("hello")]


async def test_another_poller_is_waited_out(line: Line) -> None:
    """409 is not the end: when the other program stops, the updates come here again."""
    person = line.telegram.person()
    await person.until(lambda: len(line.telegram.called("getUpdates")) > 0)
    rival = asyncio.create_task(line.telegram.deliveries.get_updates({"timeout": 1}))
    await asyncio.gather(rival, return_exceptions=True)
    person.writes("still here")
    await person.until(lambda: bool(line.intake.kept))


async def test_a_webhook_left_behind_is_deleted_before_polling(telegram: TelegramStandIn) -> None:
    """A deployment that moves from webhook to poll needs nobody's hand, and loses nothing that waits."""
    telegram.deliveries.set_webhook({"url": "http://127.0.0.1:9/gone"})
    line, person = Line(telegram), telegram.person()
    person.writes("sent meanwhile")
    async with line.running():
        await person.until(lambda: bool(line.intake.kept))
    assert telegram.hook.url == ""


@pytest.mark.parametrize("token", ["700001:" + "x" * 35, "1:short"])
async def test_a_refused_token_is_one_clear_line(telegram: TelegramStandIn, token: str) -> None:
    """A wrong token stops the start with a line that names the setting and not the token."""
    line = Line(telegram, telegram_token=token)
    with pytest.raises(CannotStart, match="CONCERN_TELEGRAM_TOKEN") as refused:
        await line.channel.open()
    await line.channel.close()
    assert token not in str(refused.value)
    assert refused.value.__suppress_context__


async def test_a_token_refused_while_running_ends_the_poll_and_nothing_else(line: Line) -> None:
    """When the token is revoked the poll stops asking; the channel still stops in order."""
    await line.telegram.person().until(lambda: len(line.telegram.called("getUpdates")) > 0)
    line.telegram.token = "700001:another-token-of-some-length-0123"
    line.telegram.person().writes("unheard")
    await asyncio.sleep(0.3)
    assert line.telegram.turned_away == 1
    await asyncio.sleep(1.5)
    assert line.telegram.turned_away == 1


async def test_a_start_without_network_waits_for_it() -> None:
    """Telegram out of reach at the start stops neither the start nor, once it is back, the poll."""
    async with TelegramStandIn() as gone:
        port = gone.port
    line = Line(gone)
    async with line.running():
        await asyncio.sleep(0.2)
        async with TelegramStandIn(port) as back:
            back.person().writes("hello")
            await back.person().until(lambda: bool(line.intake.kept))


async def test_what_is_shown_of_the_bot_is_neutral_and_set_once(telegram: TelegramStandIn) -> None:
    """Commands and descriptions hold no word that gives a person away, and are not set again unchanged."""
    for _ in range(2):
        async with Line(telegram).running():
            await telegram.person().until(lambda: len(telegram.called("getUpdates")) > 0)
        telegram.calls = [call for call in telegram.calls if call[0] != "getupdates"]
    shown = str(telegram.world.profile).lower()
    assert len(telegram.called("setMyCommands")) == len(telegram.called("setMyDescription")) == 1
    assert "begin" in shown
    for word in ("prevent", "radical", "report", "concern", "police"):
        assert word not in shown


def test_waiting_grows_to_a_minute_and_obeys_what_was_asked() -> None:
    """Failures in a row wait 1, 2, 4 … 60 seconds with chance in it, and never less than Telegram asks."""
    assert 0.5 <= delay(DeliveryFailed(), 1) <= 1
    assert LONGEST_WAIT / 2 <= delay(DeliveryFailed(), 500) <= LONGEST_WAIT
    assert delay(DeliveryFailed(90.0), 1) >= 90
