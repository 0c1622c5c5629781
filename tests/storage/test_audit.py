"""The log: what it may hold, and how every kind of tampering is found."""

from __future__ import annotations

import ast
import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from storage import audit_rules
from storage.audit import Fault, link, root, verify
from storage.database import Store
from storage.records import AuditEntry
from storage.settings import Settings
from storage.unit_of_work import Unit
from tests.storage import rows
from tests.storage.conftest import OpenStore


async def test_an_entry_is_canonical_and_says_who_when_and_what(store: Store) -> None:
    """The body is canonical JSON with the actor, the moment, the event and the facts."""
    me, case = rows.name(), rows.name()
    await store.do(
        lambda unit: unit.audit.add("case_read", me, case=case, reason_code="first_look", from_n=1, to_n=4)
    )
    (entry,) = await store.read(lambda unit: unit.audit.entries("bot"))
    body = json.loads(entry.body)
    assert entry.body == json.dumps(body, sort_keys=True, separators=(",", ":"))
    assert body == {
        "v": 1,
        "chain": "bot",
        "i": 1,
        "event": "case_read",
        "actor": me.hex(),
        "at": "2026-11-23T09:30:12.345Z",
        "case": case.hex(),
        "reason_code": "first_look",
        "from_n": 1,
        "to_n": 4,
    }
    assert await store.read(lambda unit: unit.audit.of_case(case)) == [entry]


async def test_what_a_reporter_did_carries_the_hour(store: Store) -> None:
    """No entry says to the minute when a reporter was awake."""
    await store.do(
        rows.each(
            lambda unit: unit.audit.add("msg_in", "reporter"),
            lambda unit: unit.audit.add("urgency", "reporter"),
        )
    )
    for entry in await store.read(lambda unit: unit.audit.entries("bot")):
        assert json.loads(entry.body)["at"] == "2026-11-23T09Z"


@pytest.mark.parametrize(
    ("event", "facts"),
    [
        ("a_new_event", {}),
        ("note", {"text": "x"}),
        ("note", {"reason_ref": "he said that he would"}),
        ("note", {"stage": "línea"}),
        ("note", {"result": "x" * 65}),
        ("note", {"result": 1.5}),
        ("note", {"result": ["list"]}),
    ],
)
async def test_what_could_be_words_fails_the_unit(store: Store, event: str, facts: dict[str, Any]) -> None:
    """An event or fact outside the lists, or a value that is no code, is refused, and the unit with it."""

    def work(unit: Unit) -> None:
        unit.meta.put("key", "value")
        unit.audit.add(event, "system", **facts)

    with pytest.raises(ValueError, match="log"):
        await store.do(work)
    assert await store.read(lambda unit: unit.meta.get("key")) is None


async def test_a_chain_goes_on_after_a_restart(settings: Settings, opened: OpenStore) -> None:
    """The same door takes up its chain where it left it."""
    first = await opened(settings)
    await first.do(lambda unit: unit.audit.add("start", "system"))
    await first.close()
    second = await opened(settings)
    await second.do(lambda unit: unit.audit.add("start", "system"))
    assert [entry.n for entry in await second.read(lambda unit: unit.audit.entries("bot"))] == [1, 2]
    assert await second.read(lambda unit: unit.audit.verify()) == []


async def test_two_processes_of_one_door_keep_the_log_whole(settings: Settings, opened: OpenStore) -> None:
    """A command beside the server writes the log at the same time, and no chain breaks."""
    stores = [await opened(settings, "admin") for _ in range(3)]
    await asyncio.gather(
        *(store.do(lambda unit: unit.audit.add("list_view", "system")) for store in stores for _ in range(20))
    )
    assert await stores[0].read(lambda unit: unit.audit.verify()) == []
    chains = await stores[0].read(
        lambda unit: {name: len(unit.audit.entries(name)) for name in unit.audit.chains()}
    )
    assert sum(chains.values()) == 60
    assert all(name.partition("-")[0] == "admin" for name in chains)


async def test_units_that_fail_leave_no_hole(store: Store) -> None:
    """With every third unit of a group failing, the chain is whole and holds the others."""

    def work(n: int) -> object:
        def put(unit: Unit) -> None:
            unit.audit.add("note", "system", seq=n)
            unit.audit.add("note", "system", seq=n)
            if n % 3 == 0:
                raise KeyError(n)

        return put

    await asyncio.gather(*(store.do(work(n)) for n in range(60)), return_exceptions=True)  # type: ignore[arg-type]  # work gives a unit function
    assert await store.read(lambda unit: unit.audit.verify()) == []
    kept = await store.read(
        lambda unit: [e for name in unit.audit.chains() for e in unit.audit.entries(name)]
    )
    assert len(kept) == 80


async def test_the_newest_head_of_a_case_is_witnessed(store: Store) -> None:
    """The anchor of a case is the highest head the log knows, whichever chain it stands in."""
    case = rows.name()
    assert await store.read(lambda unit: unit.audit.anchor(case)) is None
    for n in (1, 2, 3):
        await store.do(
            lambda unit, k=n: unit.audit.add("msg_in", "reporter", case=case, n=k, h=(bytes([k]) * 16).hex())  # type: ignore[misc]  # a default binds the loop's value
        )
    await store.do(lambda unit: unit.audit.add("case_submit", "reporter", case=case))
    assert await store.read(lambda unit: unit.audit.anchor(case)) == (3, bytes([3]) * 16)


def chain(length: int = 6, name: str = "bot") -> list[AuditEntry]:
    """A whole chain."""
    entries: list[AuditEntry] = []
    previous = bytes(32)
    for n in range(1, length + 1):
        entries.append(AuditEntry(name, n, previous, f'{{"i":{n}}}', link(name, n, previous, f'{{"i":{n}}}')))
        previous = entries[-1].hash
    return entries


WHOLE = chain()
HEAD = (6, WHOLE[-1].hash)
REWRITTEN = chain(3) + [
    AuditEntry("bot", 4, WHOLE[2].hash, "{}", link("bot", 4, WHOLE[2].hash, "{}")),
]


def test_a_whole_chain_has_no_fault() -> None:
    """Nothing is found where nothing is wrong, from the beginning or from the middle."""
    assert verify(WHOLE) is None
    assert verify(WHOLE, head=HEAD) is None
    assert verify(WHOLE[3:], after=WHOLE[2], head=HEAD) is None
    assert verify([]) is None


@pytest.mark.parametrize(
    ("entries", "head", "fault"),
    [
        (WHOLE[:2] + [replace(WHOLE[2], body="{}")] + WHOLE[3:], None, Fault("bot", 3, "ALTERED")),
        (WHOLE[:2] + [replace(WHOLE[2], hash=bytes(32))] + WHOLE[3:], None, Fault("bot", 3, "ALTERED")),
        (WHOLE[:2] + [replace(WHOLE[2], previous=bytes(32))] + WHOLE[3:], None, Fault("bot", 3, "ALTERED")),
        (WHOLE[:2] + [replace(WHOLE[2], chain="admin")] + WHOLE[3:], None, Fault("bot", 3, "ALTERED")),
        (WHOLE[:2] + WHOLE[3:], None, Fault("bot", 3, "GAP")),
        (WHOLE[1:], None, Fault("bot", 1, "GAP")),
        (WHOLE[:2] + [WHOLE[3], WHOLE[2]] + WHOLE[4:], None, Fault("bot", 3, "GAP")),
        (WHOLE[:3] + [WHOLE[1]] + WHOLE[3:], None, Fault("bot", 4, "REORDERED")),
        (WHOLE[:4], HEAD, Fault("bot", 5, "TRUNCATED")),
        ([], HEAD, Fault("bot", 1, "TRUNCATED")),
        (REWRITTEN, (4, WHOLE[3].hash), Fault("bot", 4, "REWRITTEN")),
        (
            WHOLE[:2] + [AuditEntry("bot", 3, bytes(32), "{}", link("bot", 3, bytes(32), "{}"))],
            None,
            Fault("bot", 3, "BROKEN"),
        ),
    ],
)
def test_every_kind_of_tampering_is_named(
    entries: list[AuditEntry], head: tuple[int, bytes] | None, fault: Fault
) -> None:
    """An altered, missing, moved, cut off or rewritten entry is found, with its number and its kind."""
    assert verify(entries, chain="bot", head=head) == fault


async def test_an_altered_log_is_found_in_the_database(store: Store) -> None:
    """One byte changed in the table is found by checking every chain."""
    await store.do(lambda unit: [unit.audit.add("list_view", "system", count=n) for n in range(5)])
    await store.do(
        lambda unit: unit._connection.exec_driver_sql(
            "UPDATE audit SET body = replace(body, '\"count\":2', '\"count\":3') WHERE n = 3"
        )
    )
    assert await store.read(lambda unit: unit.audit.verify()) == [Fault("bot", 3, "ALTERED")]


async def test_a_cut_tail_is_found_by_a_head_known_from_elsewhere(store: Store) -> None:
    """The last entries deleted: found when somebody remembers the head."""
    await store.do(lambda unit: [unit.audit.add("list_view", "system") for _ in range(5)])
    last = (await store.read(lambda unit: unit.audit.entries("bot")))[-1]
    await store.do(lambda unit: unit._connection.exec_driver_sql("DELETE FROM audit WHERE n > 3"))
    assert await store.read(lambda unit: unit.audit.verify()) == []
    heads = {"bot": (last.n, last.hash)}
    assert await store.read(lambda unit: unit.audit.verify(heads)) == [Fault("bot", 4, "TRUNCATED")]


def test_the_root_is_that_of_rfc_6962() -> None:
    """The tree head over the test leaves of Certificate Transparency is the published one."""
    leaves = [
        bytes.fromhex(leaf)
        for leaf in (
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        )
    ]
    assert root([]) == sha256(b"").digest()
    published = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    for size, wanted in published.items():
        assert root(leaves[:size]).hex() == wanted


def spoken_of(name: str) -> Iterator[tuple[str, str]]:
    """Find every literal event that a door writes to the log."""
    top = Path(audit_rules.__file__).resolve().parents[1]
    for path in sorted((top / name).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("audit.add") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield f"{path.relative_to(top)}:{node.lineno}", str(first.value)


@pytest.mark.parametrize("door", ["bot", "admin"])
def test_every_event_that_a_door_writes_is_on_the_list(door: str) -> None:
    """No door can write an event that the log would refuse."""
    known = frozenset().union(*audit_rules.EVENTS.values())
    unknown = [f"{place} {event}" for place, event in spoken_of(door) if event not in known]
    assert not unknown, f"add to storage/audit_rules.py, under the kind of section 62 it is: {unknown}"
