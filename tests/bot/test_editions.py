"""Editions through the real store: kept at the start, counted in a dry run, moved in small units, and gone on
with by the people they belong to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot import __main__, app, editions
from bot.app import Parts
from bot.channels import Incoming
from bot.editions import Count, Mover, keep_editions, told
from bot.pace import Pace
from dialogs.events import Chose, Commanded, Wrote
from dialogs.flow import Flow, State, make_flow
from dialogs.library import Library, load_library
from dialogs.migrations import Migrations, make_migrations
from dialogs.moving import Note
from storage import settings
from storage.errors import Conflict
from tests.bot.house import House, a_house, environment
from tests.dialogs.test_edition_changes import removed, renamed

PATHS: tuple[tuple[str, ...], ...] = (
    (),
    ("go_on",),
    ("go_on", "agree", "family"),
    ("go_on", "agree", "family", "safe"),
)
ALL = 24


def after(change: Callable[[Flow], dict[str, State]], said: str) -> tuple[Library, Migrations, Flow]:
    """Tomorrow's library and what moves people to it."""
    before = load_library("west_midlands")
    old = before.current("family")
    new = make_flow(replace(old, states=change(old)))
    flows = [new, *(before.current(name) for name in before.names() if name != "family")]
    library = Library(flows, before.wording, before.signposts, before.profile)
    text = f"flow: family\nfrom: {old.edition}\nto: {new.edition}\n{said}\n"
    return library, make_migrations({f"family-{old.edition}-{new.edition}.yaml": text}, library), old


async def many(house: House) -> None:
    """People at several places: some on their way, some who wrote, some at *relation*, one who ended."""
    for number in range(ALL):
        address = str(2000 + number)
        if number % 6 < 4:
            await house.hears(Commanded("start"), address=address)
            await house.presses(*PATHS[number % 6], address=address)
            if number % 6 == 3:
                await house.hears(Wrote(f"words {number}"), address=address)
        else:
            await house.tells(f"words {number}", address=address)
            if number % 6 == 5:
                await house.presses("more", address=address)
    await house.hears(Commanded("start"), Commanded("leave"), address="9000")


async def tomorrow(folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch, house: House) -> Parts:
    """The same door after an update: its own store and keys, other flows."""
    monkeypatch.setattr(app, "load_library", lambda profile: library)
    given = settings.load_settings(environment(folder))
    return await app.put_together(given, house.clock, Pace(a_second=10_000, a_second_each=10_000))


async def test_the_dry_run_counts_what_the_move_then_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Equal figures; nobody loses a word; a second run finds nothing left; people go on where they stand."""
    library, migrations, old = after(removed, "remove: {relation: how}")
    async with a_house(tmp_path) as house:
        await many(house)
    parts = await tomorrow(tmp_path, library, monkeypatch, house)
    try:
        mover = Mover(parts.store, parts.seals, library, migrations)
        dry = await mover.count()
        assert await mover.count() == dry
        done = await mover.move()
        assert done == dry
        assert (dry.live, dry.moved, dry.waiting, dry.closed) == (ALL, ALL, 0, 0)
        on = Note("removed", "family", old.edition, "relation", "how")
        assert dry.notes[on] == ALL // 6
        lines = told(dry, done=False)
        assert f"{ALL} on edition {old.edition} of family" in lines
        assert f"  {ALL // 6} stand on the question you removed, relation: they go on at how" in lines
        assert lines[-1] == f"{ALL} conversations under way; {ALL} would be moved"
        again = await mover.move()
        assert (again.live, again.moved) == (ALL, 0)
        new = House(parts, house.clock, house.chat, house.officer, house.wraps, house.seals, said=5_000)
        parts.channels["telegram"] = house.chat
        await _goes_on(new)
    finally:
        await parts.store.close()


async def _goes_on(house: House) -> None:
    """A press under the old card brings the new one; what was written before is sent."""
    card = await house.card(address="2005")
    await house.delivers()
    await house.hears(Chose("child", card.step - 1), address="2005")
    shown = await house.card(address="2005")
    assert shown.step == card.step
    assert len([out for out in await house.delivers() if out.kind == "card"]) == 1
    await house.presses("saw", address="2005")
    await house.presses("send", address="2004")
    case = await house.case(address="2004")
    assert "words 4" in [record.answer for record in await house.answers(case)]


async def test_a_move_that_was_cut_short_is_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half are moved when the process dies; the next run moves the other half."""
    library, migrations, _ = after(renamed, "rename: {noticed: seen}")
    async with a_house(tmp_path) as house:
        await many(house)
        await keep_editions(house.parts.store, library)
        library.add(house.parts.library.current("family"))
        mover = Mover(house.parts.store, house.parts.seals, library, migrations)
        dry = await mover.count()
        save = editions._save
        saved: list[object] = []

        def until_half(*given: object) -> None:
            if len(saved) == ALL // 2:
                raise RuntimeError
            saved.append(given)
            save(*given)  # type: ignore[arg-type]  # handed on

        monkeypatch.setattr(editions, "_save", until_half)
        with pytest.raises(RuntimeError):
            await mover.move()
        monkeypatch.setattr(editions, "_save", save)
        rest = await mover.move()
        assert (dry.moved, rest.moved) == (ALL, ALL - ALL // 2)
        assert (await mover.move()).moved == 0


async def test_a_turn_in_between_is_a_conflict_and_what_waits_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is planned anew; after five times, and where something waits, it is for the next run."""
    library, migrations, _ = after(renamed, "rename: {noticed: seen}")
    async with a_house(tmp_path) as house:
        await house.tells("words")
        library.add(house.parts.library.current("family"))
        mover = Mover(house.parts.store, house.parts.seals, library, migrations)
        save, conflicts = editions._save, [1]

        def refused(*given: object) -> None:
            if conflicts:
                conflicts.pop()
                raise Conflict("the conversation moved on")
            save(*given)  # type: ignore[arg-type]  # handed on

        monkeypatch.setattr(editions, "_save", refused)
        conflicts.extend([1] * 4)
        assert (await mover.move()).waiting == 1
        conflicts.append(1)
        said = house.said = house.said + 1
        incoming = editions_incoming(house, said)
        await house.parts.intake.accept("telegram", [incoming])
        count = await mover.move()
        assert (count.live, count.moved, count.waiting) == (1, 0, 1)
        assert "1 have something waiting to be read: run it again afterwards" in told(count, done=True)
        await house.works()
        conflicts[:] = [1]
        assert (await mover.move()).moved == 1


def editions_incoming(house: House, said: int) -> Incoming:
    """One more message, on its way."""
    return Incoming(
        "1001", f"telegram-{said}", said, Wrote("more"), {"chat": "1001"}, sent_at=house.clock(), mark="t"
    )


async def test_what_cannot_be_opened_is_counted_and_left(tmp_path: Path) -> None:
    """Its key was lost: it begins anew by itself when its person comes back."""
    async with a_house(tmp_path) as house:
        await house.tells("words")
        for kid in house.parts.seals.draft_kids():
            house.parts.seals.forget_draft_key(kid)
        mover = Mover(house.parts.store, house.parts.seals, house.parts.library, Migrations())
        count = await mover.move()
        assert (count.live, count.closed) == (0, 1)
        assert "1 cannot be opened, and begin anew by themselves" in told(count, done=True)


def test_the_command_counts_and_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With nobody under way it says so; what is left over is exit code 1."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    assert __main__.main(["editions"]) == 0
    assert __main__.main(["editions", "--dry-run"]) == 0
    assert __main__.main(["editions", "--move"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "0 conversations under way; 0 would be moved",
        "0 conversations under way; 0 would be moved",
        "0 conversations under way; 0 were moved",
    ]

    async def left(self: Mover) -> Count:
        return Count(live=1, waiting=1)

    monkeypatch.setattr(Mover, "move", left)
    assert __main__.main(["editions", "--move"]) == 1
    with pytest.raises(SystemExit) as caught:
        __main__.main(["editions", "--move", "--dry-run"])
    assert caught.value.code == 3


async def test_a_kept_edition_of_an_earlier_program_keeps_its_name(tmp_path: Path) -> None:
    """And one that today's program cannot read is left where it is."""
    async with a_house(tmp_path) as house:
        flow = house.parts.library.current("family")
        await house.parts.store.do(lambda unit: unit.editions.keep("family", "e" * 16, flow.to_json()))
        await house.parts.store.do(lambda unit: unit.editions.keep("family", "f" * 16, "{}"))
        library = load_library("west_midlands")
        await keep_editions(house.parts.store, library)
        assert library.flow("family", "e" * 16).states == flow.states
        with pytest.raises(Exception, match="no flow 'family' of edition"):
            library.flow("family", "f" * 16)
