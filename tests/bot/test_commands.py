"""The command line of the reporter's door: exit codes, one clear line, serving and stopping."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bot.house import environment

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def settings(folder: Path) -> dict[str, str]:
    """Settings of a door that listens where nobody else does."""
    names = ("WEB_PORT", "ADMIN_PORT", "BOT_HEALTH_PORT", "ADMIN_HEALTH_PORT")
    return environment(folder) | {f"CONCERN_{name}": str(free_port()) for name in names}


def bot(*arguments: str, given: dict[str, str], said: str = "") -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env={**os.environ, **given},
        cwd=ROOT,
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def serving(given: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command that serves; stop it at the end, whatever happened."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        env={**os.environ, **given},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ask(port: str, path: str, within: float = 30.0) -> tuple[int, str]:
    """Ask over HTTP as soon as somebody answers."""
    end = time.monotonic() + within
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as why:
            return why.code, why.read().decode()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def test_a_word_that_is_no_command_is_usage() -> None:
    """Usage errors leave with 3."""
    assert bot("dance", given={}).returncode == 3
    assert bot(given={}).returncode == 3


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"CONCERN_WEB_PROT": "1"}, "CONCERN_WEB_PROT"),
        ({"CONCERN_WEB_PORT": "many"}, "CONCERN_WEB_PORT"),
        ({"CONCERN_PROFILE": "nowhere"}, "nowhere"),
        ({"CONCERN_TELEGRAM_TOKEN": "not a token"}, "CONCERN_TELEGRAM_TOKEN"),
        ({"CONCERN_DATABASE_URL": "sqlite:////proc/no/such.db"}, "database"),
    ],
)
def test_a_wrong_setting_stops_the_start_in_one_line(
    tmp_path: Path, given: dict[str, str], name: str
) -> None:
    """One line names it, and the exit code is 2."""
    done = bot("serve", given=settings(tmp_path) | given)
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert name in line
    assert "not a token" not in line


def test_a_python_without_the_packages_is_one_clear_line() -> None:
    """Whoever types `python` and not the venv's is told which one to use."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "bot", "rehearse"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert "make setup" in line
    assert ".venv/bin/python" in line


def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    """Another program on the web door's port is named, with exit code 2."""
    given = settings(tmp_path)
    with socket.create_server(("127.0.0.1", int(given["CONCERN_WEB_PORT"]))):
        done = bot("serve", given=given)
    assert done.returncode == 2
    assert given["CONCERN_WEB_PORT"] in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_check_says_each_condition_in_a_line(tmp_path: Path) -> None:
    """Without a team the check falls short, and says by what."""
    done = bot("check", "--ports", given=settings(tmp_path))
    assert done.returncode == 1
    assert "no   a certified team key" in done.stdout
    assert "yes  database" in done.stdout


def test_status_of_a_door_that_is_not_running(tmp_path: Path) -> None:
    """It says so, with exit code 2."""
    done = bot("status", given=settings(tmp_path))
    assert done.returncode == 2
    assert "not running" in done.stdout


def test_a_rehearsal_works_in_a_pipe(tmp_path: Path) -> None:
    """A whole conversation, typed ahead, with the real words; nothing is made on the disk."""
    done = bot("rehearse", given=settings(tmp_path), said="2\n1\n1\n1\nmy son changed\n1\n1\n")
    assert done.returncode == 0, done.stderr
    assert "my son changed" not in done.stdout
    assert "[would be sent]" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_rehearsal_can_begin_in_any_flow(tmp_path: Path) -> None:
    """``--flow danger`` shows the danger card first."""
    done = bot("rehearse", "--flow", "danger", given=settings(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "999" in done.stdout


def test_flows_and_words_have_no_faults() -> None:
    """The proofreader has nothing to say about what is shipped."""
    done = bot("proofread", "--today", "2026-11-22", given={})
    assert (done.returncode, done.stdout) == (0, "")


def test_numbers_that_nobody_looked_at_for_long_are_faults() -> None:
    """On a day far ahead the proofreader names each with its line, and ends with 1."""
    done = bot("proofread", "--today", "2031-01-01", given={})
    assert done.returncode == 1
    assert "signposts.yaml:" in done.stdout
    assert "months ago" in done.stdout


def test_the_figures_of_the_interview_linter_are_printed_when_asked() -> None:
    """Precision, recall and F1 of each rule and over all, on both sets of questions."""
    done = bot("proofread", "--figures", given={})
    assert done.returncode == 0
    assert done.stdout.count("overall") == 2
    assert "held back, 100 questions" in done.stdout


def test_every_flow_is_drawn() -> None:
    """The drawings are Mermaid, one for each flow, and those in the papers are of today."""
    done = bot("draw", given={})
    assert done.stdout.count("stateDiagram-v2") >= 5
    assert bot("draw", "--check", given={}).returncode == 0


def test_a_door_without_a_team_serves_and_is_not_ready(tmp_path: Path) -> None:
    """It is alive, says over /readyz what is missing, counts for Prometheus, and ends on SIGTERM with 0."""
    given = settings(tmp_path)
    health = given["CONCERN_BOT_HEALTH_PORT"]
    with serving(given, "serve") as process:
        assert ask(health, "/healthz") == (200, "alive\n")
        status, body = ask(health, "/readyz")
        assert status == 503
        assert json.loads(body)["database"] == "ok"
        assert not json.loads(body)["ready"]
        _, metrics = ask(health, "/metrics")
        assert "concern_bot_events_accepted_total 0.0" in metrics
        assert ask(given["CONCERN_WEB_PORT"], "/")[0] == 200
        said = bot("status", given=given)
        assert said.returncode == 1
        assert "team_key" in said.stdout
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert time.monotonic() - began < 20


def test_the_demo_brings_up_both_doors_and_one_signal_stops_them(tmp_path: Path) -> None:
    """Addresses, a sign-in and a code are printed; its secrets are private; Ctrl-C leaves nobody behind."""
    given = {name: value for name, value in settings(tmp_path).items() if name.endswith("PORT")}
    with serving(given, "demo", "--folder", str(tmp_path / "demo")) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or not lines[-1].strip().startswith("code"):
            lines.append(process.stdout.readline())
            assert lines[-1], "".join(lines)
        assert any(given["CONCERN_ADMIN_PORT"] in line for line in lines)
        assert ask(given["CONCERN_BOT_HEALTH_PORT"], "/readyz")[0] == 200
        assert ask(given["CONCERN_WEB_PORT"], "/")[0] == 200
        folder = tmp_path / "demo"
        kept = {
            "CONCERN_DATABASE_URL": f"sqlite:///{folder / 'concern.db'}",
            "CONCERN_KEYSTORE": str(folder / "keystore"),
        }
        checked = bot("check", given=given | kept).stdout
        assert "yes  an authorisers' key" in checked, "the whole conversation is shown: a name is asked too"
        for name in ("passphrase", "secret", "authoriser-secret"):
            assert (tmp_path / "demo" / name).stat().st_mode & 0o077 == 0
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    for name in ("CONCERN_WEB_PORT", "CONCERN_ADMIN_PORT"):
        with socket.create_server(("127.0.0.1", int(given[name]))):
            pass
