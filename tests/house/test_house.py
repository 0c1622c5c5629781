"""The rules of the house, held by tests whose messages say how to comply."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import statistics
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "admin", "storage", "dialogs")
BANNED = {
    "user",
    "users",
    "ticket",
    "tickets",
    "handler",
    "handlers",
    "manager",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
}


def modules(*packages: str) -> Iterator[Path]:
    for package in packages or PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout.decode()
    paths = [ROOT / name for name in listing.split("\0") if name]
    return [path for path in paths if path.is_file()] or [
        p for p in ROOT.rglob("*") if p.is_file() and ".venv" not in p.parts
    ]


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def defined(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def test_rooms_are_small() -> None:
    """No module has more than 300 lines, and half of them have fewer than 150."""
    sizes = {
        short(path): len(path.read_text().splitlines()) for path in modules() if "versions" not in path.parts
    }
    large = {name: size for name, size in sizes.items() if size > 300}
    assert not large, f"split these, each by its reasons to change: {large}"
    assert statistics.median(sizes.values()) < 150, sizes


def test_every_module_says_what_it_does() -> None:
    """Every module of the four packages opens with a docstring."""
    silent = [
        short(path)
        for path in modules()
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent, f"open these with one to five lines, what they do and what they never do: {silent}"


def test_every_test_is_a_sentence() -> None:
    """Every test has a docstring that says what is true."""
    silent = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in defined(ast.parse(path.read_text())):
            if node.name.startswith("test_") and not ast.get_docstring(node):
                silent.append(f"{short(path)}:{node.lineno} {node.name}")
    assert not silent, "say in a sentence what is true:\n" + "\n".join(silent)


def test_names_are_the_words_of_the_house() -> None:
    """No module, class or function is named by one of the words the vocabulary refuses."""
    wrong = []
    for path in modules():
        names = [(path.stem, 1)] + [(node.name, node.lineno) for node in defined(ast.parse(path.read_text()))]
        for name, line in names:
            words = set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_"))
            if words & BANNED:
                wrong.append(f"{short(path)}:{line} {name}")
    assert not wrong, f"use the README's vocabulary (reporter, officer, concern, case …): {wrong}"


def test_the_dialogue_has_no_clock_no_files_and_no_chance() -> None:
    """Nothing in ``dialogs`` opens a file by path, asks the time or draws a random number."""
    wrong = []
    for path in modules("dialogs"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called in {"open", "print", "input"} or called.endswith(
                    (".now", ".utcnow", ".today", "time.time", ".monotonic")
                ):
                    wrong.append(f"{short(path)}:{node.lineno} {called}")
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = (
                    [alias.name for alias in node.names]
                    if isinstance(node, ast.Import)
                    else [node.module or ""]
                )
                wrong += [
                    f"{short(path)}:{node.lineno} {n}"
                    for n in names
                    if n.split(".")[0] in {"random", "secrets", "time", "os", "socket"}
                ]
    assert not wrong, f"hand it in as a fact: {wrong}"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_provides_our_names(package: str) -> None:
    """The plain top-level names are ours alone among what is installed."""
    others = [
        dist.metadata["Name"]
        for dist in importlib.metadata.distributions()
        if dist.metadata["Name"] != "concern-line"
        and package in (dist.read_text("top_level.txt") or "").split()
    ]
    assert not others, f"{others} would shadow our package {package}"


def test_nothing_committed_names_a_machine() -> None:
    """No committed text holds a path of somebody's machine or the host of a package registry."""
    pattern = re.compile(
        rb"(?:^|[^\w./-])/(?:home|root|work|Users)/\w|pypi\.org|pythonhosted\.org|registry\.npmjs\.org"
    )
    wrong = [
        short(path)
        for path in tracked()
        if "vendor" not in path.parts and path != Path(__file__) and pattern.search(path.read_bytes())
    ]
    assert not wrong, f"say it without the path or the host: {wrong}"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_pin_by_hash_and_record_no_host(lock: str) -> None:
    """Every requirement is pinned to one version with hashes, and no line says where it came from."""
    text = (ROOT / lock).read_text()
    assert "://" not in text
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==\S+(?: ; [^\\]+)? \\\n    --hash=sha256:", text, re.M)
    assert len(pins) == len(re.findall(r"^[A-Za-z0-9]", text, re.M))


def test_every_dependency_earns_its_line_in_the_readme() -> None:
    """The README gives a reason for each package the product depends on."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    readme = (ROOT / "README.md").read_text()
    names = [re.split(r"[^A-Za-z0-9-]", line)[0] for line in project["dependencies"]]
    missing = [name for name in names if f"| `{name}` |" not in readme]
    assert not missing, f"give each a row in README.md, section Dependencies: {missing}"


def test_the_readme_indexes_every_decision_and_paper() -> None:
    """Every decision record and every paper beside the code is linked from the README."""
    readme = (ROOT / "README.md").read_text()
    papers = [
        short(path)
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.md"))
        if "vendor" not in path.parts
    ]
    missing = [name for name in papers if f"({name})" not in readme]
    assert not missing, f"link these from README.md: {missing}"


def test_every_setting_stands_in_the_readme() -> None:
    """Each setting the program reads is named in the README with its default."""
    from storage.settings import SETTINGS

    readme = (ROOT / "README.md").read_text()
    missing = [name for name in SETTINGS if f"`{name}`" not in readme]
    assert not missing, f"add to README.md, section Settings: {missing}"


def test_the_readme_gives_the_two_commands() -> None:
    """The front door names the command that runs the product and the command that tests it."""
    readme = (ROOT / "README.md").read_text()
    assert "make run" in readme
    assert "make test" in readme
