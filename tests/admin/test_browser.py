"""Every page in Chromium, wide and narrow: no fault of accessibility, no error on the console, nothing cut
off.

Set ``CONCERN_TEST_SHOTS`` to a folder to keep a picture of each.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from storage.records import CaseRow, RecordRow
from storage.transcripts import Source, to_bytes
from tests.admin.door import PASSPHRASE, TestDoor, head_of, said

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
WIDTHS = (1280, 375)
LOUD = ("error", "warning")
LONG = "Sheikh-Abdulrahman-" * 8


@dataclass
class Eyes:
    """One officer's browser: goes to pages, notes every complaint, looks at each page wide and narrow."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    async def sign_in(self, door: TestDoor, login: str) -> None:
        await self.page.goto(f"{self.origin}/sign-in")
        await self.page.get_by_label("Login").fill(login)
        await self.page.get_by_label("Passphrase").fill(PASSPHRASE)
        await self.page.get_by_label("One-time code").fill(door.code(login))
        await self.page.get_by_role("button", name="Sign in").click()

    async def go(self, path: str) -> None:
        await self.page.goto(f"{self.origin}{path}")

    async def look(self, name: str, *, status: int = 200) -> None:
        """Look at the page that is here, at every width."""
        for width in WIDTHS:
            await self.page.set_viewport_size({"width": width, "height": 900})
            found = await Axe().run(self.page)
            wrong = [(v["id"], v["nodes"][0]["html"][:120]) for v in found.response["violations"]]
            assert not wrong, f"{name} at {width}: {wrong}"
            over = await self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over <= 0, f"{name} at {width} px is {over} px too wide"
            if folder := os.environ.get("CONCERN_TEST_SHOTS"):
                Path(folder).mkdir(parents=True, exist_ok=True)
                await self.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        await self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        expected = [f"status of {status} "] if status >= 400 else []
        left = [c for c in self.complaints if not any(e in c for e in expected)]
        assert not left, f"{name}: {left}"
        self.complaints.clear()
        self.seen.append(name)


@pytest.fixture
async def eyes(browser: Browser, empty_door: TestDoor) -> AsyncIterator[Eyes]:
    """A browser at this door."""
    context = await browser.new_context()
    page = await context.new_page()
    made = Eyes(page, empty_door.origin)
    page.on("console", lambda said: made.complaints.append(said.text) if said.type in LOUD else None)
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    yield made
    await context.close()


async def test_the_pages_around_signing_in(empty_door: TestDoor, eyes: Eyes) -> None:
    """The first start, a failed sign-in, a wait, and the wrong host are whole pages."""
    await eyes.go("/sign-in")
    await eyes.look("sign-in-nobody-yet")
    await empty_door.add("sam", name="Sam Ortega")
    await eyes.go("/sign-in")
    await eyes.look("sign-in")
    await eyes.page.get_by_role("button", name="Sign in").click()
    await eyes.look("sign-in-empty", status=400)
    await eyes.page.get_by_label("Login").fill("sam")
    await eyes.page.get_by_label("Passphrase").fill("not the passphrase at all")
    await eyes.page.get_by_label("One-time code").fill("123456")
    await eyes.page.get_by_role("button", name="Sign in").click()
    await eyes.look("sign-in-wrong", status=403)
    await eyes.page.get_by_label("Passphrase").fill("not the passphrase at all")
    await eyes.page.get_by_label("One-time code").fill("123456")
    await eyes.page.get_by_role("button", name="Sign in").click()
    await eyes.look("sign-in-wait", status=429)
    await eyes.page.goto(eyes.origin.replace("localhost", "127.0.0.1"))
    await eyes.look("wrong-host", status=421)


async def test_the_pages_of_a_case(door: TestDoor, eyes: Eyes) -> None:
    """From an empty queue to a closed case, every page on the way."""
    await eyes.sign_in(door, "sam")
    await eyes.look("queue-empty")
    case = await a_full_case(door)
    await door.files(area="coventry")
    await door.raises_alarm(case)
    await eyes.go("/queue")
    await eyes.look("queue")
    await eyes.go(f"/cases/{case.reference}")
    await eyes.look("case-free")
    await eyes.page.get_by_role("button", name="Pick up").click()
    await eyes.page.get_by_role("button", name="I have it").click()
    await eyes.look("case-mine")
    await eyes.page.get_by_role("button", name="Read it").click()
    await eyes.look("reading")
    await eyes.page.get_by_label("Add a note").fill(
        "Rang the school: the form tutor is worried too.\n\nWill call back."
    )
    await eyes.page.get_by_role("button", name="Keep the note").click()
    await eyes.page.get_by_label("Your answer").fill(
        "Thank you. We have read what you wrote, and we are looking into it."
    )
    await eyes.page.get_by_role("button", name="Send the answer").click()
    await door.tells(
        case, said("He has come home. He wants to talk.", asked="What has changed?", kind="statement")
    )
    await eyes.go(f"/cases/{case.reference}/reading")
    await eyes.look("reading-answered")
    await eyes.page.get_by_role("button", name="Keep the note").click()
    await eyes.look("reading-error", status=400)
    await eyes.page.get_by_role("button", name="Move").click()
    await eyes.page.get_by_role("link", name="Close this case").click()
    await eyes.look("closing")
    await eyes.page.get_by_role("button", name="Close the case").click()
    await eyes.look("closing-error", status=400)
    await eyes.page.get_by_label("No further action").check()
    await eyes.page.get_by_label("Reason").select_option("explained")
    await eyes.page.get_by_label("Note").fill("Spoke with the family.")
    await eyes.page.get_by_role("button", name="Close the case").click()
    await eyes.look("case-closed")
    await eyes.go("/queue?view=closed")
    await eyes.look("queue-closed")


async def test_the_pages_of_a_case_that_was_tampered_with(door: TestDoor, eyes: Eyes) -> None:
    """Findings, a bad record in its place and what stands after the signed records are whole pages too."""
    case = await door.files([said("First."), said("Second."), said("Third.")])
    head = head_of(case)
    blob, _ = door.reporters.append(case.id, case.public_key, head, "r", to_bytes(said("I was never here.")))
    tail = RecordRow(case.id, head.n + 1, "r", b"u" * 16, blob)
    await door.tampers("DELETE FROM records WHERE seq = 2")
    await door.plants(tail)
    await eyes.sign_in(door, "sam")
    await eyes.go(f"/cases/{case.reference}")
    await eyes.page.get_by_role("button", name="Pick up").click()
    await eyes.page.get_by_role("button", name="Read it").click()
    await eyes.look("reading-findings")


async def test_the_pages_about_people(door: TestDoor, eyes: Eyes) -> None:
    """The officers, one who waits, an account, and the pages that refuse."""
    await door.add("max", role="supervisor", name=LONG[:100])
    await door.add("ana", role="authoriser", name="Ana Ruiz")
    await eyes.sign_in(door, "sam")
    await eyes.go("/officers")
    await eyes.look("officers")
    await eyes.page.get_by_role("button", name="Admit Ana Ruiz").click()
    await eyes.look("officers-admitted")
    await eyes.go("/account")
    await eyes.look("account")
    await eyes.go("/cases/ZZZZ-ZZZZ")
    await eyes.look("not-found", status=404)
    case = await door.files()
    lee = await door.sign_in("lee")
    await eyes.go(f"/cases/{case.reference}")
    await lee.post((await lee.get(f"/cases/{case.reference}")).form("/pick-up"))
    await eyes.page.get_by_role("button", name="Pick up").click()
    await eyes.look("taken", status=409)
    await eyes.go(f"/cases/{case.reference}")
    await eyes.look("case-of-a-colleague")
    await eyes.page.get_by_role("button", name="Sign out").click()
    await eyes.look("signed-out")


async def a_full_case(door: TestDoor) -> CaseRow:
    """A case with everything that a conversation can hold."""
    return await door.files(
        [
            said("Family or friend", asked="Who are you?", kind="choice", src=Source("telegram")),
            said(
                "My son.\nHe has changed since March.\n\nHe will not eat with us any more. "
                + "He says odd things. " * 12
            ),
            said("He has a flag on his wall and he calls people “traitors”."),
            said("Since March", asked="Since when?"),
            said("Since May", asked="Since when?", corrects=4, kind="words"),
            said("وہ گھر سے چلا گیا ہے", asked="آپ نے کیا دیکھا؟", lang="ur", reviewed=False),
            said("\u202egnp.txt evil <script>alert(1)</script> <b>bold</b> \u2066hidden", kind="aside"),
            said("x" * 300),
        ],
        urgent=True,
        replies="push",
        door="telegram",
    )
