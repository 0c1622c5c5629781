"""Draws what is on the screen now, as keys: which choices are open, what is said around them. Changes
nothing, words nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.answers import ASIDE
from dialogs.asked import shown
from dialogs.checks import CHECKS, Moment
from dialogs.errors import UnknownFlow
from dialogs.facts import Facts
from dialogs.flow import DONE, MOVES, Choice, Flow, State, Target
from dialogs.languages import CHOSEN, one_page
from dialogs.library import Library
from dialogs.screen import Button, Line, Screen, Style
from dialogs.signposts import MATCHED
from dialogs.snapshot import Answer, Frame, Snapshot

REVIEW = 2400
"""Characters of a person's own words that the check page shows together: with the rest it fits one message.
"""
SHORTEST = 60
CHANGE = "change:"
LEAVE = "leave:"
ASKED = "privacy.asked"
"""The card that lists what the root flow asks."""
TO_LANGUAGES = (Target(call="language"),)
LATE = "notice.late.danger"
NOT_SENT = Line("common.banner.not_sent_yet")
NOT_KEPT = Line("common.banner.nothing_kept")


def draw(library: Library, snapshot: Snapshot, facts: Facts) -> Screen:
    """Draw the top frame."""
    frame = snapshot.frames[-1]
    flow = library.flow(frame.flow, frame.edition)
    state = flow.states[frame.state]
    ended = snapshot.stage == "ended"
    key = f"{flow.name}.{state.name}"
    return Screen(
        flow=flow.name,
        state=state.name,
        step=snapshot.step,
        heading=asked(snapshot, key),
        body=tuple(_body(library, snapshot, facts, flow, state)),
        notices=snapshot.notices,
        banner=_banner(snapshot),
        signposts=tuple(_signposts(snapshot, state)),
        buttons=() if ended else tuple(_buttons(library, snapshot, facts, flow, state)),
        always=(_always("start"),) if ended else tuple(_around(library, snapshot, facts)),
        input="none" if ended or state.ask == "choice" else state.ask,
        ended=ended,
        language=one_page(snapshot),
    )


def _banner(snapshot: Snapshot) -> Line | None:
    """Say on every screen until it has that nothing was sent; while it is only thought through, nor kept."""
    if snapshot.private and not one_page(snapshot):
        return NOT_KEPT
    return NOT_SENT if snapshot.stage in ("fresh", "drafting") else None


def asked(snapshot: Snapshot, key: str) -> Line:
    """Name the question as it is put."""
    return Line(f"{key}.ask", _blanks(snapshot))


def open_choices(
    library: Library, snapshot: Snapshot, facts: Facts, flow: Flow, state: State
) -> Iterator[Choice]:
    """List the choices that are shown now: those of the force's list first, without what cannot be taken."""
    moment = Moment(snapshot, facts, flow.name, state.name)
    yield from (Choice(option, state.next) for option in library.listed(state.list))
    for choice in state.choices:
        hidden = choice.check and not CHECKS[choice.check](moment)
        useless = choice.targets == TO_LANGUAGES and not library.wording.offered
        if not hidden and not useless and (not choice.url or link(library, snapshot, facts, choice.url)):
            yield choice


def link(library: Library, snapshot: Snapshot, facts: Facts, name: str) -> str:
    """Give the address behind a link's name, or nothing where there is none to give."""
    if name == "website":
        return facts.website
    if name == "referral":
        chosen = [a.option for k, a in snapshot.answers.items() if k.endswith(".area")]
        return library.profile.referral_for(chosen[-1] if chosen else "")
    return "".join(entry.href for entry in library.signposts.shown((name,)))


def label(library: Library, key: str, option: str) -> Line:
    """Name an option as its button does."""
    areas, languages = library.profile.areas, library.wording.offered if key == CHOSEN else {}
    name = areas.get(option, "") or languages.get(option, "")
    own = f"{key}.choices.{option}"
    return Line("common.name", {"name": name}) if name and not library.wording.has(own) else Line(own)


def reviewed(snapshot: Snapshot) -> Iterator[tuple[str, Answer]]:
    """List what the check page shows, in the order it was first given."""
    for key, answer in snapshot.answers.items():
        if answer.kind != "draft" and (answer.parts or answer.option not in ("", *MOVES)):
            yield key, answer


def _signposts(snapshot: Snapshot, state: State) -> Iterator[str]:
    """Name the entries under the words, each once, with those that go with what was said."""
    late = LATE in (line.key for line in snapshot.notices)
    if late and "emergency" not in state.signposts:
        yield "emergency"
    fitting = (name for name in snapshot.matched if name not in state.signposts)
    for name in state.signposts:
        yield from fitting if name == MATCHED else (name,)


def _blanks(snapshot: Snapshot) -> dict[str, str]:
    return {"reference": snapshot.reference} if snapshot.reference else {}


def _body(library: Library, snapshot: Snapshot, facts: Facts, flow: Flow, state: State) -> Iterator[Line]:
    key, blanks = f"{flow.name}.{state.name}", _blanks(snapshot)
    moment = Moment(snapshot, facts, flow.name, state.name)
    also = [f"also.{name}" for name, check in state.also if CHECKS[check](moment)]
    for part in ("say", *also, "why"):
        if library.wording.has(f"{key}.{part}"):
            yield Line(f"{key}.{part}", blanks)
    if key == ASKED:
        yield from shown(library, library.root)
    if state.review:
        items = list(reviewed(snapshot))
        room = max(SHORTEST, REVIEW // max(1, len(items)))
        yield from (_item(library, key, answer, room) for key, answer in items)


def _item(library: Library, key: str, answer: Answer, room: int) -> Line:
    if not answer.parts:
        chosen = label(library, key, answer.option)
        given = {"answer": chosen.blanks["name"]} if chosen.blanks else {"answer_key": chosen.key}
        return Line("common.review.item", {"question_key": f"{key}.short", **given})
    words = "\n".join(answer.parts)
    shown = words if len(words) <= room else words[: room - 1] + "…"
    return Line("common.review.item", {"question_key": f"{key}.short", "answer": shown})


def _buttons(
    library: Library, snapshot: Snapshot, facts: Facts, flow: Flow, state: State
) -> Iterator[Button]:
    key = f"{flow.name}.{state.name}"
    for choice in open_choices(library, snapshot, facts, flow, state):
        where = link(library, snapshot, facts, choice.url) if choice.url else ""
        style: Style = "primary" if choice.option == (state.primary or DONE) else choice.style
        tongue = choice.option if state.list == "languages" and choice not in state.choices else ""
        yield Button(choice.option, label(library, key, choice.option), style, where, tongue)
    if state.review:
        for question, answer in reviewed(snapshot):
            if question != ASIDE and _still_asked(library, snapshot, question):
                does = "leave" if answer.kind == "private" else "change"
                line = Line(f"common.review.{does}", {"question_key": f"{question}.short"})
                yield Button(f"{does}:{question}", line)


def _still_asked(library: Library, snapshot: Snapshot, question: str) -> bool:
    """Say whether the flow has this question in the edition of now: an answer outlives its question."""
    name, _, state = question.partition(".")
    edition = next((frame.edition for frame in snapshot.frames if frame.flow == name), "")
    try:
        return state in library.flow(name, edition).states
    except UnknownFlow:
        return False


def _around(library: Library, snapshot: Snapshot, facts: Facts) -> Iterator[Button]:
    """List the buttons that are on every screen, save those that would lead where the screen's own do.

    The commands behind them work all the same.
    """
    root = library.flow(snapshot.frames[0].flow, snapshot.frames[0].edition)
    top: Frame = snapshot.frames[-1]
    there = {top.flow, *_called(library, snapshot, facts)}
    for name in ("emergency", "help"):
        if root.interrupts.get(name, top.flow) not in there:
            yield _always(name)
    if len(snapshot.frames) > 1 or (top.trail and top.state != root.start):
        yield _always("back")
    if library.wording.offered and root.interrupts.get("language", top.flow) not in there:
        yield _always("language")
    yield _always("leave")


def _called(library: Library, snapshot: Snapshot, facts: Facts) -> Iterator[str]:
    """Name the flows that a button shown now opens, whatever holds."""
    top: Frame = snapshot.frames[-1]
    flow = library.flow(top.flow, top.edition)
    for choice in open_choices(library, snapshot, facts, flow, flow.states[top.state]):
        called = {target.call for target in choice.targets}
        if len(called) == 1:
            yield from called


def _always(name: str) -> Button:
    return Button(f"!{name}", Line(f"always.{name}"), "danger" if name == "emergency" else "plain")
