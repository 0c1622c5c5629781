"""Reads what a form holds and says, field by field, what is wrong with it.

Never keeps and never repeats a passphrase.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from storage.errors import Conflict, NotFound

MOST_REPLY, MOST_NOTE = 3_500, 10_000


@dataclass(frozen=True, slots=True)
class Checked:
    """Words that were typed, tidied at the ends only, and what is wrong with them (nothing: an empty
    sentence).
    """

    words: str = field(repr=False)
    wrong: str = ""


def words(form: Mapping[str, str], name: str, most: int, missing: str) -> Checked:
    """Read a field of words."""
    typed = form.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()
    if not typed:
        return Checked(typed, missing)
    if len(typed) > most:
        return Checked(typed, f"It has {len(typed)} characters; at most {most} fit. Send it in parts.")
    return Checked(typed)


def version(form: Mapping[str, str], name: str = "version") -> int:
    """Read the number of what the page showed: version, or last record. Raises: Conflict without one."""
    typed = form.get(name, "")
    if not typed.isascii() or not typed.isdigit() or len(typed) > 9:
        raise Conflict("no version")
    return int(typed)


def an_id(typed: str) -> bytes:
    """Read an id out of an address. Raises: NotFound when it is none."""
    try:
        found = bytes.fromhex(typed)
    except ValueError:
        found = b""
    if len(found) != 16:
        raise NotFound("no such id")
    return found
