"""A thousand conversations under way at every state, and five changes of the questions they stand among:
nobody is stuck, no answer is lost, and what was counted beforehand is what then happens.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest

from bot.workshop.people import Person, beginning
from bot.workshop.talk import Talk, place
from bot.workshop.ways import Ends, moves
from dialogs import engine
from dialogs.facts import Facts
from dialogs.flow import Choice, Flow, State, Target, make_flow
from dialogs.library import Library, load_library
from dialogs.migrations import Migrations, make_migrations
from dialogs.moving import Moved, Note, move
from dialogs.snapshot import Answer, Snapshot, dumps, loads

PEOPLE = 1000
Live = tuple[Snapshot, Facts]


@cache
def shipped() -> Library:
    """The flows of today."""
    return load_library("west_midlands")


def standing(library: Library) -> set[str]:
    """Every place where a conversation can stand."""
    flows = [library.current(name) for name in library.names()]
    return {
        f"{flow.name}.{name}"
        for flow in flows
        for name, state in flow.states.items()
        if not state.silent and not state.end
    }


def wandering() -> Iterator[Live]:
    """Where made-up people stand, turn after turn."""
    number = 0
    while True:
        chance = random.Random(f"editions/{number}")
        talk, person = Talk(shipped(), beginning(chance, "en")), Person(chance)
        for _ in range(person.turns):
            for step in person.next(talk):
                if "editions" not in step:
                    talk.take(step)
            if talk.snapshot.stage == "ended":
                break
            yield talk.snapshot, talk.facts
        number += 1


def one_step_on(people: list[Live], missing: set[str]) -> Iterator[tuple[str, Live]]:
    """Places that few people pass, one press from somewhere else on a day when things stand differently."""
    for snapshot, facts in people:
        for otherwise in (
            {"open": True, "two_people": True},
            {"open": False},
            {"door": "web"},
            {"door": "telegram"},
        ):
            today = replace(facts, **otherwise)
            for _, event in moves(shipped(), snapshot, today):
                after = engine.advance(shipped(), snapshot, event, today).snapshot
                if place(after) in missing:
                    yield place(after), (after, today)


@cache
def a_thousand() -> tuple[Live, ...]:
    """A thousand conversations: at most some at each place, until every place has somebody."""
    found: dict[str, list[Live]] = {name: [] for name in standing(shipped())}
    crowd = wandering()
    for _ in range(PEOPLE * 4):
        live = next(crowd)
        at = found.get(place(live[0]), [])
        if len(at) < 40:
            at.append(live)
    missing = {name for name, people in found.items() if not people}
    near = [live for people in found.values() for live in people[:6]]
    for name, live in one_step_on(near, missing) if missing else ():
        found[name].append(live)
    first = [people[0] for people in found.values() if people]
    rest = [live for people in found.values() for live in people[1:]]
    random.Random("a thousand").shuffle(rest)
    return tuple((first + rest)[:PEOPLE])


def led(state: State, to: Mapping[str, str]) -> State:
    """A state with its ways led elsewhere."""

    def other(targets: tuple[Target, ...]) -> tuple[Target, ...]:
        return tuple(replace(target, to=to.get(target.to, target.to)) for target in targets)

    choices = tuple(replace(choice, targets=other(choice.targets)) for choice in state.choices)
    return replace(state, choices=choices, next=other(state.next))


def all_led(flow: Flow, to: Mapping[str, str]) -> dict[str, State]:
    """Every state of a flow with its ways led elsewhere."""
    return {name: led(state, to) for name, state in flow.states.items()}


def named(states: dict[str, State], *new: State) -> dict[str, State]:
    """With more states."""
    return states | {state.name: state for state in new}


def without(states: dict[str, State], name: str) -> dict[str, State]:
    """With one state fewer."""
    return {key: state for key, state in states.items() if key != name}


def renamed(flow: Flow) -> dict[str, State]:
    """*noticed* is called *seen*."""
    states = all_led(flow, {"noticed": "seen"})
    return named(without(states, "noticed"), replace(states["noticed"], name="seen"))


def removed(flow: Flow) -> dict[str, State]:
    """*relation* is no more asked."""
    return without(all_led(flow, {"relation": "how"}), "relation")


def inserted(flow: Flow) -> dict[str, State]:
    """*sure* is asked after *how*."""
    states = dict(flow.states)
    onward = (Target(to="since"),)
    sure = State("sure", keep="record", choices=(Choice("yes", onward), Choice("skip", onward)))
    return named(states, led(states["how"], {"since": "sure"}), sure)


def reordered(flow: Flow) -> dict[str, State]:
    """*where* is asked before *change*."""
    states = flow.states
    since = led(states["since"], {"change": "where"})
    where = led(states["where"], {"call_them": "change"})
    return named(dict(states), since, where, led(states["change"], {"where": "call_them"}))


def split(flow: Flow) -> dict[str, State]:
    """*know* becomes *know_who* and *know_when*."""
    states = all_led(flow, {"know": "know_who"})
    when = replace(states["know"], name="know_when")
    who = led(replace(states["know"], name="know_who"), {"children": "know_when"})
    return named(without(states, "know"), who, when)


CHANGES = {
    "rename": (renamed, "rename: {noticed: seen}", "renamed", "noticed", "seen"),
    "remove": (removed, "remove: {relation: how}", "removed", "relation", "how"),
    "insert": (inserted, "insert: [sure]", "", "", ""),
    "reorder": (reordered, "reorder: [where, change]", "reordered", "change", "where"),
    "split": (split, "split: {know: [know_who, know_when]}", "split", "know", "know_who"),
}


def changed(kind: str) -> tuple[Library, Migrations, Flow, Flow]:
    """The library after one change, and the migration that goes with it."""
    before = shipped()
    make, said, *_ = CHANGES[kind]
    old = before.current("family")
    on = {outcome: to for outcome, to in old.on.items() if to in make(old)}
    new = make_flow(replace(old, states=make(old), on=on))
    flows = [new, *(before.current(name) for name in before.names() if name != "family")]
    after = Library(flows, before.wording, before.signposts, before.profile)
    after.add(old)
    name = f"family-{old.edition}-{new.edition}.yaml"
    text = f"flow: family\nfrom: {old.edition}\nto: {new.edition}\n{said}\n"
    return after, make_migrations({name: text}, after), old, new


def given(snapshot: Snapshot) -> Counter[Answer]:
    """Every answer, wherever it is found."""
    return Counter(snapshot.answers.values())


def test_there_are_a_thousand_and_somebody_at_every_place() -> None:
    """No place where a conversation can stand is left out."""
    people = a_thousand()
    assert len(people) == PEOPLE
    assert {place(snapshot) for snapshot, _ in people} == standing(shipped())
    assert sum(bool(snapshot.answers) for snapshot, _ in people) > PEOPLE / 4


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_moves_everybody_and_loses_nothing(kind: str) -> None:
    """0 stuck, 0 answers lost; counted beforehand and counted from what happened, the figures are equal."""
    library, migrations, old, new = changed(kind)
    ends = Ends(library)
    dry = Counter(note for snapshot, _ in a_thousand() for note in move(library, migrations, snapshot).notes)
    done: Counter[Note] = Counter()
    stuck = lost = 0
    for snapshot, facts in a_thousand():
        moved = move(library, migrations, loads(dumps(snapshot)))
        after = moved.snapshot
        done.update(happened(kind, snapshot, after, old, new))
        lost += given(snapshot) != given(after) or (snapshot.kept, snapshot.size) != (after.kept, after.size)
        stuck += not _goes_on(library, ends, after, facts)
        stays = old.edition if after.private else new.edition
        assert all(frame.edition == stays for frame in after.frames if frame.flow == "family")
        assert move(library, migrations, after).snapshot == after
    assert (stuck, lost) == (0, 0)
    assert {note: n for note, n in dry.items() if note.what not in ("on", "unworded")} == done
    thinking = sum(snapshot.private for snapshot, _ in a_thousand())
    assert done[Note("moves", "family", old.edition, to=new.edition)] == PEOPLE - thinking


def happened(kind: str, before: Snapshot, after: Snapshot, old: Flow, new: Flow) -> set[Note]:
    """What became of one conversation, told from its two ends only."""
    _, _, what, state, to = CHANGES[kind]
    if before.private:
        return {Note("ends", "family", old.edition, to=new.edition)}
    notes = {Note("moves", "family", old.edition, to=new.edition)}
    stood = any(f.flow == "family" and f.state == state for f in before.frames)
    stands = any(f.flow == "family" and f.state == to for f in after.frames)
    if what in ("renamed", "removed", "split") and stood:
        notes.add(Note(what, "family", old.edition, state, to))  # type: ignore[arg-type]  # one of these
    if what == "reordered":
        for one, other in ((state, to), (to, state)):
            was = any(f.flow == "family" and f.state == one and not f.resume for f in before.frames)
            if was and [f.state for f in before.frames] != [f.state for f in after.frames]:
                notes.add(Note("reordered", "family", old.edition, one, other))
    key, name = f"family.{state}", f"family.{to}"
    if key in before.answers and key not in after.answers:
        assert name in after.answers
        notes.add(Note("answer", "family", old.edition, state, to))
    assert stood <= (stands or what in ("", "removed", "reordered"))
    return notes


def _goes_on(library: Library, ends: Ends, snapshot: Snapshot, facts: Facts) -> bool:
    """Every button does what it says, and an end is within reach."""
    for _, event in moves(library, snapshot, facts):
        if not engine.advance(library, snapshot, event, facts).effects:
            return False
    return ends.within_reach(snapshot, facts)


@pytest.mark.parametrize("kind", CHANGES)
def test_without_a_migration_everybody_ends_on_the_edition_they_began(kind: str) -> None:
    """The earlier edition is at hand: nobody moves and nobody is stuck."""
    library, _, old, _ = changed(kind)
    ends = Ends(library)
    for snapshot, facts in a_thousand()[:: 1 if kind == "split" else 10]:
        moved: Moved = move(library, Migrations(), snapshot)
        assert moved.snapshot == snapshot
        assert any((note.what, note.edition) == ("ends", old.edition) for note in moved.notes)
        assert _goes_on(library, ends, snapshot, facts)
