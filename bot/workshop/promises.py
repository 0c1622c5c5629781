"""What every turn of every conversation must keep, whoever presses what: each promise a plain question to
one turn. Never says a word that somebody typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dialogs import engine
from dialogs.answers import CASE, MESSAGE, storable
from dialogs.checks import visible
from dialogs.effects import FileConcern, Keep, KeepFeedback, KeepIdentity, Show
from dialogs.engine import Turn
from dialogs.events import Edited, Event, Wrote
from dialogs.facts import Facts
from dialogs.library import Library
from dialogs.receiving import command_of
from dialogs.screens import CHANGE
from dialogs.snapshot import Snapshot
from dialogs.walk import DEPTH
from dialogs.wording import Card, plain

LONGEST = 4096
"""Characters of one message of the narrowest channel."""
LABEL = 100
"""Characters of a label, in the longest of languages."""
NAME = 64
"""Bytes behind a button, of which the channel needs some."""
MARKS = 24
UNWORDED = re.compile(r"^(?:common|notice|repair|always)\.[a-z]|\.(?:ask|say|why|short|choices)(?:\.\w+)?$")
UNFILLED = re.compile(r"\{[a-z_]+\}")
KEPT = frozenset(
    {"notice.kept", "notice.statement_sent", "notice.added_to_last", "notice.edit_kept", "repair.kept_aside"}
)


@dataclass(frozen=True, slots=True)
class Moved:
    """One turn: where it stood, how that was read back from bytes, what happened, where it led."""

    library: Library
    stood: Snapshot
    before: Snapshot
    event: Event
    turn: Turn
    facts: Facts
    card: Card | None

    @property
    def after(self) -> Snapshot:
        """Where it led."""
        return self.turn.snapshot


def silence_changes_nothing(moved: Moved) -> bool:
    """A turn without effects leaves everything as it was."""
    return bool(moved.turn.effects) or moved.after == moved.before


def the_last_effect_shows(moved: Moved) -> bool:
    """Every other turn ends with a screen, and the same screen can be drawn again."""
    if not moved.turn.effects:
        return True
    last = moved.turn.effects[-1]
    return isinstance(last, Show) and last.screen == engine.screen(moved.library, moved.after, moved.facts)


def the_screen_is_in_words(moved: Moved) -> bool:
    """No key stands where a word should, and every blank of ours is filled."""
    if moved.card is None:
        return True
    card = moved.card
    labels = [button.label for button in (*card.buttons, *card.always)]
    said = [card.heading, *card.notices, card.banner, *labels, *card.paragraphs]
    return bool(card.heading) and not any(UNWORDED.search(text) or UNFILLED.search(text) for text in said)


def the_screen_fits_every_channel(moved: Moved) -> bool:
    """One message holds it, each label fits its button and each option goes behind one."""
    if moved.card is None:
        return True
    buttons = (*moved.card.buttons, *moved.card.always)
    labels = all(len(b.label) <= LABEL for b in buttons if not b.option.startswith(CHANGE))
    options = all(len(b.option.encode()) <= NAME - MARKS for b in buttons)
    return len(moved.card.plain()) <= LONGEST and labels and options


def there_is_always_something_to_press(moved: Moved) -> bool:
    """Every screen has a button; danger is on it or it is the danger card."""
    if moved.card is None:
        return True
    shown = (*moved.card.buttons, *moved.card.always)
    danger = any(button.option in ("emergency", "!emergency") for button in shown)
    top = moved.after.frames[-1].flow
    return bool(moved.card.always) and (danger or moved.card.ended or top == "danger")


def nothing_is_kept_before_consent(moved: Moved) -> bool:
    """Until somebody agrees, no record, no name and no answer that would be one."""
    if moved.before.stage not in ("fresh", "ended") or moved.after.stage not in ("fresh", "ended"):
        return True
    kept = any(isinstance(effect, Keep | KeepIdentity | FileConcern) for effect in moved.turn.effects)
    return not kept and not any(
        answer.kind in ("record", "identity") for answer in moved.after.answers.values()
    )


def the_banner_stands_until_it_is_sent(moved: Moved) -> bool:
    """The line that nothing has been sent stands exactly until it has."""
    if not moved.turn.effects or not isinstance(moved.turn.effects[-1], Show):
        return True
    banner = moved.turn.effects[-1].screen.banner is not None
    return banner == (moved.after.stage in ("fresh", "drafting"))


def records_are_numbered(moved: Moved) -> bool:
    """Records follow each other without a gap, correct only what came before, and fit."""
    last = moved.before.kept if moved.before.stage in ("drafting", "filed") else 0
    for effect in moved.turn.effects:
        if isinstance(effect, Keep):
            last += 1
            if effect.n != last or effect.corrects >= effect.n or len(effect.answer) > MESSAGE:
                return False
    return True


def only_what_was_kept_is_sent(moved: Moved) -> bool:
    """A concern is sent once, when there is something in it and somebody to read it."""
    sent = [effect for effect in moved.turn.effects if isinstance(effect, FileConcern)]
    kept = moved.before.kept or any(isinstance(effect, Keep) for effect in moved.turn.effects)
    return not sent or (len(sent) == 1 and bool(kept) and moved.facts.open and moved.before.stage != "filed")


def no_word_is_lost_in_silence(moved: Moved) -> bool:
    """What somebody writes is in a record or an answer, or they are told that it was not kept."""
    event = moved.event
    if not isinstance(event, Wrote | Edited) or not moved.turn.effects:
        return not isinstance(event, Wrote) or not visible(event.text)
    notices = {line.key for line in moved.after.notices}
    refused = any(key.startswith("repair.") for key in notices - KEPT) or "notice.edit_not_kept" in notices
    if refused and not notices & KEPT:
        return True
    return _meant_as_press(moved, event) or (storable(event.text) and _kept(moved, event.text))


def _meant_as_press(moved: Moved, event: Wrote | Edited) -> bool:
    if isinstance(event, Edited):
        return moved.before.stage == "ended"
    shown = engine.screen(moved.library, moved.before, moved.facts)
    language = shown.language or moved.before.language
    if command_of(moved.library, event, language) is not None:
        return True
    labels = [plain(moved.library.wording.text(button.label, language)) for button in shown.buttons]
    return plain(event.text) in {*labels, *map(str, range(1, len(labels) + 1))}


def _kept(moved: Moved, text: str) -> bool:
    records = "".join(effect.answer for effect in moved.turn.effects if isinstance(effect, Keep))
    comments = [effect.comment for effect in moved.turn.effects if isinstance(effect, KeepFeedback)]
    parts = ["".join(answer.parts) for answer in moved.after.answers.values()]
    names = [value for e in moved.turn.effects if isinstance(e, KeepIdentity) for _, value in e.given]
    return any(text in held for held in (records, *comments, *parts, *names))


def it_comes_back_as_it_was(moved: Moved) -> bool:
    """Written to bytes and read again, a conversation is the same; it never grows without bound."""
    bounded = len(moved.after.frames) <= DEPTH and moved.after.size <= CASE
    return moved.before == moved.stood and bounded


PROMISES: tuple[Callable[[Moved], bool], ...] = (
    silence_changes_nothing,
    the_last_effect_shows,
    the_screen_is_in_words,
    the_screen_fits_every_channel,
    there_is_always_something_to_press,
    nothing_is_kept_before_consent,
    the_banner_stands_until_it_is_sent,
    records_are_numbered,
    only_what_was_kept_is_sent,
    no_word_is_lost_in_silence,
    it_comes_back_as_it_was,
)


def broken(moved: Moved) -> Iterator[str]:
    """Name every promise that this turn did not keep."""
    for promise in PROMISES:
        if not promise(moved):
            yield promise.__name__
