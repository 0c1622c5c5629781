"""What one update costs and what one live conversation keeps: ``advance`` beside three engines that others
use, on the same ten questions in one run.

``python -m tests.bench.bench_advance [--people N] [--live N]``. Those that are not installed are named
and left out.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import time
import tracemalloc
from dataclasses import dataclass

from tests.bench.contenders import QUESTIONS, Contender, contenders

HALF = QUESTIONS // 2


@dataclass(frozen=True)
class Figures:
    """What was measured of one."""

    name: str
    median_us: float
    high_us: float
    kept: float


async def timed(whom: list[Contender], people: int) -> dict[str, list[float]]:
    """Let people answer, each contender in turn for each of them; give microseconds per update."""
    took: dict[str, list[float]] = {one.name: [] for one in whom}
    for person in range(1, people + 1):
        for one in whom:
            made = one.updates(person)
            for number, take in enumerate(made):
                began = time.perf_counter_ns()
                await take()
                if number:
                    took[one.name].append((time.perf_counter_ns() - began) / 1000)
            one.tidy()
    return took


async def kept(one: Contender, live: int) -> float:
    """Give the bytes of memory that one conversation keeps, half-way through."""
    tracemalloc.start()
    await _answer(one, range(1, 51))
    one.tidy()
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    await _answer(one, range(1_000_000, 1_000_000 + live))
    one.tidy()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert one.held() is not None
    return (after - before) / live


async def _answer(one: Contender, people: range) -> None:
    for person in people:
        for take in one.updates(person)[: HALF + 1]:
            await take()
        one.tidy()


async def measure(people: int, live: int) -> tuple[list[Figures], list[str]]:
    """Measure everything that is here."""
    whom, missing = contenders()
    took = await timed(whom, people)
    fresh, _ = contenders()
    found = []
    for one in fresh:
        times = sorted(took[one.name])
        high = times[int(len(times) * 0.99)]
        found.append(Figures(one.name, statistics.median(times), high, await kept(one, live)))
    return found, missing


def table(found: list[Figures], missing: list[str]) -> str:
    """Lay the figures out, with what each is to ours."""
    ours = found[0]
    lines = [f"{'':<42}{'median us':>10}{'p99 us':>9}{'ratio':>8}{'bytes kept':>12}{'ratio':>8}"]
    for one in found:
        speed, size = one.median_us / ours.median_us, one.kept / ours.kept
        figures = f"{one.median_us:>10.0f}{one.high_us:>9.0f}{speed:>8.2f}{one.kept:>12,.0f}{size:>8.2f}"
        lines.append(f"{one.name:<42}{figures}")
    if missing:
        lines.append(f"not installed and left out: {', '.join(missing)} (requirements-bench.lock has them)")
    return "\n".join(lines)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--live", type=int, default=500)
    options = parser.parse_args()
    print(table(*asyncio.run(measure(options.people, options.live))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
