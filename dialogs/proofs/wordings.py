"""The words beside the flows: what has none, what nothing shows, blanks that nothing fills, languages open
before they are whole and reviewed. Reads no sentence for its sense.
"""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.flow import State
from dialogs.languages import GROUPS, SOURCE, VITAL
from dialogs.proofs.places import LANGUAGES, Spot, of_state, of_words
from dialogs.proofs.proof import Proof
from dialogs.translations import BLANK

NAMES = ("name", "question", "answer", "reference", "count", "language", "languages", "own")
"""Blanks that the engine fills."""
ROOMS = ("common", "always", "notice", "repair")
SHARED = (
    *("common.banner.not_sent_yet", "common.name", "common.review.item", "common.review.change"),
    *("common.aside.short", "always.emergency", "always.help", "always.back", "always.leave", "always.start"),
    *(f"notice.late.{name}" for name in ("sorry", "nothing", "draft", "sent", "danger")),
    *(f"notice.{name}" for name in ("kept", "statement_sent", "added_to_last", "edit_kept", "edit_not_kept")),
    *(f"notice.{name}" for name in ("where_you_are", "nothing_before", "help_opened")),
    *(f"repair.{name}" for name in ("cannot_store", "something_said", "short_line", "too_much", "lost")),
    *(f"repair.{name}" for name in ("not_understood", "not_now", "nothing_kept_yet", "kept_aside")),
    *(f"repair.sent.{kind}" for kind in ("sticker", "voice", "photo", "document", "location", "contact")),
    *("repair.sent.other", "repair.sent.command", "notice.changing"),
)
"""Every key that the engine says by itself."""


def missing_words(proof: Proof) -> Iterator[str]:
    """Screens, buttons and sentences of the engine without words."""
    has = proof.library.wording.has
    for key in SHARED:
        if not has(key):
            yield proof.at(
                of_words(key), f"there are no words for {key!r}, which the engine says; write them"
            )
    for flow, state in proof.screens:
        key = f"{flow.name}.{state.name}"
        wanted = [("ask",), *(("also", name) for name, _ in state.also)]
        wanted += [("choices", choice.option) for choice in state.choices]
        for path in wanted:
            if not has(".".join((key, *path))):
                name = ".".join((key, *path))
                spot = of_state(flow, state.name, *path)
                yield proof.at(spot, f"there are no words for {name!r}; write them in words/en.yaml")


def words_for_nothing(proof: Proof) -> Iterator[str]:
    """Words of a flow that nothing shows."""
    flows = {flow.name: flow for flow in proof.flows}
    for key in proof.library.wording.keys(SOURCE):
        name, state, *field = f"{key}.".split(".")
        if name in flows and not _is_shown(flows[name].states.get(state), field[:-1], proof):
            yield proof.at(of_words(key), f"nothing shows {key!r}; take it out or mend the key")


def _is_shown(state: State | None, field: list[str], proof: Proof) -> bool:
    if state is None:
        return False
    names = {
        "choices": {*(c.option for c in state.choices), *proof.library.listed(state.list)},
        "also": {name for name, _ in state.also},
    }
    if len(field) == 2:
        return field[1] in names.get(field[0], ())
    return field in (["ask"], ["say"], ["why"], ["short"])


def unknown_blanks(proof: Proof) -> Iterator[str]:
    """Blanks that nothing fills."""
    filled = {*proof.library.signposts.entries, *proof.library.profile.blanks, *NAMES}
    rooms = (*proof.library.names(), *ROOMS)
    for key, text in proof.library.wording.keys(SOURCE).items():
        for blank in sorted(set(BLANK.findall(text)) - filled) if key.partition(".")[0] in rooms else ():
            known = ", ".join(sorted(filled))
            yield proof.at(of_words(key), f"nothing fills the blank {{{blank}}}; known: {known}")


def changed_blanks(proof: Proof) -> Iterator[str]:
    """Translations whose blanks are not those of the English."""
    for code in proof.library.wording.languages.known:
        for key, (english, text) in proof.library.wording.pairs(code).items():
            lost = set(BLANK.findall(english)) - set(BLANK.findall(text))
            more = set(BLANK.findall(text)) - set(BLANK.findall(english)) if english else set()
            for blank in sorted(lost | more):
                spot = Spot(f"words/{code}.po", (key,))
                yield proof.at(spot, f"the blank {{{blank}}} is not as in the English; write the same blanks")


def not_reviewed(proof: Proof) -> Iterator[str]:
    """Languages that are open for reporting before everything is there and a named person has read it."""
    wording = proof.library.wording
    for code, language in wording.languages.known.items():
        pairs = wording.pairs(code) if language.open else {}
        for group in GROUPS if language.open else ():
            lacking = wording.lacking(code, group)
            spot = Spot(LANGUAGES, ("languages", code, "reviewed", group))
            if lacking:
                what = f"{language.english} is open, and {len(lacking)} of {group!r} have no words"
                yield proof.at(spot, f"{what} ({lacking[0]}); translate them, or close it")
            elif group in VITAL and not wording.languages.reviewed(code, group, pairs):
                what = f"{language.english} is open, and nobody has reviewed {group!r} as it stands"
                yield proof.at(spot, f"{what}; have it reviewed, or close it")
