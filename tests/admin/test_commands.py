"""The commands as real processes: what they print, what they leave behind, how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.vault import onetime

ROOT = Path(__file__).resolve().parents[2]
WORDS = "orchard lantern violin harbour"


@dataclass
class Terminal:
    """A shell in one folder."""

    folder: Path

    def run(self, *given: str, status: int | None = 0, **more: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CONCERN_")}
        environment = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "CONCERN_DATABASE_URL": f"sqlite:///{self.folder / 'concern.db'}",
            "CONCERN_KEYSTORE": str(self.folder / "keystore"),
            **more,
        }
        done = subprocess.run(
            [sys.executable, "-m", "admin", *given],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
        assert status is None or done.returncode == status, (
            f"{given}: {done.returncode}\n{done.stdout}{done.stderr}"
        )
        assert "Traceback" not in done.stderr
        assert WORDS not in done.stdout + done.stderr
        return done

    def passphrase(self, words: str = WORDS) -> str:
        path = self.folder / f"passphrase-{len(words)}"
        path.write_text(words + "\n")
        return str(path)

    def add(self, login: str, *more: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        given = ("officers", "add", "--login", login, "--passphrase-file", self.passphrase())
        return self.run(*given, *more, status=status)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A shell in an empty folder."""
    return Terminal(tmp_path)


def test_the_first_officer_is_added_with_one_command(terminal: Terminal) -> None:
    """It makes the database and the keystore, prints the secret once, and the person is active."""
    done = terminal.add("sam", "--name", "Sam Ortega")
    assert "the team’s key was made" in done.stdout
    assert "otpauth://totp/" in done.stdout
    assert "They can sign in now" in done.stdout
    listed = json.loads(terminal.run("officers", "list", "--json").stdout)
    assert listed == [{"login": "sam", "name": "Sam Ortega", "role": "officer", "status": "active"}]
    secret = next(
        line.strip() for line in done.stdout.splitlines() if line.startswith("  ") and "://" not in line
    )
    files = b"".join(path.read_bytes() for path in terminal.folder.rglob("*") if path.is_file())
    assert secret.replace(" ", "").encode() not in files


def test_a_script_gets_json(terminal: Terminal) -> None:
    """With --json the secret comes as data, good for a code."""
    given = json.loads(terminal.add("sam", "--json").stdout)
    assert (given["login"], given["role"], given["status"], given["made_team"]) == (
        "sam",
        "officer",
        "active",
        True,
    )
    assert len(onetime.code(given["secret"], 0)) == 6


def test_a_colleague_admits_by_passphrase(terminal: Terminal) -> None:
    """At once with --admitted-by, or later with officers admit; the wrong passphrase admits nobody."""
    terminal.add("sam")
    own = terminal.passphrase()
    done = terminal.add(
        "ana", "--role", "authoriser", "--admitted-by", "sam", "--admitter-passphrase-file", own
    )
    assert "They can sign in now" in done.stdout
    assert "until a colleague admits them" in terminal.add("lee").stdout
    wrong = terminal.passphrase("not the passphrase at all")
    done = terminal.run(
        "officers", "admit", "--login", "lee", "--by", "sam", "--passphrase-file", wrong, status=1
    )
    assert "not their passphrase" in done.stderr
    terminal.run("officers", "admit", "--login", "lee", "--by", "ana", "--passphrase-file", own, status=1)
    terminal.run("officers", "admit", "--login", "lee", "--by", "sam", "--passphrase-file", own)
    statuses = {
        one["login"]: one["status"] for one in json.loads(terminal.run("officers", "list", "--json").stdout)
    }
    assert statuses == {"sam": "active", "ana": "active", "lee": "active"}


def test_a_wrong_colleague_leaves_nobody_behind(terminal: Terminal) -> None:
    """When the colleague's passphrase is wrong, the newcomer is not added either."""
    terminal.add("sam")
    wrong = terminal.passphrase("not the passphrase at all")
    terminal.add(
        "ana", "--role", "authoriser", "--admitted-by", "sam", "--admitter-passphrase-file", wrong, status=1
    )
    assert [one["login"] for one in json.loads(terminal.run("officers", "list", "--json").stdout)] == ["sam"]


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ((), 3, "usage"),
        (("officers",), 3, "usage"),
        (("officers", "add"), 3, "--login"),
        (("officers", "add", "--login", "x", "--role", "chief"), 3, "chief"),
        (("officers", "add", "--login", "sam", "--passphrase-file", "no-such-file"), 1, "cannot be read"),
        (("officers", "add", "--login", "sam"), 1, "no terminal"),
        (
            ("officers", "admit", "--login", "kim", "--by", "sam", "--passphrase-file", "/dev/null"),
            1,
            "Not found",
        ),
        (("audit", "verify", "--heads", "no-such-file"), 1, "cannot be read"),
        (("sing",), 3, "invalid choice"),
    ],
)
def test_what_is_given_wrong_is_said_in_one_line(
    terminal: Terminal, given: tuple[str, ...], status: int, said: str
) -> None:
    """Usage ends with 3, what fell short with 1, each with a line that says what."""
    assert said in terminal.run(*given, status=status).stderr


def test_a_weak_passphrase_and_a_taken_login_fall_short(terminal: Terminal) -> None:
    """Both end with 1 and say why."""
    short = terminal.passphrase("short")
    done = terminal.run("officers", "add", "--login", "sam", "--passphrase-file", short, status=1)
    assert "at least 15 characters" in done.stderr
    terminal.add("sam")
    assert "taken" in terminal.add("sam", status=1).stderr


def test_a_wrong_setting_stops_the_start_with_one_line(terminal: Terminal) -> None:
    """An unknown or impossible setting is named; so is a database that cannot be opened."""
    done = terminal.run("officers", "list", status=2, CONCERN_ADMIN_PROT="1")
    assert done.stderr.count("\n") == 1
    assert "CONCERN_ADMIN_PORT" in done.stderr
    terminal.run("officers", "list", status=2, CONCERN_DATABASE_URL="sqlite:////proc/no/such.db")


def test_a_port_that_is_taken_is_one_clear_line(terminal: Terminal) -> None:
    """The door does not open, says so, and ends with 2."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = terminal.run("serve", status=2, CONCERN_ADMIN_PORT=port, CONCERN_ADMIN_HEALTH_PORT="0")
    assert "cannot be opened" in done.stderr


def test_the_log_is_verified_against_heads_kept_elsewhere(terminal: Terminal) -> None:
    """Whole without heads is incomplete evidence; with them it is intact; an edit and a cut tail are
    tampering.
    """
    import sqlite3

    terminal.add("sam")
    assert "nothing" not in terminal.run("audit", "verify", status=4).stdout
    heads = terminal.folder / "heads.json"
    heads.write_text(terminal.run("audit", "heads").stdout)
    assert "Intact" in terminal.run("audit", "verify", "--heads", str(heads)).stdout
    terminal.add("lee")
    terminal.run("audit", "verify", "--heads", str(heads))
    with sqlite3.connect(terminal.folder / "concern.db") as file:
        file.execute("DELETE FROM audit WHERE n > 1")
    told = json.loads(terminal.run("audit", "verify", "--heads", str(heads), "--json", status=1).stdout)
    assert told["faults"][0]["kind"] == "TRUNCATED"
    with sqlite3.connect(terminal.folder / "concern.db") as file:
        file.execute("UPDATE audit SET body = replace(body, 'officer_added', 'refused')")
    assert "ALTERED" in terminal.run("audit", "verify", status=1).stdout
