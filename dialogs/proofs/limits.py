"""What a channel can carry: the length of a message, of a button's label, and of the name behind a button.
Draws every screen as its longest, and shows it to nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from dialogs.facts import Facts
from dialogs.flow import Flow, State
from dialogs.languages import SOURCE
from dialogs.proofs.places import Spot, of_state, of_words
from dialogs.proofs.proof import Proof
from dialogs.screen import Line
from dialogs.screens import CHANGE, draw
from dialogs.snapshot import Answer, Frame, Snapshot
from dialogs.wording import Card

LABEL = 60
"""Characters of a button's label: more is cut off on a phone."""
CALLBACK = 35
"""Bytes of an option that every network can put behind a button, beside marks of its own."""
MESSAGE = 4096
"""Characters of one Telegram message."""
FURNITURE = {"telegram.about": 120, "telegram.description": 512, "telegram.commands.": 256}
"""Characters of what Telegram shows around a chat."""
DRAWN = Facts(datetime(2026, 1, 1, tzinfo=UTC), "telegram", "XXXX-XXXX", website="https://example.org")


def long_messages(proof: Proof) -> Iterator[str]:
    """Cards that do not fit one message, in any language."""
    for flow, state in proof.screens:
        for code in (SOURCE, *proof.library.wording.languages.known):
            if len(_card(proof, flow, state, code).plain()) > MESSAGE:
                spot = of_state(flow, state.name)
                yield proof.at(
                    spot, f"the message is over {MESSAGE} characters ({code}); say it in two states"
                )


def long_labels(proof: Proof) -> Iterator[str]:
    """Labels that do not fit a button."""
    for flow, state in proof.screens:
        card = _card(proof, flow, state, SOURCE)
        for button in (*card.buttons, *card.always):
            if len(button.label) > LABEL and not button.option.startswith(CHANGE):
                spot = _label(proof, flow, state, button.option)
                yield proof.at(spot, f"the label of {button.option!r} is over {LABEL} characters; shorten it")
    for code in proof.library.wording.languages.known:
        for key, (_, text) in proof.library.wording.pairs(code).items():
            if len(text) > LABEL and (".choices." in key or key.startswith("always.")):
                spot = Spot(f"words/{code}.po", (key,))
                yield proof.at(spot, f"the label {key!r} is over {LABEL} characters; shorten the translation")


def _label(proof: Proof, flow: Flow, state: State, option: str) -> Spot:
    own = f"{flow.name}.{state.name}.choices.{option}"
    if option.startswith("!"):
        return of_words(f"always.{option[1:]}")
    return of_words(own if own in proof.library.wording.keys(SOURCE) else f"common.choices.{option}")


def long_furniture(proof: Proof) -> Iterator[str]:
    """What a network shows around the chat, in any language."""
    wording = proof.library.wording
    said = [(SOURCE, key, text) for key, text in wording.keys(SOURCE).items()]
    for code in wording.languages.known:
        said += [(code, key, text) for key, (_, text) in wording.pairs(code).items()]
    for code, key, text in said:
        most = next((limit for room, limit in FURNITURE.items() if key.startswith(room)), len(text))
        if len(text) > most:
            spot = of_words(key) if code == SOURCE else Spot(f"words/{code}.po", (key,))
            yield proof.at(spot, f"{key!r} is over the {most} characters that the network shows; shorten it")


def long_changes(proof: Proof) -> Iterator[str]:
    """Questions whose name does not fit their button on the check page."""
    wording = proof.library.wording
    for flow, state in proof.states:
        key = f"{flow.name}.{state.name}"
        does = "leave" if state.keep == "private" else "change"
        line = Line(f"common.review.{does}", {"question_key": f"{key}.short"})
        if state.keep in ("record", "identity", "private") and len(wording.text(line, SOURCE)) > LABEL:
            yield proof.at(
                of_words(f"{key}.short"), f"{key!r} is too long for its button; give a 'short' name"
            )


def long_names(proof: Proof) -> Iterator[str]:
    """States whose name does not fit behind a button."""
    for flow, state in proof.states:
        if len(f"{CHANGE}{flow.name}.{state.name}".encode()) > CALLBACK:
            spot = of_state(flow, state.name)
            yield proof.at(spot, f"the name {state.name!r} is too long to stand behind a button; shorten it")


def _card(proof: Proof, flow: Flow, state: State, code: str) -> Card:
    return proof.library.wording.card(draw(proof.library, _given(proof, flow, state), DRAWN), code)


def _given(proof: Proof, flow: Flow, state: State) -> Snapshot:
    """Stand at a state with everything before it given at length."""
    frame = Frame(flow.name, flow.edition, state.name, trail=(flow.start,))
    kept = [s.name for s in flow.states.values() if s.keep in ("record", "identity")]
    given = {f"{flow.name}.{name}": Answer(parts=("w" * MESSAGE,), kind="record") for name in kept}
    root = Frame(proof.library.root, "", proof.library.current(proof.library.root).start)
    return Snapshot((root, frame), stage="drafting", answers=given if state.review else {})
