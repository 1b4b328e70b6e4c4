from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ttdebug import delta
from ttdebug.errors import TraceError
from ttdebug.model import JSON, MISSING, Counts
from ttdebug.recorder.serialise import Serialiser

DISTINCT: list[JSON] = [
    None, True, False, 0, 1, 0.0, -0.0, 1.0, "", "1", [], {}, [0], [0.0], [False], {"a": 0},
    {"a": False}, {"a": None}, [[]], [{}], 2**64, float(2**64), "a", ["a"], {"a": "a"},
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(DISTINCT)))
@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: {"k": x}, lambda x: {"k": [x]}])
def test_values_that_only_look_the_same_differ(number: int, wrap: Callable[[JSON], JSON]) -> None:
    before = wrap(DISTINCT[number])
    for other in DISTINCT[:number] + DISTINCT[number + 1 :]:
        after = wrap(other)
        assert not delta.equal(before, after)
        made = delta.make(before, after)
        assert made
        assert delta.equal(delta.apply(before, made), after)
        shadow = delta.Shadow()
        shadow.update(before)
        assert shadow.update(after)
        assert delta.equal(shadow.state, after)


@pytest.mark.parametrize("filler", [0, 500])
def test_a_shadow_tells_look_alikes_apart_in_any_company(filler: int) -> None:
    looks: list[JSON] = [1, True, 1.0, 0.0, -0.0, "1", None, [1], [True]]
    state: dict[str, JSON] = {
        "flat": {f"k{n}": n for n in range(filler)},
        "deep": {f"k{n}": {"v": [n]} for n in range(filler)},
    }
    shadow = delta.Shadow(Serialiser())
    shadow.update(state)
    for look in looks * 2:
        for part in ("flat", "deep"):
            holder = state[part]
            assert isinstance(holder, dict)
            holder["x"] = look
            holder["y"] = {"z": look}
            shadow.update(state)
            assert delta.equal(shadow.state, state)


def test_a_shadow_sees_what_json_text_hides() -> None:
    shadow = delta.Shadow(Serialiser())
    states: list[dict[str, object]] = [
        {"a": [1, 2], "b": None},
        {"a": (1, 2), "b": None},
        {"a": (1, 2), "b": float("nan")},
        {"a": [1, 2], "b": {"$ttd": "mine"}},
        {"a": {"$ttd": "tuple", "items": [1, 2]}, "b": 1},
    ]
    for state in states:
        made = shadow.update(state)
        assert made != []
        assert delta.equal(shadow.state, Serialiser()(state))
        assert shadow.update(state) == []


def test_key_order_is_no_change() -> None:
    assert delta.make({"a": 1, "b": {"c": 1, "d": 2}}, {"b": {"d": 2, "c": 1}, "a": 1}) == []
    shadow = delta.Shadow()
    shadow.update({"a": {"x": 1, "y": [1, {"p": 1, "q": 2}]}})
    assert shadow.update({"a": {"y": [1, {"q": 2, "p": 1}], "x": 1}}) == []


def nested(depth: int, leaf: JSON) -> JSON:
    value = leaf
    for level in range(depth):
        value = {"k": value} if level % 2 else [value]
    return value


def test_depth_does_not_matter() -> None:
    old, new = nested(50_000, 1), nested(50_000, 2)
    assert delta.make(old, old) == []
    assert delta.equal(old, nested(50_000, 1))
    assert not delta.equal(old, new)
    made = delta.make(old, new)
    assert [op["op"] for op in made] == ["replace"]
    assert delta.equal(delta.apply(old, made), new)
    shadow = delta.Shadow()
    shadow.update({"a": old})
    assert shadow.update({"a": old}) == []
    assert shadow.update({"a": new})


def test_wide_states_and_states_that_are_no_objects() -> None:
    shadow = delta.Shadow()
    states: list[JSON] = [
        {f"k{n}": n for n in range(500)},
        {f"k{n}": n for n in range(1, 501)},
        {"a": 1},
        [1, 2],
        [1, 2, 3],
        "text",
        None,
        {"a": 2},
        {"": 1, "\ud83d": 2},
        {"": 1},
    ]
    folded: JSON = None
    for at, state in enumerate(states):
        made = shadow.update(state)
        folded = state if made is None else delta.apply(folded, made)
        assert (made is None) == (at == 0)
        assert delta.equal(folded, state)


def test_integers_of_any_size() -> None:
    shadow = delta.Shadow()
    shadow.update({"a": {"n": 2**70}})
    assert shadow.update({"a": {"n": 2**70}}) == []
    assert shadow.update({"a": {"n": 2**70 + 1}}) == [
        {"op": "replace", "path": "/a/n", "value": 2**70 + 1}
    ]


def test_what_is_not_json_is_refused_without_a_reader() -> None:
    with pytest.raises(TypeError):
        delta.Shadow().update({"a": {1, 2}})
    with pytest.raises(TypeError):
        delta.Shadow().update({"a": {1: 2}})


STATE: JSON = {"a": {"b": [1, 2, 3]}, "c": None, "m~n": {"x/y": 1}}


@pytest.mark.parametrize(
    ("op", "result"),
    [
        ({"op": "move", "from": "/a/b/0", "path": "/c"}, {"a": {"b": [2, 3]}, "c": 1}),
        ({"op": "copy", "from": "/a/b", "path": "/a/d"}, {"a": {"b": [1, 2, 3], "d": [1, 2, 3]}}),
        ({"op": "add", "path": "/a/b/-", "value": 4}, {"a": {"b": [1, 2, 3, 4]}}),
        ({"op": "add", "path": "/a/b/3", "value": 4}, {"a": {"b": [1, 2, 3, 4]}}),
        ({"op": "add", "path": "/c", "value": [1]}, {"c": [1]}),
        ({"op": "remove", "path": "/m~0n/x~1y"}, {"m~n": {}}),
        ({"op": "test", "path": "/a/b/1", "value": 2}, {}),
        ({"op": "move", "from": "/a", "path": "/a"}, {}),
    ],
)
def test_operations_of_the_standard(op: delta.Op, result: dict[str, JSON]) -> None:
    assert isinstance(STATE, dict)
    before = json.dumps(STATE)
    after = delta.apply(STATE, [op])
    assert delta.equal(after, {**STATE, **result})
    assert delta.equal(delta.apply(after, delta.invert(STATE, [op])), STATE)
    assert json.dumps(STATE) == before


def test_what_was_moved_or_copied_is_not_tied_together() -> None:
    ops: delta.Delta = [
        {"op": "replace", "path": "/a/b/0", "value": 9},
        {"op": "copy", "from": "/a", "path": "/d"},
        {"op": "add", "path": "/d/new", "value": 1},
        {"op": "move", "from": "/a", "path": "/e"},
        {"op": "add", "path": "/e/other", "value": 2},
    ]
    after = delta.apply(STATE, ops)
    assert isinstance(after, dict)
    assert (after["d"], after["e"]) == ({"b": [9, 2, 3], "new": 1}, {"b": [9, 2, 3], "other": 2})
    assert delta.equal(delta.apply(after, delta.invert(STATE, ops)), STATE)


@pytest.mark.parametrize(
    "op",
    [
        {"op": "remove", "path": "/x"},
        {"op": "replace", "path": "/x", "value": 1},
        {"op": "add", "path": "/x/y", "value": 1},
        {"op": "add", "path": "/c/y", "value": 1},
        {"op": "add", "path": "/a/b/4", "value": 1},
        {"op": "add", "path": "/a/b/01", "value": 1},
        {"op": "remove", "path": "/a/b/-"},
        {"op": "remove", "path": "/a/b/-1"},
        {"op": "remove", "path": "a"},
        {"op": "remove", "path": ""},
        {"op": "test", "path": "/c", "value": False},
        {"op": "test", "path": "/a/b/0", "value": 1.0},
        {"op": "move", "from": "/a", "path": "/a/b"},
        {"op": "add", "path": "/x"},
        {"op": "add", "value": 1},
        {"op": "merge", "path": "/a", "value": 1},
        {"path": "/a", "value": 1},
    ],
)
def test_what_does_not_fit_is_told(op: delta.Op) -> None:
    with pytest.raises(TraceError, match="delta"):
        delta.apply(STATE, [op])


def test_a_first_snapshot_folds_like_any_delta() -> None:
    first: delta.Delta = [{"op": "add", "path": "", "value": {"a": 1}}]
    assert delta.apply(MISSING, first) == {"a": 1}
    assert delta.invert(MISSING, first) == [{"op": "remove", "path": ""}]
    assert delta.counts(first) == Counts()


def test_counts() -> None:
    ops: delta.Delta = [
        {"op": "add", "path": "/a", "value": 1},
        {"op": "remove", "path": "/b"},
        {"op": "replace", "path": "/c", "value": 1},
        {"op": "replace", "path": "/d", "value": 1},
        {"op": "test", "path": "/d", "value": 1},
    ]
    assert delta.counts(ops) == Counts(1, 2, 1)
