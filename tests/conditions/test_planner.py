"""Whatever plan finds them, hits are those of the definition."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conditions import naive
from tests.recordings import Act, acts, recorded
from ttdebug.model import JSON, MISSING, Edge
from ttdebug.replay import hits, planner
from ttdebug.replay.conditions import AnyCondition, compile_plain
from ttdebug.replay.conditions import compile as condition
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

ATOMS = """
state.n > 3
state.n == null
state.n != 1
exists(state.n)
not state.n > 3
state.s.x == "one"
state.raw[0] == 2
len(state.raw) < 4
len(state.todo) == 0
any(state.todo, id == 2)
all(state.todo, exists(v.deep))
state.todo[id=2].v == "b"
state.todo[-1].id == "x"
3 in state.raw
sum(state.raw) > 8
states.a.n > 3
states.b.n < 5
states.c.n == 1
exists(states.b)
not exists(state)
state == before
before.n < state.n
before.n > 3
changed(state.n)
changed(state.todo)
changed(state)
changed(states.b.n)
changed(len(state.raw))
changed(state.todo[id=2])
event.type == "tool.call"
event.status == "error"
event.agent == "a"
event.agent == null
glob(event.type, "tool.*")
event.type in ["state", "x"]
event.name == "n3"
event.data.n > 4
event.depth > 1
event.cause_depth == 1
event.seq % 3 == 0
event.parent.status == "ok"
event.duration == null
true
1 > 2
event.changes.removed > 0
contains(event.data.text, "a")
event.parent.parent.seq < 5
""".strip().splitlines()

THAT_ATOMS = """
event.data.n == that.data.n
that.name == event.name
event.data.n > that.data.n
event.seq < that.seq + 4
state.n == that.data.n
event.status != that.status
event.parent.seq == that.parent.seq
""".strip().splitlines()

single = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not {}".format, inner),
    ),
    max_leaves=4,
)
paired = st.one_of(
    single,
    st.sampled_from(THAT_ATOMS),
    st.builds("({}) and {}".format, single, st.sampled_from(THAT_ATOMS)),
)
within = st.sampled_from(["", " within 1", " within 3 events", " within 1s", " within 2500ms"])
sequences = st.one_of(
    st.builds("{} then {}{}".format, single, paired, within),
    st.builds("{} then not ({}){}".format, single, paired, within),
    st.builds("no {} after {}{}".format, paired, single, within),
    st.builds("{} without {} before it".format, single, paired),
).map(condition)
conditions = single.map(condition)


def check(trace: Trace, wanted: AnyCondition) -> None:
    for agent in (None, "a", "b"):
        in_file = hits.find(trace, wanted, agent=agent)
        assert [(hit.seq, hit.hits) for hit in in_file] == naive.hits_in_file(trace, wanted, agent)
        for timeline in trace.timelines:
            expected = naive.hits_on(trace, wanted, timeline, agent)
            found = list(hits.find(trace, wanted, timeline=timeline, agent=agent))
            assert [(hit.seq, hit.hits) for hit in found] == expected
            assert all(hit.timeline == timeline for hit in found)


@settings(max_examples=60, deadline=None)
@given(acts, conditions)
def test_a_plan_finds_what_a_linear_scan_finds(actions: list[Act], wanted: AnyCondition) -> None:
    with recorded(actions) as trace:
        check(trace, wanted)


class Step(NamedTuple):
    """One event of a recording in which anybody acts and forks start anywhere."""

    agent: str | None
    line: int
    fork_at: int | None
    kind: str
    value: object
    parent: int | None
    cause: int | None


_VALUES = st.sampled_from(
    [MISSING, MISSING, MISSING, {}, {"n": 1}, {"n": 1.0}, {"n": True}, {"n": 5}, {"n": None},
     {"n": 5, "raw": [1, 2]}, {"raw": [2]}, {"n": 4, "todo": [{"id": 2, "v": "b"}]}, {"todo": []},
     {"n": {"deep": 1}}, [1], "text"]
)  # fmt: skip
_STEP = st.builds(
    Step,
    st.sampled_from(["a", "a", "b", "c", None]),
    st.integers(0, 3),
    st.one_of(st.none(), st.none(), st.none(), st.integers(0, 30)),
    st.sampled_from(["event", "open", "close"]),
    _VALUES,
    st.one_of(st.none(), st.integers(1, 30)),
    st.one_of(st.none(), st.integers(1, 30)),
)


@contextmanager
def anything(steps: list[Step]) -> Iterator[Trace]:
    with tempfile.TemporaryDirectory() as folder:
        writer = Writer.create(Path(folder) / "any.ttd", durability="batch")
        lines = [writer.run("r"), writer.run("other")]
        last = 0
        for step in steps:
            line = lines[step.line % len(lines)]
            if step.fork_at is not None and step.fork_at <= last and len(lines) < 5:
                line = writer.fork(line, step.fork_at)
                lines.append(line)
            known = [seq for seq in (step.parent,) if seq is not None and seq <= last]
            causes = [Edge(step.cause, "recorded")] if step.cause and step.cause <= last else []
            last = writer.append(
                line,
                "tool.call" if step.kind == "open" else "state",
                agent=step.agent,
                name="n3",
                opens=step.kind == "open",
                parent=known[0] if known else None,
                status="error" if step.value == {} else "ok",
                causes=causes,
                data={"n": last % 7, "text": "a b"},
                state=step.value if step.agent in ("a", "b") else MISSING,
            )
        writer.close()
        with Trace.open(writer.path) as trace:
            yield trace


@settings(max_examples=80, deadline=None)
@given(st.lists(_STEP, min_size=1, max_size=25), conditions)
def test_agents_without_state_and_forks_anywhere(steps: list[Step], wanted: AnyCondition) -> None:
    with anything(steps) as trace:
        check(trace, wanted)


recordings = st.one_of(acts.map(recorded), st.lists(_STEP, min_size=1, max_size=25).map(anything))


@settings(max_examples=60, deadline=None)
@given(recordings, sequences)
def test_what_follows_and_precedes(
    made: AbstractContextManager[Trace], wanted: AnyCondition
) -> None:
    with made as trace:
        check(trace, wanted)


SINGLE_TESTS = """
state.n > 3
state.n <= 5
state.n == null
state.n == true
5 == state.n
state.s.x == "one"
state.s.x > "o"
states.a.n < 5
states.b.n >= 1
""".strip().splitlines()
together = st.lists(st.sampled_from(SINGLE_TESTS), min_size=1, max_size=3).map(" and ".join)
event_tests = st.sampled_from([atom for atom in ATOMS if "event." in atom or "before" in atom])
narrowed = st.one_of(
    together,
    st.builds("{} and {}".format, together, event_tests),
    together.map("1 > 0 and {}".format),
).map(condition)


@settings(max_examples=60, deadline=None)
@given(recordings, narrowed)
def test_tests_of_single_paths_meet_where_all_hold(
    made: AbstractContextManager[Trace], wanted: AnyCondition
) -> None:
    with made as trace, mock.patch.multiple(planner, _FEW=-1, _SHARE=1 << 30, _NARROW=9.0, _PACE=0):
        check(trace, wanted)


@settings(max_examples=40, deadline=None)
@given(acts, st.one_of(conditions, sequences), st.integers(0, 41))
def test_both_directions_see_the_same_hits(
    actions: list[Act], wanted: AnyCondition, seq: int
) -> None:
    with recorded(actions) as trace:
        for timeline in trace.timelines:
            expected = naive.hits_on(trace, wanted, timeline)
            index = hits.HitIndex(trace, wanted, timeline)
            before = [hit for hit in expected if hit[0] < seq]
            after = [hit for hit in expected if hit[0] > seq]
            back, ahead = index.previous(seq), index.next(seq)
            assert (back and (back.seq, back.hits)) == (before[-1] if before else None)
            assert (ahead and (ahead.seq, ahead.hits)) == (after[0] if after else None)
            assert [(hit.seq, hit.hits) for hit in index.all()] == expected


def test_dense_and_rare_crossings_are_found_alike(tmp_path: Path) -> None:
    pick = random.Random(5)
    values: list[object] = []
    for length in (1, 2, 300, 3, 1, 40, 700, 1) * 3:
        low = pick.random() < 0.5
        values += [pick.randint(0, 3) if low else pick.randint(6, 9) for _ in range(length)]
        values += [
            pick.choice([0, 9, None, "text", "long" * 40]) for _ in range(pick.randint(0, 60))
        ]
    with Writer.create(tmp_path / "long.ttd", durability="batch") as writer:
        line = writer.run("r")
        for value in values:
            writer.append(line, "state", agent="a", state={"n": value, "other": 1})
    for text, holds in (
        ("state.n > 5", lambda n: isinstance(n, int) and n > 5),
        ("state.n == null", lambda n: n is None),
        ('state.n == "text"', lambda n: n == "text"),
    ):
        truth = [False, *map(holds, values)]
        expected = [at for at in range(1, len(truth)) if truth[at] and not truth[at - 1]]
        with Trace.open(writer.path) as trace:
            assert [hit.seq for hit in hits.find(trace, condition(text))] == expected
            both = condition(f"{text} and state.other == 1")
            assert [hit.seq for hit in hits.find(trace, both)] == expected


def test_how_often_tests_turn_decides_how_they_are_met(tmp_path: Path) -> None:
    with Writer.create(tmp_path / "long.ttd", durability="batch") as writer:
        line = writer.run("r")
        for at in range(2000):
            state: JSON = {
                "rare": at // 500, "slow": at // 300, "busy": at % 2, "other": (at + 1) % 2,
            }  # fmt: skip
            writer.append(line, "state", agent="a", name="x", state=state)
    plans = {
        "state.rare == 2 and state.slow == 4": "spells",
        "state.busy == 1 and state.other == 1": "writes",
        "state.rare == 2 and event.name == 'x'": "walk",  # a quarter of all events
        "state.rare == 9 and event.name == 'x'": "within",
        "event.type == 'state' and event.agent != 'b'": "kinds",
        "changed(state.rare) and event.name == 'x'": "writes",
    }
    with Trace.open(writer.path) as trace:
        for text, plan in plans.items():
            search = hits.Search(trace, compile_plain(text))
            found = [(hit.seq, hit.hits) for hit in search]
            assert (text, search.plan.name) == (text, plan)
            assert found == naive.hits_in_file(trace, condition(text))


def test_named_agents_are_asked_once_however_many_have_a_state(tmp_path: Path) -> None:
    with Writer.create(tmp_path / "two.ttd", durability="batch") as writer:
        line = writer.run("r")
        for at in range(1000):
            writer.append(line, "state", agent="ab"[at % 2], state={"n": at // 100})
    wanted = condition("states.a.n == 3 and states.b.n < 9")
    with Trace.open(writer.path) as trace:
        search = hits.Search(trace, compile_plain(wanted.text))
        assert [(hit.seq, hit.hits) for hit in search] == [(301, 1)]
        assert search.plan.name == "spells"


def test_a_fork_counts_its_own_view_of_what_it_shares(tmp_path: Path) -> None:
    """The span of event 1 fails on the fork alone, on which b has a state of its own, too."""
    with Writer.create(tmp_path / "fork.ttd", durability="batch") as writer:
        main = writer.run("r")
        opening = writer.append(main, "x", agent="a", opens=True, state={"n": 1})
        writer.append(main, "step", agent="b")
        fork = writer.fork(main, 2)
        writer.append(main, "x.end", agent="a", closes=opening, status="ok")
        writer.append(fork, "x.end", agent="a", closes=opening, status="error")
        writer.append(fork, "state", agent="b", state={"n": 2})
        writer.append(fork, "step", agent="a")
    with Trace.open(writer.path) as trace:
        for text, on_fork in (
            ("event.status == 'error'", [(1, 1), (4, 2)]),
            ("state.n == 1 and event.depth >= 0", [(1, 1), (4, 2), (6, 3)]),
        ):
            wanted = condition(text)
            assert [
                (hit.seq, hit.hits) for hit in hits.find(trace, wanted, timeline=fork)
            ] == on_fork
            own = [(hit.seq, hit.hits) for hit in hits.find(trace, wanted) if hit.timeline == fork]
            assert own == [hit for hit in on_fork if hit[0] > 2]
