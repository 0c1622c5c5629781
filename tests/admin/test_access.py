"""Every route against every role, and against nobody: generated from the table of routes, expected in a table
of its own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from admin.access import HOMES, READING_REASONS, ROLE_NAMES, ROLES, Permission, may, may_admit
from admin.routes import ROUTES, Route
from tests.admin.door import TestDoor, Visitor, a_door

TEAM = {"officer", "supervisor"}
EVERYONE = set(ROLES)

# Which roles may use which route. A new route without a line here fails; so does a line without a route.
EXPECTED: dict[str, set[str]] = {
    "GET /": EVERYONE | {"nobody"},
    "GET /static/{name:.+}": EVERYONE | {"nobody"},
    "GET /sign-in": EVERYONE | {"nobody"},
    "POST /sign-in": EVERYONE | {"nobody"},
    "POST /sign-out": EVERYONE,
    "GET /account": EVERYONE,
    "POST /account/sign-out-everywhere": EVERYONE,
    "GET /queue": TEAM,
    "GET /cases/{reference}": TEAM,
    "POST /cases/{reference}/pick-up": TEAM,
    "POST /cases/{reference}/put-back": TEAM,
    "GET /cases/{reference}/reading": TEAM,
    "POST /cases/{reference}/reading": TEAM,
    "POST /cases/{reference}/notes": TEAM,
    "POST /cases/{reference}/replies": TEAM,
    "POST /cases/{reference}/moves": TEAM,
    "GET /cases/{reference}/closing": TEAM,
    "POST /cases/{reference}/closing": TEAM,
    "POST /alarms/{alarm}/acknowledgement": TEAM,
    "GET /officers": EVERYONE - {"auditor"},
    "POST /officers/{login}/admission": TEAM | {"authoriser"},
}


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


async def ask(visitor: Visitor, route: Route, values: dict[str, str]) -> int:
    """Ask for a route as it stands, with an empty but honest form; nothing it names exists."""
    path = route.path.replace("{name:.+}", "icon.svg").replace("{reference}", "ZZZZ-ZZZZ")
    path = path.replace("{alarm}", "0" * 32).replace("{login}", "no-such-login")
    if route.method == "GET":
        return (await visitor.ask("GET", path)).status
    headers = {"Sec-Fetch-Site": "same-origin"}
    return (await visitor.ask("POST", path, data=values, headers=headers)).status


def test_every_route_has_its_line_and_every_line_its_route() -> None:
    """The matrix is whole: write down here who may use a new route."""
    assert {named(route) for route in ROUTES} == set(EXPECTED)
    assert len(ROUTES) == len(EXPECTED)


def test_addresses_are_kebab_case_and_only_posts_change_anything() -> None:
    """No route but GET and POST; no capital, no underscore."""
    for route in ROUTES:
        assert route.method in ("GET", "POST")
        assert route.path == route.path.lower()
        assert "_" not in route.path


async def test_nobody_and_every_role_meet_what_the_matrix_says(tmp_path: Path) -> None:
    """Each role on each route: allowed ones answer as they do, the rest are refused before anything is looked
    up.
    """
    async with a_door(tmp_path) as door:
        await door.add("officer")
        for role in ("supervisor", "authoriser", "keyadmin", "auditor"):
            await door.add(role, role=role, by="officer")
        wrong = []
        for role in ROLES:
            wrong += await _walk(door, role)
        wrong += await _walk_as_nobody(door)
        assert not wrong


async def _walk(door: TestDoor, role: str) -> list[str]:
    wrong = []
    for route in ROUTES:
        visitor = await door.sign_in(role)
        csrf = (await visitor.get("/account")).form("/sign-out").values
        status = await ask(visitor, route, csrf)
        allowed = role in EXPECTED[named(route)]
        if (status != 403) is not allowed or (named(route) == "POST /sign-in" and status != 400):
            wrong.append(f"{role}: {named(route)}: {status}")
        await visitor.http.close()
    return wrong


async def _walk_as_nobody(door: TestDoor) -> list[str]:
    wrong = []
    visitor = door.visitor()
    csrf = (await visitor.get("/sign-in")).form("/sign-in").values
    for route in ROUTES:
        status = await ask(visitor, route, {"csrf": csrf["csrf"]})
        allowed = "nobody" in EXPECTED[named(route)]
        refused = status == (303 if route.method == "GET" else 401)
        if not allowed and not refused:
            wrong.append(f"nobody: {named(route)}: {status}")
        if allowed and route.method == "GET" and status not in (200, 303):
            wrong.append(f"nobody: {named(route)}: {status}")
    return wrong


async def test_a_refusal_is_recorded_with_who_and_what(door: TestDoor) -> None:
    """Someone who asks for what their role does not include leaves a trace."""
    added = await door.add("ada", role="auditor", by="sam")
    ada = await door.sign_in("ada")
    page = await ada.get("/queue", 403)
    assert "Your role does not include this" in page.text
    [entry] = await door.audited("refused")
    assert (entry["actor"], entry["object"]) == (added.row.id.hex(), "see_cases")


def test_every_role_has_a_name_and_a_home_it_may_see() -> None:
    """No role lands on a page that refuses it."""
    pages = {route.path: route.permission for route in ROUTES if route.method == "GET"}
    assert set(ROLE_NAMES) == set(HOMES) == set(ROLES)
    assert all(may(role, pages[home]) for role, home in HOMES.items())
    assert not may("no such role", Permission.SIGNED_IN)
    assert all(READING_REASONS.values())


@pytest.mark.parametrize("newcomer", ROLES)
@pytest.mark.parametrize("colleague", ROLES)
@pytest.mark.parametrize("exist", [True, False])
def test_who_admits_whom(colleague: str, newcomer: str, exist: bool) -> None:
    """Officers and supervisors admit; an authoriser admits authorisers, once there is one; nobody else
    admits.
    """
    if newcomer == "authoriser" and exist:
        assert may_admit(colleague, newcomer, exist) is (colleague == "authoriser")
    else:
        assert may_admit(colleague, newcomer, exist) is (colleague in TEAM)
