"""A demonstration on this machine: both doors, one demo officer and one authoriser, everything under one
folder. Starts the officers' door as a child, by command, and stops it again. Never for a real concern, and
says so.

What it makes for itself (a passphrase, a one-time secret) is readable by its owner only; deleting the folder
begins anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import CannotStart
from storage.vault import onetime

if TYPE_CHECKING:
    from storage.settings import Settings

Say = Callable[[str], object]
LOGIN = "demo"
STEP = 30
_SECRET = re.compile(r"\b[A-Z2-7]{32}\b")
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class SignIn:
    """How the demo officer signs in."""

    passphrase: str = field(repr=False)
    secret: str = field(repr=False)

    def code(self, at: float) -> str:
        """Give the one-time code of a moment."""
        return onetime.code(self.secret, at)


def run(folder: str, say: Say) -> int:
    """Prepare what is missing, start both doors, print where they are; return when both have stopped."""
    from storage import discretion, settings

    place = Path(folder).resolve()
    _make_folder(place)
    environment = {**os.environ, **demo_settings(place, os.environ)}
    given = settings.load_settings(environment)
    discretion.set_up(given.log_format)
    _ports_free(given)
    first = not (place / "secret").exists()
    if first:
        say("Preparing the demo (first start) …")
    sign_in = _officers(place, environment)
    asyncio.run(_both(given, sign_in, environment, say))
    return 0


def demo_settings(place: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Where the demo keeps its things; what the environment says of addresses and networks stays."""
    own = {
        "CONCERN_DATABASE_URL": f"sqlite:///{place / 'concern.db'}",
        "CONCERN_KEYSTORE": str(place / "keystore"),
    }
    return {name: given.get(name, value) for name, value in own.items()}


def _make_folder(place: Path) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as why:
        raise CannotStart(f"cannot make {place}: {why.strerror}") from None


def _ports_free(settings: Settings) -> None:
    from bot.conditions import free, places

    admin = [(settings.admin_host, settings.admin_port), (settings.health_host, settings.admin_health_port)]
    for host, port in (*places(settings), *admin):
        if not free(host, port):
            raise CannotStart(
                f"port {port} on {host} is taken: stop what listens there, or choose another "
                "(CONCERN_WEB_PORT, CONCERN_ADMIN_PORT, CONCERN_BOT_HEALTH_PORT, CONCERN_ADMIN_HEALTH_PORT)"
            )


# The demo's people


def _officers(place: Path, environment: Mapping[str, str]) -> SignIn:
    """Give the demo officer's sign-in, made on the first start."""
    passphrase = place / "passphrase"
    if not passphrase.exists():
        _write(passphrase, "-".join(["demo", *(secrets.token_hex(3) for _ in range(3))]))
    secret = place / "secret"
    if not secret.exists():
        _write(secret, _added(passphrase, environment, LOGIN, "Demo Officer", "officer"))
    authoriser = place / "authoriser-secret"
    if not authoriser.exists():
        vouched = ("--admitted-by", LOGIN, "--admitter-passphrase-file", str(passphrase))
        _write(
            authoriser,
            _added(passphrase, environment, "authoriser", "Demo Authoriser", "authoriser", *vouched),
        )
    return SignIn(passphrase.read_text().strip(), secret.read_text().strip())


def _added(
    passphrase: Path, environment: Mapping[str, str], login: str, name: str, role: str, *more: str
) -> str:
    """Add an officer by command, as an operator would; give their one-time secret."""
    command = [sys.executable, "-m", "admin", "officers", "add"]
    command += ["--login", login, "--name", name, "--role", role, "--passphrase-file", str(passphrase), *more]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    found = _SECRET.search(done.stdout)
    if done.returncode or not found:
        said = (done.stderr.strip() or "it printed no one-time secret").splitlines()[-1]
        raise CannotStart(f"could not add the officer {login}: {said}")
    return found[0]


def _write(path: Path, text: str) -> None:
    """Write a small file that only its owner can read, whole or not at all."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
    part.rename(path)


# Both doors


async def _both(settings: Settings, sign_in: SignIn, environment: Mapping[str, str], say: Say) -> None:
    """Run the reporter's door beside the officers'; when either ends, so does the other."""
    stop = asyncio.Event()
    async with _officers_door(environment) as child:
        from bot import app  # after the child was started: the two read their packages side by side

        serving = asyncio.create_task(app.serve(settings, stop=stop))
        watching = asyncio.create_task(child.wait())
        telling = asyncio.create_task(_tell(settings, sign_in, say))
        await asyncio.wait([serving, watching], return_when=asyncio.FIRST_COMPLETED)
        fell = not serving.done() and not stop.is_set()
        telling.cancel()
        watching.cancel()
        stop.set()
        await serving
    if fell and child.returncode not in (0, -signal.SIGINT):
        raise CannotStart("the officers' door stopped; what it said stands above")


@contextlib.asynccontextmanager
async def _officers_door(environment: Mapping[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the officers' door as a child; stop it whatever happens."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "admin", "serve", env=dict(environment), stdin=subprocess.DEVNULL
    )
    try:
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        try:
            await asyncio.wait_for(child.wait(), _PATIENCE)
        except TimeoutError:
            child.kill()
            await child.wait()


async def _tell(settings: Settings, sign_in: SignIn, say: Say) -> None:
    """Print the addresses once both doors answer, then a fresh code every 30 seconds."""
    doors = [(settings.web_host, settings.web_port), (settings.admin_host, settings.admin_port)]
    for host, port in doors:
        await _answers(host, port)
    say(
        "\nConcern Line, a demonstration. Do not use it for a real concern; in danger call 999.\n"
        f"  reporters  {settings.web_origin}\n"
        f"  officers   {settings.admin_origin}\n"
        f"  sign in    {LOGIN}\n"
        f"  passphrase {sign_in.passphrase}\n"
        "  a code works once; a fresh one comes every 30 seconds; Ctrl-C stops both doors"
    )
    while True:
        now = time.time()
        say(f"  code       {sign_in.code(now)}")
        await asyncio.sleep(STEP - now % STEP + 0.05)


async def _answers(host: str, port: int) -> None:
    """Wait until something listens there."""
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return
        await asyncio.sleep(0.05)
