"""Values that JSON lacks, and what conditions make of them."""

from __future__ import annotations

import datetime
import enum
import uuid

import pytest

from tests.conditions.test_hostile import Frame
from ttdebug.model import JSON, Event, Value
from ttdebug.recorder.serialise import Serialiser
from ttdebug.replay.conditions import compile_plain as condition


class Colour(enum.Enum):
    RED = "red"


STATE = {
    "tuple": (1, 2, {"id": 3}), "set": {4, 5}, "nan": float("nan"), "inf": float("inf"),
    "huge": 2**70, "when": datetime.datetime(2026, 11, 20, 8, tzinfo=datetime.UTC),
    "colour": Colour.RED, "id": uuid.UUID(int=5), "text": "\ud800x", "bytes": b"x", "ratio": 1e300,
}  # fmt: skip


class Marked(Frame):
    event = Event(1, "r", "main", 1, "a", "x", time=1_700_000_000_123_456_789)

    def state(self, agent: str | None) -> Value:
        found: JSON = Serialiser()(STATE)
        return found


@pytest.mark.parametrize(
    "text",
    [
        "len(state.tuple) == 3",
        "2 in state.tuple",
        "any(state.tuple, id == 3)",
        "5 in state.set",
        "isnan(state.nan)",
        "not isnan(state.inf)",
        "not state.nan > 1",
        "state.nan != state.nan",
        "state.inf > 1e308",
        "state.huge == 1180591620717411303424",
        "state.huge / 2 > 1e20",
        'state.when > "2026-11-19" and state.when < "2026-11-21"',
        'state.colour == "red"',
        'matches(state.id, "5$")',
        "len(state.text) == 2",
        "exists(state.bytes)",
        "isnan(state.ratio * state.ratio - state.ratio * state.ratio)",
        'event.time == "2023-11-14T22:13:20.123456Z"',
        'event.time < "2023-11-14T23:13:21+01:00"',
        "event.time > 1700000000.1 and event.time < 1700000000.2",
        "event.time - event.time == 0",
        'event.time in ["2023-11-14T22:13:20.123456Z"]',
        'glob(event.time, "2023-11-14T22:*")',
        "-event.time < 0",
        "abs(event.time) > 1.6e9",
        "not event.time == null",
        "event.time != 1",
        "9007199254740993 == 9007199254740993",
        "9007199254740993 != 9007199254740992.0",
        "0.1 + 0.2 != 0.3",
        "-7 // 2 == -4 and -7 % 2 == 1",
        "1e400 > 1",
        "1 < 2 < 3",
        "not (1 < 2 > 3)",
        "'a' in 'cat' and not 'b' in 'cat'",
        "contains('cat', 'a')",
        "min(3, 1, 2) == 1",
        "min(['b', 'a']) == 'a'",
        "not exists(min([]))",
        "sum([]) == 0 and sum(1, 2, 3) == 6",
        "not exists(sum([true]))",
        "not exists(len(5))",
        "not exists(-'a') and not exists(abs('a'))",
        "not exists('a' + 'b')",
        "not exists(1 + true)",
        "glob('tool.call', 'tool.[a-c]*') and not glob('tool.call', 'tool.[!a-c]*')",
        "glob('a.b', 'a.b') and not glob('axb', 'a.b') and glob('a\\nb', 'a?b')",
        "glob('[', '[')",
        "matches('Timeout', '(?i)time') and not matches('x', '^y')",
        "all([], it) and not any([], it)",
        "any([1, [2]], any(it, it == 2))",
        "'' == '' and not ''",
        "not null and not [] and not 0.0",
        "(1 == 1) == true",
        "(null or 5) == true",
        "[1, state.gone] == [1]",
    ],
)
def test_holds(text: str) -> None:
    assert condition(text).evaluate(Marked()) is True
