"""A state is what the snapshots said, at every event, on every timeline."""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.recordings import recorded, walked
from ttdebug.delta import equal
from ttdebug.model import MISSING, Value
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

scalars = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=4)
states = st.recursive(
    scalars | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab~/", max_size=2), inner),
    max_leaves=12,
)
steps = st.lists(
    st.tuples(st.sampled_from("ab"), states | st.none(), st.integers(0, 30)), max_size=40
)


@settings(max_examples=25, deadline=None)
@given(steps)
def test_every_snapshot_reads_back_on_every_timeline(moves: list[tuple[str, Any, int]]) -> None:
    _read_back(moves)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(steps)
def test_every_snapshot_ever_reads_back(moves: list[tuple[str, Any, int]]) -> None:
    _read_back(moves)


def _read_back(moves: list[tuple[str, Any, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        truth: dict[int, dict[int, dict[str, Value]]] = {}

        def fill(writer: Writer) -> None:
            line = writer.run("r")
            now: dict[str, Value] = {}
            truth[line] = {0: {}}
            last = 0
            for agent, state, choice in moves:
                if choice == 0 and last:
                    at = max(seq for seq in truth[line] if seq <= (last + 1) // 2)
                    new = writer.fork(line, at)
                    truth[new] = {seq: known for seq, known in truth[line].items() if seq <= at}
                    now = dict(truth[line][at])
                    line = new
                if state is None:
                    last = writer.append(line, "message", agent=agent)
                else:
                    last = writer.append(line, "state", agent=agent, state=state)
                    now[agent] = state
                truth[line][last] = dict(now)

        with recorded(Path(folder) / "a.ttd", fill) as trace:
            for line, known in truth.items():
                for seq in [*sorted(known), *sorted(known, reverse=True)]:
                    for agent in "ab":
                        expected = known[seq].get(agent, MISSING)
                        assert equal(trace.state(seq, agent, line), expected)
                for agent in "ab":
                    for seq, state in walked(trace, line, agent):
                        assert equal(trace.state(seq, agent, line), state)
            assert trace.verify(deep=True).sound


def test_a_long_conversation_is_exact_at_any_event_in_any_order(tmp_path: Path) -> None:
    messages: list[Any] = []
    state: dict[str, Any] = {"messages": messages, "n": 0}
    truth: list[Any] = []

    def fill(writer: Writer) -> None:
        line = writer.run("r")
        for at in range(400):
            state["n"] = at
            messages.append({"id": at, "text": f"{at} " + "x" * (at % 7) * 300})
            if len(messages) > 30:
                del messages[:10]
            writer.append(line, "state", agent="a", state=state)
            truth.append(copy.deepcopy(state))

    with recorded(tmp_path / "a.ttd", fill) as trace:
        for seq in [*range(1, 401), *range(400, 0, -1), *(1 + 37 * at % 400 for at in range(400))]:
            assert trace.state(seq, "a") == truth[seq - 1]
        assert trace.before(1, "a") is MISSING
        assert trace.before(200, "a") == truth[198]
        assert trace.verify(deep=True).sound


def test_values_that_json_libraries_alter_come_back_as_they_were(tmp_path: Path) -> None:
    odd: Any = {
        "big": 2**200,
        "zero": -0.0,
        "one": 1.0,
        "true": True,
        "half": "\ud800",
        "$blob": "x",
    }
    first: Any = {"first": {"$blob": {"value": 1}}, "long": "é" * 5000, "$blob": None}

    def fill(writer: Writer) -> None:
        line = writer.run("r")
        writer.append(line, "state", agent="a", state=first, data=odd)
        writer.append(line, "state", agent="a", state={**first, **odd})
        writer.append(line, "state", agent="a", state={**first, **odd, "one": 1, "true": 1})

    with recorded(tmp_path / "a.ttd", fill) as trace:
        assert equal(trace.state(1, "a"), first)
        assert equal(trace.state(2, "a"), {**first, **odd})
        assert equal(trace.state(3, "a"), {**first, **odd, "one": 1, "true": 1})
        assert equal(trace.event(1).data, odd)
        assert trace.verify(deep=True).sound


def test_a_shared_string_is_stored_once(tmp_path: Path) -> None:
    text = "".join(chr(97 + at * at % 26) + str(at) for at in range(20000))

    def fill(writer: Writer) -> None:
        line = writer.run("r")
        for at in range(50):
            writer.append(line, "llm.call", agent="a", data={"prompt": text, "n": at})
            writer.append(line, "state", agent="a", state={"file": text, "n": at})

    with recorded(tmp_path / "a.ttd", fill) as trace:
        assert trace.size_bytes < 3 * len(text)
        assert trace.event(99).data["prompt"] == text
        assert trace.state(100, "a") == {"file": text, "n": 49}


def test_a_state_needs_an_owner_and_a_beginning(tmp_path: Path) -> None:
    with Writer.create(tmp_path / "a.ttd") as writer:
        line = writer.run("r")
        with pytest.raises(ValueError, match="belongs to an agent"):
            writer.append(line, "state", state={})
        with pytest.raises(ValueError, match="before its changes"):
            writer.append(line, "state", agent="a", delta=[])
        assert writer.append(line, "state", agent="a", state={"x": 1}) == 1
        deltas = [{"op": "move", "from": "/x", "path": "/y"}]
        assert writer.append(line, "state", agent="a", delta=deltas) == 2  # type: ignore[arg-type]  # literals
    with Trace.open(tmp_path / "a.ttd") as trace:
        assert trace.state(2, "a") == {"y": 1}
        assert {op["op"] for op in trace.delta(2) or []} == {"add", "remove"}


def test_a_snapshot_without_a_change_is_a_state_without_a_delta(tmp_path: Path) -> None:
    def fill(writer: Writer) -> None:
        line = writer.run("r")
        writer.append(line, "state", agent="a", state={"x": 1})
        writer.append(line, "state", agent="a", state={"x": 1})
        writer.append(line, "message", agent="a")

    with recorded(tmp_path / "a.ttd", fill) as trace:
        assert trace.delta(1) == [{"op": "add", "path": "", "value": {"x": 1}}]
        assert trace.delta(2) == []
        assert trace.delta(3) is None
        assert [event.has_state for event in trace.events()] == [True, True, False]
        assert not any(event.changes for event in trace.events())
