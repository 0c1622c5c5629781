"""Signing in, staying signed in, signing out: times exact, failures alike, keys in the cookie only."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from yarl import URL

from admin.bounded import Bounded
from admin.cookies import Cookies
from admin.errors import Full
from admin.strangers import wait_after
from tests.admin.door import PASSPHRASE, TestDoor, Visitor
from tests.admin.page import Page


async def attempt(door: TestDoor, visitor: Visitor, status: int, **values: str) -> Page:
    form = (await visitor.get("/sign-in")).form("/sign-in")
    return await visitor.post(
        form, status, **{"login": "sam", "passphrase": PASSPHRASE, "code": "000000", **values}
    )


def cookie(visitor: Visitor) -> str:
    return next((one.value for one in visitor.http.cookie_jar if one.key == "cl-officer"), "")


async def test_the_first_page_says_how_to_add_the_first_officer(empty_door: TestDoor) -> None:
    """With nobody added, the sign-in page gives the command, and a sign-in fails as any other."""
    visitor = empty_door.visitor()
    assert "python -m admin officers add --login" in (await visitor.get("/sign-in")).text
    assert "wrong" in (await attempt(empty_door, visitor, 403)).text
    await empty_door.add("sam")
    assert "officers add" not in (await visitor.get("/sign-in")).text


async def test_signing_in_leads_to_the_queue_and_out_again(door: TestDoor) -> None:
    """The cookie is new at each sign-in, HttpOnly and Strict; signing out ends it at the server."""
    sam = await door.sign_in("sam")
    first = cookie(sam)
    assert first
    page = await sam.get("/", 303)
    assert page.headers["Location"] == "/queue"
    page = await sam.get("/queue")
    out = await sam.post(page.form("/sign-out"))
    assert out.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not cookie(sam)
    other = door.visitor()
    await other.get("/queue", 303, cookies={"cl-officer": first})
    await door.sign_in("sam", sam)
    assert cookie(sam) not in ("", first)


async def test_a_token_that_was_planted_is_not_taken_over(door: TestDoor) -> None:
    """A cookie that stood there before signing in is never the session's (no fixation)."""
    sam = door.visitor()
    planted = "A" * 43
    sam.http.cookie_jar.update_cookies({"cl-officer": planted}, URL(sam.origin))
    await door.sign_in("sam", sam)
    assert cookie(sam) != planted


async def test_the_database_holds_no_token_and_no_root(door: TestDoor) -> None:
    """What the cookie carries is found nowhere in the files."""
    sam = await door.sign_in("sam")
    files = b"".join(path.read_bytes() for path in door.folder.rglob("*") if path.is_file())
    assert cookie(sam).encode() not in files


@pytest.mark.parametrize(
    "wrong", [{"passphrase": "not the passphrase at all"}, {"code": "123456"}, {"login": "nobody"}]
)
async def test_every_failure_says_the_same(door: TestDoor, wrong: dict[str, str]) -> None:
    """Login, passphrase or code: which was wrong is never said, and the fields come back without secrets."""
    visitor = door.visitor()
    page = await attempt(door, visitor, 403, **{"code": door.code("sam"), **wrong})
    assert "Login, passphrase or code is wrong" in page.text
    assert PASSPHRASE not in page.html
    assert page.by_id("passphrase").attributes.get("value", "") == ""
    assert len(await door.audited("sign_in_failed")) == 1
    assert not cookie(visitor)


async def test_a_code_works_once(door: TestDoor) -> None:
    """The same code is refused the second time, and one from before the last as well."""
    code = door.code("sam")
    await attempt(door, door.visitor(), 303, code=code)
    await attempt(door, door.visitor(), 403, code=code)


async def test_the_same_code_twice_at_once_opens_one_session(door: TestDoor) -> None:
    """Two sign-ins with one code at the same moment: one is in, the other must wait."""
    one, two, code = door.visitor(), door.visitor(), door.code("sam")
    forms = [(await visitor.get("/sign-in")).form("/sign-in") for visitor in (one, two)]
    values = {"login": "sam", "passphrase": PASSPHRASE, "code": code}
    pages = await asyncio.gather(
        *(v.ask("POST", f.action, data={**f.values, **values}, headers={"Sec-Fetch-Site": "same-origin"})
          for v, f in zip((one, two), forms, strict=True))
    )  # fmt: skip
    assert sorted(page.status for page in pages) in ([303, 403], [303, 429])


@pytest.mark.parametrize("login", ["sam", "nobody-has-this"])
async def test_the_wait_doubles_and_is_never_for_ever(door: TestDoor, login: str) -> None:
    """A login that exists and one that does not wait alike: 1, 2, 4 seconds, at most a quarter of an hour."""
    visitor = door.visitor()
    for failures in range(1, 5):
        await attempt(door, visitor, 403, login=login, passphrase="not the passphrase at all")
        page = await attempt(door, visitor, 429, login=login)
        assert page.headers["Retry-After"] == str(2 ** (failures - 1))
        door.clock.passes(seconds=2 ** (failures - 1))
    assert wait_after(60) == timedelta(minutes=15)


@pytest.mark.parametrize("login", ["sam", "nobody-has-this"])
async def test_the_wait_begins_when_the_answer_is_known(
    door: TestDoor, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    """However long a passphrase takes to check, a login that nobody has waits from the same moment on."""
    real = door.door.sessions._bounded.run

    async def slow(*given: Any) -> Any:
        door.clock.passes(seconds=5)
        return await real(*given)

    monkeypatch.setattr(door.door.sessions._bounded, "run", slow)
    visitor = door.visitor()
    await attempt(door, visitor, 403, login=login, passphrase="not the passphrase at all")
    page = await attempt(door, visitor, 429, login=login)
    assert page.headers["Retry-After"] == "1"


async def test_after_the_wait_the_right_passphrase_opens_and_forgives(door: TestDoor) -> None:
    """Whoever knows it gets in when the wait is over, and the count begins anew."""
    visitor = door.visitor()
    await attempt(door, visitor, 403)
    door.clock.passes(seconds=1)
    await attempt(door, visitor, 403)
    door.clock.passes(seconds=2)
    await attempt(door, visitor, 303, code=door.code("sam"))
    row = await door.store.read(lambda unit: unit.officers.by_login("sam"))
    assert row is not None
    assert (row.failures, row.locked_until) == (0, None)


async def test_who_is_not_admitted_is_told_only_after_proving_who_they_are(door: TestDoor) -> None:
    """A pending person with the right passphrase and code hears that they wait; with a wrong one, nothing."""
    await door.add("kim")
    visitor = door.visitor()
    page = await attempt(door, visitor, 403, login="kim")
    assert "admitted" not in page.text
    door.clock.passes(seconds=1)
    page = await attempt(door, visitor, 403, login="kim", code=door.code("kim"))
    assert "A colleague has not admitted you yet" in page.text
    assert not cookie(visitor)


@pytest.mark.parametrize(("quiet", "status"), [(599, 200), (600, 303)])
async def test_a_session_ends_after_ten_quiet_minutes_to_the_second(
    door: TestDoor, quiet: int, status: int
) -> None:
    """599 seconds of quiet keep it, 600 end it."""
    sam = await door.sign_in("sam")
    door.clock.passes(seconds=quiet)
    await sam.get("/queue", status)


@pytest.mark.parametrize(("left", "status"), [(-1, 200), (0, 303)])
async def test_a_session_ends_after_eight_hours_to_the_second(door: TestDoor, left: int, status: int) -> None:
    """However busy, it ends eight hours after it began."""
    sam = await door.sign_in("sam")
    for _ in range(8 * 60 // 8 - 1):
        door.clock.passes(minutes=8)
        await sam.get("/account")
    door.clock.passes(seconds=8 * 60 + left)
    await sam.get("/queue", status)


async def test_of_three_sessions_the_oldest_gives_way(door: TestDoor) -> None:
    """At most two at once; the account page lists them."""
    first, second, third = [await door.sign_in("sam") for _ in range(3)]
    await first.get("/queue", 303)
    await second.get("/queue")
    page = await third.get("/account")
    assert page.text.count("Since 2 March 2026") == 2
    assert page.text.count("(this one)") == 1


async def test_signing_out_everywhere_ends_every_session(door: TestDoor) -> None:
    """One button, and no other browser is signed in any more."""
    one, two = await door.sign_in("sam"), await door.sign_in("sam")
    page = await one.submit((await one.get("/account")).form("/account/sign-out-everywhere"))
    assert "signed out everywhere" in page.text
    await two.get("/queue", 303)


async def test_a_cookie_in_another_browser_is_worth_nothing(door: TestDoor) -> None:
    """A copied cookie does not work under another browser's name, and the session ends."""
    sam = await door.sign_in("sam")
    thief = door.visitor("another browser")
    await thief.get("/queue", 303, cookies={"cl-officer": cookie(sam)})
    await sam.get("/queue", 303)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 42 + "B", "é" * 20, "A" * 5000])
async def test_a_cookie_that_is_no_token_is_a_sign_in_page(door: TestDoor, token: str) -> None:
    """Whatever stands in the cookie, the answer is the way to the sign-in page."""
    await door.visitor().get(
        "/queue", 303, headers={"Cookie": f"cl-officer={token}".encode().decode("latin-1")}
    )


async def test_what_was_typed_in_a_dead_session_is_given_back(door: TestDoor) -> None:
    """A note that arrives after the session ended is not kept, and is not lost: the page shows it."""
    case = await door.files()
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    page = await sam.submit(page.form("/reading"))
    door.clock.passes(minutes=11)
    page = await sam.post(page.form("/notes"), 401, note="Twenty minutes of <b>typing</b>.")
    assert "Twenty minutes of <b>typing</b>." in page.by_id("unsent").text


async def test_an_officer_who_is_revoked_is_out_at_the_next_request(door: TestDoor) -> None:
    """A session does not outlive its owner's standing."""
    lee = await door.sign_in("lee")
    row = await door.store.read(lambda unit: unit.officers.by_login("lee"))
    assert row is not None
    row_id = row.id
    await door.store.do(lambda unit: unit.officers.set_status(row_id, "revoked"))
    await lee.get("/queue", 303)
    await attempt(door, door.visitor(), 403, login="lee", code=door.code("lee"))


async def test_a_role_that_was_edited_in_the_database_opens_nothing(door: TestDoor) -> None:
    """Whoever writes "supervisor" into a row makes it unusable, not stronger."""
    lee = await door.sign_in("lee")
    await door.tampers("UPDATE officers SET role = 'supervisor' WHERE login = 'lee'")
    await lee.get("/queue", 303)
    await attempt(door, door.visitor(), 403, login="lee", code=door.code("lee"))


def test_cookies_carry_the_host_prefix_where_there_is_https() -> None:
    """On https the cookie is __Host-, Secure, HttpOnly and Strict; on plain http it has a plain name."""
    from aiohttp import web

    response = web.Response()
    Cookies("https://officers.example").set_session(response, "token")
    written = response.cookies["__Host-cl-officer"]
    assert (written["secure"], written["httponly"], written["samesite"], written["path"]) == (
        True,
        True,
        "Strict",
        "/",
    )
    assert not written["domain"]
    plain = web.Response()
    Cookies("http://localhost:8081").set_session(plain, "token")
    assert plain.cookies["cl-officer"]["httponly"]


async def test_no_more_than_so_many_wait_for_a_passphrase_check() -> None:
    """Two run, twenty wait, and the next one is told at once that it is full."""
    import threading

    go, running = threading.Event(), []

    def slow() -> None:
        running.append(1)
        assert len(running) <= 2
        go.wait(10)
        running.pop()

    bounded = Bounded(2, 20)
    waiting = [asyncio.create_task(bounded.run(b"", slow)) for _ in range(22)]
    await asyncio.sleep(0.1)
    with pytest.raises(Full):
        await bounded.run(b"", slow)
    go.set()
    await asyncio.gather(*waiting)
    await bounded.run(b"", slow)


@pytest.mark.parametrize(
    ("kind", "body"),
    [(b"", b"csrf=\xff\xfe"), (b"; charset=nope", b"csrf=a"), (b"; charset=utf-7", b"csrf=+2AA-")],
)
async def test_a_form_in_no_alphabet_is_refused_and_no_fault(
    door: TestDoor, kind: bytes, body: bytes
) -> None:
    """Bytes that are no text, and alphabets that are none, are a form without a token."""
    more = b"\r\nSec-Fetch-Site: same-origin\r\nContent-Length: %d" % len(body)
    form = b"\r\nContent-Type: application/x-www-form-urlencoded" + kind
    assert await status(door, b"POST", form + more, body) == 403


async def test_a_cookie_that_is_no_text_is_no_cookie(door: TestDoor) -> None:
    """A visitor's name that this door did not give is passed over, not stumbled upon."""
    assert await status(door, b"GET", b"\r\nCookie: cl-visitor=\xff\xfe; cl-officer=\xff", b"") == 200


async def status(door: TestDoor, method: bytes, head: bytes, body: bytes) -> int:
    """Ask for the sign-in page with bytes that no client would send."""
    place = urlsplit(door.origin)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(method + b" /sign-in HTTP/1.1\r\nHost: " + place.netloc.encode() + head + b"\r\n\r\n" + body)
    line = await reader.readline()
    writer.close()
    return int(line.split()[1])
