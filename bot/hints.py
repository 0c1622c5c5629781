"""What a network says about the language somebody may want: a hint, taken only for a language that is open
for reporting. Keeps nothing, and guesses nothing from a name or a place.
"""

from __future__ import annotations

from collections.abc import Mapping

MOST = 10


def accepted(header: str) -> str:
    """Name the languages of an ``Accept-Language`` header, the most wanted first, with commas between."""
    wanted: list[tuple[float, str]] = []
    for part in header[:500].split(",")[:MOST]:
        code, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), code.strip()))
        except ValueError:
            continue
    return ",".join(code for _, code in sorted(wanted, key=lambda pair: pair[0]) if code and code.isascii())


def of_route(route: Mapping[str, object]) -> str:
    """Name the languages that the way to an address tells of."""
    return str(route.get("language") or route.get("locale") or "")
