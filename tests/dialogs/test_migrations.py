"""Migrations as files: what is read from them, every fault with its place, and the ways between editions."""

from __future__ import annotations

from importlib import resources

import pytest

from dialogs import migrations
from dialogs.errors import FlowError
from dialogs.flow import Flow
from dialogs.migrations import Migration, Migrations, load_migrations, make_migrations, read_migration
from dialogs.parse import parse
from tests.dialogs.small import library

A, B, C, D = ("a" * 16, "b" * 16, "c" * 16, "d" * 16)
OLD = """
flow: small
start: one
states:
  one: {keep: record, choices: {on: two}}
  two: {ask: line, keep: record, next: three}
  three: {keep: draft, choices: {on: four}}
  four: {ask: line, keep: identity, next: end}
  end: {end: over}
"""
NEW = """
flow: small
start: one
states:
  one: {keep: record, choices: {on: deux}}
  deux: {ask: line, keep: record, next: trois_a}
  trois_a: {keep: draft, choices: {on: trois_b}}
  trois_b: {keep: draft, choices: {on: extra}}
  extra: {choices: {on: end}}
  end: {end: over}
"""
HEAD = f"flow: small\nfrom: {A}\nto: {B}\n"
WHOLE = f"""{HEAD}rename: {{two: deux}}
remove: {{four: end}}
split: {{three: [trois_a, trois_b]}}
insert: [extra]
"""


def known(flow: str, edition: str) -> Flow | None:
    """Both editions of the small flow."""
    texts = {A: OLD, B: NEW}
    return parse(texts[edition], "small") if flow == "small" and edition in texts else None


def nobody(flow: str, edition: str) -> Flow | None:
    """Nothing is known."""
    return None


def faults(text: str, name: str = f"small-{A}-{B}.yaml", editions: migrations.Editions = known) -> list[str]:
    """Every fault of one file, without the file's name."""
    with pytest.raises(FlowError) as caught:
        read_migration(text, f"flows/migrations/{name}", editions)
    return [fault.partition(":")[2] for fault in caught.value.faults]


def test_a_migration_says_what_becomes_of_states_and_answers() -> None:
    """Renamed and split questions take their answers along; the answer of a removed one keeps its name."""
    found = read_migration(WHOLE, f"small-{A}-{B}.yaml", known)
    assert found.places == {"two": "deux", "four": "end", "three": "trois_a"}
    assert found.answers == {"two": "deux", "three": "trois_a"}
    assert found.removed == {"four"}
    assert found.split == {"three"}
    assert found.order == ()


def test_the_long_forms_say_where_an_answer_goes() -> None:
    """The answer of a removed question to another, that of a split one to any of its parts."""
    text = f"""{HEAD}rename: {{two: deux}}
remove: {{four: {{stand: end}}, one: {{stand: deux, answer: deux}}}}
split: {{three: {{into: [trois_a, trois_b], answer: trois_b}}}}
insert: [extra]
reorder: [deux, one]
"""
    found = read_migration(text, f"small-{A}-{B}.yaml", known)
    assert found.answers == {"two": "deux", "one": "deux", "three": "trois_b"}
    assert found.order == ("deux", "one")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("flow: small\n", "1:1: 'from' is missing; every migration has it"),
        (WHOLE.replace(A, "abc"), "2:7: 'from' is no edition; `python -m bot editions` names them"),
        (WHOLE + "renam: {}\n", "8:1: unknown field of a migration 'renam'; did you mean 'rename'?"),
        (
            WHOLE.replace("two: deux", "too: deux"),
            "4:10: unknown state of the old edition 'too'; did you mean",
        ),
        (
            WHOLE.replace("[extra]", "[extras]"),
            "7:10: unknown state of the new edition 'extras'; did you mean",
        ),
        (WHOLE.replace("[extra]", "[]"), "3:5: state 'extra' is new; say so under insert"),
        (
            WHOLE.replace("[extra]", "[extra, one]"),
            "3:5: state 'one' was there before; take it out of insert",
        ),
        (WHOLE.replace("rename: {two: deux}\n", ""), "3:5: state 'two' is gone; say under rename, remove or"),
        (
            WHOLE.replace("{four: end}", "{four: {stand: end, answer: deux}}"),
            "3:5: 'four' was kept as identity",
        ),
        (WHOLE.replace("{four: end}", "{four: end, two: end}"), "5:21: 'two' is named twice; one thing can"),
        (WHOLE.replace("{four: end}", "{four: {answer: deux}}"), "5:16: 'stand' is missing here"),
        (
            WHOLE.replace("{four: end}", "{four: {stand: end, anwser: x}}"),
            "5:29: unknown field 'anwser'; did",
        ),
        (WHOLE.replace("[trois_a, trois_b]", "[trois_a]"), "6:16: 'three' is split into two or more, as"),
        (WHOLE.replace("[trois_a, trois_b]", "{answer: trois_a}"), "6:16: 'into' is missing here"),
        (WHOLE.replace("[trois_a, trois_b]", "trois_a"), "6:16: this must be a list, as [one, two]"),
        (WHOLE.replace("{two: deux}", "[two, deux]"), "4:9: this must be names, as {name: value}"),
        (WHOLE.replace("{two: deux}", "{two: [deux]}"), "4:15: this must be one word"),
        ("[flow, small]\n", "1:1: this must be names, as {name: value}"),
    ],
)
def test_every_fault_has_its_place(text: str, fault: str) -> None:
    """File, line, column, what, and how to mend it."""
    assert any(found.startswith(fault) for found in faults(text)), faults(text)


def test_a_file_is_named_by_what_it_holds() -> None:
    """Flow, from, to."""
    assert faults(WHOLE, "small.yaml") == [f"1:1: this belongs into small-{A}-{B}.yaml; rename the file"]


def test_an_answer_never_changes_where_it_is_kept() -> None:
    """A question of the same name that is kept elsewhere is a fault as well."""

    def changed(flow: str, edition: str) -> Flow | None:
        text = NEW.replace("one: {keep: record", "one: {keep: draft") if edition == B else OLD
        return parse(text, "small")

    found = faults(WHOLE, editions=changed)
    assert found == ["3:5: 'one' was kept as record and 'one' is as draft; an answer stays where it is"]


def test_of_editions_that_nobody_knows_only_the_form_is_read() -> None:
    """A release that was skipped here is a step on the way all the same."""
    assert read_migration(WHOLE, f"small-{A}-{B}.yaml", nobody).end == B


def test_faults_of_all_files_come_together() -> None:
    """And a library's own editions are known to them."""
    where = library()
    with pytest.raises(FlowError) as caught:
        make_migrations({"one.yaml": "flow: family\n", "two.yaml": "[]"}, where)
    assert {fault.split(":")[0] for fault in caught.value.faults} == {
        "flows/migrations/one.yaml",
        "flows/migrations/two.yaml",
    }
    end = where.current("family").edition
    text = f"flow: family\nfrom: {A}\nto: {end}\nrename: {{x: nowhere}}\n"
    with pytest.raises(FlowError, match="unknown state of the new edition 'nowhere'"):
        make_migrations({f"family-{A}-{end}.yaml": text}, where)
    text = text.replace("nowhere", "menu")
    assert make_migrations({f"family-{A}-{end}.yaml": text}, where).way(where.current("family"), A)


def test_what_is_shipped_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """From the folder beside the flows, or from none."""
    assert isinstance(load_migrations(library()), Migrations)
    where = resources.files("tests.dialogs")

    class Package:
        """Where the folder would be."""

        def __truediv__(self, name: str) -> object:
            return self if name == "flows" else where

    monkeypatch.setattr("dialogs.migrations.resources.files", lambda name: Package())
    assert not load_migrations(library())._by_start


def flow_of(edition: str) -> Flow:
    """A flow of this edition."""
    return Flow("small", "one", {}, edition=edition)


def test_ways_go_step_by_step_and_only_where_they_arrive() -> None:
    """A way that ends elsewhere or runs in a ring is none; the earliest steps come first."""
    ab, bc, dc = (Migration("small", s, e) for s, e in ((A, B), (B, C), (D, C)))
    known_ways = Migrations([bc, ab, dc, Migration("small", A, D), Migration("other", A, C)])
    assert known_ways.way(flow_of(C), A) == (ab, bc)
    assert known_ways.way(flow_of(C), C) == ()
    assert known_ways.way(flow_of("e" * 16), A) == ()
    assert known_ways.towards(flow_of(C))[0] == ab
    assert set(known_ways.towards(flow_of(C))) == {ab, bc, dc}
    ring = Migrations([Migration("small", A, B), Migration("small", B, A)])
    assert ring.way(flow_of(C), A) == ()
