"""Small flows with their words, each with one fault planted in it: it is found, alone, at its line.

A file of ``planted/`` says what is to be found, then its texts, each under ``== name``. ``# here`` stands at
the line that the fault must name; for a translation, in the line before. What a case leaves out is as in the
base: a root flow, a danger card and the words of the engine.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialogs import interview, never_asked, proofread
from dialogs.errors import FlowError
from dialogs.library import make_library
from dialogs.marked import flat, read
from dialogs.proofs.places import Places
from dialogs.signposts import read_signposts
from dialogs.translations import sources
from tests.dialogs.small import PROFILE

HERE = Path(__file__).parent / "planted"
DIALOGS = Path(proofread.__file__).parent
CASES = sorted(path.stem for path in HERE.glob("*.txt"))
TODAY = date(2026, 11, 22)
MARK = "# here"
BASE = {
    "flows/family.yaml": """
flow: family
start: hello
interrupts: {emergency: danger, help: danger, privacy: danger}
again: hello
stop: bye
leave: bye
states:
  hello: {choices: {agree: {to: menu, do: [consent]}, finish: bye}}
  menu: {choices: {on: {call: planted}, finish: bye}}
  bye: {end: over}
""",
    "flows/danger.yaml": """
flow: danger
start: card
states:
  card: {signposts: [emergency], choices: {go_back: done}}
  done: {end: done}
""",
    "signposts.yaml": """
emergency: {name: Emergency, value: "999", href: "tel:999", source: here, mark: V, checked: 2026-06}
doubtful: {name: Doubtful, value: "1", href: "tel:1", source: memory, mark: "?", checked: 2020-01}
""",
    "allowances.yaml": "[]",
}
WORDS: dict[str, Any] = {
    "family": {
        "hello": {"ask": "What would you like?"},
        "menu": {"ask": "What would you like?", "choices": {"on": "More"}},
        "bye": {"ask": "Chat closed."},
    },
    "danger": {"card": {"ask": "What would you like?"}},
}
ROOMS = ("common", "always", "notice", "repair")


@cache
def shipped_words() -> str:
    """Give the words that the engine says, as shipped."""
    return (DIALOGS / "words" / "en.yaml").read_text(encoding="utf-8")


def plain(text: str) -> dict[str, Any]:
    """Read words without their places."""
    words = read(text, "words").plain
    assert isinstance(words, dict)
    return words


def case(name: str) -> tuple[str, bool, dict[str, str]]:
    """Read one planted case: what is to be found, whether the rest is translated, and the texts."""
    head, *sections = re.split(
        r"^== ", (HERE / f"{name}.txt").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    said = dict(line.split(": ", 1) for line in head.splitlines())
    return said["expect"], "fill" in said, dict(section.split("\n", 1) for section in sections)


def whole(given: dict[str, str], fill: bool) -> dict[str, str]:
    """Lay the planted texts over the base; its words follow the planted ones, so that lines hold."""
    planted = given["words/en.yaml"]
    rooms = {name: words for name, words in plain(shipped_words()).items() if name in ROOMS} | WORDS
    left = {name: words for name, words in rooms.items() if name not in plain(planted)}
    texts = {**BASE, **given, "words/en.yaml": planted + yaml.safe_dump(left, allow_unicode=True)}
    if fill:
        texts["words/pl.po"] += "".join(_entries(texts))
    return texts


def _entries(texts: dict[str, str]) -> Iterator[str]:
    known = sources(flat(read(texts["words/en.yaml"], "words")), read_signposts(texts["signposts.yaml"], "s"))
    for key, (english,) in known.items():
        if f'"{key}"' not in texts["words/pl.po"]:
            text = json.dumps(english, ensure_ascii=False)
            yield f'\nmsgctxt "{key}"\nmsgid {text}\nmsgstr {text}\n'


def found(texts: dict[str, str]) -> list[str]:
    """Parse and proofread these texts."""
    flows = {n.removeprefix("flows/"): text for n, text in texts.items() if n.startswith("flows/")}
    more: dict[str, Any] = {}
    if "words/languages.yaml" in texts:
        more = {
            "languages": texts["words/languages.yaml"],
            "translated": {"pl": lambda: texts["words/pl.po"]},
        }
    try:
        library = make_library(flows, texts["words/en.yaml"], texts["signposts.yaml"], PROFILE, **more)
    except FlowError as error:
        return list(error.faults)
    return proofread.proofread(library, Places(texts), TODAY, texts["allowances.yaml"])


@cache
def faults_of(name: str) -> tuple[str, ...]:
    """Find the faults of one case, once."""
    _, fill, given = case(name)
    return tuple(found(whole(given, fill)))


def marked(texts: dict[str, str]) -> tuple[str, int]:
    """Give the file and the line that the mark stands at; the first line of the flow where there is none."""
    for name, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            if MARK in line:
                return name, number + (1 if name.endswith(".po") else 0)
    return "flows/planted.yaml", 1


@pytest.mark.parametrize("name", CASES)
def test_the_planted_fault_is_found_alone_and_at_its_line(name: str) -> None:
    """One fault, at the line of the mark, with what it is and how to mend it."""
    expected, _, given = case(name)
    faults = faults_of(name)
    file, line = marked(given)
    assert len(faults) == 1, faults
    assert faults[0].startswith(f"{file}:{line}:"), faults
    assert expected in faults[0]
    assert re.fullmatch(r"[\w/.]+:\d+:\d+: .+", faults[0])


def kinds() -> Iterator[str]:
    """Give a pattern for each fault that the parser and the proofreader can write down, from their code."""
    modules = [DIALOGS / "marked.py", DIALOGS / "parse.py", *sorted((DIALOGS / "proofs").glob("*.py"))]
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, (ast.Attribute, ast.Name)):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
                yield from map(_pattern, _written(name, node.args))


def _written(name: str, arguments: list[ast.expr]) -> Iterator[list[ast.expr | str]]:
    if name == "at" and len(arguments) == 2:
        yield [arguments[1]]
    if name == "FlowError" and isinstance(arguments[0], ast.List):
        yield [arguments[0].elts[0]]
    if name in ("unknown", "known", "one_of") and not isinstance(arguments[1], ast.Name):
        yield ["unknown ", arguments[1]]
    if name == "mapping" and len(arguments) == 3:
        yield ["unknown field of ", arguments[1]]


def _pattern(parts: list[ast.expr | str]) -> str:
    return "".join(re.escape(part) if isinstance(part, str) else _text(part) for part in parts)


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return ".+"


def test_every_kind_of_fault_is_planted() -> None:
    """Whatever the parser and the proofreader can find, a planted flow makes them find it."""
    told = [fault for name in CASES for fault in faults_of(name)]
    assert len(CASES) >= 40
    missing = [kind for kind in set(kinds()) if not any(re.search(kind, fault) for fault in told)]
    assert missing == []
    for rule in interview.RULES:
        assert any(f": {rule}: " in fault for fault in told), rule


def test_every_rule_of_the_proofreader_finds_something_planted() -> None:
    """No rule stands in the list without an example; nor a subject or deed that is never asked."""
    told = "\n".join(fault for name in CASES for fault in faults_of(name))
    subjects, deeds, _ = never_asked._shipped()
    assert [kind for kind in subjects if f"asks for {kind}" not in told] == []
    assert [kind for kind in deeds if f"asks the reporter to {kind}" not in told] == []


def test_the_base_has_no_fault() -> None:
    """What the faults are planted in has none of its own."""
    flow = "flow: planted\nstart: a\nstates:\n  a: {choices: {on: b}}\n  b: {end: done}\n"
    words = "planted:\n  a: {ask: 'What would help you?', choices: {on: Rest}}\n"
    assert found(whole({"flows/planted.yaml": flow, "words/en.yaml": words}, False)) == []
