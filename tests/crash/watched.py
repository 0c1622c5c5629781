"""The bot as a process that is started again whenever it dies."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Kill:
    """Where the process dies: at the ``hit``-th time it passes a waypoint."""

    name: str
    hit: int


@dataclass
class Watched:
    """Starts it, each start armed with the next kill; ``deaths`` counts them. Used as a context."""

    environment: dict[str, str]
    kills: list[Kill]
    log: Path
    deaths: int = 0
    ended: str = ""
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Watched:
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(40)
        assert not self.ended, self.ended

    def _watch(self) -> None:
        with self.log.open("ab") as log:
            while not self._over.is_set() and not self.ended:
                process = self._start(log)
                while process.poll() is None and not self._over.wait(0.02):
                    pass
                if process.poll() is None:
                    process.terminate()
                    process.wait(30)
                elif process.returncode == -9:
                    self.deaths += 1
                else:
                    said = self.log.read_text(errors="replace").splitlines()[-1:]
                    self.ended = f"the bot ended by itself, code {process.returncode}: {said}"

    def _start(self, log: BinaryIO) -> subprocess.Popen[bytes]:
        arms: Sequence[str] = ()
        if self.kills:
            kill = self.kills.pop(0)
            arms = (kill.name, str(kill.hit))
        command = [sys.executable, "-m", "tests.crash.victim", *arms]
        return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, cwd=ROOT)
