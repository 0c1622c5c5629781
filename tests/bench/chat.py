"""A chat that never rests: conversations whose turns are committed as fast as the store takes them, until
told to stop.

Run as a process of its own: ``python -m tests.bench.chat URL SECONDS CONVERSATIONS``; prints what it
committed.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import replace

from storage.database import Store, open_store
from storage.records import CaseRow, ConversationRow
from storage.settings import load_settings
from storage.unit_of_work import Unit
from tests.storage import rows


async def talk(store: Store, until: float) -> int:
    """Hold one conversation; give how many units were committed."""
    row, case = rows.conversation(), rows.case()
    row = replace(row, case_id=case.id)

    def begin(unit: Unit) -> None:
        unit.conversations.add(row)
        unit.cases.add(case)

    await store.do(begin)
    n = 0
    while time.monotonic() < until:
        await store.do(lambda unit, k=n: unit.inbox.accept(rows.arrival(row, f"{row.id.hex()}{k}")))  # type: ignore[misc]  # a default binds the loop's value
        await store.do(lambda unit, k=n: turn(unit, row, case, k))  # type: ignore[misc]  # the same
        n += 1
    return 2 * n + 1


def turn(unit: Unit, row: ConversationRow, case: CaseRow, n: int) -> None:
    """Write what a turn writes: the conversation, a record, a card, the log, the event done."""
    unit.conversations.save(row, n, 1, 1)
    unit.cases.append(case.id, n, rows.record(case, n + 1), rows.Head(n + 1))
    unit.outbox.supersede_cards(row.id)
    unit.outbox.add(row.blind_address, row.id, n + 1, "card", b"card" * 100)
    unit.audit.add("msg_in", "reporter", case=case.id, n=n + 1, h=bytes(16))
    unit.inbox.done([event.id for event in unit.inbox.waiting(row.id)])


async def saturate(url: str, seconds: float, conversations: int) -> int:
    """Write for some seconds; give how many units were committed."""
    store = await open_store(load_settings({"CONCERN_DATABASE_URL": url}), "bot")
    try:
        print("ready", flush=True)
        until = time.monotonic() + seconds
        return sum(await asyncio.gather(*(talk(store, until) for _ in range(conversations))))
    finally:
        await store.close()


if __name__ == "__main__":
    print(asyncio.run(saturate(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))))
