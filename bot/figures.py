"""How well the interview linter does against the questions labelled by hand, in words. Reads this project's
own papers only, and changes none.
"""

from __future__ import annotations

from bot.drawings import ROOT
from dialogs.scores import read_labelled, table

QUESTIONS = "tests/dialogs/questions/labelled.yaml"


def told() -> str:
    """Write both figures: on the questions seen while the rules were written, and on those held back.
    Raises ``FlowError``, and ``OSError`` where this is installed without its tests.
    """
    labelled = read_labelled((ROOT / QUESTIONS).read_text(encoding="utf-8"), QUESTIONS)
    seen = table("seen", [one for one in labelled if not one.held])
    held = table("held back", [one for one in labelled if one.held])
    return f"{seen}\n\n{held}"
