"""Search outward from a position agrees with looking through every event."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.recordings import Act, acts, recorded
from ttdebug.analyze.search import matcher, search
from ttdebug.errors import Cancelled, UsageError
from ttdebug.model import Position
from ttdebug.replay.work import Work
from ttdebug.store.trace import Trace

MAIN, FORK = 1, 2


def seqs(trace: Trace, query: str, at: Position, *, states: bool = False) -> list[int]:
    return [hit.seq for hit in search(trace, query, at, states=states)]


def test_nearest_first(trace: Trace) -> None:
    assert seqs(trace, "tool.", Position(MAIN, 7)) == [7, 4, 11, 12]
    assert seqs(trace, "tool.", Position(MAIN, 0)) == [4, 7, 11, 12]
    assert seqs(trace, "tool.", Position(FORK, 15)) == [15, 14, 7, 4]


def test_of_two_as_near_the_later_is_first(trace: Trace) -> None:
    everything = [event.seq for event in trace.events(timeline=MAIN)]
    here = everything.index(7)
    earlier, later = everything[here - 1], everything[here + 1]
    found = seqs(trace, "/./", Position(MAIN, 7))
    assert found[:3] == [7, later, earlier]


def test_capitals_count_once_there_is_one(trace: Trace) -> None:
    at = Position(MAIN, 1)
    assert seqs(trace, "flight", at) == [2]
    assert seqs(trace, "Flight", at) == [2]
    assert not seqs(trace, "FLIGHT", at)
    assert seqs(trace, "/^find.*oslo$/", at) == [2]
    assert not seqs(trace, "/^Find.*oslo$/", at)


def test_where_and_what_was_found(trace: Trace) -> None:
    (hit,) = search(trace, "oslo", Position(MAIN, 1))
    assert hit.where == "/data/content"
    assert hit.excerpt[hit.start : hit.stop] == "Oslo"
    (hit, *_) = search(trace, "content", Position(MAIN, 1))
    assert (hit.where, hit.excerpt) == ("/data/content", "content")
    (hit, *_) = search(trace, "book", Position(MAIN, 11))
    assert hit.where == "name"


def test_states_are_looked_at_where_they_were_written(trace: Trace) -> None:
    at = Position(MAIN, 16)
    assert not seqs(trace, "remaining", at)
    assert seqs(trace, "remaining", at, states=True) == [12, 1]
    (hit, *_) = search(trace, "null", at, states=True)
    assert hit.where == "/state/budget/remaining"


@pytest.mark.parametrize("query", ["", "/a(/", "x" * 501, "/" + "(a{1000}){1000}" + "/"])
def test_queries_that_cannot_be_used(query: str) -> None:
    with pytest.raises(UsageError):
        matcher(query)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("b", "äöBb", (2, 3)),
        ("i̇x", "aİİX", (2, 4)),
        ("/[ab]+/", "xxABy", (2, 4)),
        ("/é/", "\ud800é", (1, 2)),
        ("/", "a/b", (1, 2)),
        ("//", "a//b", (1, 3)),
    ],
)
def test_where_a_match_is(query: str, text: str, expected: tuple[int, int]) -> None:
    assert matcher(query)(text) == expected


def test_long_texts_are_excerpted(trace: Trace) -> None:
    find = matcher("needle")
    assert find("x" * 10_000 + "needle") == (10_000, 10_006)


def test_a_search_can_be_stopped(trace: Trace) -> None:
    with pytest.raises(Cancelled):
        list(search(trace, "nowhere", Position(MAIN, 1), work=Work(lambda: True, done=31)))


@settings(max_examples=40, deadline=None)
@given(
    actions=acts,
    query=st.sampled_from(["word1", "Word1", "a", "b", "tool.", "/n[12]$/", "state", "nothing"]),
    row=st.integers(0, 40),
)
def test_search_is_a_scan(actions: list[Act], query: str, row: int) -> None:
    with recorded(actions) as trace:
        lineage = trace.lineage(1)
        if not len(lineage):
            return
        row = min(row, len(lineage) - 1)
        find = matcher(query)
        rows = [
            at
            for at, event in enumerate(trace.events(timeline=1))
            if any(find(text) for text in _texts(event.type, event.name, event.agent, event.data))
        ]
        expected = sorted(rows, key=lambda at: (abs(at - row), at < row))
        found = seqs(trace, query, Position(1, lineage.seq_at(row)))
        assert found == [lineage.seq_at(at) for at in expected]


def _texts(*parts: object) -> list[str]:
    texts: list[str] = []
    for part in parts:
        if isinstance(part, dict):
            texts += [*part, *_texts(*part.values())]
        elif part is not None:
            texts.append(part if isinstance(part, str) else json.dumps(part))
    return texts
