"""What the operator may ask on the loopback port, and what the vendored files hold."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aiohttp import ClientSession, web

from admin.health import Health
from tests.admin.door import TestDoor, free_port

VENDOR = Path(__file__).resolve().parents[2] / "admin" / "static" / "vendor"


async def asked(door: TestDoor, path: str) -> tuple[int, str]:
    """Ask the health port."""
    runner, port = web.AppRunner(Health(door.store).application()), free_port()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        async with ClientSession() as http, http.get(f"http://127.0.0.1:{port}{path}") as answer:
            return answer.status, await answer.text()
    finally:
        await runner.cleanup()


async def test_alive_is_not_ready(empty_door: TestDoor) -> None:
    """With nobody to read, the door is alive and says what is missing."""
    assert await asked(empty_door, "/healthz") == (200, '{"alive": true}')
    assert await asked(empty_door, "/readyz") == (503, '{"ready": false, "missing": ["team", "officers"]}')
    await empty_door.add("sam")
    assert await asked(empty_door, "/readyz") == (200, '{"ready": true, "missing": []}')


async def test_figures_hold_no_reference_and_no_name(door: TestDoor) -> None:
    """Metrics count; they name nobody and no case."""
    case = await door.files(urgent=True)
    await door.raises_alarm(case)
    status, text = await asked(door, "/metrics")
    assert status == 200
    assert 'concern_cases{view="unassigned"} 1.0' in text
    assert "concern_alarms_open 1.0" in text
    assert 'concern_officers{status="active"} 2.0' in text
    assert case.reference not in text
    assert "sam" not in text


def test_the_vendored_files_are_those_that_were_fetched() -> None:
    """Every file stands as its checksum says, with licence and version beside it."""
    sums = dict(line.split("  ")[::-1] for line in (VENDOR / "SHA256SUMS").read_text().splitlines())
    files = {f"./{p.relative_to(VENDOR).as_posix()}" for p in VENDOR.rglob("*") if p.is_file()}
    assert files - set(sums) == {"./SHA256SUMS", "./fetch.sh"}
    for name, digest in sums.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
    assert {"./LICENSE-govuk-frontend.txt", "./LICENSE-moj-frontend.txt", "./VERSION"} <= set(sums)


def test_the_vendored_files_hold_neither_the_government_font_nor_a_crest_nor_a_script() -> None:
    """What is licensed to GOV.UK alone is not here, and no page has anything to run."""
    for path in VENDOR.rglob("*"):
        assert path.suffix in ("", ".css", ".svg", ".txt", ".sh"), path
    for sheet in VENDOR.glob("*.css"):
        text = sheet.read_text()
        for word in ("GDS Transport", "@font-face", "crest.svg", "sourceMappingURL", "url(http", "@import"):
            assert word not in text, f"{sheet.name}: {word}"


async def test_the_style_sheets_ask_for_nothing_that_is_not_here(door: TestDoor) -> None:
    """Every picture that a style sheet names is served."""
    import re

    visitor = door.visitor()
    for sheet in VENDOR.glob("*.css"):
        for address in set(re.findall(r"url\(\"?(/static/[^)\"]+)", sheet.read_text())):
            await visitor.get(address, 200)
