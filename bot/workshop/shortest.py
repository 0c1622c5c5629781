"""Makes a failing journey as short as it can be while it still fails in the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.workshop.talk import Step

EVENTS = ("press", "say", "command", "edit", "sent")
Fails = Callable[[Sequence[Step]], bool]


def shortest(steps: Sequence[Step], fails: Fails) -> list[Step]:
    """Take away whatever is not needed: halves first, then less, then single steps; then plain the rest."""
    left = list(steps)
    size = max(1, len(left) // 2)
    while True:
        shorter = _without(left, size, fails)
        if shorter is not None:
            left = shorter
        elif size > 1:
            size //= 2
        else:
            return _plainer(left, fails)


def _without(steps: list[Step], size: int, fails: Fails) -> list[Step] | None:
    for start in range(0, len(steps), size):
        shorter = steps[:start] + steps[start + size :]
        if fails(shorter):
            return shorter
    return None


def _plainer(steps: list[Step], fails: Fails) -> list[Step]:
    """Take out of each step what is said beside it, and say plain words where they do as well."""
    left = list(steps)
    for number, step in enumerate(left):
        for plainer in _simpler(step):
            tried = [*left[:number], plainer, *left[number + 1 :]]
            if fails(tried):
                left = tried
                break
    return left


def _simpler(step: Step) -> list[Step]:
    bare = {name: value for name, value in step.items() if name in EVENTS}
    plain = {**bare, "say": "my son"} if "say" in bare else bare
    return [simpler for simpler in (plain, bare) if simpler != step]
