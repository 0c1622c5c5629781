"""Two officers, one concern, the same moment: one has it, the other is told who."""

from __future__ import annotations

import asyncio
import os

from tests.admin.door import TestDoor, Visitor
from tests.admin.page import Form, Page

RACES = 1_000 if os.environ.get("CONCERN_TEST_PROOF") else 200


async def grab(visitor: Visitor, reference: str, csrf: str) -> Page:
    form = Form("post", f"/cases/{reference}/pick-up", {"csrf": csrf, "version": "0"})
    return await visitor.ask("POST", form.action, data=form.values, headers={"Sec-Fetch-Site": "same-origin"})


async def test_two_pick_up_the_same_case_at_once_two_hundred_times(door: TestDoor) -> None:
    """Each time exactly one is sent on to the case, and the other's page names the winner."""
    sam, lee = await door.sign_in("sam"), await door.sign_in("lee")
    csrf = [(await visitor.get("/account")).form("/sign-out").values["csrf"] for visitor in (sam, lee)]
    names = ("Sam Ortega", "Lee Novak")
    won = [0, 0]
    for race in range(RACES):
        case = await door.files(reach=False)
        order = (0, 1) if race % 2 else (1, 0)
        pages = dict(
            zip(
                order,
                await asyncio.gather(*(grab((sam, lee)[who], case.reference, csrf[who]) for who in order)),
                strict=True,
            )
        )
        winners = [who for who, page in pages.items() if page.status == 303]
        assert len(winners) == 1, f"race {race}: {[page.status for page in pages.values()]}"
        [winner] = winners
        loser = pages[1 - winner]
        assert loser.status == 409
        assert loser.h1 == f"{names[winner]} has it"
        won[winner] += 1
        if (
            race % 40 == 39
        ):  # a session is for ten minutes of work; the clock stands still here, so only check
            assert (await door.case(case.id)).owner_id is not None
    assert sum(won) == RACES
    assert len(await door.audited("claim")) == RACES
