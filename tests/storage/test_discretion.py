"""The log holds codes from a closed list, and nothing anybody said or holds."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from storage import discretion


@pytest.fixture(params=["plain", "json"])
def out(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Where the log of this process goes, in either form; everything is put back afterwards."""
    top = logging.getLogger()
    handlers, level = list(top.handlers), top.level
    stream = io.StringIO()
    discretion.set_up(request.param, stream)
    yield stream
    top.handlers[:], top.level = handlers, level


def test_an_event_is_one_line(out: io.StringIO) -> None:
    """The event and its allowed fields are told, in one line."""
    discretion.log("courier_waits", error="Unavailable", tries=3, door="telegram")
    line = out.getvalue()
    assert line.count("\n") == 1
    for word in ("courier_waits", "Unavailable", "3", "telegram", "info"):
        assert word in line


def test_what_is_no_code_is_not_told(out: io.StringIO) -> None:
    """Words, bytes, objects and unknown fields do not pass, wherever they are put."""
    discretion.log("canary words", error="canary and words", state=b"canary", text="canary", kind=["canary"])
    discretion.log("fine", kind="canary\nnewline", step="c" * 81, where="cänary")
    assert "canary" not in out.getvalue()
    assert "cänary" not in out.getvalue()
    assert "ccc" not in out.getvalue()


def test_a_fault_is_its_type_and_its_place(out: io.StringIO) -> None:
    """An exception is told by type and by where in our code it rose, never by what it says."""
    try:
        raise KeyError("canary")
    except KeyError as fault:
        discretion.log_fault("turn_failed", fault, door="bot")
        logging.getLogger("concern").exception("turn_failed_too")
    assert "canary" not in out.getvalue()
    assert out.getvalue().count("KeyError") == 2
    assert "tests/storage/test_discretion.py:" in out.getvalue()


def test_a_fault_that_never_rose_is_from_elsewhere() -> None:
    """Without a place of ours, none is told."""
    assert discretion.place(ValueError("canary")) == "elsewhere"


def test_what_a_library_says_is_told_by_its_name_alone(out: io.StringIO) -> None:
    """A library's warning shows that it warned; its words may hold anything."""
    logging.getLogger("httpx").warning("canary: https://example.org/bot12:secret/getMe %s", "secret")
    logging.getLogger("anything").error("canary")
    assert "canary" not in out.getvalue()
    assert "secret" not in out.getvalue()
    assert "library:httpx" in out.getvalue()


@pytest.mark.parametrize("name", ["httpx", "httpcore", "telegram", "transitions", "aiohttp.access"])
def test_talkative_libraries_are_kept_to_warnings(out: io.StringIO, name: str) -> None:
    """The loggers that print tokens, states and request lines do not speak below a warning."""
    logging.getLogger(name).info("canary")
    logging.getLogger(f"{name}.deeper").info("canary")
    assert logging.getLogger(name).level == logging.WARNING
    assert out.getvalue() == ""


def test_json_is_json() -> None:
    """In the JSON form each line can be read by a machine."""
    record = logging.makeLogRecord(
        {"name": "concern", "msg": "started", "facts": {"door": "bot"}, "levelname": "INFO"}
    )
    told = json.loads(discretion.DiscreetFormatter(as_json=True).format(record))
    assert (told["event"], told["level"], told["door"]) == ("started", "info", "bot")
