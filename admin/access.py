"""Who may do what at the officers' door, as data: permissions, roles, who may admit whom, why one may read.

1. Deny by default: a permission that a role's row does not name is refused.
2. A key administrator and an auditor hold no key that opens content; an authoriser opens no concern.
3. Nothing here looks at a request or a row.
"""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What a route asks for. ``ANYONE`` needs no sign-in."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    SEE_CASES = "see_cases"
    WORK_CASES = "work_cases"
    SEE_OFFICERS = "see_officers"
    ADMIT = "admit"


ROLES: dict[str, frozenset[Permission]] = {
    "officer": frozenset(
        {
            Permission.SIGNED_IN,
            Permission.SEE_CASES,
            Permission.WORK_CASES,
            Permission.SEE_OFFICERS,
            Permission.ADMIT,
        }
    ),
    "supervisor": frozenset(
        {
            Permission.SIGNED_IN,
            Permission.SEE_CASES,
            Permission.WORK_CASES,
            Permission.SEE_OFFICERS,
            Permission.ADMIT,
        }
    ),
    "authoriser": frozenset({Permission.SIGNED_IN, Permission.SEE_OFFICERS, Permission.ADMIT}),
    "keyadmin": frozenset({Permission.SIGNED_IN, Permission.SEE_OFFICERS}),
    "auditor": frozenset({Permission.SIGNED_IN}),
}

ROLE_NAMES: dict[str, str] = {
    "officer": "Officer",
    "supervisor": "Supervisor",
    "authoriser": "Authoriser",
    "keyadmin": "Key administrator",
    "auditor": "Auditor",
}

HOMES: dict[str, str] = {
    "officer": "/queue",
    "supervisor": "/queue",
    "authoriser": "/officers",
    "keyadmin": "/officers",
    "auditor": "/account",
}

TEAM_OF: dict[str, str] = {"officer": "team", "supervisor": "team", "authoriser": "authorisers"}

READING_REASONS: dict[str, str] = {
    "mine": "I am working on this case",
    "danger": "Someone may be in danger now",
    "cover": "I am covering for a colleague",
    "supervision": "I am supervising or reviewing this case",
    "link": "I am checking for a link with another concern",
    "request": "A lawful request, such as subject access or disclosure",
}


def may(role: str, permission: Permission) -> bool:
    """Say whether a role holds a permission."""
    return permission is Permission.ANYONE or permission in ROLES.get(role, frozenset())


def may_admit(colleague: str, newcomer: str, authorisers_exist: bool) -> bool:
    """Say whether someone of the first role may admit someone of the second.

    Only an authoriser holds what a second authoriser needs. The first one is admitted by an officer or a
    supervisor, who makes the authorisers' key for them and never holds it.
    """
    if newcomer == "authoriser":
        return colleague == "authoriser" if authorisers_exist else colleague in ("officer", "supervisor")
    return newcomer in ROLES and colleague in ("officer", "supervisor")
