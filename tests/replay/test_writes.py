"""Writes of a path agree with folding the whole timeline, whatever the path and the direction."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.recordings import Act, acts, recorded
from ttdebug import delta as deltas
from ttdebug.model import MISSING, Value
from ttdebug.paths import Path, concrete, parse, pointer, resolve, split_pointer
from ttdebug.replay.writes import Write, WriteOp, writes
from ttdebug.store.trace import Trace

PATHS = (
    "", "n", "s", "s.x", "s.1.y", "/s/1/y", "s[1].y", "todo", "todo[id=1]", "todo[id=1].v",
    "todo[id=2].v.deep", "todo[id=x].v", "todo[v=a].id", "todo[0]", "todo[0].v", "todo[-1].v",
    "raw", "raw[0]", "raw[2]", "raw[-1]", "raw.1", "gone", "todo[id=1].id",
)  # fmt: skip


def naive(trace: Trace, timeline: int, agent: str, path: Path) -> Iterator[Write]:
    """The definition: fold every delta of the agent, and look at the path before and after."""
    state: Value = MISSING
    for event in trace.events(timeline=timeline, agent=agent):
        before = state
        named = False
        for op in trace.delta(event.seq) or []:
            spots = [concrete(state, path)] if op["op"] != "add" else []
            at = split_pointer(str(op["path"]))
            if at and at[-1] == "-" and isinstance(held := _at(state, at[:-1]), list):
                at = (*at[:-1], str(len(held)))
            state = deltas.apply(state, [op])
            spots += [concrete(state, path)] if op["op"] != "remove" else []
            named = named or any(spot is not None and at[: len(spot)] == spot for spot in spots)
        old, new = resolve(before, path), resolve(state, path)
        equal = deltas.equal(old, new)
        if equal and (new is MISSING or not named):
            continue
        stood = concrete(before if new is MISSING else state, path)
        assert stood is not None
        op_name: WriteOp = "remove" if new is MISSING else "add" if old is MISSING else "replace"
        yield Write(event.seq, pointer(stood), op_name, old, new, equal)


def _at(state: Value, segments: tuple[str, ...]) -> Value:
    return resolve(state, parse(pointer(segments)))


@settings(max_examples=60, deadline=None)
@given(actions=acts)
def test_writes_are_those_of_a_fold(actions: list[Act]) -> None:
    with recorded(actions) as trace:
        for line in trace.timelines:
            for agent in trace.agents_with_state(line):
                for text in PATHS:
                    path = parse(text)
                    expected = list(naive(trace, line, agent, path))
                    assert list(writes(trace, line, agent, path)) == expected, text
                    found = list(writes(trace, line, agent, path, reverse=True))
                    assert found == expected[::-1], text


@settings(max_examples=30, deadline=None)
@given(actions=acts, first=st.integers(1, 40), last=st.integers(0, 40))
def test_bounds_cut_a_history_without_changing_it(
    actions: list[Act], first: int, last: int
) -> None:
    with recorded(actions) as trace:
        for agent in trace.agents_with_state(1):
            for text in ("todo[id=1].v", "n", "raw[0]", ""):
                path = parse(text)
                whole = list(writes(trace, 1, agent, path))
                cut = [write for write in whole if first <= write.seq <= last]
                assert list(writes(trace, 1, agent, path, first=first, last=last)) == cut
                back = writes(trace, 1, agent, path, first=first, last=last, reverse=True)
                assert list(back) == cut[::-1]
