"""The index never misses a write: compared with looking at the value after every event."""

from __future__ import annotations

import pathlib
import tempfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.recordings import recorded, walked
from ttdebug.delta import equal
from ttdebug.model import MISSING
from ttdebug.paths import Ident, Key, Path, parse, resolve
from ttdebug.store.touch import UNKNOWN
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

PATHS: list[Path] = [
    *map(
        parse,
        [
            "",
            "n",
            "todo",
            "todo[0]",
            "todo[-1].s",
            "todo.1",
            "todo[id=1]",
            "todo[id=1].s",
            "todo[id=2].tags[0]",
            "todo[id=3].tags",
            "todo[name=x].s",
            "todo[id=1].id",
            "deep.a.b",
            "deep.a",
            "deep.0",
            "nothing.here",
        ],
    ),
    (Key("todo"), Ident(None, "1"), Key("s")),
]

items = st.fixed_dictionaries(
    {"id": st.integers(1, 4) | st.sampled_from(["1", "2"])},
    optional={
        "s": st.sampled_from([None, True, 1, 1.0, "open", "x" * 100]),
        "name": st.sampled_from(["x", "y"]),
        "tags": st.lists(st.integers(0, 2), max_size=3),
    },
)
states = st.fixed_dictionaries(
    {},
    optional={
        "n": st.sampled_from([0, 1, 1.0, True, None, -0.0, 0.0, 2**80, "a", {}, [1]]),
        "todo": st.lists(items | st.integers(0, 1), max_size=4) | st.lists(items, max_size=4),
        "deep": st.fixed_dictionaries(
            {},
            optional={
                "a": st.just({"b": 1}) | st.just({"b": 2}) | st.just(3),
                "0": st.integers(0, 2),
            },
        ),
    },
)


histories = given(st.lists(states, min_size=1, max_size=30), st.integers(0, 30), st.booleans())


@settings(max_examples=25, deadline=None)
@histories
def test_no_change_is_missed(snapshots: list[Any], fork_at: int, slices: bool) -> None:
    _no_change_is_missed(snapshots, fork_at, slices)


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@histories
def test_no_change_is_ever_missed(snapshots: list[Any], fork_at: int, slices: bool) -> None:
    _no_change_is_missed(snapshots, fork_at, slices)


def _no_change_is_missed(snapshots: list[Any], fork_at: int, slices: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:

        def fill(writer: Writer) -> None:
            line = writer.run("r")
            for at, state in enumerate(snapshots):
                if at == fork_at and at:
                    line = writer.fork(line, max(1, at // 2))
                writer.append(line, "state", agent="a", state=state)
                if slices:
                    writer.flush()

        with recorded(pathlib.Path(folder) / "a.ttd", fill) as trace:
            for line in trace.timelines:
                for path in PATHS:
                    _compare(trace, line, path)


def _compare(trace: Trace, line: int, path: Path) -> None:
    found = list(trace.touches(line, "a", path))
    backwards = list(trace.touches(line, "a", path, reverse=True))
    assert backwards == found[::-1]
    seqs = [touch.seq for touch in found]
    assert seqs == sorted(set(seqs))
    known = {touch.seq: touch for touch in found}
    value: Any = MISSING
    for seq, state in walked(trace, line, "a"):
        new = resolve(state, path)
        if not equal(new, value):
            assert seq in known, (path, seq, value, new)
        if seq in known and known[seq].value is not UNKNOWN:
            assert equal(known[seq].value, new)  # type: ignore[arg-type]  # not UNKNOWN
        value = new
    middle = len(seqs) // 2
    if seqs:
        part = list(trace.touches(line, "a", path, first=seqs[middle], last=seqs[-1]))
        assert part == found[middle:]


def test_identified_elements_are_followed_and_others_left_alone(tmp_path: pathlib.Path) -> None:
    def fill(writer: Writer) -> None:
        line = writer.run("r")
        todo = [{"id": at, "s": 0} for at in range(20)]
        writer.append(line, "state", agent="a", state={"todo": todo})
        for at in range(200):
            todo[at % len(todo)]["s"] = at
            if at == 100:
                del todo[3]
            writer.append(line, "state", agent="a", state={"todo": todo})

    with recorded(tmp_path / "a.ttd", fill, durability="process") as trace:
        found = list(trace.touches(1, "a", parse("todo[id=7].s"), first=80))
        assert len(found) < 15
        assert all(touch.exact and touch.value is not UNKNOWN for touch in found)
        gone = list(trace.touches(1, "a", parse("todo[id=3]"), first=80))
        assert gone[-1].value is MISSING


@pytest.mark.parametrize("durability", ["process", "batch"])
def test_scalars_are_kept_inline_with_their_type(tmp_path: pathlib.Path, durability: Any) -> None:
    values = [None, True, False, 1, 1.0, 0, "text", "", 2**62, -0.5]

    def fill(writer: Writer) -> None:
        line = writer.run("r")
        writer.append(line, "state", agent="a", state={})
        for value in values:
            writer.append(line, "state", agent="a", state={"v": value})
        writer.append(line, "state", agent="a", state={})

    with recorded(tmp_path / "a.ttd", fill, durability=durability) as trace:
        found = [touch.value for touch in trace.touches(1, "a", parse("v"), first=2)]
        assert [repr(value) for value in found] == [repr(value) for value in [*values, MISSING]]
