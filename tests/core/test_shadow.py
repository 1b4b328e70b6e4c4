from __future__ import annotations

import copy
import json
import random
from typing import cast

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.workload import Workload
from tests.core.strategies import states
from ttdebug import delta
from ttdebug.model import JSON, MISSING
from ttdebug.recorder.redaction import Redactor
from ttdebug.recorder.serialise import Serialiser


@given(st.lists(states, min_size=1, max_size=6))
def test_a_shadow_follows_any_snapshots(snapshots: list[JSON]) -> None:
    shadow = delta.Shadow()
    folded: JSON = None
    for number, snapshot in enumerate(snapshots):
        made = shadow.update(snapshot)
        if made is None:
            assert number == 0
            folded = cast(JSON, shadow.state)
        else:
            assert (made == []) == delta.equal(folded, snapshot)
            folded = delta.apply(folded, made)
        assert delta.equal(folded, snapshot)
        assert delta.equal(shadow.state, snapshot)


def _containers(node: JSON) -> list[dict[str, JSON] | list[JSON]]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    own = [node] if isinstance(node, (dict, list)) else []
    return own + [inner for child in children for inner in _containers(child)]


@given(st.dictionaries(st.sampled_from("abc"), states, min_size=1, max_size=3), st.data())
def test_a_shadow_sees_changes_in_place(state: dict[str, JSON], data: st.DataObject) -> None:
    shadow = delta.Shadow()
    shadow.update(state)
    kept: list[tuple[str, delta.Delta]] = []
    folded = cast(JSON, shadow.state)
    for _ in range(data.draw(st.integers(1, 6))):
        container = data.draw(st.sampled_from(_containers(state)))
        value = data.draw(states)
        if isinstance(container, dict):
            container[data.draw(st.sampled_from("abc~"))] = value
        elif container and data.draw(st.sampled_from(["insert", "remove"])) == "remove":
            del container[data.draw(st.integers(0, len(container) - 1))]
        else:
            container.insert(data.draw(st.integers(0, len(container))), value)
        made = shadow.update(state)
        assert made is not None
        kept.append((json.dumps(made), made))
        folded = delta.apply(folded, made)
        assert delta.equal(folded, state)
    assert all(json.dumps(made) == text for text, made in kept), "a delta changed after the fact"


def test_a_shadow_shares_nothing_with_the_agent() -> None:
    state: JSON = {"a": {"b": [1, {"c": 2}]}, "d": [[]]}
    shadow = delta.Shadow()
    shadow.update(state)
    before = copy.deepcopy(shadow.state)
    state["a"]["b"][1]["c"] = 9  # type: ignore[call-overload,index]  # the shape is known here
    assert shadow.state == before


def test_a_ready_delta_advances_a_shadow() -> None:
    shadow = delta.Shadow()
    shadow.advance([{"op": "add", "path": "", "value": {"a": [1, 2], "b": {"c": 1}}}])
    shadow.advance([{"op": "remove", "path": "/a/0"}])
    assert shadow.update({"a": [2], "b": {"c": True}}) == [
        {"op": "replace", "path": "/b/c", "value": True}
    ]


def test_a_shadow_without_snapshot_is_missing() -> None:
    assert delta.Shadow().state is MISSING


@pytest.mark.parametrize("size", ["S", "M"])
def test_a_shadow_follows_an_agent_at_work(size: str) -> None:
    work = Workload(size)
    shadow = delta.Shadow(Serialiser(Redactor({})))
    shadow.update(work.state)
    folded = cast(JSON, shadow.state)
    written = 0
    for _ in range(400):
        work.apply(work.writes())
        made = shadow.update(work.state)
        assert made is not None
        written += len(orjson.dumps(made))
        folded = delta.apply(folded, made)
        assert delta.equal(folded, work.state)
    assert written / 400 < 300


@pytest.mark.parametrize("seed", range(5))
def test_a_large_object_is_followed_through_any_edit(seed: int) -> None:
    """Most edits are found in the encoded bytes; all of them have to be found."""
    choose = random.Random(seed)
    values: list[JSON] = [
        0,
        1,
        True,
        False,
        1.0,
        0.0,
        -0.0,
        None,
        "",
        "a",
        '"',
        "\\",
        "}",
        ',"k',
        "é",
    ]

    def value() -> JSON:
        roll = choose.random()
        if roll < 0.6:
            return choose.choice(values)
        size = choose.randrange(3)
        return (
            [value() for _ in range(size)] if roll < 0.8 else {key(): value() for _ in range(size)}
        )

    def key() -> str:
        return choose.choice(["a", "b", "é", '"', "/", "~", ",", ":", "k1"]) * choose.randrange(
            1, 3
        )

    large: dict[str, JSON] = {f"{key()}{n}": value() for n in range(60)}
    state: dict[str, JSON] = {"large": large, "n": 0}
    shadow = delta.Shadow(Serialiser())
    shadow.update(state)
    folded = cast(JSON, shadow.state)
    for _ in range(400):
        for _ in range(choose.choice([1, 1, 1, 2, 12])):
            roll = choose.random()
            if roll < 0.9:
                large[choose.choice(list(large))] = value()
            elif roll < 0.95:
                large.pop(choose.choice(list(large)))
            else:
                large[f"{key()}{choose.random()}"] = value()
        made = shadow.update(state)
        assert made is not None
        folded = delta.apply(folded, made)
        assert delta.equal(folded, state)
        assert delta.equal(shadow.state, state)


@pytest.mark.parametrize("null", [None, float("nan")])
def test_other_edits_hide_no_null_that_became_nan(null: float | None) -> None:
    log: list[JSON] = [None]
    names: dict[str, JSON] = {"first": None}
    for n in range(300):
        log.append({"n": n})
        names[f"k{n}"] = {"n": n}
    state: dict[str, JSON] = {"log": log, "names": names}
    shadow = delta.Shadow(Serialiser())
    shadow.update(state)
    for step in range(3):
        log.append(step)
        names["k7"] = step
        del names[f"k{20 + step}"]
        names[f"new{step}"] = step
        if step == 2:
            log[0] = names["first"] = null
        made = shadow.update(state)
        assert made is not None
        assert len(made) == 4 + 2 * (step == 2 and null is not None)
        assert delta.equal(shadow.state, Serialiser()(state))


def test_a_renamed_child_of_a_large_object_is_told_in_two_operations() -> None:
    large: dict[str, JSON] = {f"k{n}": {"v": n} for n in range(200)}
    shadow = delta.Shadow()
    shadow.update({"large": large})
    for old in ("k7", "k0", "k199", "k100", "new199"):
        large[f"new{old[1:]}"] = large.pop(old)
        made = shadow.update({"large": large})
        assert made == [
            {"op": "remove", "path": f"/large/{old}"},
            {"op": "add", "path": f"/large/new{old[1:]}", "value": large[f"new{old[1:]}"]},
        ]
        assert delta.equal(shadow.state, {"large": large})


@given(st.lists(st.tuples(st.booleans(), states), min_size=1, max_size=12))
def test_ready_deltas_and_snapshots_mix(steps: list[tuple[bool, JSON]]) -> None:
    """Whatever is written in place, nothing that was handed in or out is changed by it."""
    shadow = delta.Shadow()
    before: JSON = None
    seen: list[tuple[delta.Delta, str]] = []
    for number, (known, target) in enumerate(steps):
        if known and number:
            ops = delta.make(before, target)
            shadow.advance(ops)
        else:
            ops = shadow.update(target) or []
        seen.append((ops, repr(ops)))
        before = copy.deepcopy(target)
        assert delta.equal(cast(JSON, shadow.state), target)
    assert all(repr(ops) == text for ops, text in seen)


def test_a_growing_list_is_copied_once() -> None:
    shadow = delta.Shadow()
    shadow.update({"list": []})
    lists = []
    for number in range(5):
        shadow.advance([{"op": "add", "path": f"/list/{number}", "value": number}])
        lists.append(cast(dict[str, JSON], shadow.state)["list"])
    assert lists[0] is lists[-1]
    assert lists[0] == [0, 1, 2, 3, 4]
