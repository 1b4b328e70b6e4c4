"""Writes of a container are told by what changed in it."""

from __future__ import annotations

import pytest

from ttdebug.model import MISSING, Value
from ttdebug.view import inner


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (1, None, ("1", "null")),
        (MISSING, {"a": 1}, ("absent", "{a: 1}")),
        ({"a": 1}, {"a": 1}, ("{a: 1}", "{a: 1}")),
        ({"T3": {"who": "dev0"}}, {"T3": {"who": None}}, ("T3.who “dev0”", "null")),
        ({"a": 1, "b": 2, "c": 3}, {"a": 2, "b": 3, "c": 4}, ("a 1", "2, +2 more")),
        ([{"id": 5, "n": 1}], [{"id": 5, "n": 1}, {"id": 6}], ("[id=6] absent", "{id: 6}")),
        ([{"id": 5}, {"id": 6}], [{"id": 6}], ("[id=5] {id: 5}", "absent")),
        ([{"id": 5}, {"id": 6}], [{"id": 6}, {"id": 5}], ("[id=6] [1]", "[0]")),
        ([1] * 300, [2] * 300, ("[0] 1", "2, +at least 100 more")),
        ({"$ttd": "tuple", "v": [1]}, {"$ttd": "tuple", "v": [2]}, None),
    ],
)
def test_a_write_in_two_texts(old: Value, new: Value, told: tuple[str, str] | None) -> None:
    found = inner.told(old, new, 40)
    assert told is None or found == told
    assert all(len(text) < 60 for text in found)
