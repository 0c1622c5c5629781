"""Finds the faults that no parser sees, by laying flows, words, signposts and limits side by side. Mends
nothing.

Every fault names its file and place by key: ``flows/family.yaml: who: ...``. ``RULES`` holds one function for
each kind of fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from dialogs.consent import kept_before_consent
from dialogs.facts import Facts
from dialogs.flow import Flow, State, Target
from dialogs.library import Library
from dialogs.screen import Line
from dialogs.screens import CHANGE, draw
from dialogs.snapshot import Answer, Frame, Snapshot
from dialogs.wording import BLANK, SOURCE

LABEL = 60
"""Characters of a button's label: more is cut off on a phone."""
CALLBACK = 35
"""Bytes of an option that every network can put behind a button, beside marks of its own."""
MESSAGE = 4096
"""Characters of one Telegram message."""
NAMES = ("name", "question", "answer", "reference", "count", "language", "languages", "own")
SHARED = (
    *("common.banner.not_sent_yet", "common.name", "common.review.item", "common.review.change"),
    *("common.aside.short", "always.emergency", "always.help", "always.back", "always.leave", "always.start"),
    *(f"notice.late.{name}" for name in ("sorry", "nothing", "draft", "sent", "danger")),
    *(f"notice.{name}" for name in ("kept", "statement_sent", "added_to_last", "edit_kept", "edit_not_kept")),
    *(f"notice.{name}" for name in ("where_you_are", "nothing_before", "help_opened")),
    *(f"repair.{name}" for name in ("cannot_store", "something_said", "short_line", "too_much", "lost")),
    *(f"repair.{name}" for name in ("not_understood", "not_now", "nothing_kept_yet", "kept_aside")),
    *(f"repair.sent.{kind}" for kind in ("sticker", "voice", "photo", "document", "location", "contact")),
    "repair.sent.other",
)
"""Every key that the engine says by itself."""
DRAWN = Facts(datetime(2026, 1, 1, tzinfo=UTC), "telegram", "XXXX-XXXX", website="https://example.org")

Rule = Callable[[Library], Iterator[str]]


def proofread(library: Library) -> list[str]:
    """List every fault, by rule and place. None means that the library may be served."""
    return [fault for rule in RULES for fault in rule(library)]


def _flows(library: Library) -> Iterator[Flow]:
    return (library.current(name) for name in library.names())


def _states(library: Library) -> Iterator[tuple[Flow, State]]:
    return ((flow, state) for flow in _flows(library) for state in flow.states.values())


def _fault(flow: Flow, place: str, what: str) -> str:
    return f"flows/{flow.name}.yaml: {place}: {what}"


def targets(flow: Flow, state: State) -> Iterator[Target]:
    """List every target of a state."""
    yield from state.next
    for choice in state.choices:
        yield from choice.targets


def no_way_there(library: Library) -> Iterator[str]:
    """States that nothing leads to."""
    for flow in _flows(library):
        everywhere = [flow.start, flow.again, *flow.on.values(), *(t.to for t in (*flow.stop, *flow.leave))]
        waiting, found = [name for name in everywhere if name], set[str]()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(t.to for t in targets(flow, flow.states[name]) if t.to)
        for name in flow.states.keys() - found:
            yield _fault(flow, name, "nothing leads here; lead somebody here or take it out")


def no_way_out(library: Library) -> Iterator[str]:
    """Flows laid over others that cannot be left, and targets that may all be refused. The root flow is left
    by command.
    """
    for flow, state in _states(library):
        for option, leads in _leads(state):
            if leads and leads[-1].check and not _shown_only_then(state, option):
                yield _fault(
                    flow, state.name, f"{option!r} may lead nowhere; end it with a target without 'if'"
                )
    for flow in _flows(library):
        if flow.name == library.root:
            continue
        leads_on = {name: {t.to for t in targets(flow, s)} for name, s in flow.states.items()}
        ends = {name for name, s in flow.states.items() if s.end or any(t.end for t in targets(flow, s))}
        before = -1
        while before != len(ends):
            before = len(ends)
            ends |= {name for name, onward in leads_on.items() if onward & ends}
        for name in flow.states.keys() - ends:
            yield _fault(flow, name, "the flow can never be left from here; lead to an end")


def _leads(state: State) -> Iterator[tuple[str, tuple[Target, ...]]]:
    yield "next", state.next
    for choice in state.choices:
        yield choice.option, choice.targets


def _shown_only_then(state: State, option: str) -> bool:
    return any(choice.option == option and choice.check for choice in state.choices)


def no_way_to_safety(library: Library) -> Iterator[str]:
    """A root flow without danger, help, privacy, stop or leave: they must work from every screen."""
    root = library.current(library.root)
    for name in ("emergency", "help", "privacy"):
        if name not in root.interrupts:
            yield _fault(root, "interrupts", f"there is no way to {name!r}; name the flow that it opens")
    for name, leads in (("stop", root.stop), ("leave", root.leave)):
        if not leads or leads[-1].check:
            yield _fault(root, name, f"there is no way to {name!r}; say where it leads, whatever holds")


def outcomes(library: Library) -> Iterator[str]:
    """Outcomes that a flow waits for and no flow ends with."""
    ends = {state.end for _, state in _states(library)}
    ends |= {target.end for flow, state in _states(library) for target in targets(flow, state)}
    for flow in _flows(library):
        for outcome in flow.on.keys() - ends:
            yield _fault(flow, "on", f"no flow ends with {outcome!r}; take it out")


def consent_first(library: Library) -> Iterator[str]:
    """Questions whose answers would be kept before the person agreed."""
    for flow, state in kept_before_consent(library):
        yield _fault(
            library.current(flow), state, "keeps an answer before consent; ask for consent on the way"
        )


def missing_words(library: Library) -> Iterator[str]:
    """Screens, buttons and sentences of the engine without words."""
    has = library.wording.has
    for key in SHARED:
        if not has(key):
            yield f"words/en.yaml: {key}: there are no words; the engine says this"
    for flow, state in _states(library):
        if state.silent or (state.end and flow.name != library.root):
            continue
        key = f"{flow.name}.{state.name}"
        wanted = [f"{key}.ask", *(f"{key}.also.{name}" for name, _ in state.also)]
        wanted += [f"{key}.choices.{choice.option}" for choice in state.choices]
        for name in wanted:
            if not has(name):
                yield f"words/en.yaml: {name}: there are no words; the flow shows this"


def words_for_nothing(library: Library) -> Iterator[str]:
    """Words of a flow that nothing shows, and blanks that nothing fills."""
    flows = {flow.name: flow for flow in _flows(library)}
    filled = {*library.signposts.entries, *library.profile.blanks, *NAMES}
    for key, text in library.wording.keys(SOURCE).items():
        name, state, *field = key.split(".")
        if name in flows and not _is_shown(flows[name].states.get(state), field, library):
            yield f"words/en.yaml: {key}: nothing shows these words; take them out or mend the key"
        if name in flows or name in ("common", "always", "notice", "repair"):
            for blank in set(BLANK.findall(text)) - filled:
                known = ", ".join(sorted(filled))
                yield f"words/en.yaml: {key}: nothing fills the blank {{{blank}}}; known: {known}"


def _is_shown(state: State | None, field: list[str], library: Library) -> bool:
    if state is None:
        return False
    listed = library.profile.areas if state.list else {}
    names = {
        "choices": {*(c.option for c in state.choices), *listed},
        "also": {name for name, _ in state.also},
    }
    if len(field) == 2:
        return field[1] in names.get(field[0], ())
    return field in (["ask"], ["say"], ["why"], ["short"])


def unknown_signposts(library: Library) -> Iterator[str]:
    """Signposts and links that the catalogue does not know or may not show."""
    for flow, state in _states(library):
        links = [c.url for c in state.choices if c.url and c.url not in ("website", "referral")]
        for name in (*state.signposts, *links):
            if name not in library.signposts.entries:
                yield _fault(flow, state.name, f"unknown signpost {name!r}; put it into signposts.yaml first")
            elif not library.signposts.entries[name].shown:
                yield _fault(flow, state.name, f"signpost {name!r} is switched off; have it confirmed first")


def too_long(library: Library) -> Iterator[str]:
    """Labels, options and messages that do not fit a phone or a network."""
    for flow, state in _states(library):
        if state.silent or (state.end and flow.name != library.root):
            continue
        card = library.wording.card(draw(library, _at(library, flow, state), DRAWN), SOURCE)
        for button in (*card.buttons, *card.always):
            if len(button.label) > LABEL:
                yield _fault(flow, state.name, f"the label of {button.option!r} is over {LABEL} characters")
        if len(card.plain()) > MESSAGE:
            yield _fault(flow, state.name, f"the message is over {MESSAGE} characters; say it in two states")
    yield from _changes(library)


def _changes(library: Library) -> Iterator[str]:
    for flow, state in _states(library):
        key = f"{flow.name}.{state.name}"
        line = Line("common.review.change", {"question_key": f"{key}.short"})
        if state.keep in ("record", "identity") and len(library.wording.text(line, SOURCE)) > LABEL:
            yield f"words/en.yaml: {key}.short: too long for its button on the check page"
        if len(f"{CHANGE}{key}".encode()) > CALLBACK:
            yield _fault(flow, state.name, "its name is too long for its button on the check page")


def _at(library: Library, flow: Flow, state: State) -> Snapshot:
    """Stand at a state with everything before it given at length."""
    frame = Frame(flow.name, flow.edition, state.name, trail=(flow.start,))
    kept = [s.name for s in flow.states.values() if s.keep in ("record", "identity")]
    given = {f"{flow.name}.{name}": Answer(parts=("w" * MESSAGE,), kind="record") for name in kept}
    root = Frame(library.root, "", library.current(library.root).start)
    return Snapshot((root, frame), stage="drafting", answers=given if state.review else {})


RULES: tuple[Rule, ...] = (
    no_way_there,
    no_way_out,
    no_way_to_safety,
    outcomes,
    consent_first,
    missing_words,
    words_for_nothing,
    unknown_signposts,
    too_long,
)
