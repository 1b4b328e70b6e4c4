"""Differences between two states, exact and with options, and the documents made of them."""

from __future__ import annotations

import copy
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.strategies import states
from ttdebug import delta as deltas
from ttdebug.analyze import render
from ttdebug.analyze.compare import Options, compare
from ttdebug.analyze.words import text_diff
from ttdebug.errors import UsageError
from ttdebug.model import JSON, MISSING, Change
from ttdebug.paths import parse, resolve


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [Change("/a", "changed", 1, 2)]),
        ({"a": 1}, {"a": 1.0}, [Change("/a", "changed", 1, 1.0)]),
        ({"a": True}, {"a": 1}, [Change("/a", "changed", True, 1)]),
        ({"a": None}, {}, [Change("/a", "removed", old=None)]),
        ({}, {"a/b": {}}, [Change("/a~1b", "added", new={})]),
        ({"a": [1]}, {"a": {"0": 1}}, [Change("/a", "changed", [1], {"0": 1})]),
        ([1, 2, 3], [2, 3], [Change("/0", "removed", old=1)]),
        ([1, 2, 3], [1, 9, 3], [Change("/1", "changed", 2, 9)]),
        (["a", "b", "c"], ["c", "a", "b"], [Change("/0", "moved", 2, 0)]),
        (MISSING, {"a": 1}, [Change("", "added", new={"a": 1})]),
        ({"a": 1}, MISSING, [Change("", "removed", old={"a": 1})]),
        (MISSING, MISSING, []),
        (
            [{"id": 1, "v": 1}, {"id": 2, "v": 2}],
            [{"id": 2, "v": 3}],
            [Change("/0", "removed", old={"id": 1, "v": 1}), Change("/0/v", "changed", 2, 3)],
        ),
        (
            [{"id": 1, "v": 1}, {"id": 2}, {"id": 3}],
            [{"id": 2}, {"id": 3}, {"id": 1, "v": 2}],
            [Change("/2", "moved", 0, 2), Change("/2/v", "changed", 1, 2)],
        ),
    ],
)
def test_exact_differences(old: JSON, new: JSON, expected: list[Change]) -> None:
    found = compare(old, new)
    assert found == expected
    assert [type(change.new) for change in found] == [type(change.new) for change in expected]


def test_excluded_paths_and_limits() -> None:
    old: JSON = {"a": 1, "todo": [{"id": 1, "v": 1}, {"id": 2, "v": 1}], "gone": 1}
    new: JSON = {"a": 2, "todo": [{"id": 2, "v": 2}], "come": 1}
    paths = [
        change.path for change in compare(old, new, Options(exclude=["a", "todo[id=2].v", "/gone"]))
    ]
    assert paths == ["/todo/0", "/come"]
    assert len(compare(old, new, limit=2)) == 2


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("*", []),
        ("*.at", ["/b/n/0/at", "/b/n/0/v", "/c"]),
        ("b.n[*].at", ["/a/at", "/b/n/0/v", "/c"]),
        ("b.n[*]", ["/a/at", "/c"]),
        ("/b/n/*/at", ["/a/at", "/b/n/0/v", "/c"]),
        ("b.*[0].v", ["/a/at", "/b/n/0/at", "/c"]),
        ('["*"]', ["/a/at", "/b/n/0/at", "/b/n/0/v", "/c"]),
        ("none[*].at", ["/a/at", "/b/n/0/at", "/b/n/0/v", "/c"]),
    ],
)
def test_a_star_excludes_every_key_or_element(pattern: str, left: list[str]) -> None:
    old: JSON = {"a": {"at": 1}, "b": {"n": [{"at": 1, "v": 1}]}, "c": 1}
    new: JSON = {"a": {"at": 2}, "b": {"n": [{"at": 2, "v": 2}]}, "c": 2}
    assert [change.path for change in compare(old, new, Options(exclude=[pattern]))] == left


ANY_ORDER = Options(ignore_order=True)
TWO_DIGITS = Options(significant_digits=2)
ANY_NUMBER = Options(ignore_number_types=True)


@pytest.mark.parametrize(
    ("old", "new", "options", "expected"),
    [
        ([1, 2, 3], [3, 1, 2], ANY_ORDER, []),
        ([1, 2, 2], [2, 1], ANY_ORDER, [Change("/2", "removed", old=2)]),
        ([1], [1, 1], ANY_ORDER, [Change("/1", "added", new=1)]),
        ({"a": 1.234}, {"a": 1.231}, TWO_DIGITS, []),
        ({"a": 1.2}, {"a": 1.3}, TWO_DIGITS, [Change("/a", "changed", 1.2, 1.3)]),
        ({"__x": 1}, {"__x": 2}, TWO_DIGITS, [Change("/__x", "changed", 1, 2)]),
        ({"a'b": [1]}, {"a'b": []}, TWO_DIGITS, [Change("/a'b/0", "removed", old=1)]),
        ({"a": [1, 2], "b": 1}, {"a": [2, 1], "b": 2}, replace(ANY_ORDER, exclude=["b"]), []),
        ({"a": 1, "b": [2.0]}, {"a": 1.0, "b": [2]}, ANY_NUMBER, []),
        ({"a": 1}, {"a": True}, ANY_NUMBER, [Change("/a", "changed", 1, True)]),
        ({"a": None}, {"a": [1]}, ANY_ORDER, [Change("/a", "changed", None, [1])]),
        ({}, {"c~d": "x"}, ANY_ORDER, [Change("/c~0d", "added", new="x")]),
    ],
)
def test_options(old: JSON, new: JSON, options: Options, expected: list[Change]) -> None:
    assert compare(old, new, options) == expected


def test_too_large_for_options() -> None:
    with pytest.raises(UsageError, match="20,000"):
        compare(list(range(30_000)), [], ANY_ORDER)
    assert len(compare(list(range(30_000)), [])) == 30_000


@settings(max_examples=200, deadline=None)
@given(old=states, new=states)
def test_differences_are_true_and_complete(old: JSON, new: JSON) -> None:
    frozen = copy.deepcopy((old, new))
    found = compare(old, new)
    assert bool(found) == (not deltas.equal(old, new))
    for change in found:
        if change.kind in ("added", "changed"):
            assert deltas.equal(resolve(new, parse(change.path)), change.new)
        if change.kind == "removed":
            assert deltas.equal(resolve(old, parse(change.path)), change.old)
    assert deltas.equal(deltas.apply(old, render.as_json_patch(old, new)), new)
    assert deltas.equal(list(frozen), [old, new])


def test_json_patch_of_states_that_do_not_exist() -> None:
    assert render.as_json_patch(MISSING, MISSING) == []
    assert render.as_json_patch(MISSING, 1) == [{"op": "add", "path": "", "value": 1}]
    assert render.as_json_patch(1, MISSING) == [{"op": "remove", "path": ""}]


HOSTILE = "<script>alert(1)</script>\x1b]0;x\x07\u202e&\"'\u200b\u2028"


def test_html_is_inert() -> None:
    changes = [
        Change("/" + HOSTILE, "changed", HOSTILE, HOSTILE + "!"),
        Change("/b", "added", new={HOSTILE: HOSTILE}),
        Change("/c", "removed", old=[HOSTILE]),
        Change("/d", "moved", 1, 2),
    ]
    page = render.as_html(changes, HOSTILE)
    assert "<script" not in page
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]", page)
    assert "\\u202e" in page
    assert "1 added, 1 removed, 1 changed, 1 moved" in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    assert "No difference" in render.as_html([], "same")


def test_words() -> None:
    assert [tuple(piece) for piece in text_diff("the quick fox", "the quack old fox")] == [
        ("equal", "the "),
        ("deleted", "quick"),
        ("inserted", "quack old"),
        ("equal", " fox"),
    ]
    assert [tuple(piece) for piece in text_diff("", "new")] == [("inserted", "new")]
    assert [tuple(piece) for piece in text_diff("same", "same")] == [("equal", "same")]
    long = "word " * 5000
    assert len(text_diff(long, long.replace("word", "other"))) <= 4


@given(old=st.text(), new=st.text())
def test_words_put_together_are_both_texts(old: str, new: str) -> None:
    pieces = text_diff(old, new)
    assert "".join(text for part, text in pieces if part != "inserted") == old
    assert "".join(text for part, text in pieces if part != "deleted") == new
    assert all(text for _, text in pieces)
