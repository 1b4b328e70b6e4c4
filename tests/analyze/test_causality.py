"""What led to an event, what it led to, and what lies inside what."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.recordings import Act, acts, recorded
from ttdebug.analyze.causality import Relative, ancestors, descendants, inside, roots, why
from ttdebug.errors import NotFoundError
from ttdebug.model import Edge, Position
from ttdebug.paths import parse
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

MAIN, FORK = 1, 2


def told(found: list[Relative]) -> list[tuple[int, str, int]]:
    return [(item.seq, item.relation, item.depth) for item in found]


def test_ancestors_nearest_first(trace: Trace) -> None:
    assert told(ancestors(trace, 7)) == [
        (4, "result of call", 1),
        (3, "parent", 2),
        (1, "parent", 3),
    ]
    assert told(ancestors(trace, 9)) == [(3, "end of span", 1), (1, "parent", 2)]
    assert not ancestors(trace, 1)


def test_what_is_cut_off_is_counted(trace: Trace) -> None:
    (nearest,) = ancestors(trace, 7, depth=1)
    assert (nearest.seq, nearest.hidden) == (4, 1)
    found = descendants(trace, 1, timeline=MAIN, depth=1)
    assert [(item.seq, item.hidden) for item in found if item.hidden] == [(3, 3), (11, 1)]
    assert len(descendants(trace, 1, limit=3)) == 3


def test_descendants_are_a_tree_told_from_the_top(trace: Trace) -> None:
    assert told(descendants(trace, 3)) == [
        (4, "inside", 1),
        (5, "inside", 2),
        (6, "inside", 2),
        (7, "result of call", 2),
        (8, "inside", 1),
        (9, "end of span", 1),
    ]
    on_fork = {item.seq for item in descendants(trace, 1, timeline=FORK)}
    assert on_fork == {*range(2, 11), 13, 14, 15}
    assert {item.seq for item in descendants(trace, 1)} == set(range(2, 17))


def test_edges_across_agents_and_cycles(tmp_path: Path) -> None:
    writer = Writer.create(tmp_path / "c.ttd")
    line = writer.run("r")
    sent = writer.append(line, "message", agent="a")
    other = writer.append(line, "message", agent="b")
    got = writer.append(
        line,
        "message",
        agent="b",
        causes=[Edge(sent, "inferred", "same text"), Edge(other, "recorded")],
    )
    done = writer.append(line, "decision", agent="b", causes=[Edge(got, "recorded")])
    writer.cause(sent, Edge(done, "inferred", "loops"))
    writer.close()
    with Trace.open(tmp_path / "c.ttd") as trace:
        found = ancestors(trace, done)
        assert told(found) == [(got, "cause", 1), (other, "cause", 2), (sent, "same text", 2)]
        assert [item.kind for item in found] == ["recorded", "recorded", "inferred"]
        assert [item.seq for item in descendants(trace, sent)] == [got, done]


def test_roots_and_what_is_inside(trace: Trace) -> None:
    assert [event.seq for event in roots(trace)] == [1]
    assert not list(roots(trace, "other"))
    assert [event.seq for event in inside(trace, 3)] == [4, 8, 9]
    assert [event.seq for event in inside(trace, 1, timeline=FORK)] == [2, 3, 10, 13, 14]
    assert [event.seq for event in inside(trace, 1, timeline=FORK, start=1, limit=2)] == [3, 10]


def test_why_a_value(trace: Trace) -> None:
    found = why(trace, parse("budget.remaining"), Position(MAIN, 16))
    assert told(found) == [
        (12, "last write", 0),
        (11, "result of call", 1),
        (1, "parent", 2),
    ]
    assert told(why(trace, parse("tried"), Position(MAIN, 6)))[0] == (5, "last write", 0)
    with pytest.raises(NotFoundError, match="nearest"):
        why(trace, parse("budget.remainin"), Position(MAIN, 16), agent="planner")
    with pytest.raises(NotFoundError, match="No state"):
        why(trace, parse("x"), Position(MAIN, 0))


@settings(max_examples=40, deadline=None)
@given(actions=acts)
def test_both_directions_see_the_same_edges(actions: list[Act]) -> None:
    with recorded(actions) as trace:
        led_to = {
            event.seq: {item.seq for item in descendants(trace, event.seq)}
            for event in trace.events()
        }
        for seq in led_to:
            came_from = {item.seq for item in ancestors(trace, seq)}
            assert came_from == {other for other in led_to if seq in led_to[other]}
