"""The library as people who translate rehearse it: in any language that is known, open for reporting or not,
and in the made-up one. What it opens is open here alone, where nobody can raise a concern.
"""

from __future__ import annotations

from dialogs.errors import FlowError
from dialogs.languages import SOURCE
from dialogs.library import Library, load_library
from dialogs.pseudo import PSEUDO, pseudo_library


def spoken_library(profile: str, language: str = SOURCE) -> Library:
    """Load what is shipped with one language open. Raises ``FlowError`` for one that nobody knows."""
    library = load_library(profile)
    if language == PSEUDO:
        return pseudo_library(library)
    known = (SOURCE, *library.wording.languages.known)
    if language not in known:
        names = ", ".join((*known, PSEUDO))
        raise FlowError([f"words/languages.yaml:1:1: there is no language {language!r}; known: {names}"])
    library.wording.open |= {language}
    return library
