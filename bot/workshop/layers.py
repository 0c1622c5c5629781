"""Places the states of a flow in rows, for a drawing: each row one move further from the beginning, with few
lines that cross. Pure arithmetic: the same flow always stands the same way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS = 12
Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Layers:
    """Rows of names, top to bottom. ``ways`` says through which places in the rows between an edge runs; an
    edge that leads upwards or stays in its row has none.
    """

    rows: tuple[tuple[str, ...], ...]
    ways: Mapping[Edge, tuple[str, ...]] = field(default_factory=dict)


def arrange(start: str, names: Sequence[str], edges: Iterable[Edge]) -> Layers:
    """Place every name in a row, and order the rows."""
    known = [edge for edge in dict.fromkeys(edges) if edge[0] != edge[1]]
    rank = _ranks(start, names, known)
    rows: list[list[str]] = [[] for _ in range(max(rank.values()) + 1)]
    for name in names:
        rows[rank[name]].append(name)
    ways: dict[Edge, tuple[str, ...]] = {}
    for one, other in known:
        if rank[other] > rank[one]:
            between = tuple(f"{one}>{other}@{row}" for row in range(rank[one] + 1, rank[other]))
            for row, place in enumerate(between, rank[one] + 1):
                rows[row].append(place)
            ways[one, other] = between
    _uncross(rows, [step for edge, way in ways.items() for step in _steps(edge, way)])
    return Layers(tuple(map(tuple, rows)), ways)


def _ranks(start: str, names: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """Count the moves from the start; what nothing leads to begins beside it."""
    rank: dict[str, int] = {}
    for first in (start, *names):
        if first in rank:
            continue
        rank[first] = 0 if first == start else 1
        waiting = deque([first])
        while waiting:
            here = waiting.popleft()
            for one, other in edges:
                if one == here and other not in rank:
                    rank[other] = rank[here] + 1
                    waiting.append(other)
    return rank


def _steps(edge: Edge, way: tuple[str, ...]) -> list[Edge]:
    stops = (edge[0], *way, edge[1])
    return list(pairwise(stops))


def _uncross(rows: list[list[str]], steps: Sequence[Edge]) -> None:
    """Sort each row by where its neighbours stand, down and up again."""
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for one, other in steps:
        above.setdefault(other, []).append(one)
        below.setdefault(one, []).append(other)
    for sweep in range(SWEEPS):
        near = above if sweep % 2 == 0 else below
        order = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
        for number in order:
            beside = rows[number - 1] if sweep % 2 == 0 else rows[number + 1]
            place = {name: at / max(1, len(beside) - 1) for at, name in enumerate(beside)}
            own = {name: at / max(1, len(rows[number]) - 1) for at, name in enumerate(rows[number])}
            rows[number].sort(key=lambda n, p=place, o=own: _middle(near.get(n, []), p, o[n]))  # type: ignore[misc]  # bound early


def _middle(near: Sequence[str], place: Mapping[str, float], own: float) -> float:
    found = [place[name] for name in near if name in place]
    return sum(found) / len(found) if found else own
