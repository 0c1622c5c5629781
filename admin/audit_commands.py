"""Checking the log: every chain from its first entry, and against heads that were kept elsewhere.

A chain that is whole can still have lost its tail: only a head kept on another machine shows that. So
without one the answer
is "evidence incomplete", never "intact".
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from admin.commands import DONE, FELL_SHORT, INCOMPLETE, say
from admin.errors import Refused
from admin.opening import opened
from storage.settings import Settings
from storage.unit_of_work import Unit

Heads = dict[str, tuple[int, bytes]]


async def heads(settings: Settings, given: argparse.Namespace) -> int:
    """Write the newest entry of each chain, to keep on another machine."""
    async with opened(settings) as (store, _):
        found = await store.read(_heads)
    say(
        json.dumps(
            {chain: {"n": n, "hash": kept.hex()} for chain, (n, kept) in found.items()}, sort_keys=True
        )
    )
    return DONE


async def verify(settings: Settings, given: argparse.Namespace) -> int:
    """Check the log; 0 intact, 1 tampered, 4 evidence incomplete."""
    known = _kept(given.heads) if given.heads else None
    async with opened(settings) as (store, _):
        faults = await store.read(lambda unit: unit.audit.verify(known))
        found = await store.read(_heads)
    if given.json:
        say(json.dumps(_as_json(found, faults, known is not None)))
    else:
        for chain, (n, _hash) in found.items():
            say(f"chain {chain}: {n} entries")
        for fault in faults:
            say(f"{fault.kind}: chain {fault.chain}, entry {fault.n}")
    if faults:
        return FELL_SHORT
    if known is None:
        if not given.json:
            say("Every chain is whole. Whether a tail was cut off shows only against heads that were kept on")
            say("another machine: audit heads writes them, audit verify --heads FILE compares.")
        return INCOMPLETE
    if not given.json:
        say("Intact.")
    return DONE


def _heads(unit: Unit) -> Heads:
    last = {chain: unit.audit.entries(chain)[-1] for chain in unit.audit.chains()}
    return {chain: (entry.n, entry.hash) for chain, entry in last.items()}


def _kept(path: str) -> Heads:
    try:
        written: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
        return {chain: (int(one["n"]), bytes.fromhex(one["hash"])) for chain, one in written.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as why:
        raise Refused(f"The file of heads cannot be read ({type(why).__name__}).") from None


def _as_json(found: Heads, faults: list[Any], compared: bool) -> dict[str, Any]:
    return {
        "chains": {chain: n for chain, (n, _) in found.items()},
        "faults": [{"chain": fault.chain, "n": fault.n, "kind": fault.kind} for fault in faults],
        "compared": compared,
    }
