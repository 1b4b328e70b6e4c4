"""Times in whatever unit a file has them."""

from __future__ import annotations

import pytest

from ttdebug.foreign.times import MILLIS, SECONDS, parse_time, scaled
from ttdebug.model import JSON

MOMENT = 1_700_000_000_123_456_000


@pytest.mark.parametrize(
    "value",
    [
        1700000000.123456,
        1700000000123456,
        MOMENT,
        "1700000000.123456",
        "1700000000123456000",
        "2023-11-14T22:13:20.123456Z",
        "2023-11-14T22:13:20.123456000Z",
        "2023-11-14T23:13:20.123456+01:00",
        "2023-11-14 22:13:20.123456+00:00",
    ],
)
def test_every_way_to_say_the_same_moment(value: JSON) -> None:
    assert parse_time(value) == (MOMENT, False)


def test_milliseconds_by_magnitude() -> None:
    assert parse_time(1700000000123) == (1_700_000_000_123_000_000, False)


def test_nanoseconds_in_text_are_exact() -> None:
    assert parse_time("2023-11-14T22:13:20.123456789Z")[0] == MOMENT + 789
    assert parse_time(1_700_000_000_123_456_789)[0] == MOMENT + 789


def test_a_time_without_a_zone_is_utc_and_flagged() -> None:
    assert parse_time("2023-11-14T22:13:20.123456") == (MOMENT, True)


@pytest.mark.parametrize(
    "value",
    [None, True, [], {}, "yesterday", "", "2024-13-45T99:99:99Z", 1e308, 10**20, "9" * 99, "nan"],
)
def test_what_is_no_time(value: JSON) -> None:
    assert parse_time(value) == (None, False)


def test_durations_are_scaled_without_noise() -> None:
    assert scaled(0.1, SECONDS) == 100_000_000
    assert scaled(1500, MILLIS) == 1_500_000_000
    assert scaled(float("inf"), SECONDS) is None
    assert scaled(10**19, SECONDS) is None
