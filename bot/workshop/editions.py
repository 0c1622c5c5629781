"""What a library is after its flows were changed while people were half-way: every other question that can
be skipped is gone, and the buttons stand in another order. For walks; nothing that is shipped uses it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from dialogs.flow import SKIP, Flow, State, Target, make_flow
from dialogs.library import Library


@lru_cache(maxsize=8)
def shorter(library: Library, *, kept: bool) -> Library:
    """Give the changed library; ``kept`` says whether the editions of before are still at hand."""
    flows = [changed(library.current(name)) for name in library.names()]
    made = Library(flows, library.wording, library.signposts, library.profile, library.root)
    if kept:
        for name in library.names():
            made.add(library.current(name))
    return made


def changed(flow: Flow) -> Flow:
    """Take every other question out that can be skipped to one place, and turn the buttons round."""
    held = {flow.start, flow.again, *flow.on.values(), *(t.to for t in (*flow.stop, *flow.leave))}
    spare = [name for name, state in flow.states.items() if name not in held and _onward(state)][::2]
    onward = {name: _onward(flow.states[name]) for name in spare}

    def led(target: Target) -> Target:
        to = target.to
        while to in onward:
            to = onward[to]
        return replace(target, to=to)

    def turned(state: State) -> State:
        choices = tuple(replace(c, targets=tuple(map(led, c.targets))) for c in reversed(state.choices))
        return replace(state, choices=choices, next=tuple(map(led, state.next)))

    states = {name: turned(state) for name, state in flow.states.items() if name not in onward}
    return make_flow(replace(flow, states=states))


def _onward(state: State) -> str:
    """Say where skipping leads, if it always leads to the same place and nowhere else."""
    found = [choice.targets for choice in state.choices if choice.option == SKIP]
    if len(found) != 1 or len(found[0]) != 1:
        return ""
    target = found[0][0]
    return "" if target.check or target.do or target.call or target.to == state.name else target.to
