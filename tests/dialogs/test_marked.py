"""What form is refused, and where."""

from __future__ import annotations

import pytest

from dialogs.errors import FlowError
from dialogs.marked import flat, read


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\nb: 2\na: 3\n", "x.yaml:3:1: 'a' stands here twice (first at line 1); take one out"),
        ("a: &x {b: 1}\nc: *x\n", "x.yaml:1:4: anchors and aliases hide what a flow says; write it out"),
        ("a: [1, 2\nb: 3", "x.yaml:2:"),
        ("a: b: c", "x.yaml:1:5: this is not YAML"),
        ("a: 'b", "this is not YAML"),
        ("a: \x01", "this is not YAML"),
        ("", "x.yaml:1:1: the file is empty"),
        ("[a]: b", "x.yaml:1:1: a key must be one word"),
    ],
)
def test_bad_form_is_named(text: str, fault: str) -> None:
    """By file, line and column."""
    with pytest.raises(FlowError) as caught:
        read(text, "x.yaml")
    assert any(fault in line for line in caught.value.faults), caught.value.faults


def test_pieces_know_their_places() -> None:
    """Lines and columns count from one, and the plain value is as written, every scalar a string."""
    piece = read("a:\n  b: [1, yes]\n", "x.yaml")
    assert piece.plain == {"a": {"b": ["1", "yes"]}}
    assert isinstance(piece.value, dict)
    inner = piece.value["a"].value
    assert isinstance(inner, dict)
    assert (inner["b"].line, inner["b"].column) == (2, 6)


def test_words_are_flattened() -> None:
    """Nested keys are joined by dots; list items end in their number."""
    assert flat(read("a: {b: x, c: [y, z]}", "x.yaml")) == {"a.b": "x", "a.c.0": "y", "a.c.1": "z"}
