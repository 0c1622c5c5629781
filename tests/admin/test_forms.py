"""Bad input of every kind: refused in words, kept out of the store, and given back to whoever typed it."""

from __future__ import annotations

import json

import pytest

from admin.faults import FAULTS
from admin.shown import shown
from tests.admin.door import TestDoor, Visitor, said
from tests.admin.page import Page

SAME = {"Sec-Fetch-Site": "same-origin"}


async def reading(door: TestDoor, *records: str) -> tuple[Visitor, Page]:
    """An officer who has a case open before them."""
    case = await door.files([said(words) for words in records] or [said("Something.")])
    sam = await door.sign_in("sam")
    page = await sam.submit((await sam.get(f"/cases/{case.reference}")).form("/pick-up"))
    return sam, await sam.submit(page.form("/reading"))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://elsewhere.example"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
)
async def test_a_form_from_elsewhere_is_refused(door: TestDoor, headers: dict[str, str]) -> None:
    """Whatever does not say honestly that it comes from this door changes nothing."""
    sam, page = await reading(door)
    form = page.form("/notes")
    await sam.ask("POST", form.action, 403, data={**form.values, "note": "planted"}, headers=headers)
    assert not await door.audited("note")


async def test_an_old_browser_that_names_the_origin_is_believed(door: TestDoor) -> None:
    """Without Sec-Fetch-Site the Origin must be ours."""
    sam, page = await reading(door)
    form = page.form("/notes")
    data = {**form.values, "note": "honest"}
    await sam.ask("POST", form.action, 303, data=data, headers={"Origin": door.origin})


@pytest.mark.parametrize("token", ["", "wrong", "é", "x" * 5000])
async def test_a_form_without_its_token_is_refused(door: TestDoor, token: str) -> None:
    """A missing, wrong or foreign token is a 403 that gives the words back."""
    sam, page = await reading(door)
    form = page.form("/notes")
    refused = await sam.ask("POST", form.action, 403, data={"csrf": token, "note": "typed"}, headers=SAME)
    assert "typed" in refused.by_id("unsent").text
    lee = await door.sign_in("lee")
    foreign = (await lee.get("/account")).form("/sign-out").values["csrf"]
    await sam.ask("POST", form.action, 403, data={"csrf": foreign, "note": "typed"}, headers=SAME)


async def test_only_plain_forms_are_read(door: TestDoor) -> None:
    """JSON, uploads and text bodies are refused before they are looked at."""
    sam, page = await reading(door)
    form = page.form("/notes")
    await sam.ask("POST", form.action, 403, json=form.values, headers=SAME)
    await sam.ask("POST", form.action, 403, data=b"note=x", headers={**SAME, "Content-Type": "text/plain"})


async def test_what_is_too_large_is_refused_as_a_page(door: TestDoor) -> None:
    """A body past the limit is a 413 page, and nothing is kept."""
    sam, page = await reading(door)
    form = page.form("/notes")
    answer = await sam.ask(
        "POST", form.action, 413, data={**form.values, "note": "x" * 200_000}, headers=SAME
    )
    assert "too long" in answer.h1
    assert not await door.audited("note")


@pytest.mark.parametrize("field", ["note", "reply"])
@pytest.mark.parametrize("typed", ["", "   \n ", "\x00\x00", "x" * 10_001])
async def test_words_that_do_not_do_come_back_with_what_is_wrong(
    door: TestDoor, field: str, typed: str
) -> None:
    """Empty, too long or broken words: the page says so beside the field, and holds them."""
    sam, page = await reading(door)
    form = page.form("/notes" if field == "note" else "/replies")
    answer = await sam.ask("POST", form.action, 400, data={**form.values, field: typed}, headers=SAME)
    assert answer.by_id(f"{field}-error").words
    assert "(there is a problem)" in next(answer.root.all("title")).words
    assert not await door.audited("note")
    assert not await door.audited("reply_sent")


@pytest.mark.parametrize(
    ("ending", "values"),
    [
        ("/moves", {"stage": "nowhere"}),
        ("/moves", {"stage": ""}),
        ("/moves", {"stage": "gathering", "version": "-1"}),
        ("/moves", {"stage": "gathering", "version": "9" * 40}),
        ("/moves", {"stage": "gathering", "version": "١"}),
        ("/moves", {"stage": "closed"}),
        ("/moves", {"stage": "picked_up"}),
    ],
)
async def test_a_forged_move_changes_nothing(door: TestDoor, ending: str, values: dict[str, str]) -> None:
    """Stages and versions that the page never offered are refused in words."""
    sam, page = await reading(door)
    form = page.form(ending)
    answer = await sam.ask("POST", form.action, data={**form.values, **values}, headers=SAME)
    assert answer.status in (400, 403, 409)
    assert not await door.audited("status")


@pytest.mark.parametrize(
    "path", ["/nothing", "/cases", "/cases/", "/static/", "/static/../app.py", "/officers/sam"]
)
async def test_addresses_that_are_not_there_are_pages(door: TestDoor, path: str) -> None:
    """A 404 is a page with a way on, signed in or not."""
    page = await door.visitor().get(path, 404)
    assert page.h1 == FAULTS[404].heading


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "POST"])
async def test_other_methods_are_pages_too(door: TestDoor, method: str) -> None:
    """405 with the same headers as everything else."""
    await door.visitor().ask(method, "/queue", 405)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "evil.example", "", "localhost", "localhost:1", "LOCALHOST.evil"]
)
async def test_another_host_is_refused_with_a_clear_page(door: TestDoor, host: str) -> None:
    """The reporters' door lives on the number; here only the configured name is served."""
    named = f"{host}:{door.origin.rpartition(':')[2]}" if host in ("127.0.0.1", "evil.example") else host
    page = await door.visitor().get("/sign-in", 421, headers={"Host": named})
    assert "officers’ address" in page.h1
    assert not page.forms()


XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</p></div><svg/onload=alert(1)>",
    '"><b onmouseover=alert(1)>x',
    "' autofocus onfocus=alert(1) x='",
    "{{ 7 * 7 }} {% include '/etc/passwd' %} ${7*7} #{7*7}",
    "javascript:alert(1)//",
    "<!--<title>--><a href='javascript:alert(1)'>x</a>",
    "&lt;script&gt; &amp;#x3C;script>",
    "<style>*{display:none}</style>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "a\u2028<script>\u2029b",
]


async def test_words_are_only_ever_text(door: TestDoor) -> None:
    """Mark-up in a concern, a note, an answer or an error stands there as the letters it is made of."""
    sam, page = await reading(door, *XSS)
    for words in XSS:
        page = await sam.submit(page.form("/notes"), note=words)
        page = await sam.submit(page.form("/replies"), reply=words)
    held = [one.text for one in page.by_class("door-words")]
    for words in XSS:
        assert held.count(shown(words).text) == 3
    for words in XSS:
        refused = await sam.post(page.form("/replies"), 400, reply=words + "x" * 4000)
        assert refused.by_id("reply").text.strip().startswith(words.strip()[:20])
    assert not list(page.root.all("script", "iframe", "style", "img", "b", "math"))
    assert all(one.has("moj-alert__icon") for one in page.root.all("svg"))


async def test_each_of_the_reporters_words_stands_in_its_own_block_of_its_own_direction(
    door: TestDoor,
) -> None:
    """Every answer has dir=auto, so that one line's direction never turns the next."""
    _, page = await reading(door, "Plain.", "وہ گھر سے چلا گیا", "\u202eturned\u202c")
    blocks = page.by_class("door-words")
    assert len(blocks) == 3
    assert all(one.attributes["dir"] == "auto" for one in blocks)
    assert "⟦U+202E⟧turned⟦U+202C⟧" in blocks[2].text
    assert "\u202e" not in page.html


async def test_an_error_of_ours_is_a_page_and_a_code_in_the_log(
    door: TestDoor, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody foresaw is told kindly, and the log holds its kind and place, never its words."""
    sam = await door.sign_in("sam")

    async def broken(*_: object) -> None:
        raise RuntimeError("a secret thing")

    monkeypatch.setattr(type(door.door.casework), "queue", broken)
    page = await sam.get("/queue", 500)
    assert "Nothing that was kept before is lost" in page.text
    [record] = [one for one in caplog.records if one.getMessage() == "door_error"]
    assert record.__dict__["facts"]["error"] == "RuntimeError"
    assert "a secret thing" not in json.dumps(record.__dict__, default=str)


@pytest.mark.parametrize("status", FAULTS)
def test_every_error_page_says_what_to_do(status: int) -> None:
    """Each has a heading, something to read and a way on."""
    fault = FAULTS[status]
    assert fault.heading
    assert fault.paragraphs
    assert fault.way_on.startswith("/")
