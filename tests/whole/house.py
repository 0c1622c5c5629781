"""Both doors as real processes on free ports, over one temporary folder: started, killed, started again.

Everything goes in by environment and command, as an operator would; nothing of the product is imported
but the one-time code.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from storage.vault import onetime

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "seven quiet otters cross the road"
PATIENCE = 40.0


def free_port() -> int:
    """Give a port that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def eventually(look: Callable[[], object], why: str, patience: float = PATIENCE) -> None:
    """Wait until ``look()`` holds. Fails with ``why``."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if look():
            return
        time.sleep(0.05)
    raise AssertionError(f"waited {patience:.0f} s and still not: {why}")


@dataclass
class House:
    """The two doors of one deployment."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ports = {name: free_port() for name in ("WEB", "ADMIN", "BOT_HEALTH", "ADMIN_HEALTH")}
        self.web = f"http://127.0.0.1:{ports['WEB']}"
        self.admin = f"http://localhost:{ports['ADMIN']}"
        self.health = f"http://127.0.0.1:{ports['BOT_HEALTH']}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "CONCERN_DATABASE_URL": f"sqlite:///{self.folder / 'concern.db'}",
            "CONCERN_KEYSTORE": str(self.folder / "keystore"),
            **{f"CONCERN_{name}_PORT": str(port) for name, port in ports.items()},
            **self.extra,
        }

    @property
    def log(self) -> bytes:
        """All that either process has printed."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("*.out")))

    def add(self, login: str, role: str = "officer", *more: str) -> subprocess.CompletedProcess[str]:
        """Add an officer by command; remember the one-time secret."""
        kept = self.folder / "passphrase"
        kept.write_text(PASSPHRASE + "\n")
        done = self.command(
            "admin",
            "officers",
            "add",
            "--login",
            login,
            "--role",
            role,
            "--passphrase-file",
            str(kept),
            *more,
        )
        found = re.search(r"\b[A-Z2-7]{32}\b", done.stdout)
        assert done.returncode == 0, done.stderr
        assert found, done.stdout
        self.secrets[login] = found[0]
        return done

    def code(self, login: str) -> str:
        """Give a one-time code of now."""
        return onetime.code(self.secrets[login], time.time())

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``python -m …`` to its end."""
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start(self, door: str) -> None:
        """Start a door and wait until it answers."""
        with (self.folder / f"{door}.out").open("ab") as out:
            self.processes[door] = subprocess.Popen(
                [sys.executable, "-m", door, "serve"],
                cwd=self.folder,
                env=self.environment,
                stdout=out,
                stderr=out,
            )
        address = self.web if door == "bot" else self.admin
        eventually(lambda: self._answers(address) or self._ended(door), f"{door} answers at {address}")
        assert not self._ended(door), self.log.decode()

    def stop(self, door: str, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop a door; give its exit code."""
        process = self.processes.pop(door)
        process.send_signal(how)
        return process.wait(30)

    def ready(self) -> tuple[int, dict[str, object]]:
        """Ask the reporter's door whether it is ready."""
        try:
            with urllib.request.urlopen(f"{self.health}/readyz") as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def close(self) -> None:
        """Stop whatever still runs."""
        for door in list(self.processes):
            self.stop(door)

    def _answers(self, address: str) -> bool:
        try:
            with urllib.request.urlopen(address) as answer:
                return bool(answer.status)
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def _ended(self, door: str) -> bool:
        return self.processes[door].poll() is not None
