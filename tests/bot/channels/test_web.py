"""The web chat over real HTTP, on a real desk and a real store."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.channels.web import WebChannel
from bot.channels.web_form import BODY_LIMIT, Form, read_form
from bot.channels.web_guard import HEADERS
from bot.channels.web_pages import ELSEWHERE
from tests.bot.channels.web_house import Visitor, WebHouse, a_web_house

MORE = "Keep this and write more"
QUESTION = "What have you noticed?"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[WebHouse]:
    async with a_web_house(tmp_path) as one:
        yield one


@pytest.fixture
async def visitor(house: WebHouse) -> AsyncIterator[Visitor]:
    async with house.visitor() as one:
        yield one


async def given(house: WebHouse, visitor: Visitor) -> list[str]:
    """What an officer reads, apart from the buttons pressed."""
    answers = await house.house.answers(await house.house.case("web", visitor.address))
    return [answer.answer for answer in answers if answer.kind != "choice"]


async def test_a_mere_visit_leaves_no_trace(house: WebHouse, visitor: Visitor) -> None:
    """Opening the chat, as a crawler does, sets no cookie, makes no draft key and begins no conversation."""
    for path in ("/", "/", "/exit", "/privacy", "/what-we-never-ask", "/open"):
        page = await visitor.get(path)
        assert "Set-Cookie" not in page.headers
    assert await house.conversations() == 0


async def test_a_long_form_keeps_nobody_else_waiting(
    house: WebHouse, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading the longest form takes a quarter of a second: it is read beside everything else."""
    threads = []

    def watched(body: bytes) -> Form:
        threads.append(threading.current_thread())
        return read_form(body)

    monkeypatch.setattr("bot.channels.web.read_form", watched)
    await visitor.goes_to_the_question()
    assert len(threads) == 5
    assert threading.main_thread() not in threads


async def test_the_first_page_says_how_to_leave(visitor: Visitor) -> None:
    """The page before first use explains the button, its limits, and whom to call."""
    page = await visitor.get()
    assert page.heading == "Leaving this page quickly"
    assert "history" in page.text
    assert (
        page.text.index("worried about someone")
        < page.text.index("call 999 first")
        < page.text.index("history")
    )
    assert "tel:999" in page.links


async def test_the_cookie_is_set_by_the_first_press(house: WebHouse, visitor: Visitor) -> None:
    """Going on sets one session cookie, out of reach of scripts and of other sites; nothing is stored yet."""
    await visitor.get()
    page = await visitor.post(visitor.form("Go on"), follow=False)
    cookie = page.headers["Set-Cookie"]
    assert re.fullmatch(r"chat=[\w-]{43}; HttpOnly; Path=/; SameSite=Strict", cookie)
    page = await visitor.get("/open")
    assert page.heading == "What would you like to do?"
    assert await house.conversations() == 0


async def test_a_browser_that_keeps_no_cookie_is_told(visitor: Visitor) -> None:
    """Where the cookie does not come back, a page says so instead of asking for ever."""
    page = await visitor.get("/open")
    assert page.status == 403
    assert "cookie" in page.text
    assert "tel:999" in page.links


async def test_going_on_again_keeps_the_conversation(visitor: Visitor) -> None:
    """The first page's button, pressed with a chat open, leads back to the same chat."""
    await visitor.goes_to_the_question()
    before = visitor.address
    page = await visitor.post({"begin": "1"})
    assert page.heading == QUESTION
    assert visitor.address == before


async def test_a_conversation_reaches_the_officer_as_typed(house: WebHouse, visitor: Visitor) -> None:
    """Words and the button on one form are two events in order; the officer reads the words exactly."""
    words = '  He said "no" & left <b>.\n\nمیرا بیٹا 🙂 \u200b tail  '
    await visitor.goes_to_the_question()
    page = await visitor.press(MORE, "My son")
    assert page.heading == QUESTION
    assert page.box == ""
    page = await visitor.press("Done", words)
    assert page.heading.startswith("Send now")
    page = await visitor.press("Send now")
    case = await house.house.case("web", visitor.address)
    assert case.reference in page.text
    assert await given(house, visitor) == ["My son", words]


async def test_every_post_leads_to_the_same_address(house: WebHouse, visitor: Visitor) -> None:
    """A post is answered by 303 to ``/``, with nothing of it in the address."""
    await visitor.goes_to_the_question()
    page = await visitor.post(visitor.form(MORE, "My son"), follow=False)
    assert page.status == 303
    assert page.headers["Location"] == "/"


async def test_the_same_form_twice_is_taken_once(house: WebHouse, visitor: Visitor) -> None:
    """A form posted again, after or beside itself, is absorbed, and its words stand once."""
    await visitor.goes_to_the_question()
    form = visitor.form(MORE, "once")
    pages = await asyncio.gather(*(visitor.post(form, follow=False) for _ in range(5)))
    pages.append(await visitor.post(form, follow=False))
    assert [page.status for page in pages] == [303] * 6
    await visitor.get()
    await visitor.press("Done")
    await visitor.press("Send now")
    assert await given(house, visitor) == ["once"]


async def test_the_store_absorbs_what_memory_forgot(house: WebHouse, visitor: Visitor) -> None:
    """After a restart of the pages a repeated form is still taken once."""
    await visitor.goes_to_the_question()
    form = visitor.form(MORE, "once")
    await visitor.post(form)
    house.channel._repeats._kept.clear()
    await visitor.post(form)
    await visitor.press("Done")
    await visitor.press("Send now")
    assert await given(house, visitor) == ["once"]


async def test_other_words_from_the_same_page_are_not_a_repeat(visitor: Visitor) -> None:
    """Other words from a page that the browser's *back* brought up are given back, not absorbed."""
    await visitor.goes_to_the_question()
    again = visitor.form("Done", "second thoughts")
    await visitor.press("Done", "My son")
    assert (await visitor.post(again)).box == "second thoughts"


async def test_words_for_an_older_page_are_given_back(house: WebHouse, visitor: Visitor) -> None:
    """Words typed on a page whose question is over come back in a box, and answer nothing."""
    await visitor.goes_to_the_question()
    old = visitor.form("Done", "typed in the other window")
    await visitor.get()
    await visitor.press("Done", "My son")
    page = await visitor.post(old)
    assert page.status == 409
    assert page.heading.startswith("Send now")
    assert page.box == "typed in the other window"
    await visitor.press("Send now")
    assert await given(house, visitor) == ["My son"]


async def test_an_old_button_alone_changes_nothing(visitor: Visitor) -> None:
    """A button of an earlier page is silence: the page of now is shown."""
    await visitor.goes_to_the_question()
    old = visitor.form("Done")
    await visitor.get()
    await visitor.press("Done", "My son")
    page = await visitor.post(old)
    assert page.status == 200
    assert page.heading.startswith("Send now")


async def test_an_empty_box_is_asked_about_kindly(visitor: Visitor) -> None:
    """*Done* with nothing said is an error summary on the same question."""
    await visitor.goes_to_the_question()
    page = await visitor.press("Done", " ")
    assert page.heading == QUESTION
    assert "There is a problem" in page.text
    assert 'aria-invalid="true" aria-describedby="fault"' in page.html


async def test_a_line_that_is_too_long_stays_in_its_box(visitor: Visitor) -> None:
    """What did not fit one line is given back to be made shorter, and then goes on as usual."""
    await visitor.goes_to_the_question()
    await visitor.press("Done", "My son")
    page = await visitor.press("A few more questions")
    while page.heading != "What should we call them?":
        page = await visitor.press("Skip")
    page = await visitor.press("Go on", "Ash, " * 60)
    assert page.status == 422
    assert page.heading == "What should we call them?"
    assert "There is a problem" in page.text
    assert page.box == "Ash, " * 60
    page = await visitor.press("Go on", "Ash")
    assert page.status == 200
    assert page.heading == "About how old are they?"


async def test_a_store_that_is_down_keeps_the_words_in_the_box(house: WebHouse, visitor: Visitor) -> None:
    """While nothing can be saved the page says so, with numbers to call; its button sends the words again."""
    await visitor.goes_to_the_question()
    form = visitor.form("Done", "My son & I")
    house.way.down = True
    page = await visitor.post(form)
    assert page.status == 503
    assert page.box == "My son & I"
    assert "tel:999" in page.links
    assert page.hidden["choose"] == "done"
    house.way.down = False
    page = await visitor.post(visitor.form("Try again", page.box))
    assert page.heading.startswith("Send now")
    await visitor.press("Send now")
    assert await given(house, visitor) == ["My son & I"]


async def test_a_slow_desk_never_says_that_words_were_lost(house: WebHouse, visitor: Visitor) -> None:
    """What was committed is called safe, and the page opens the next one by itself."""
    await visitor.goes_to_the_question()
    house.way.slow = True
    page = await visitor.press("Done", "My son")
    assert page.status == 202
    assert page.headers["Refresh"] == "3; url=/"
    house.way.slow = False
    page = await visitor.get()
    assert page.heading.startswith("Send now")


async def test_posts_that_wait_together_stay_in_order(house: WebHouse, visitor: Visitor) -> None:
    """While the desk is slow a second post's words still come after the first's, and before *Done*."""
    await visitor.goes_to_the_question()
    form = visitor.form(MORE, "first")
    await visitor.get()
    second = visitor.form("Done", "second")
    await house.pause()
    house.way.slow = True
    assert (await visitor.post(form)).status == 202
    assert (await visitor.post(second)).status == 202
    house.way.slow = False
    house.resume()
    page = await visitor.get()
    assert page.heading.startswith("Send now")
    await visitor.press("Send now")
    assert await given(house, visitor) == ["first", "second"]


async def test_what_was_kept_is_safe_even_if_the_store_goes_down(house: WebHouse, visitor: Visitor) -> None:
    """After the commit nothing says "not kept"; while nothing can be read the chat gives the numbers."""
    await visitor.goes_to_the_question()
    house.way.unread = True
    page = await visitor.post(visitor.form("Done", "My son"), follow=False)
    assert page.status == 202
    assert "safe" in page.text
    page = await visitor.get()
    assert page.status == 503
    assert "tel:999" in page.links
    house.way.unread = False
    assert (await visitor.get()).heading.startswith("Send now")


async def test_leaving_while_the_store_is_down_is_noted_in_silence(house: WebHouse, visitor: Visitor) -> None:
    """When the desk cannot be told, the draft is left to the janitor and nobody is kept waiting."""
    await visitor.goes_to_the_question()
    address = visitor.address
    house.way.down = True
    await visitor.post({}, "/exit", follow=False)
    await house.channel.stop()
    assert await house.house.parts.visits.card("web", address) is not None


@pytest.mark.parametrize(("held", "box"), [(("Please wait.", ""), "My son"), (("",), "My son")])
async def test_writing_too_fast_keeps_the_words(
    house: WebHouse, visitor: Visitor, held: tuple[str, ...], box: str
) -> None:
    """What the flood limits held back is still in the box, under the limit's own sentence if it has one."""
    await visitor.goes_to_the_question()
    house.way.held = held
    page = await visitor.press("Done", "My son")
    assert page.status == 429
    assert page.box == box
    assert held[0] in page.text
    house.way.held = ()
    page = await visitor.post(visitor.form("Try again", page.box))
    assert page.heading.startswith("Send now")
    await visitor.press("Send now")
    assert await given(house, visitor) == ["My son"]


async def test_a_form_of_a_closed_chat_gives_the_words_back(house: WebHouse, visitor: Visitor) -> None:
    """A form whose cookie is gone or another's is refused with the words in a box; nothing is taken."""
    await visitor.goes_to_the_question()
    taken = house.way.accepted
    form = visitor.form("Done", "My son") | {"proof": "0" * 32}
    for _ in range(2):
        page = await visitor.post(form)
        assert page.status == 403
        assert page.box == "My son"
        visitor.session.cookie_jar.clear()
    assert house.way.accepted == taken


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none, cross-site"},
    ],
)
async def test_a_post_from_another_site_does_nothing(
    house: WebHouse, visitor: Visitor, headers: dict[str, str]
) -> None:
    """A browser that says the form came from elsewhere is refused."""
    await visitor.goes_to_the_question()
    taken = house.way.accepted
    page = await visitor.post(visitor.form("Done", "My son"), "/", True, **headers)
    assert page.status == 403
    assert house.way.accepted == taken


@pytest.mark.parametrize(
    ("origin", "status"), [("null", 303), ("http://127.0.0.1:8080", 303), ("https://evil.example", 403)]
)
async def test_an_old_browser_is_judged_by_its_origin(
    house: WebHouse, visitor: Visitor, origin: str, status: int
) -> None:
    """Without ``Sec-Fetch-Site`` a foreign origin is refused; ``null``, as our own pages send, is not."""
    await visitor.goes_to_the_question()
    form = visitor.form("Done", "My son")
    async with visitor.session.post(
        visitor.base + "/", data=form, headers={"Origin": origin}, allow_redirects=False
    ) as answer:
        assert answer.status == status


@pytest.mark.parametrize(
    "host", ["localhost:8080", "localhost", "evil.example", "127.0.0.1.evil.example", "[::1]", "["]
)
async def test_another_host_name_is_told_the_right_one(visitor: Visitor, host: str) -> None:
    """Under any other name the chat gives its own address and nothing else; no cookie is read or set."""
    page = await visitor.get("/", Host=host)
    assert page.status in {421, 400}
    assert "Set-Cookie" not in page.headers
    if page.status == 421:
        assert "http://127.0.0.1:8080" in page.text


async def test_the_port_and_a_dot_do_not_matter(visitor: Visitor) -> None:
    """The name is what counts: behind a proxy the port differs."""
    assert (await visitor.get("/", Host="127.0.0.1.:9")).status == 200


RESPONSES = [
    ("GET", "/", 200),
    ("HEAD", "/", 200),
    ("GET", "/exit", 200),
    ("GET", "/open", 403),
    ("GET", "/privacy", 200),
    ("GET", "/what-we-never-ask", 200),
    ("GET", "/accessibility", 200),
    ("GET", "/robots.txt", 200),
    ("GET", "/favicon.ico", 200),
    ("GET", "/static/page.css", 200),
    ("GET", "/static/page.js", 200),
    ("GET", "/static/icon.svg", 200),
    ("GET", "/static/../web.py", 404),
    ("GET", "/nothing", 404),
    ("PUT", "/", 405),
    ("OPTIONS", "/", 405),
    ("POST", "/", 400),
    ("POST", "/privacy", 405),
    ("POST", "/exit", 303),
    ("GET", "/%00", 404),
]


@pytest.mark.parametrize(("method", "path", "status"), RESPONSES)
async def test_every_response_carries_the_headers(
    visitor: Visitor, method: str, path: str, status: int
) -> None:
    """Pages, files, redirects and refusals all carry the whole set, and none says what serves them."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with visitor.session.request(
        method,
        visitor.base + path,
        headers=headers,
        allow_redirects=False,
        data=b"" if method == "POST" else None,
    ) as answer:
        assert answer.status == status
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "Server" not in answer.headers
        assert "Strict-Transport-Security" not in answer.headers
        if method != "HEAD" and answer.content_type == "text/html" and answer.status != 303:
            assert "<h1" in await answer.text()


async def test_under_https_the_cookie_and_the_headers_say_so(tmp_path: Path) -> None:
    """A chat whose public address is https uses a ``__Host-`` cookie with ``Secure``, and HSTS."""
    async with a_web_house(tmp_path, origin="https://chat.example.org") as house, house.visitor() as visitor:
        page = await visitor.post({"begin": "1"}, follow=False, Host="chat.example.org")
        assert page.headers["Set-Cookie"].startswith("__Host-chat=")
        assert "Secure" in page.headers["Set-Cookie"]
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert (await visitor.get()).status == 421


ODD = {
    "nothing": "",
    "NUL": "a\x00b",
    "only NUL": "\x00",
    "a long text": "word " * 20_000,
    "100,000 emoji": "\U0001f600" * 100_000,
    "right to left": "میرا بیٹا بدل گیا ہے",
    "bidirectional controls": "\u202eabc\u2066def\u2069",
    "zero width": "\u200b\u200d\ufeff",
    "many accents": "e" + "\u0301" * 500,
    "no characters": "\ufffe\uffff\U0010ffff",
    "controls": "".join(map(chr, range(1, 32))),
    "a template": "{{ 7 * 7 }} {% raw %}",
    "a script": "</textarea><script>alert(1)</script>",
    "a command": "/start",
}


@pytest.mark.parametrize("name", ODD)
async def test_odd_words_get_a_kind_page(visitor: Visitor, name: str) -> None:
    """Whatever is typed, the answer is a page of the chat, and the conversation can go on."""
    await visitor.goes_to_the_question()
    page = await visitor.press(MORE, ODD[name])
    assert page.status == 200
    assert page.heading
    assert "<script>alert" not in page.html
    page = await visitor.get()
    assert page.status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"%",
        b"=&=&",
        b"nonce=" + b"0" * 32 + b"&step=99999999999999999999",
        b"a=" + b"x" * 500_000,
    ],
)
async def test_odd_posts_are_refused_kindly(visitor: Visitor, body: bytes) -> None:
    """What no page of ours would post is a 400 page."""
    await visitor.goes_to_the_question()
    page = await visitor.post(body)
    assert page.status == 400
    assert "tel:999" in page.links


async def test_a_body_over_the_limit_is_refused(visitor: Visitor) -> None:
    """More than any answer needs is a 413 page, and the chat is still there."""
    await visitor.goes_to_the_question()
    page = await visitor.post(b"words=" + b"x" * BODY_LIMIT)
    assert page.status == 413
    assert (await visitor.get()).heading == QUESTION


async def test_leaving_forgets_what_was_not_sent(house: WebHouse, visitor: Visitor) -> None:
    """Exit leads away at once, drops the cookie and clears the site; the draft is destroyed behind it."""
    await visitor.goes_to_the_question()
    await visitor.press(MORE, "My son")
    kids = set(house.house.parts.seals.draft_kids())
    address = visitor.address
    page = await visitor.post({"proof": visitor.form()["proof"]}, "/exit", follow=False)
    assert page.status == 303
    assert page.headers["Location"] == ELSEWHERE
    assert page.headers["Clear-Site-Data"] == '"cookies", "storage"'
    assert 'chat=""' in page.headers["Set-Cookie"]
    assert "Max-Age=0" in page.headers["Set-Cookie"]
    assert visitor.address == ""
    await house.channel.stop()
    assert await house.house.parts.visits.settled("web", address)
    assert not kids & set(house.house.parts.seals.draft_kids())
    assert (await visitor.get()).heading == "Leaving this page quickly"


async def test_leaving_after_sending_takes_nothing_back(house: WebHouse, visitor: Visitor) -> None:
    """What was sent stays with the officers."""
    await visitor.goes_to_the_question()
    await visitor.press("Done", "My son")
    await visitor.press("Send now")
    case = await house.house.case("web", visitor.address)
    await visitor.post({}, "/exit", follow=False)
    await house.channel.stop()
    assert [one.answer for one in await house.house.answers(case) if one.kind == "words"] == ["My son"]


async def test_leaving_works_when_nothing_else_does(house: WebHouse, visitor: Visitor) -> None:
    """With the store down, with a broken form and without a cookie, exit still leads away."""
    await visitor.goes_to_the_question()
    house.way.down = True
    for body in (b"\xff", b"x" * (BODY_LIMIT + 1), b""):
        page = await visitor.post(body, "/exit", follow=False)
        assert page.status == 303
        assert page.headers["Location"] == ELSEWHERE


async def test_a_script_can_leave_quietly(visitor: Visitor) -> None:
    """The beacon of the script gets an empty answer that ends the session all the same."""
    await visitor.goes_to_the_question()
    page = await visitor.post({"quiet": "1"}, "/exit", follow=False)
    assert page.status == 204
    assert visitor.address == ""


async def test_an_answer_waits_for_the_visit_and_stays_until_a_press(
    house: WebHouse, visitor: Visitor
) -> None:
    """An officer's answer stands above the chat on every visit until the person presses something."""
    await visitor.goes_to_the_question()
    await visitor.press("Done", "My son")
    await visitor.press("Send now")
    await house.answer(visitor.address, "Thank you <b>very</b> much.\nسلام")
    for _ in range(2):
        page = await visitor.get()
        assert "Thank you <b>very</b> much.\nسلام" in page.text
    form = dict(page.hidden) | {"read": "1"}
    page = await visitor.post(form)
    assert "An answer for you" not in page.text
    assert page.heading == "What would you like to do now?"


async def test_an_answer_is_not_shown_to_anyone_else(house: WebHouse, visitor: Visitor) -> None:
    """Another browser sees no answer, and cannot mark it as shown."""
    await visitor.goes_to_the_question()
    await house.answer(visitor.address, "Thank you.")
    async with house.visitor() as other:
        page = await other.goes_to_the_question()
        assert "An answer for you" not in page.text
        await other.post(other.form() | {"seen": "1", "read": "1"})
    assert "Thank you." in (await visitor.get()).text


async def test_with_no_team_nothing_is_taken(tmp_path: Path) -> None:
    """Without a certified team the chat says so and gives the numbers."""
    async with a_web_house(tmp_path, team=False) as house, house.visitor() as visitor:
        await visitor.get()
        await visitor.press("Go on")
        page = await visitor.press("Go on")
        assert "cannot take" in page.text
        assert "tel:08000113764" in page.links


async def test_a_network_beside_the_pages_is_left_alone(tmp_path: Path) -> None:
    """A webhook's route is outside the pages' rules: another host, another origin, its own refusal."""

    async def hook(request: web.Request) -> web.Response:
        return web.Response(status=403, text="hook")

    async with a_web_house(tmp_path, beside=[web.post("/hook", hook)]) as house, house.visitor() as visitor:
        page = await visitor.post(b"", "/hook", Host="elsewhere.example", Sec_Fetch_Site="cross-site")
        assert (page.status, page.html) == (403, "hook")


async def test_a_fault_of_ours_is_a_page_without_a_trace(
    house: WebHouse, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When the program itself fails there is a page that helps; nothing repeats what was typed."""
    await visitor.goes_to_the_question()

    async def fail(*_: object) -> None:
        raise RuntimeError("typed words")

    monkeypatch.setattr(house.way.visits, "card", fail)
    page = await visitor.press("Done", "My son")
    assert page.status == 500
    assert "tel:999" in page.links
    assert "RuntimeError" not in page.html
    assert "My son" not in page.html.replace(page.box or "", "") + "".join(capsys.readouterr())


def test_the_channel_is_pulled_not_pushed() -> None:
    """The courier never hands the web a card."""
    assert WebChannel.pushes is False
    assert WebChannel.name == "web"
