"""A flow as an SVG picture: states in rows, lines for the moves that lead on, and in each box what leads
back or into another flow. No script, no font and no address of anything outside; the same flow always
gives the same text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from bot.workshop.layers import Edge, Layers, arrange
from dialogs.flow import Flow, State, Target

WIDE, HIGH, NOTE, LANE = 196, 46, 15, 34
ACROSS, DOWN, EDGE = 22, 74, 40
LINE = 25
"""Characters of a label that fit between two boxes."""
BOX = 32
SOME = 2
KEEPS = {
    "none": "",
    "draft": "for branching",
    "record": "sealed record",
    "identity": "two people",
    "private": "memory only",
}
ASKS = {"choice": "", "words": "words", "line": "one line"}
STYLE = (
    "text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1d2733}"
    ".n{font-weight:600}.s{font-size:11px;fill:#44525f}.u{font-size:11px;fill:#8a4a12}"
    ".l{font-size:11px;fill:#31404d;paint-order:stroke;stroke:#fff;stroke-width:4px}"
    "rect{fill:#f4f7f9;stroke:#52677a;stroke-width:1.3}"
    ".record rect{fill:#e4f1e8;stroke:#2d6a45}.identity rect{fill:#f3e6f1;stroke:#7b3a70}"
    ".draft rect{fill:#fdf4dd;stroke:#8a6a12}.end rect{fill:#2c3b48;stroke:#2c3b48}"
    ".end .n,.end .s{fill:#fff}path{fill:none;stroke:#6a7c8c;stroke-width:1.4}"
)
TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto">'
    '<path d="M0 0L8 4L0 8z" style="fill:#6a7c8c;stroke:none"/></marker></defs>'
)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a box stands: its middle, its top and its bottom, and the bottom of its row."""

    x: float
    top: float
    bottom: float
    floor: float
    lane: bool = False


def picture(flow: Flow) -> str:
    """Draw one flow."""
    labels = _labels(flow)
    inside = [edge for edge in labels if edge[1] in flow.states]
    layers = arrange(flow.start, list(flow.states), inside)
    notes = _notes(flow, labels, layers)
    spots, width, height = _spots(layers, notes)
    lines = [_line(edge, labels[edge], layers, spots, n) for n, edge in enumerate(layers.ways)]
    boxes = [_box(flow.states[name], spots[name], notes[name], name == flow.start) for name in flow.states]
    size = f"{width + 2 * EDGE:g} {height + 2 * EDGE:g}"
    wide, high = size.split()
    count = f"{len(flow.states)} states, beginning at {flow.start}."
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{wide}" height="{high}" '
        'role="img" aria-labelledby="title desc">',
        f'<title id="title">The flow {escape(flow.name)}</title>',
        f'<desc id="desc">{escape(count)} {escape(_told(flow))}</desc>',
        f"<style>{STYLE}</style>",
        TIP,
        '<rect width="100%" height="100%" style="fill:#fff;stroke:none"/>',
        f'<g transform="translate({EDGE} {EDGE})">',
        *lines,
        *boxes,
        "</g>",
        "</svg>",
        "",
    ]
    return "\n".join(parts)


def _told(flow: Flow) -> str:
    """Say the picture in words, for those who cannot see it."""
    ends = [state.name for state in flow.states.values() if state.end]
    asked = [state.name for state in flow.states.values() if state.keep in ("record", "identity")]
    kept = f"Kept: {', '.join(asked)}. " if asked else "Nothing is kept. "
    return f"{kept}It ends at {', '.join(ends)}." if ends else kept.strip()


def _labels(flow: Flow) -> dict[Edge, list[str]]:
    """List what leads from where to where: the options, by the two ends of their line."""
    found: dict[Edge, list[str]] = {}
    for state in flow.states.values():
        for option, target, check in _moves(state):
            where = f"→ {target.call}" if target.call else target.to or f"■ {target.end}"
            condition = check or target.check
            said = f"{option} [{condition}]" if condition else option
            found.setdefault((state.name, where), []).append(said)
    return found


def _moves(state: State) -> Iterator[tuple[str, Target, str]]:
    for target in state.next:
        yield (state.list or "next"), target, ""
    for choice in state.choices:
        for target in choice.targets:
            yield choice.option, target, choice.check


def _notes(flow: Flow, labels: Mapping[Edge, list[str]], layers: Layers) -> dict[str, list[str]]:
    """List for each state what is not drawn as a line: ways back, beside, into another flow and out."""
    notes: dict[str, list[str]] = {name: [] for name in flow.states}
    for (one, other), said in labels.items():
        if (one, other) not in layers.ways:
            mark = "" if other[0] in "→■" else "↺ " if one == other else "↑ "
            notes[one].append(f"{mark}{other}: {', '.join(said)}")
    return notes


def _spots(layers: Layers, notes: Mapping[str, list[str]]) -> tuple[dict[str, _Spot], float, float]:
    """Give every name its place."""

    def room(name: str) -> float:
        return LANE if "@" in name else WIDE + ACROSS

    def high(name: str) -> float:
        return HIGH + NOTE * len(notes.get(name, ()))

    widths = [sum(map(room, row)) for row in layers.rows]
    widest = max(widths)
    spots: dict[str, _Spot] = {}
    top = 0.0
    for number, row in enumerate(layers.rows):
        x = (widest - widths[number]) / 2
        tall = max(map(high, row))
        for name in row:
            lane = "@" in name
            spots[name] = _Spot(
                x + room(name) / 2, top, top + (tall if lane else high(name)), top + tall, lane
            )
            x += room(name)
        top += tall + DOWN
    return spots, widest, top - DOWN


def _line(edge: Edge, said: list[str], layers: Layers, spots: Mapping[str, _Spot], number: int) -> str:
    stops = [spots[edge[0]], *(spots[name] for name in layers.ways[edge]), spots[edge[1]]]
    whole = f"{edge[0]} to {edge[1]}: {', '.join(said)}"
    some = ", ".join(said[:SOME]) + (f" +{len(said) - SOME}" if len(said) > SOME else "")
    x, y = _beside(stops, number)
    text = f'<text class="l" x="{x:g}" y="{y:g}" text-anchor="middle">{escape(_cut(some, LINE))}</text>'
    path = f'<path d="{_down(stops)}" marker-end="url(#tip)"/>'
    return f"<g><title>{escape(whole)}</title>{path}{text}</g>"


def _down(stops: list[_Spot]) -> str:
    x, y = stops[0].x, stops[0].bottom
    path = f"M{x:g} {y:g}"
    if stops[0].floor > y:
        y = stops[0].floor
        path += f"L{x:g} {y:g}"
    for stop in stops[1:]:
        middle = (y + stop.top) / 2
        path += f"C{x:g} {middle:g} {stop.x:g} {middle:g} {stop.x:g} {stop.top:g}"
        x, y = stop.x, stop.top
        if stop.lane:
            y = stop.bottom
            path += f"L{x:g} {y:g}"
    return path


def _beside(stops: list[_Spot], number: int) -> tuple[float, float]:
    """Find where a label is least in the way: lines that leave one box say it at several heights."""
    one, other = stops[-2], stops[-1]
    share = (0.5, 0.68, 0.34)[number % 3]
    curve = share * share * (3 - 2 * share)
    y = one.floor + (other.top - one.floor) * share + 4
    return round(one.x + (other.x - one.x) * curve, 1), round(y, 1)


def _box(state: State, spot: _Spot, notes: list[str], first: bool) -> str:
    kind = "end" if state.end else state.keep
    deeds = f"does {', '.join(state.do)}" if state.do else ""
    said = [ASKS[state.ask], KEEPS[state.keep], "check page" if state.review else "", deeds]
    said = [f"ends: {state.end}", deeds] if state.end else said
    under = " · ".join(part for part in ("begins here" if first else "", *said) if part)
    lines = [_text("n", spot.x, spot.top + (20 if under else 27), state.name)]
    if under:
        lines.append(_text("s", spot.x, spot.top + 36, under))
    for number, note in enumerate(notes):
        lines.append(_text("u", spot.x, spot.top + HIGH + 4 + NOTE * number, note))
    x, high = spot.x - WIDE / 2, spot.bottom - spot.top
    shape = f'<rect x="{x:g}" y="{spot.top:g}" width="{WIDE}" height="{high:g}" rx="6"/>'
    told = "\n".join((state.name, under, *notes))
    return f'<g class="{kind}"><title>{escape(told)}</title>{shape}{"".join(lines)}</g>'


def _text(kind: str, x: float, y: float, said: str) -> str:
    shown = escape(_cut(said, BOX))
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="middle">{shown}</text>'


def _cut(said: str, longest: int) -> str:
    return said if len(said) <= longest else said[: longest - 1] + "…"
