"""Flood limits, references and the pace of the courier."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import references
from bot.limits import Flood, Limits
from bot.pace import Pace, Turnstile

ME, OTHER = b"m" * 16, b"o" * 16


def test_forty_a_minute_are_taken_and_the_next_is_told_kindly() -> None:
    """The forty-first message of a minute is refused with a word, and a minute later all is well again."""
    flood = Flood()
    assert [flood.weigh(ME, 10.0, emergency=False) for _ in range(40)] == ["take"] * 40
    assert flood.weigh(ME, 11.0, emergency=False) == "tell"
    assert flood.weigh(OTHER, 11.0, emergency=False) == "take"
    assert flood.weigh(ME, 71.0, emergency=False) == "take"


def test_after_three_tellings_an_hour_there_is_silence() -> None:
    """Someone who goes on is told three times an hour, and not answered in between."""
    flood = Flood(Limits(a_minute=1))
    verdicts = [flood.weigh(ME, 1.0 + n, emergency=False) for n in range(6)]
    assert verdicts == ["take", "tell", "tell", "tell", "drop", "drop"]
    assert flood.weigh(ME, 3700.0, emergency=False) == "take"


def test_danger_passes_whatever_was_sent_before() -> None:
    """A person who was held back still gets the numbers to call."""
    flood = Flood(Limits(a_minute=1))
    for n in range(6):
        flood.weigh(ME, float(n), emergency=False)
    assert flood.weigh(ME, 7.0, emergency=True) == "take"


def test_a_flood_of_dangers_is_answered_and_not_kept() -> None:
    """Beyond thirty a minute the answer is still given, every time."""
    flood = Flood()
    verdicts = [flood.weigh(ME, 1.0, emergency=True) for _ in range(32)]
    assert verdicts == ["take"] * 30 + ["tell"] * 2


def test_newcomers_wait_when_too_many_begin_at_once() -> None:
    """Sixty conversations may begin in a minute."""
    flood = Flood()
    assert [flood.welcome(5.0) for _ in range(61)] == [True] * 60 + [False]
    assert flood.welcome(66.0)


def test_quiet_addresses_are_forgotten() -> None:
    """After an hour of silence nothing is held of an address."""
    flood = Flood(Limits(an_hour=1))
    flood.weigh(ME, 1.0, emergency=False)
    assert flood.weigh(ME, 100.0, emergency=False) == "tell"
    flood.forget_quiet(5000.0)
    assert flood.weigh(ME, 5000.0, emergency=False) == "take"


def test_a_reference_has_the_promised_shape_and_reads_back() -> None:
    """Four characters, a dash, four characters; it reads back however it is typed."""
    for _ in range(200):
        reference = references.fresh()
        assert len(reference) == 9
        assert reference[4] == "-"
        assert references.normal(reference.lower().replace("-", " ")) == reference


@given(st.integers(0, 7), st.sampled_from(references.ALPHABET))
def test_one_wrong_character_in_a_reference_is_noticed(place: int, letter: str) -> None:
    """No single misread character gives another valid reference."""
    whole = references.fresh().replace("-", "")
    changed = whole[:place] + letter + whole[place + 1 :]
    assert (references.normal(changed) is None) == (changed != whole)


@pytest.mark.parametrize("typed", ["", "ABCD-EFG", "ÄBCD-EFGH", "U" * 8, "ABCD-EFGH-J"])
def test_what_is_no_reference_is_refused(typed: str) -> None:
    """Too short, too long, or letters that no reference has."""
    assert references.normal(typed) is None


async def test_one_address_is_paced_and_another_is_not_held_up() -> None:
    """Two messages to one chat are a pace apart; a message to another passes between them."""
    turnstile = Turnstile(Pace(a_second=1000, a_second_each=10, burst=1))
    loop = asyncio.get_running_loop()
    began = loop.time()
    await turnstile.wait(ME)
    await turnstile.wait(OTHER)
    assert loop.time() - began < 0.08
    await turnstile.wait(ME)
    assert loop.time() - began >= 0.09


async def test_a_few_messages_to_one_chat_pass_at_once() -> None:
    """Someone who presses quickly sees five cards at once, and waits for the sixth."""
    turnstile = Turnstile(Pace(a_second=1000, a_second_each=10))
    loop = asyncio.get_running_loop()
    began = loop.time()
    for _ in range(5):
        await turnstile.wait(ME)
    assert loop.time() - began < 0.08
    await turnstile.wait(ME)
    assert loop.time() - began >= 0.08


async def test_when_the_network_asks_everyone_waits() -> None:
    """After a refusal for the whole network nothing passes until the time is over."""
    turnstile = Turnstile(Pace())
    loop = asyncio.get_running_loop()
    turnstile.hold_all(0.1)
    began = loop.time()
    await turnstile.wait(OTHER)
    assert loop.time() - began >= 0.09
