from __future__ import annotations

import pytest

from ttdebug.model import JSON, MISSING, Value
from ttdebug.view import numbers, values

MS, S = 1_000_000, 1_000_000_000


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "00:00.000"), (401.203, "06:41.203"), (3599.9994, "59:59.999"), (3600.0, "1:00:00"),
        (27850.0, "7:44:10"), (-1.5, "-0:01.500"), (None, "–"), (float("inf"), "–"),
    ],
)  # fmt: skip
def test_elapsed(seconds: float | None, text: str) -> None:
    assert numbers.elapsed(seconds) == text


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (None, ""), (0, "0ms"), (1000, "<1ms"), (12 * MS, "12ms"), (999 * MS, "999ms"),
        (999_600_000, "1.00s"), (1_920 * MS, "1.92s"), (5 * S, "5.00s"), (124 * S, "2m04s"),
        (4320 * S, "1h12m"), (400_000 * S, "4d15h"), (-12 * MS, "-12ms"),
    ],
)  # fmt: skip
def test_took(duration: int | None, text: str) -> None:
    assert numbers.took(duration) == text


def test_counts_sizes_and_ages() -> None:
    assert numbers.seq(2417) == "2,417"
    assert numbers.seq(None) == "–"
    assert [numbers.size(n) for n in (812, 48_200, 1_900_000)] == ["812 B", "48.2 KB", "1.9 MB"]
    assert [numbers.rough(n) for n in (812, 6_100, 1_250_000)] == ["812", "6.1k", "1.2M"]
    assert [numbers.age(s) for s in (5, 540, 10_900, 180_000)] == ["now", "9 min", "3 h", "2 d"]
    assert numbers.percent(57.36) == "57.4%"
    assert numbers.plural(1, "hit") == "1 hit"
    assert numbers.plural(2417, "hit") == "2,417 hits"
    assert numbers.clock(728.55) == "12:08"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1657.76, "1657.76"), (3300.0, "3300.0"), (1000000, "1000000"), (-0.0, "-0.0"),
        (1e300, "1e+300"), (None, "null"), (True, "true"), (MISSING, "absent"),
        ("a\nb", "“a\\nb”"), ({}, "{}"), ([], "[]"),
        ({"status": "applied", "percent": 15}, "{status: “applied”, percent: 15}"),
        ([1, [2, {"a": None}]], "[1, [2, {a: null}]]"),
    ],
)  # fmt: skip
def test_values_stand_as_recorded(value: Value, text: str) -> None:
    assert values.short(value) == text


@pytest.mark.parametrize("room", range(3, 40))
def test_a_cut_value_says_so(room: int) -> None:
    whole = "{status: “applied”, percent: [15, 16]}"
    found = values.short({"status": "applied", "percent": [15, 16]}, room)
    assert found == whole if len(whole) <= room else found.endswith("…") and len(found) <= room


def test_large_values_cost_what_is_shown() -> None:
    deep: JSON = []
    for _ in range(5_000):
        deep = [deep]
    assert len(values.short({"k" * 9: "x" * 10_000_000, "rest": deep}, 80)) <= 80
    assert len(values.short(list(range(1_000_000)), 60)) <= 60
    assert values.short(1 << 30_000) == "integer of 30,001 bits"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"$ttd": "float", "value": "NaN"}, "NaN"),
        ({"$ttd": "int", "value": "18446744073709551616"}, "18446744073709551616"),
        ({"$ttd": "datetime", "value": "2026-01-02T03:04:05"}, "datetime 2026-01-02T03:04:05"),
        ({"$ttd": "bytes", "base64": "aGVsbG8="}, "bytes 5 B"),
        ({"$ttd": "enum", "type": "shop.Size", "name": "BIG", "value": 3}, "shop.Size.BIG"),
        ({"$ttd": "cycle", "up": 2}, "cycle, 2 up"),
        ({"$ttd": "tuple", "items": [1]}, "{$ttd: “tuple”, items: [1]}"),
        ({"$ttd": 5}, "{$ttd: 5}"),
        ([{"$ttd": "float", "value": "NaN"}], "[NaN]"),
    ],
)
def test_what_json_lacks_is_shown_as_what_it_is(value: Value, text: str) -> None:
    assert values.short(value) == text


def test_children_are_named_by_what_tells_them_apart() -> None:
    assert values.children({"a": 1, "b": 2}, 20) == "a b"
    assert values.children([{"role": "user"}, {"role": "tool"}], 20) == "user tool"
    assert values.children([1, 2], 20) == ""
    todo: list[JSON] = [{"id": n, "status": "open" if n < 4 else "done"} for n in range(12)]
    assert values.children(todo, 20) == "4 open · 8 done"
    assert values.children({f"name{n}": 1 for n in range(99)}, 14) == "name0 name1 n…"
