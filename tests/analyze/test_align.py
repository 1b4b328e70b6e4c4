"""Two timelines side by side: by what was done, never by number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.recordings import acts, recorded
from ttdebug.analyze import sequences
from ttdebug.analyze.align import Alignment, Line, Stretch, align
from ttdebug.analyze.sequences import Tokens
from ttdebug.errors import Cancelled
from ttdebug.model import JSON, MISSING, Value
from ttdebug.replay.work import Work
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

Elements = list[tuple[int, int, int]]
elements = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)), max_size=40)


def tokens(items: Elements) -> Tokens:
    """Elements of a kind, with an action of that kind, with a result of that action."""
    return Tokens(
        [kind for kind, _, _ in items],
        [10**5 * kind + action for kind, action, _ in items],
        [10**6 * kind + 10 * action + result for kind, action, result in items],
        [1 << action % 64 | 1 << 64 + result for _, action, result in items],
    )


def check(a: Elements, b: Elements) -> sequences.Pairs:
    """Whatever the sequences: in order, of one kind, the same seen from the other side."""
    pairs = sequences.align(tokens(a), tokens(b))
    for side in (0, 1):
        places = [pair[side] for pair in pairs]
        assert places == sorted(set(places))
    assert all(a[here][0] == b[there][0] for here, there in pairs)
    assert sequences.align(tokens(b), tokens(a)) == [(there, here) for here, there in pairs]
    return pairs


@settings(deadline=None)
@given(a=elements, b=elements)
def test_pairs_ascend_match_in_kind_and_mirror(a: Elements, b: Elements) -> None:
    check(a, b)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 3), a=elements, b=elements)
def test_long_sequences_keep_the_same_promises(seed: int, a: Elements, b: Elements) -> None:
    long = [(seed, at % 7, at % 2) for at in range(150)]
    check([*a, *long, *b], [*b, *long[50:], *a, *long[:60]])


@settings(deadline=None)
@given(items=elements)
def test_the_same_twice_is_aligned_whole(items: Elements) -> None:
    assert check(items, items) == [(at, at) for at in range(len(items))]


@settings(deadline=None)
@given(items=elements, at=st.integers(0, 40), more=elements)
def test_what_was_put_in_costs_no_pair(items: Elements, at: int, more: Elements) -> None:
    assert len(check(items, [*items[:at], *more, *items[at:]])) == len(items)


def test_long_repetitive_sequences_find_the_insertion() -> None:
    base = [(0, at * at % 5, at % 2) for at in range(2_000)]
    changed = [*base[:700], *[(1, 0, 0)] * 300, *base[700:]]
    assert len(check(base, changed)) == len(base)


def test_reversed_and_unrelated_sequences_end() -> None:
    rising = [(0, at, 0) for at in range(3_000)]
    check(rising, rising[::-1])
    assert check(rising, [(1, at, 0) for at in range(3_000)]) == []


# Recordings


Step = tuple[str, str, dict[str, JSON]]
"""Type, name and data; with the key `state` in the data it writes that state."""


def record(path: Path, steps: Sequence[Step], start: int = 1_700_000_000) -> Path:
    with Writer.create(path, durability="batch") as writer:
        line = writer.run(path.stem)
        write(writer, line, steps, start)
    return path


def write(writer: Writer, line: int, steps: Sequence[Step], start: int) -> None:
    opened: list[int] = []
    for at, (type_, name, data) in enumerate(steps):
        state: Value = data.get("state", MISSING)
        rest = {key: value for key, value in data.items() if key != "state"}
        closes = opened.pop() if type_.endswith(".result") and opened else None
        seq = writer.append(
            line, type_, name=name, agent="bot", data=rest, state=state, closes=closes,
            opens=type_.endswith(".call"), time=(start + at) * 10**9,
        )  # fmt: skip
        if type_.endswith(".call"):
            opened.append(seq)


def call(name: str, args: dict[str, JSON], result: JSON, **more: JSON) -> list[Step]:
    return [
        ("tool.call", name, {"args": args, "call_id": f"call_{once()}"}),
        ("tool.result", name, {"result": result, **more}),
    ]


_NUMBERS = count(1)


def once() -> int:
    """A number that never comes twice."""
    return next(_NUMBERS)


def told(alignment: Alignment) -> list[tuple[str, tuple[str, ...], int, int]]:
    return [(one.kind, one.differs, len(one.a), len(one.b)) for one in alignment.stretches]


def lined(trace: Trace) -> Line:
    return Line(trace, next(iter(trace.timelines)), trace.last_seq)


def compared(tmp_path: Path, a: Sequence[Step], b: Sequence[Step]) -> Alignment:
    with (
        Trace.open(record(tmp_path / "a.ttd", a)) as left,
        Trace.open(record(tmp_path / "b.ttd", b, start=1_800_000_000)) as right,
    ):
        return align(lined(left), lined(right))


ASK: list[Step] = [("message", "user", {"content": "Find a hotel", "role": "user"})]


def test_a_run_again_is_the_same_though_ids_and_times_differ(tmp_path: Path) -> None:
    def run() -> list[Step]:
        answer: JSON = {"id": f"0d9c4a0e-7a3b-4a9e-9a3e-{once():012d}", "offers": 3}
        return [*ASK, *call("search", {"city": "Oslo"}, answer, cost_usd=once())]

    assert told(compared(tmp_path, run(), run())) == [("same", (), 3, 3)]


def test_other_arguments_another_result_another_state_and_what_is_new(tmp_path: Path) -> None:
    a: list[Step] = [
        *ASK,
        *call("search", {"city": "Oslo"}, "9 offers"),
        *call("book", {"hotel": "Grand", "nights": 2}, "ok"),
        ("state", "plan", {"state": {"left": 100}}),
        *call("pay", {"amount": 5}, "ok"),
    ]
    b: list[Step] = [
        *ASK,
        *call("search", {"city": "Oslo"}, "2 offers"),
        *call("look", {"at": "map"}, "fine"),
        *call("book", {"hotel": "Plaza", "nights": 2}, "ok"),
        ("state", "plan", {"state": {"left": 50}}),
    ]
    alignment = compared(tmp_path, a, b)
    assert told(alignment) == [
        ("same", (), 2, 2),
        ("outcome", ("result",), 1, 1),
        ("added", (), 0, 2),
        ("changed", ("arguments",), 2, 2),
        ("outcome", ("state",), 1, 1),
        ("removed", (), 2, 0),
    ]
    assert alignment.aligned == 6
    assert alignment.counts() == {"same": 2, "outcome": 2, "added": 2, "changed": 2, "removed": 2}
    first = alignment.first
    assert first is not None
    assert (first.shared_a.seq, first.shared_b.seq, first.a.seq, first.b.seq) == (2, 2, 3, 3)


def test_where_one_side_ends_early_it_stays_at_the_last_shared_event(tmp_path: Path) -> None:
    more = call("search", {"city": "Oslo"}, "9 offers")
    first = compared(tmp_path, ASK, [*ASK, *more]).first
    assert first is not None
    assert (first.stretch.kind, first.a.seq, first.b.seq) == ("added", 1, 2)


def test_prompts_do_not_count_but_answers_do(tmp_path: Path) -> None:
    def run(prompt: str, answer: str) -> list[Step]:
        asked: dict[str, JSON] = {"messages": [{"role": "user", "content": prompt}]}
        return [("llm.call", "m", asked), ("llm.result", "m", {"output": answer})]

    assert told(compared(tmp_path, run("a", "x"), run("b", "x"))) == [("same", (), 2, 2)]
    (tmp_path / "a.ttd").unlink()
    (tmp_path / "b.ttd").unlink()
    assert told(compared(tmp_path, run("a", "x"), run("a", "y"))) == [
        ("same", (), 1, 1),
        ("outcome", ("result",), 1, 1),
    ]


def test_what_two_timelines_share_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "forked.ttd"
    with Writer.create(path, durability="batch") as writer:
        main = writer.run("r")
        write(writer, main, [*ASK, *call("search", {"city": "Oslo"}, "9 offers")], 1)
        fork = writer.fork(main, 2)
        write(writer, fork, [("edit", "state", {"path": "/x"})], 5)
    with Trace.open(path) as trace:
        main_line, fork_line = (Line(trace, line, trace.last_seq) for line in trace.timelines)
        work = Work()
        alignment = align(main_line, fork_line, work)
        assert alignment.shared == 2
        assert work.total == 2
        assert told(alignment) == [("same", (), 2, 2), ("removed", (), 1, 0), ("added", (), 0, 1)]
        first = alignment.first
        assert first is not None
        assert (first.shared_a.seq, first.a.seq, first.b.seq) == (2, 3, 2)


def test_it_can_be_stopped(tmp_path: Path) -> None:
    other = record(tmp_path / "b.ttd", ASK)
    with (
        Trace.open(record(tmp_path / "a.ttd", ASK)) as a,
        Trace.open(other) as b,
        pytest.raises(Cancelled),
    ):
        align(lined(a), lined(b), Work(lambda: True))


@settings(max_examples=40, deadline=None)
@given(actions=acts)
def test_every_event_of_both_timelines_stands_in_one_stretch(actions: list) -> None:  # type: ignore[type-arg]  # of acts, see there
    with recorded(actions) as trace:
        lines = [
            Line(trace, line, len(trace.lineage(line)) and trace.last_seq)
            for line in trace.timelines
        ]
        for b in lines:
            alignment = align(lines[0], b)
            mirrored = align(b, lines[0])
            assert [(one.a, one.b) for one in alignment.stretches if one.kind == "same"] == [
                (one.b, one.a) for one in mirrored.stretches if one.kind == "same"
            ]
            for side, line in ((0, lines[0]), (1, b)):
                rows = [row for one in alignment.stretches for row in (one.a, one.b)[side]]
                assert rows == list(range(len(line)))
            if b is lines[0]:
                assert {one.kind for one in alignment.stretches} <= {"same"}


def test_a_stretch_counts_its_rows() -> None:
    assert len(Stretch("removed", range(3, 5), range(7, 7))) == 2
