"""Follows every way through the flows to see where something is kept that nobody agreed to. Never runs a
conversation.

A way counts as consented after the deed ``consent``, and behind a check that only holds for what was agreed
to or sent. A flow that is called counts as consented only if every place that calls it is; one that
interrupts never does, because it can come first.
"""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.flow import Flow, Target
from dialogs.library import Library

AGREED = frozenset({"consented", "was_sent", "something_kept"})

Places = dict[tuple[str, str], bool]


def kept_before_consent(library: Library) -> list[tuple[str, str]]:
    """List flow and state of every question that can be reached without consent and keeps its answer."""
    flows = {name: library.current(name) for name in library.names()}
    entered = dict.fromkeys(flows, True)
    root = flows[library.root]
    entered |= {root.name: False, **dict.fromkeys(root.interrupts.values(), False)}
    ended: dict[str, bool] = {}
    while True:
        places: Places = {}
        calls, ends = dict(entered), dict(ended)
        for flow in flows.values():
            _follow(flow, entered[flow.name], ended, places, calls, ends)
        if calls == entered and ends == ended:
            break
        entered, ended = calls, ends
    keeps = ("record", "identity")
    return [at for at, agreed in places.items() if not agreed and flows[at[0]].states[at[1]].keep in keeps]


def _follow(
    flow: Flow,
    agreed: bool,
    ended: dict[str, bool],
    places: Places,
    calls: dict[str, bool],
    ends: dict[str, bool],
) -> None:
    waiting = [(flow.start, agreed), *((state, ended.get(out, True)) for out, state in flow.on.items())]
    while waiting:
        name, agreed = waiting.pop()
        if not name or (places.get((flow.name, name), True) <= agreed and (flow.name, name) in places):
            continue
        places[flow.name, name] = agreed
        for target, after in _onward(flow, name, agreed):
            if target.call:
                calls[target.call] = calls[target.call] and after
            elif target.end:
                ends[target.end] = ends.get(target.end, True) and after
            else:
                waiting.append((target.to, after))


def _onward(flow: Flow, name: str, agreed: bool) -> Iterator[tuple[Target, bool]]:
    state = flow.states[name]
    agreed = agreed or "consent" in state.do or "file" in state.do or "file_urgent" in state.do
    if state.end:
        yield Target(end=state.end), agreed
    for target in (*state.next, *(target for choice in state.choices for target in choice.targets)):
        yield target, (agreed or "consent" in target.do or target.check in AGREED)
