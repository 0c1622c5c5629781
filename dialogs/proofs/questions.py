"""Every question as it is put, through the interview linter and past what is never asked; and the allowances,
each with its reason. Hears no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogs import never_asked
from dialogs.flow import DONE, GO_ON, SKIP, Flow, State
from dialogs.interview import RULES, Question, lint
from dialogs.languages import SOURCE
from dialogs.marked import read
from dialogs.proofs.places import ALLOWANCES, Spot, of_words
from dialogs.proofs.proof import Proof
from dialogs.screen import Line

FIELDS = ("at", "rule", "reason")
TEMPLATES = "reply."
"""Where officers' reply templates stand among the words."""
WHOLE = re.compile(r"^\w+\.\w+\.(?:ask|short|choices)\b")
"""Words that are a question, or an answer to one, from end to end."""


def interview(proof: Proof) -> Iterator[str]:
    """Questions that are leading, double, loaded, blaming, closed, of the trade or hard to read."""
    allowed = _allowed(proof)
    for flow, state in proof.screens:
        key = f"{flow.name}.{state.name}"
        for finding in lint(_question(proof, flow, state)) if not state.end else ():
            if (key, finding.rule) not in allowed:
                yield proof.at(of_words(f"{key}.ask"), f"{finding.rule}: {finding.text}")


def templates(proof: Proof) -> Iterator[str]:
    """Questions in officers' reply templates, by the same rules."""
    for key, text in _templates(proof):
        for part in never_asked.questions(text):
            for finding in lint(Question(part)):
                yield proof.at(of_words(key), f"{finding.rule} in a template: {finding.text}")


def _templates(proof: Proof) -> Iterator[tuple[str, str]]:
    words = proof.library.wording.keys(SOURCE).items()
    return ((key, text) for key, text in words if key.startswith(TEMPLATES))


def _question(proof: Proof, flow: Flow, state: State) -> Question:
    wording, key = proof.library.wording, f"{flow.name}.{state.name}"
    moves = {DONE, SKIP, GO_ON}
    own = [
        c.option for c in state.choices if c.option not in moves or wording.has(f"{key}.choices.{c.option}")
    ]
    labels = [
        wording.text(Line(f"{key}.choices.{option}"), SOURCE) for option in own if option not in (DONE, SKIP)
    ]
    listed = proof.library.listed(state.list).values()
    return Question(wording.text(Line(f"{key}.ask"), SOURCE), (*labels, *listed))


def allowances(proof: Proof) -> Iterator[str]:
    """Allowances without a reason, of no known rule, or that nothing needs any more."""
    needed = {
        (f"{flow.name}.{state.name}", finding.rule)
        for flow, state in proof.screens
        for finding in lint(_question(proof, flow, state))
    }
    for number, piece in enumerate(read(proof.allowances, ALLOWANCES).items):
        body = {name: str(part.value) for name, part in piece.mapping.items()}
        spot = Spot(ALLOWANCES, (str(number), "at"))
        at, rule = body.get("at", ""), body.get("rule", "")
        if set(body) - set(FIELDS) or not body.get("reason", "").strip():
            yield proof.at(spot, f"the allowance of {at!r} has no reason; write 'at', 'rule' and 'reason'")
        if rule not in RULES:
            yield proof.at(spot, f"the allowance of {at!r} is of no rule; known: {', '.join(RULES)}")
        elif (at, rule) not in needed:
            yield proof.at(spot, f"nothing needs the allowance of {rule!r} at {at!r}; take it out")


def _allowed(proof: Proof) -> set[tuple[str, str]]:
    pieces = read(proof.allowances, ALLOWANCES).items
    bodies = [{name: str(part.value) for name, part in piece.mapping.items()} for piece in pieces]
    return {(body.get("at", ""), body.get("rule", "")) for body in bodies}


def forbidden_subjects(proof: Proof) -> Iterator[str]:
    """Questions for religion, ethnicity, immigration status or opinions, in a sentence or on a button."""
    for key, text in (*_told(proof), *_templates(proof)):
        parts = [text] if WHOLE.search(key) else never_asked.questions(text)
        for found in filter(None, map(never_asked.subject, parts)):
            yield proof.at(of_words(key), f"this asks for {found}; we never do, so take it out")


def forbidden_deeds(proof: Proof) -> Iterator[str]:
    """Sentences, and officers' templates, that ask the reporter to watch, search, befriend or collect."""
    for key, text in (*_told(proof), *_templates(proof)):
        found = never_asked.deed(text)
        if found:
            yield proof.at(of_words(key), f"this asks the reporter to {found}; nobody may, so take it out")


def _told(proof: Proof) -> Iterator[tuple[str, str]]:
    """Give what a flow tells and asks, by key."""
    shown = {f"{flow.name}.{state.name}" for flow, state in proof.screens}
    for key, text in proof.library.wording.keys(SOURCE).items():
        if ".".join(key.split(".")[:2]) in shown and key.count(".") > 1:
            yield key, text
