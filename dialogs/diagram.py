"""A flow as a Mermaid state diagram, so that people who read no YAML can see it. The same flow always gives
the same text.
"""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.flow import Flow, State, Target


def draw_flow(flow: Flow) -> str:
    """Draw one flow."""
    return "\n".join(["stateDiagram-v2", *(f"    {line}" for line in _lines(flow)), ""])


def _lines(flow: Flow) -> Iterator[str]:
    yield f"[*] --> {flow.start}"
    for state in flow.states.values():
        yield from _state(state)
    for outcome, name in flow.on.items():
        yield f"[*] --> {name}: after {outcome}"
    for event, targets in (("again", (Target(to=flow.again),)), ("stop", flow.stop), ("leave", flow.leave)):
        for target in targets:
            if target.to:
                yield f"[*] --> {target.to}: {event}{_condition(target)}"


def _state(state: State) -> Iterator[str]:
    if state.keep != "none":
        yield f"{state.name}: {state.name} ({state.keep})"
    if state.end:
        yield f"{state.name} --> [*]: {state.end}"
    for target in state.next:
        yield _arrow(state, "next", target)
    for choice in state.choices:
        for target in choice.targets:
            yield _arrow(state, choice.option, target, choice.check)


def _arrow(state: State, event: str, target: Target, check: str = "") -> str:
    shown = f" [{check}]" if check else _condition(target)
    deeds = f" / {', '.join(target.do)}" if target.do else ""
    where = target.to or "[*]"
    over = f" → {target.call}" if target.call else f" ■ {target.end}" if target.end else ""
    return f"{state.name} --> {state.name if target.call else where}: {event}{shown}{deeds}{over}"


def _condition(target: Target) -> str:
    return f" [{target.check}]" if target.check else ""
