"""History of a path, its last write, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from tests.recordings import Act, acts, recorded
from ttdebug import delta as deltas
from ttdebug.analyze.history import (
    Write,
    history,
    last_write,
    missing_path,
    nothing_written,
)
from ttdebug.analyze.suggest import suggest_paths
from ttdebug.model import MISSING, Position, Value
from ttdebug.paths import parse, resolve
from ttdebug.store.trace import Trace

MAIN, FORK = 1, 2
REMAINING = parse("budget.remaining")


def test_the_whole_file_tells_each_event_once(trace: Trace) -> None:
    found = list(history(trace, REMAINING))
    assert [(write.seq, write.op, write.old, write.new) for write in found] == [
        (1, "add", MISSING, 100),
        (12, "replace", 100, None),
    ]
    assert [write.event.type for write in found] == ["run.start", "tool.result"]
    assert list(history(trace, REMAINING, reverse=True)) == found[::-1]


def test_a_fork_goes_on_from_what_it_inherited(trace: Trace) -> None:
    path = parse("todo[id=1].done")
    assert [write.seq for write in history(trace, path)] == [1, 15]
    assert [write.seq for write in history(trace, path, timeline=MAIN)] == [1]
    (first, second) = history(trace, path, timeline=FORK)
    assert (first.new, second.old, second.new, second.path) == (False, False, True, "/todo/0/done")


def test_a_write_below_is_a_write_of_what_is_above(trace: Trace) -> None:
    (_, write) = history(trace, parse("budget"))
    assert write.path == "/budget"
    assert write.old == {"remaining": 100, "limit": 300}
    assert write.new == {"remaining": None, "limit": 300}


def test_bounds_agents_and_runs(trace: Trace) -> None:
    assert [write.seq for write in history(trace, REMAINING, first=2)] == [12]
    assert [write.seq for write in history(trace, REMAINING, last=11)] == [1]
    assert not list(history(trace, REMAINING, agent="booker"))
    assert [write.seq for write in history(trace, parse(""), agent="booker")] == [5]
    assert len(list(history(trace, REMAINING, run="r1"))) == 2
    assert not list(history(trace, REMAINING, run="other"))


def test_the_last_write(trace: Trace) -> None:
    def seq(at: int, line: int = MAIN) -> int | None:
        write = last_write(trace, REMAINING, Position(line, at), "planner")
        return None if write is None else write.seq

    assert [seq(0), seq(1), seq(11), seq(12), seq(16)] == [None, 1, 1, 12, 12]
    assert seq(15, FORK) == 1


def test_nothing_written_names_what_comes_near(trace: Trace) -> None:
    told = nothing_written(trace, parse("budget.remainig"))
    assert told.startswith("Nothing ever wrote budget.remainig. The nearest: budget.remaining (wr")
    assert "at 1)" in told
    assert "No path comes near" in nothing_written(trace, parse("zzz"))
    assert "of booker" in nothing_written(trace, parse("zzz"), agent="booker")
    elsewhere = nothing_written(trace, parse("budget.remainig"), agent="booker")
    assert "The nearest: budget.remaining (of planner, written at 1)" in elsewhere
    assert nothing_written(trace, parse("tried"), agent="boker").endswith("The nearest: booker")


def test_suggestions_come_with_where_they_exist(trace: Trace) -> None:
    (found, *_) = suggest_paths(trace, parse("todos[id=1].done"))
    assert (found.path, found.seq, found.agent) == ("todo[id=1].done", 1, "planner")
    (found, *_) = suggest_paths(trace, parse("state.limit"), position=Position(FORK, 15))
    assert found.path == "budget.limit"


def test_a_path_that_does_not_exist_here(trace: Trace) -> None:
    tried = missing_path(trace, MAIN, "booker", parse("tried"), 2)
    assert tried.endswith("It is first written at 5")
    assert "The nearest: budget.limit" in missing_path(
        trace, MAIN, "planner", parse("budget.limits"), 12
    )


@settings(max_examples=40, deadline=None)
@given(actions=acts)
def test_every_change_of_a_value_is_in_its_history(actions: list[Act]) -> None:
    with recorded(actions) as trace:
        for text in ("todo[id=1].v", "todo[0]", "n", "raw[-1]"):
            path = parse(text)
            found = {write.seq: write for write in history(trace, path)}
            for seq, old, new in _values(trace, text):
                write = found.pop(seq, None)
                if write is None:
                    assert deltas.equal(old, new)
                else:
                    assert (write.old, write.new) == (old, new)
                    assert write.equal == deltas.equal(old, new)
            assert not found


def _values(trace: Trace, text: str) -> Iterator[tuple[int, Value, Value]]:
    """The value before and after each event with a state, by seeking alone."""
    for event in trace.events():
        if event.has_state and event.agent is not None:
            before = trace.before(event.seq, event.agent)
            after = trace.state(event.seq, event.agent)
            yield event.seq, resolve(before, parse(text)), resolve(after, parse(text))


def test_equal_writes_are_told_apart(trace: Trace) -> None:
    write = next(history(trace, REMAINING))
    assert isinstance(write, Write)
    assert not write.equal
    with pytest.raises(AttributeError):
        write.equal = True  # type: ignore[misc]  # frozen is what is tested
