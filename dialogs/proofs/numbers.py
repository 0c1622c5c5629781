"""Signposts: that the catalogue knows them, may show them, and is not out of date. Calls no number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from dialogs.proofs.places import SIGNPOSTS, Spot, of_state
from dialogs.proofs.proof import Proof
from dialogs.signposts import FORCES, MATCHED

MONTHS = 6
"""Months after which a number must be looked at again."""
LINKS = ("website", "referral")
"""Links that are not of the catalogue."""
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-\d{2})?")


def unknown_signposts(proof: Proof) -> Iterator[str]:
    """Signposts and links that the catalogue does not know or may not show."""
    entries = proof.library.signposts.entries
    for flow, state in proof.states:
        named: list[tuple[str, tuple[str, ...]]] = [(name, ("signposts", name)) for name in state.signposts]
        named += [
            (c.url, ("choices", c.option, "url")) for c in state.choices if c.url and c.url not in LINKS
        ]
        for name, path in named:
            spot = of_state(flow, state.name, *path)
            if name not in (*entries, *FORCES, MATCHED):
                yield proof.at(spot, f"unknown signpost {name!r}; put it into signposts.yaml first")
            elif name in entries and not entries[name].shown:
                yield proof.at(spot, f"signpost {name!r} is switched off; have it confirmed first")


def old_signposts(proof: Proof) -> Iterator[str]:
    """Entries that may be shown, and were last looked at too long ago."""
    for name, entry in proof.library.signposts.entries.items():
        profile = f"profiles/{proof.library.profile.key}.toml"
        spot = Spot(profile if entry.own else SIGNPOSTS, (name, "checked"))
        found = MONTH.fullmatch(entry.checked)
        if entry.shown and not found:
            yield proof.at(spot, f"{name!r} was checked on {entry.checked!r}; write the month, as 2026-11")
        elif entry.shown and found and _since(int(found[1]), int(found[2]), proof.today) > MONTHS:
            what = f"{name!r} was checked in {entry.checked}, over {MONTHS} months ago"
            yield proof.at(spot, f"{what}; look at its source, then write the month")


def _since(year: int, month: int, today: date) -> int:
    return (today.year - year) * 12 + today.month - month
