"""The ways through the flows: what nothing leads to, what leads nowhere, what goes round for ever, what must
always be a tap away. Follows the flows as they are written, never a conversation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dialogs.consent import kept_before_consent
from dialogs.flow import Flow, State, Target
from dialogs.proofs.places import of_flow, of_state
from dialogs.proofs.proof import Proof, targets

Leads = Mapping[str, set[str]]

HARMLESS = frozenset({"forget", "discard", "clear", "close"})
"""Deeds that leave nothing behind."""
TYPING = "may_type"


def unreachable(proof: Proof) -> Iterator[str]:
    """States that nothing leads to."""
    for flow in proof.flows:
        entries = [flow.start, flow.again, *flow.on.values(), *(t.to for t in (*flow.stop, *flow.leave))]
        for name in flow.states.keys() - _reached(_leads(flow), {name for name in entries if name}):
            spot = of_state(flow, name)
            yield proof.at(spot, f"nothing leads to {name!r}; lead somebody here or take it out")


def uncalled(proof: Proof) -> Iterator[str]:
    """Flows that nothing calls."""
    called = {target.call for _, state in proof.states for target in targets(state)}
    root = proof.library.current(proof.library.root)
    for flow in proof.flows:
        if flow.name not in called | {root.name, *root.interrupts.values()}:
            yield proof.at(
                of_flow(flow, "flow"), f"nothing calls the flow {flow.name!r}; call it or take it out"
            )


def dead_ends(proof: Proof) -> Iterator[str]:
    """Targets that may all be refused, and screens whose buttons may all be hidden."""
    for flow, state in proof.states:
        for option, leads, path in _options(state):
            if leads and leads[-1].check and not _shown_only_then(state, option):
                spot = of_state(flow, state.name, *path)
                yield proof.at(spot, f"{option!r} may lead nowhere; end it with a target without 'if'")
        bare = state.ask == "choice" and not (state.list or state.end or state.review)
        if bare and state.choices and all(choice.check or choice.url for choice in state.choices):
            spot = of_state(flow, state.name, "choices")
            yield proof.at(spot, f"{state.name!r} may be without a button; give it a choice without 'if'")


def _options(state: State) -> Iterator[tuple[str, tuple[Target, ...], tuple[str, ...]]]:
    yield "next", state.next, ("next",)
    for choice in state.choices:
        yield choice.option, choice.targets, ("choices", choice.option)


def _shown_only_then(state: State, option: str) -> bool:
    return any(choice.option == option and choice.check for choice in state.choices)


def loops(proof: Proof) -> Iterator[str]:
    """States from which there is no way to an end; in the root flow, nor to where somebody is met again."""
    for flow in proof.flows:
        leads = _leads(flow)
        ends = {name for name, s in flow.states.items() if s.end or any(t.end for t in targets(s))}
        ends |= {flow.again} if flow.again else set()
        for name in flow.states.keys() - _reached(_backwards(leads), ends):
            spot = of_state(flow, name)
            yield proof.at(spot, f"from {name!r} the flow can never be left; lead to an end")


def silent_loops(proof: Proof) -> Iterator[str]:
    """States that are passed through without a screen and lead back to themselves."""
    for flow in proof.flows:
        silent = {name for name, state in flow.states.items() if state.silent}
        leads = {name: onward & silent for name, onward in _leads(flow).items() if name in silent}
        for name in silent:
            if name in _reached(leads, leads[name]):
                spot = of_state(flow, name)
                yield proof.at(spot, f"{name!r} leads back to itself without a screen; show something there")


def no_way_to_safety(proof: Proof) -> Iterator[str]:
    """A root flow without danger, help, privacy, stop or leave: they must work from every screen."""
    root = proof.library.current(proof.library.root)
    for name in ("emergency", "help", "privacy"):
        if name not in root.interrupts:
            spot = of_flow(root, "interrupts")
            yield proof.at(spot, f"there is no way to {name!r}; name the flow that it opens")
    for name, leads in (("stop", root.stop), ("leave", root.leave)):
        if not leads or leads[-1].check:
            spot = of_flow(root, name)
            yield proof.at(spot, f"there is no sure way to {name!r}; say where it leads, whatever holds")


def outcomes(proof: Proof) -> Iterator[str]:
    """Outcomes that a flow waits for and no flow ends with."""
    ends = {state.end for _, state in proof.states}
    ends |= {target.end for _, state in proof.states for target in targets(state)}
    for flow in proof.flows:
        for outcome in flow.on.keys() - ends:
            yield proof.at(of_flow(flow, "on", outcome), f"no flow ends with {outcome!r}; take it out")


def consent_first(proof: Proof) -> Iterator[str]:
    """Questions whose answers would be kept before the person agreed."""
    for flow, state in kept_before_consent(proof.library):
        spot = of_state(proof.library.current(flow), state, "keep")
        yield proof.at(spot, f"{state!r} keeps an answer before consent; ask for consent on the way")


def nothing_kept(proof: Proof) -> Iterator[str]:
    """Flows that only think with a person: no answer, no deed and no typing that leaves a trace."""
    for flow, state in proof.states:
        if not flow.private:
            continue
        if state.keep not in ("none", "private"):
            spot = of_state(flow, state.name, "keep")
            yield proof.at(spot, f"{state.name!r} keeps an answer in a private flow; write 'keep: private'")
        done = (*state.do, *(deed for target in targets(state) for deed in target.do))
        for deed in sorted(set(done) - HARMLESS):
            spot = of_state(flow, state.name)
            yield proof.at(
                spot, f"{state.name!r} does {deed!r} in a private flow; do it after the flow has ended"
            )
        yield from _typing(proof, flow, state)


def _typing(proof: Proof, flow: Flow, state: State) -> Iterator[str]:
    """Ways to a question for words that are open where a network can read along."""
    for option, leads, path in _options(state):
        guarded = any(choice.option == option and choice.check == TYPING for choice in state.choices)
        for target in leads if not guarded else ():
            if target.to and flow.states[target.to].ask != "choice" and target.check != TYPING:
                spot = of_state(flow, state.name, *path)
                yield proof.at(spot, f"{option!r} leads to typing in a private flow; give it 'if: {TYPING}'")


def _leads(flow: Flow) -> Leads:
    return {name: {t.to for t in targets(state) if t.to} for name, state in flow.states.items()}


def _backwards(leads: Leads) -> Leads:
    return {name: {other for other, onward in leads.items() if name in onward} for name in leads}


def _reached(leads: Leads, begin: set[str]) -> set[str]:
    """Follow the ways from these states, themselves included."""
    waiting, found = list(begin), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(leads[name])
    return found
