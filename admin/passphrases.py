"""Says what is wrong with a new passphrase, in words for the person who chose it.

Length, not composition: any characters are welcome, nothing expires. Never keeps or repeats what was typed.
"""

from __future__ import annotations

import unicodedata

LEAST, MOST = 15, 128

# Long enough to pass by length, and the first that a guesser tries.
REFUSED = frozenset(
    {
        "passwordpassword",
        "password12345678",
        "passwordpassword1",
        "passphrasepassphrase",
        "thisismypassword",
        "thisismypassphrase",
        "letmeinletmeinletmein",
        "iloveyouiloveyou",
        "correcthorsebatterystaple",
        "qwertyuiopasdfghjkl",
        "qwertyuiop123456",
        "qwertyuiop1234567890",
        "1qaz2wsx3edc4rfv",
        "1q2w3e4r5t6y7u8i",
        "1234567890123456",
        "12345678901234567890",
        "abcdefghijklmnop",
        "abcdefghijklmnopqrstuvwxyz",
        "welcomewelcome123",
        "changemechangeme",
        "administrator123",
        "administratoradministrator",
        "supersecretpassword",
        "mysecretpassword",
        "opensesameopensesame",
        "trustno1trustno1",
        "tobeornottobethatisthequestion",
        "thequickbrownfox",
        "thequickbrownfoxjumpsoverthelazydog",
    }
)

# Words that anyone would guess here; what is left without them must be long enough by itself.
CONTEXT = (
    "concernline",
    "concern",
    "prevent",
    "police",
    "officer",
    "contest",
    "actearly",
    "westmidlands",
    "password",
    "passphrase",
)


def faults(passphrase: str, login: str = "", name: str = "") -> list[str]:
    """List what is wrong with it, in order of what to mend first; an empty list means it may be used."""
    text = unicodedata.normalize("NFC", passphrase)
    plain = "".join(character for character in text.casefold() if character.isalnum())
    found = []
    if len(text) < LEAST:
        found.append(f"It must have at least {LEAST} characters. Four or five unrelated words are good.")
    if len(text) > MOST:
        found.append(f"It must have at most {MOST} characters.")
    if not found and (plain in REFUSED or text.casefold() in REFUSED):
        found.append(
            "It is one of the first that a stranger would try. Choose words that do not belong together."
        )
    if not found and len(set(plain)) < 5:
        found.append("It repeats too few characters. Choose words that do not belong together.")
    if not found and _without_context(plain, login, name) < min(LEAST - 5, len(plain)):
        found.append(
            "Without your name and the words anyone would guess here, too little is left. Add other words."
        )
    return found


def _without_context(plain: str, login: str, name: str) -> int:
    own = ["".join(c for c in word.casefold() if c.isalnum()) for word in (login, *name.split())]
    left = plain
    for word in sorted((*CONTEXT, *own), key=len, reverse=True):
        if len(word) > 2:
            left = left.replace(word, "")
    return len(left)
