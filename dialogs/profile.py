"""The force profile: what differs between forces, as data. Nothing of one force stands in code or flows.

``profiles/<name>.toml``::

    name = "Heddlu Glannau"              # as people read it: the blank {force}
    short = "Glannau"                    # the blank {force_short}
    first_look_hours = 12                # within which a person reads every concern
    telegram = "full"                    # full, door or off
    [areas]                              # key = "Name": the choices of a state with `list: areas`
    ynys_frwyn = "Ynys Frwyn"
    [teams]                              # the team that looks at an area first, by area
    ynys_frwyn = "Tîm y Gogledd"
    [referral]                           # the partners' form by area, or "default"
    default = "https://..."
    [signposts.contest]                  # the force's own entries (``FORCES``), or fields of the catalogue's
    value = "..."
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dialogs.errors import FlowError

KINDS: dict[str, type] = {
    "name": str,
    "short": str,
    "first_look_hours": int,
    "telegram": str,
    "areas": dict,
    "teams": dict,
    "referral": dict,
    "signposts": dict,
}
POLICIES = ("full", "door", "off")


@dataclass(frozen=True, slots=True)
class Profile:
    """One force."""

    key: str
    name: str
    short: str = ""
    first_look_hours: int = 12
    telegram: Literal["full", "door", "off"] = "full"
    areas: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    referral: Mapping[str, str] = field(default_factory=dict)
    signposts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def blanks(self) -> dict[str, str]:
        """What it fills in everywhere."""
        return {"force": self.name, "force_short": self.short, "hours": str(self.first_look_hours)}

    def referral_for(self, area: str) -> str:
        """Give the partners' form for this area, or nothing where the force has none."""
        return self.referral.get(area, self.referral.get("default", ""))


def read_profile(text: str, key: str) -> Profile:
    """Read one profile. Raises ``FlowError`` with every fault at once."""
    name = f"profiles/{key}.toml"
    try:
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FlowError([f"{name}:1:1: this is not TOML: {error}"]) from None
    faults = [
        f"{name}:1:1: unknown setting {k!r}; known: {', '.join(KINDS)}" for k in body.keys() - KINDS.keys()
    ]
    for field_name, kind in KINDS.items():
        if field_name in body and not isinstance(body[field_name], kind):
            faults.append(f"{name}:1:1: {field_name!r} must be of the kind {kind.__name__}")
    if "name" not in body:
        faults.append(f"{name}:1:1: 'name' is missing; it is the force as people read it")
    if body.get("telegram", "full") not in POLICIES:
        faults.append(f"{name}:1:1: 'telegram' is one of {', '.join(POLICIES)}")
    for table in ("teams", "referral"):
        for area in body.get(table, {}).keys() - body.get("areas", {}).keys() - {"default"}:
            faults.append(f"{name}:1:1: {table!r} names {area!r}, which is not an area of this force")
    if faults:
        raise FlowError(sorted(faults))
    return Profile(key=key, **body)
