"""People: the first makes the team, the others wait for a colleague; two kinds of key, never in one hand."""

from __future__ import annotations

import pytest

from admin.errors import Refused
from admin.passphrases import faults
from admin.staff import Newcomer
from storage.errors import Conflict, NotFound, WrongPassphrase
from storage.unit_of_work import Unit
from tests.admin.door import PASSPHRASE, TestDoor


async def kinds(door: TestDoor, login: str) -> list[str]:
    """Which team keys a person holds."""

    def look(unit: Unit) -> list[str]:
        row = unit.officers.by_login(login)
        assert row is not None
        return sorted(wrap.kind for wrap in unit.teams.wraps(row.id))

    return await door.store.read(look)


async def test_the_first_person_makes_the_team_and_is_active_at_once(empty_door: TestDoor) -> None:
    """From then on there is a certified key that concerns can be sealed to."""
    added = await empty_door.add("sam")
    assert (added.made_team, added.row.status) == (True, "active")
    team = await empty_door.store.read(lambda unit: unit.teams.current("team"))
    assert team is not None
    empty_door.reporters.verify_team(team)
    assert await kinds(empty_door, "sam") == ["team"]


@pytest.mark.parametrize("role", ["authoriser", "keyadmin", "auditor"])
async def test_the_first_person_must_be_able_to_hold_the_teams_key(empty_door: TestDoor, role: str) -> None:
    """Nobody who may not read concerns can be the first."""
    with pytest.raises(Refused, match="first person must be an officer or a supervisor"):
        await empty_door.add("ana", role=role)
    assert not await empty_door.store.read(lambda unit: unit.officers.all())


async def test_a_later_person_holds_nothing_until_admitted(door: TestDoor) -> None:
    """Pending means no key at all; admission seals the team's to them."""
    added = await door.add("kim")
    assert (added.made_team, added.row.status) == (False, "pending")
    assert await kinds(door, "kim") == []
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get("/officers")).form("/officers/kim/admission"))
    assert "Admitted" in page.text
    assert await kinds(door, "kim") == ["team"]
    kim = await door.sign_in("kim")
    case = await door.files()
    page = await kim.submit((await kim.get(f"/cases/{case.reference}")).form("/pick-up"))
    assert "changed since the summer" in (await kim.submit(page.form("/reading"))).text


async def test_the_first_authoriser_gets_a_key_of_their_own_that_nobody_else_holds(door: TestDoor) -> None:
    """An officer admits the first and ends up with nothing new; the second only an authoriser admits."""
    await door.add("ana", role="authoriser", by="sam")
    assert await kinds(door, "ana") == ["authorisers"]
    assert await kinds(door, "sam") == ["team"]
    await door.add("eva", role="authoriser")
    sam = await door.sign_in("sam")
    page = await sam.get("/officers")
    assert not page.offers("/officers/eva/admission")
    assert "Only an authoriser can admit another authoriser" in page.text
    forced = page.form("/sign-out")
    await sam.post(type(forced)("post", "/officers/eva/admission", forced.values), 403)
    assert await kinds(door, "eva") == []
    ana = await door.sign_in("ana")
    await ana.submit((await ana.get("/officers")).form("/officers/eva/admission"))
    assert await kinds(door, "eva") == ["authorisers"]
    identity = await door.store.read(lambda unit: unit.teams.current("authorisers"))
    assert identity is not None
    door.reporters.verify_team(identity)


async def test_an_authoriser_sees_no_concern_and_an_auditor_no_officers(door: TestDoor) -> None:
    """Each role lands on its own first page and is refused the others'."""
    case = await door.files()
    for login, role, home, refused in (
        ("ana", "authoriser", "/officers", f"/cases/{case.reference}"),
        ("key", "keyadmin", "/officers", "/queue"),
        ("aud", "auditor", "/account", "/officers"),
    ):
        await door.add(login, role=role, by="sam")
        visitor = await door.sign_in(login)
        assert (await visitor.get("/", 303)).headers["Location"] == home
        await visitor.get(home)
        await visitor.get(refused, 403)


async def test_nobody_is_admitted_twice_and_nobody_who_is_not_there(door: TestDoor) -> None:
    """The second of two colleagues who admit at once is told that it is done."""
    await door.add("kim", by="sam")
    colleague, root = await door.door.staff.colleague("sam", PASSPHRASE)
    with pytest.raises(Conflict):
        await door.door.staff.admit(colleague, root, "kim")
    with pytest.raises(NotFound):
        await door.door.staff.admit(colleague, root, "nobody")


async def test_a_colleague_who_waits_or_mistypes_admits_nobody(door: TestDoor) -> None:
    """Only an active person with their own passphrase opens their keys."""
    await door.add("kim")
    with pytest.raises(WrongPassphrase):
        await door.door.staff.colleague("sam", "not the passphrase at all")
    with pytest.raises(Refused):
        await door.door.staff.colleague("kim", PASSPHRASE)


async def test_a_login_is_taken_once(door: TestDoor) -> None:
    """A second person of the same login is refused, whatever their role."""
    with pytest.raises(Conflict):
        await door.door.staff.add(Newcomer("sam", "Another Sam", "auditor", PASSPHRASE))


@pytest.mark.parametrize("login", ["", "S", "Sam", "a b", "../etc", "sam\n", "é", "x" * 41, "-sam", "<b>"])
async def test_a_login_is_plain(door: TestDoor, login: str) -> None:
    """Logins are small letters, digits and three signs."""
    with pytest.raises(Refused, match="login"):
        await door.door.staff.add(Newcomer(login, "Name", "officer", PASSPHRASE))


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\nb", "a\u202eb"])
async def test_a_name_is_something_that_can_be_read(door: TestDoor, name: str) -> None:
    """No empty, endless or direction-turning names."""
    with pytest.raises(Refused, match="name"):
        await door.door.staff.add(Newcomer("kim", name, "officer", PASSPHRASE))


@pytest.mark.parametrize(
    "passphrase",
    [
        "",
        "fourteen chars",
        "x" * 200,
        "aaaaaaaaaaaaaaaaaaaaaaa",
        "abababababababababab",
        "Password Password",
        "correct horse battery staple",
        "1234567890123456",
        "sam ortega sam ortega",
        "concern line prevent police",
    ],
)
def test_passphrases_that_a_stranger_would_try_are_refused(passphrase: str) -> None:
    """Too short, too long, repeating, well known, or made of the words around here."""
    assert faults(passphrase, "sam", "Sam Ortega")


@pytest.mark.parametrize(
    "passphrase",
    [PASSPHRASE, "пять слов без всякого смысла", "ਚਾਰ ਸ਼ਬਦ ਬਿਨਾਂ ਮਤਲਬ ਦੇ", "p@$$ & <b>what?</b> ~~ no"],
)
def test_any_characters_are_welcome(passphrase: str) -> None:
    """Length decides, not composition."""
    assert faults(passphrase, "sam", "Sam Ortega") == []
