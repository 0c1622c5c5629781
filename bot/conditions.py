"""The conditions of the start, looked at one by one and said in one line each. Opens what it looks at and
closes it again; changes nothing but what a first start would make.
"""

from __future__ import annotations

import asyncio
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from dialogs.errors import DialogError
from storage.errors import StoreError
from storage.settings import SettingError, load_settings

if TYPE_CHECKING:
    from storage.settings import Settings

Say = Callable[[str], object]
Line = tuple[bool | None, str]
"""Whether a condition holds, none where nothing depends on it, and what it is."""
DONE, SHORT, CANNOT = 0, 1, 2
_SAID = {True: "yes", False: "no", None: "--"}


def check(environment: Mapping[str, str], *, ports: bool, say: Say) -> int:
    """Say of each condition whether it holds; give the exit code."""
    try:
        settings = load_settings(environment)
    except SettingError as why:
        say(f"no   settings: {why}")
        return CANNOT
    say("yes  settings")
    lines: list[Line] = [*_words(settings), *asyncio.run(_store(settings))]
    if ports:
        lines += _ports(settings)
    for held, line in lines:
        say(f"{_SAID[held]:<4} {line}")
    return SHORT if any(held is False for held, _ in lines) else DONE


def _words(settings: Settings) -> Iterator[Line]:
    from dialogs.library import load_library

    try:
        library = load_library(settings.profile)
    except DialogError as why:
        yield False, f"flows and words: {why}"
    else:
        yield True, f"flows and words: {', '.join(library.names())}"


async def _store(settings: Settings) -> list[Line]:
    """The keystore, the database, and whether a concern can be taken."""
    from bot.teams import Teams
    from storage.database import open_store
    from storage.reporter_seals import ReporterSeals
    from storage.vault.keystore import open_bot_keystore

    try:
        keys = await asyncio.to_thread(open_bot_keystore, settings.keystore)
    except (OSError, StoreError) as why:
        return [(False, f"keystore: {why}")]
    lines: list[Line] = [(True, "keystore")]
    try:
        store = await open_store(settings, "bot")
    except (OSError, StoreError) as why:
        return [*lines, (False, f"database: {why}")]
    try:
        teams = Teams(store, ReporterSeals(keys, store.deployment))
        await teams.refresh()
    finally:
        await store.close()
    standing = teams.standing
    return [
        *lines,
        (True, "database"),
        (standing.team is not None, "a certified team key: without one no concern can be taken"),
        (standing.authorisers is not None or None, "an authorisers' key: without one no name is asked"),
        (bool(settings.telegram_token) or None, "a Telegram token: without one there is the web chat only"),
    ]


def _ports(settings: Settings) -> Iterator[Line]:
    for host, port in places(settings):
        yield free(host, port), f"{host}:{port} is free"


def places(settings: Settings) -> list[tuple[str, int]]:
    """Where this door listens."""
    return [(settings.web_host, settings.web_port), (settings.health_host, settings.bot_health_port)]


def free(host: str, port: int) -> bool:
    """Say whether one could listen there now."""
    try:
        with socket.create_server((host, port)):
            return True
    except OSError:
        return False


def status(environment: Mapping[str, str], *, say: Say) -> int:
    """Ask a running door how it is: 0 ready, 1 running and not ready, 2 not running."""
    settings = load_settings(environment)
    address = f"http://{settings.health_host}:{settings.bot_health_port}/readyz"
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            body = answer.read()
    except urllib.error.HTTPError as why:
        body = why.read()
    except OSError:
        say(f"not running: nothing answers at {address}")
        return CANNOT
    conditions = json.loads(body)
    for name, state in conditions.items():
        say(f"{name}: {state}")
    return DONE if conditions["ready"] else SHORT
