"""What a thief of every file finds: nothing that a reporter typed, in no table, log, backup or output."""

from __future__ import annotations

import base64
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.whole.house import House
from tests.whole.people import Officer, Reporter

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
CANARIES = {
    "words": "Zanzibar-kingfisher-6021 he says a war is coming",
    "more": "Quixotic-marmalade-7734 since March",
    "reply": "Velvet-orchard-4490 we have read it",
    "note": "Cobalt-lantern-3358 fact, not opinion",
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house without people or doors yet."""
    made = House(tmp_path)
    yield made
    made.close()


def spellings(text: str) -> list[bytes]:
    """Write the first word of a canary in the ways a leak would carry it."""
    word = text.split()[0]
    plain = word.encode()
    coded = [base64.b64encode(b"x" * shift + plain)[4:-4] for shift in range(3)]
    return [plain, word.encode("utf-16-le"), word.encode("utf-16-be"), plain.hex().encode(), *coded]


def found(folder: Path) -> list[str]:
    """Name every file under a folder that holds a canary, in any spelling."""
    hits = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        held = path.read_bytes()
        hits += [
            f"{path.name}: {name}"
            for name, text in CANARIES.items()
            if any(one in held for one in spellings(text))
        ]
    return hits


async def test_nothing_typed_stands_in_any_file(house: House, browser: Browser, tmp_path: Path) -> None:
    """Half-way, after *send* and after an answer, no file, log, WAL or backup holds a typed word."""
    house.add("nadia")
    house.start("bot")
    house.start("admin")
    reporter = Reporter(await (await browser.new_context()).new_page())
    await reporter.opens(house)
    await reporter.goes_to_the_question()
    await reporter.writes(CANARIES["words"], "Keep this and write more")
    copies = [_copy(tmp_path, "half-way")]
    _backup(tmp_path / "concern.db", copies[0] / "online.db")
    await reporter.writes(CANARIES["more"])
    await reporter.presses("Send now")
    copies.append(_copy(tmp_path, "sent"))
    officer = Officer(await (await browser.new_context()).new_page(), house, "nadia")
    await officer.signs_in()
    await officer.opens_the_newest()
    read = await officer.picks_up_and_reads()
    assert CANARIES["words"] in read
    assert CANARIES["more"] in read
    await officer.page.get_by_label("Add a note").fill(CANARIES["note"])
    await officer.page.get_by_role("button", name="Keep the note").click()
    await officer.answers(CANARIES["reply"])
    copies.append(_copy(tmp_path, "answered"))
    house.close()
    assert found(tmp_path) == []
    assert all((copy / "concern.db").stat().st_size > 10_000 for copy in copies)


def test_the_search_would_find_a_leak(tmp_path: Path) -> None:
    """The same search finds a canary written plainly, in UTF-16, in hexadecimal and in base 64."""
    for n, leak in enumerate(spellings(CANARIES["words"])):
        (tmp_path / f"{n}.log").write_bytes(b"before " + leak + b" after")
    assert len(found(tmp_path)) == len(spellings(CANARIES["words"]))


def _copy(folder: Path, name: str) -> Path:
    """Copy every file as it is now, as a thief would."""
    to = folder / "copies" / name
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("copies"))
    return to


def _backup(database: Path, to: Path) -> None:
    """Back a live database up with its own tool."""
    with sqlite3.connect(database) as live, sqlite3.connect(to) as copy:
        live.backup(copy)
