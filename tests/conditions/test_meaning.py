"""What conditions mean, by the events at which they hit in a small recording."""

from __future__ import annotations

import pytest

from tests.conditions import naive
from ttdebug.replay import hits
from ttdebug.replay.conditions import compile as condition
from ttdebug.replay.conditions import compile_plain
from ttdebug.store.trace import Trace

ALL = list(range(1, 16))

TABLE: list[tuple[str, list[int]]] = [
    ("state.n == 5", [4, 12]),
    ("state.n == 1", [1, 3]),
    ("state.n == 1.0", [1, 3]),
    ("state.n == null", [8]),
    ("state.n == None", [8]),
    ("state.n != null", [1, 3, 9, 10]),
    ("state.n != 5", [1, 3, 8, 10, 11]),
    ('state.n == "5"', [9]),
    ('state.n != "5"', [1, 3, 10]),
    ("state.n < 6", [1, 3, 12]),
    ("state.n >= 5", [4, 10, 14]),
    ('state.n < "6"', [9]),
    ("not state.n < 6", [7, 8, 11, 14]),
    ("not state.n == 5", [1, 3, 8, 11]),
    ("exists(state.n)", [1, 3, 10]),
    ("not exists(state.n)", [7]),
    ("state.n", [1, 3, 9, 10]),
    ("not state.n", [7, 8]),
    ("state.flag == true", [1]),
    ("state.flag == 1", [6]),
    ("state.flag != true", [6]),
    ("state.flag", [1]),
    ("state.nothing == null", [3]),
    ("null == state.gone", []),
    ("state.gone != 1", []),
    ("state.gone == state.gone", []),
    ("state.gone not in [1]", []),
    ("state.gone in [null]", []),
    ("state.n in [5, 9]", [4]),
    ("state.n not in [1, 5]", [8, 10, 11, 14]),
    ('"x" in state.tags', [1]),
    ('"y" in state.tags', []),
    ("1 < state.n <= 9", [4, 10, 14]),
    ("1 < state.n != 5", [10, 11, 14]),
    ("state.n + 1 == 6", [4, 12]),
    ("state.n * 2 > 17", [11]),
    ("state.n / 0 == 1", []),
    ("state.n % 2 == 0", [13, 14]),
    ("-state.n < -6", [10, 11, 14]),
    ("state.n // 2 == 2", [4, 12]),
    ('"a" < "b"', ALL),
    ("1 == true", []),
    ("0 == false", []),
    ("1 == 1.0", ALL),
    ("[1, 2] == [1.0, 2]", ALL),
    ("[1] == [true]", []),
    ("state.raw == [1, 2, 2]", [4]),
    ("state.raw[2] == 2", [4]),
    ("state.raw[-1] == 2", [1]),
    ("state.raw.1 == 2", [1]),
    ("len(state.raw) > 2", [4]),
    ("len(state.todo) < 2", [9, 12]),
    ("len(state.n) > 0", [9]),
    ("sum(state.raw) == 5", [4]),
    ("min(state.raw) == 1 and max(state.raw, 9) == 9", []),
    ("abs(state.n - 7) <= 2", [4, 10, 14]),
    ('any(state.todo, status == "done")', [8]),
    ('all(state.todo, status == "open")', [1]),
    ('any(state.todo, any(tags, it == "y") and id == 5)', [1]),
    ("any(state.todo, id == state.n)", [4]),
    ("all(state.raw, it < 2)", []),
    ("any(state.n, it == 1)", []),
    ('state.todo[id=5].status == "done"', [8]),
    ('state.todo[id=6].status == "open"', [1]),
    ("not exists(state.todo[id=6])", [3, 9, 12]),
    ("state.deep.x.y[1].z == true", [10]),
    ("state.deep.not.in == 3", [10]),
    ('state["deep"]["x"] == null', []),
    ("states.b.n == 7", [10]),
    ('states["b"].n > states["a"].n', []),
    ("state.n == states.b.n", [3, 10]),
    ("exists(before)", [2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]),
    ("before.n == 5", [5, 6, 8, 11]),
    ("before.n < state.n", [4, 11, 13, 14]),
    ("before.n == state.n", [2, 5, 6, 15]),
    ("changed(state.n)", [4, 7, 8, 9, 10, 11, 12, 13, 14]),
    ("changed(state.flag)", [6]),
    ("changed(state)", [4, 6, 7, 8, 9, 10, 11, 12, 13, 14]),
    ("changed(state.todo[id=5])", [8, 12]),
    ("changed(len(state.todo))", [9, 12]),
    ("changed(states.b.n)", [7, 10, 14]),
    ('event.type == "state"', [3, 6, 10, 11, 12, 13, 14]),
    ('event.type in ["error", "message"]', [5, 7]),
    ('event.type != "state" and event.agent != "a"', [5, 7]),
    ('glob(event.type, "*.result")', [4, 9]),
    ('glob(event.type, "llm.?all")', [8]),
    ('matches(event.type, "^(tool|llm)\\.call$")', [2, 8]),
    ('event.status == "error"', [2, 4, 7]),
    ("event.status == null", [3, 5, 6, 10, 11, 12, 13, 14]),
    ("event.name == null", [1, 3, 5, 6, 7, 10, 11, 12, 13, 14, 15]),
    ('event.agent == "c"', [5]),
    ("event.seq > 12", [13, 14, 15]),
    ('event.time == "2023-11-14T22:13:22Z"', [2]),
    ('event.time > "2023-11-14T22:13:31+00:00"', [12, 13, 14, 15]),
    ("event.time < 1700000003", [1, 2]),
    ("event.elapsed <= 2", [1, 2]),
    ("event.duration > 1", [2, 4]),
    ('event.duration == null and event.agent == "a"', [1, 6, 11, 12, 13, 15]),
    ("exists(event.duration)", [2, 4, 8, 9]),
    ("event.depth == 2", [3, 4, 9]),
    ('event.depth == 1 and event.agent == "b"', []),
    ("event.cause_depth > 1", [5]),
    ("event.cause_depth == 1", [4, 9, 15]),
    ("event.parent == 1", [2, 5, 6, 8, 15]),
    ('event.parent.name == "bash"', [3, 4]),
    ('event.parent.type == "run.start" and event.agent == "c"', [5]),
    ("event.parent.parent.seq == 1", [3, 4, 9]),
    ('event.data.from == "me"', [2]),
    ("event.data.args.n + 1 == 4", [2]),
    ("event.data.content", [5]),
    ('contains(event.data, "error")', [4]),
    ('contains(event.data.error, "such")', [4]),
    ("event.source.line == 12", [2]),
    ('event.timeline == "fork-2" or event.run == "none"', [13, 14]),
    ("event.changes.removed > 0", [7, 9, 12]),
    ('event.status == "error" and state.n == 5', [4]),
    ('event.agent == "c" and state.n == 5', [5]),
    ('state.n == 5 and event.type == "message"', [5]),
    ("state.n == 5 or state.n == 9", [4]),
    ("state.n == 5 and len(state.raw) == 3", [4, 12]),
    ("isnan(state.n)", []),
    ('type(event.name) == "null" and type(event.seq) == "number" and event.seq < 3', [1]),
    ('type(event.seq == 1) == "boolean" and type(event.data) == "object" and event.seq == 1', [1]),
    ('type(event.type) == "string" and type([]) == "list" and event.seq == 1', [1]),
    ('type(state.nowhere) == "null" or type(state.nowhere) != "null"', []),
    ("true", ALL),
    ("1 > 2", []),
    ("not (1 > 2) and event.seq == 3", [3]),
]


@pytest.mark.parametrize(("text", "expected"), TABLE, ids=[text for text, _ in TABLE])
def test_hits_in_the_whole_file(trace: Trace, text: str, expected: list[int]) -> None:
    assert [hit.seq for hit in hits.find(trace, condition(text))] == expected


@pytest.mark.parametrize("text", [text for text, _ in TABLE])
def test_hits_on_each_timeline(trace: Trace, text: str) -> None:
    for timeline in trace.timelines:
        found = hits.find(trace, condition(text), timeline=timeline)
        expected = naive.hits_on(trace, condition(text), timeline)
        assert [(hit.seq, hit.hits) for hit in found] == expected


def test_a_fork_goes_on_from_where_its_parent_stood(trace: Trace) -> None:
    on_fork = hits.find(trace, condition("state.n == 5"), timeline=2)
    assert [(hit.seq, hit.hits) for hit in on_fork] == [(4, 1), (12, 2)]
    on_nested = hits.find(trace, condition("state.n > 4"), timeline=3)
    assert [(hit.seq, hit.hits) for hit in on_nested] == [(4, 1), (14, 2)]


def test_ordinals_count_from_the_start_of_the_timeline(trace: Trace) -> None:
    found = hits.find(trace, condition('event.type == "state"'), first=10)
    assert [(hit.seq, hit.timeline, hit.hits) for hit in found] == [
        (10, 1, 3), (11, 2, 3), (12, 2, 4), (13, 3, 4), (14, 3, 5),
    ]  # fmt: skip
    early = hits.find(trace, condition('event.type == "state"'), last=9)
    assert [hit.seq for hit in early] == [3, 6]


def test_an_agent_keeps_its_own_events(trace: Trace) -> None:
    by_b = hits.find(trace, condition("state.n < 6 or state.n > 6"), agent="b")
    assert [(hit.seq, hit.hits) for hit in by_b] == [(3, 1), (10, 2)]
    by_c = hits.find(trace, condition("state.n == 5 and event.seq > 0"), agent="c")
    assert [(hit.seq, hit.hits) for hit in by_c] == [(5, 1)]


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("state.n == 5", ["state.n 1 → 5", "state.n 9 → 5"]),
        ("state.n == null", ["state.n 5 → null"]),
        ("changed(state.flag)", ["state.flag true → 1"]),
        ('event.name == "bash" and event.status == "error"',
         ['event.name "bash", event.status "error"'] * 2),
        ('event.agent == "c" and state.n == 5', ['state.n 5, event.agent "c"']),
        ("len(state.todo) < 2", ["state.todo [2 items] → [1 items]", "state.todo [2 items] → []"]),
        ("states.b.n == 7", ["states.b.n missing → 7"]),
    ],
)  # fmt: skip
def test_a_reason_shows_what_changed(trace: Trace, text: str, reasons: list[str]) -> None:
    assert [hit.reason for hit in hits.find(trace, condition(text))] == reasons


@pytest.mark.parametrize(
    ("text", "plan", "looks"),
    [
        ("1 > 2", "nothing", 0),
        ('event.type == "nowhere"', "nothing", 0),
        ('event.status == "error"', "events", 7),
        ('event.agent == "c" and event.seq > 2', "events", 1),
        ("state.flag == 1", "touches", 9),
        ("changed(state.flag)", "writes", 15),
        ('state.n == 5 and event.type == "message"', "seeks", 1),
        ("not exists(state.gone)", "walk", 15),
    ],
)
def test_the_plan_is_told(trace: Trace, text: str, plan: str, looks: int) -> None:
    search = hits.Search(trace, compile_plain(text))
    list(search)
    assert search.plan.name == plan
    assert search.candidates <= looks
    assert search.plan.explain()[0].startswith(f"{plan}: ")
