"""Finds the faults that no parser sees, by laying flows, words, signposts and limits side by side. Mends
nothing, and knows no day but the one it is handed.

Every fault is ``file:line:column: what, and how to mend it``. ``RULES`` holds one function for each kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from importlib import resources

from dialogs.library import Library
from dialogs.proofs import limits, numbers, questions, ways, wordings
from dialogs.proofs.places import ALLOWANCES, Places
from dialogs.proofs.proof import Proof

Rule = Callable[[Proof], Iterator[str]]

RULES: tuple[Rule, ...] = (
    ways.unreachable,
    ways.uncalled,
    ways.dead_ends,
    ways.loops,
    ways.silent_loops,
    ways.no_way_to_safety,
    ways.outcomes,
    ways.consent_first,
    ways.nothing_kept,
    wordings.missing_words,
    wordings.words_for_nothing,
    wordings.unknown_blanks,
    wordings.changed_blanks,
    wordings.not_reviewed,
    numbers.unknown_signposts,
    numbers.old_signposts,
    limits.long_messages,
    limits.long_labels,
    limits.long_furniture,
    limits.long_changes,
    limits.long_names,
    questions.interview,
    questions.templates,
    questions.allowances,
    questions.forbidden_subjects,
    questions.forbidden_deeds,
)


def proofread(library: Library, places: Places, today: date, allowances: str = "[]") -> list[str]:
    """List every fault, in the order of the files. None means that the library may be served."""
    proof = Proof(library, places, today, allowances)
    return sorted({fault for rule in RULES for fault in rule(proof)}, key=_order)


def shipped_allowances() -> str:
    """Give the text of the allowances that are shipped."""
    return (resources.files("dialogs") / ALLOWANCES).read_text(encoding="utf-8")


def _order(fault: str) -> tuple[str, int, int, str]:
    file, line, column, what = fault.split(":", 3)
    return file, int(line), int(column), what
