"""List edits are found as edits: how many operations, and how many bytes, each may take."""

from __future__ import annotations

import json
import random
from collections import Counter

import orjson
import pytest

from ttdebug import delta
from ttdebug.model import JSON

N = 200


def message(number: int) -> JSON:
    words = random.Random(number)
    text = " ".join(words.choice(["alpha", "beta", "gamma", "delta"]) for _ in range(30))
    return {"role": "user", "content": text, "tokens": number}


def messages(first: int, last: int, *, ids: bool) -> list[JSON]:
    found: list[JSON] = []
    for number in range(first, last):
        body = message(number)
        assert isinstance(body, dict)
        found.append({"id": f"m{number}", **body} if ids else body)
    return found


SIZE = len(orjson.dumps(message(1))) + 20


def edit(old: list[JSON], new: list[JSON], removed: int, added: int, changed: int = 0) -> None:
    """The delta between two lists holds just these operations, and bytes in proportion."""
    made = delta.make({"list": old}, {"list": new})
    found = Counter(str(op["op"]) for op in made)
    assert (found["remove"], found["add"], found["replace"]) == (removed, added, changed)
    assert len(orjson.dumps(made)) < 60 * (removed + changed) + (SIZE + 60) * added + 20
    assert delta.equal(delta.apply({"list": old}, made), {"list": new})
    shadow = delta.Shadow()
    shadow.update({"list": old})
    assert shadow.update({"list": new}) == made


with_ids = pytest.mark.parametrize("ids", [True, False], ids=["by identity", "by content"])


@with_ids
def test_append(ids: bool) -> None:
    all_ = messages(0, N + 1, ids=ids)
    edit(all_[:-1], all_, 0, 1)


@with_ids
def test_head_trim(ids: bool) -> None:
    all_ = messages(0, N, ids=ids)
    edit(all_, all_[3:], 3, 0)


@with_ids
def test_sliding_window(ids: bool) -> None:
    all_ = messages(0, N + 1, ids=ids)
    edit(all_[:-1], all_[1:], 1, 1)


@with_ids
def test_middle_removal_and_insertion(ids: bool) -> None:
    all_ = messages(0, N, ids=ids)
    edit(all_, all_[:50] + all_[51:120] + all_[122:], 3, 0)
    edit(all_[:50] + all_[51:120] + all_[121:], all_, 0, 2)


@with_ids
def test_compaction(ids: bool) -> None:
    all_ = messages(0, N, ids=ids)
    kept = N // 2
    summary = messages(N, N + 1, ids=ids)
    # the summary takes the place of one that went: removed and added, or replaced as a whole
    made = delta.make(all_, summary + all_[kept:])
    assert len(made) <= kept + 2
    assert Counter(str(op["op"]) for op in made)["remove"] >= kept - 1
    assert len(orjson.dumps(made)) < 40 * kept + 3 * SIZE
    assert delta.equal(delta.apply(all_, made), summary + all_[kept:])


def test_an_element_changes_inside_while_the_window_slides() -> None:
    all_ = messages(0, N + 1, ids=True)
    new = json.loads(json.dumps(all_[1:]))
    new[70]["tokens"] = -1
    edit(all_[:-1], new, 1, 1, 1)
    made = delta.make(all_[:-1], new)
    assert {"op": "replace", "path": "/70/tokens", "value": -1} in made


def test_repeated_values() -> None:
    old: list[JSON] = [1, 2] * 100
    edit(old, [*old[1:], 1], 1, 1)
    edit(old, [*old[:77], 9, *old[77:]], 0, 1)


def test_a_replaced_element_is_removed_and_added_by_identity() -> None:
    old: JSON = [{"id": 1, "v": 1}, {"id": 2, "v": 2}]
    new: JSON = [{"id": 1, "v": 1}, {"id": 3, "v": 2}]
    assert delta.make(old, new) == [
        {"op": "remove", "path": "/1"},
        {"op": "add", "path": "/1", "value": {"id": 3, "v": 2}},
    ]


def test_reordered_elements_move_few() -> None:
    old = messages(0, 20, ids=True)
    new = [old[7], *old[:7], *old[8:]]
    edit(old, new, 1, 1)


def test_elements_without_identity_change_in_place() -> None:
    assert delta.make([1, 2, 3], [1, 5, 3]) == [{"op": "replace", "path": "/1", "value": 5}]
    old: JSON = [{"a": 1, "b": [1, 2, 3]}, 7]
    new: JSON = [{"a": 1, "b": [1, 3]}, 7]
    assert delta.make(old, new) == [{"op": "remove", "path": "/0/b/1"}]


def test_a_vector_that_changed_all_over_is_replaced() -> None:
    old: JSON = [number / 7 for number in range(768)]
    new: JSON = [number / 9 for number in range(1, 769)]
    assert delta.make({"v": old}, {"v": new}) == [{"op": "replace", "path": "/v", "value": new}]


def test_thousands_of_changes_stay_fast() -> None:
    old: JSON = [{"id": number, "v": 0} for number in range(20_000)]
    new: JSON = [{"id": number, "v": 1} for number in range(19_999, -1, -1)]
    assert delta.equal(delta.apply(old, delta.make(old, new)), new)
    letters = random.Random(1)
    first: JSON = [letters.choice("ab") for _ in range(20_000)]
    second: JSON = [letters.choice("ab") for _ in range(20_000)]
    assert delta.equal(delta.apply(first, delta.make(first, second)), second)
