"""The force profile: what differs between forces, as data. Nothing of any one force stands in code or in flows.

``profiles/<name>.toml``::

    name = "West Midlands Police"        # the force, as people read it: the blank {force}
    short = "WMP"
    [numbers]                            # blanks for words: {non_emergency} ...; never a number of its own where the catalogue has it
    [areas]                              # key = "Name": the choices of a state with ``options: areas``, in this order
    birmingham = "Birmingham"
    [referral]                           # the partners' form by area; "default" where an area has none of its own
    default = "https://..."
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Profile:
    """One force."""

    key: str
    name: str
    short: str = ""
    areas: Mapping[str, str] = field(default_factory=dict)
    referral: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
