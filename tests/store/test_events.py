"""Events, spans, causes and counts, read back and asked from the index."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.store.recordings import recorded
from ttdebug.errors import NotFoundError, UsageError
from ttdebug.model import MISSING, Edge, Event
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer


def _busy(writer: Writer) -> None:
    chance = random.Random(7)
    lines = [writer.run("r1", time=1_000)]
    spans: list[tuple[int, int]] = []
    for at in range(1, 1400):
        if at in (300, 700):
            lines.append(writer.fork(lines[0], at // 2))
        line = chance.choice(lines[-2:])
        agent = chance.choice(["a", "b", None])
        time = 1_000 + at * 1_000_000_000
        mine = [seq for home, seq in spans if home == line]
        choice = chance.random()
        if choice < 0.2:
            parent = mine[-1] if mine else None
            seq = writer.append(
                line, "tool.call", agent=agent, opens=True, parent=parent, time=time
            )
            spans.append((line, seq))
        elif choice < 0.35 and mine:
            spans.remove((line, mine[-1]))
            status = chance.choice(["ok", "error", "cancelled", None])
            writer.append(
                line, "tool.result", closes=mine[-1], status=status, duration=5, time=time
            )
        elif choice < 0.5:
            causes = [Edge(chance.randrange(1, at), "inferred", "same id")] if at > 1 else []
            writer.append(line, "message", agent=agent, causes=causes, data={"n": at}, time=time)
        else:
            state = {"n": chance.randrange(3)} if agent else MISSING
            writer.append(line, "state", agent=agent, state=state)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("busy") / "a.ttd"
    with recorded(path, _busy, durability="process") as trace:
        yield trace


def test_windows_and_ranges_agree(busy: Trace) -> None:
    everything = list(busy.events())
    assert [event.seq for event in everything] == list(range(1, busy.last_seq + 1))
    assert list(busy.events(reverse=True)) == everything[::-1]
    for line in busy.timelines:
        lineage = busy.lineage(line)
        events = list(busy.events(timeline=line))
        assert [event.seq for event in events] == [lineage.seq_at(at) for at in range(len(lineage))]
        assert busy.window(lineage, 10, 60) == events[10:60]
        part = busy.events(first=100, last=400, timeline=line, reverse=True)
        assert list(part) == [event for event in events if 100 <= event.seq <= 400][::-1]


def _fits(event: Event, **wanted: Any) -> bool:
    return (
        (wanted.get("types") is None or event.type in wanted["types"])
        and (wanted.get("agent") is None or event.agent == wanted["agent"])
        and (wanted.get("statuses") is None or event.status in wanted["statuses"])
        and (not wanted.get("with_state") or event.has_state)
    )


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"types": ["message"]},
        {"types": ["tool.call", "state"], "agent": "b"},
        {"agent": "a"},
        {"statuses": ["error"]},
        {"statuses": ["open"]},
        {"statuses": ["ok", "cancelled"], "types": ["tool.call"]},
        {"with_state": True},
        {"types": ["nothing"]},
    ],
)
def test_the_index_finds_what_looking_at_every_event_finds(busy: Trace, wanted: Any) -> None:
    for line in busy.timelines:
        lineage = busy.lineage(line)
        expected = [event.seq for event in busy.events(timeline=line) if _fits(event, **wanted)]
        if "with_state" not in wanted:
            found = [event.seq for event in busy.events(timeline=line, **wanted)]
            assert found == expected
        for seq in range(0, busy.last_seq + 2, 61):
            after = busy.next(lineage, seq, **wanted)
            assert after == next((at for at in expected if at > seq), None)
            before = busy.next(lineage, seq, reverse=True, **wanted)
            assert before == next((at for at in reversed(expected) if at < seq), None)


def test_counts_and_the_minimap_add_up(busy: Trace) -> None:
    for line in [None, *busy.timelines]:
        counted = Counter(event.type for event in busy.events(timeline=line))
        assert busy.count_types(line) == counted
        if line is None:
            continue
        for cells in (1, 2, 3, 80, 5000):
            found = busy.density(line, cells)
            assert len(found) <= cells
            types: Counter[str] = Counter()
            for cell in found:
                inside = list(busy.events(cell.first_seq, cell.last_seq, timeline=line))
                assert cell.counts == Counter(event.type for event in inside)
                assert cell.total == len(inside)
                types.update(cell.counts)
            assert types == counted


def test_spans_share_their_status_and_end(busy: Trace) -> None:
    for event in busy.events(types=["tool.result"]):
        opening = busy.event(event.opening or 0)
        assert (opening.closing, opening.status, opening.duration) == (event.seq, event.status, 5)
        assert event.parent == opening.seq
        assert event.seq in busy.children(opening.seq)
        assert Edge(opening.seq, "recorded", "result of call") in busy.causes(event.seq)
        assert Edge(event.seq, "recorded", "result of call") in busy.effects(opening.seq)


def test_causes_and_effects_are_the_same_edges(busy: Trace) -> None:
    forwards = {(edge.seq, at) for at in range(1, busy.last_seq + 1) for edge in busy.causes(at)}
    backwards = {(at, edge.seq) for at in range(1, busy.last_seq + 1) for edge in busy.effects(at)}
    assert forwards == backwards
    assert len(forwards) > 100


def test_an_edge_may_be_found_later(tmp_path: Path) -> None:
    def fill(writer: Writer) -> None:
        line = writer.run("r")
        for _ in range(100):
            writer.append(line, "message")
        writer.cause(10, Edge(3, "inferred", "says so"))
        writer.cause(99, Edge(4, "recorded"))
        with pytest.raises(UsageError):
            writer.cause(101, Edge(1, "recorded"))

    with recorded(tmp_path / "a.ttd", fill, durability="process") as trace:
        assert trace.causes(10) == [Edge(3, "inferred", "says so")]
        assert trace.effects(4) == [Edge(99, "recorded")]
        assert trace.verify(deep=True).sound


def test_who_owns_the_state_an_event_shows(tmp_path: Path) -> None:
    def fill(writer: Writer) -> None:
        line = writer.run("r")
        span = writer.append(line, "x", agent="a", opens=True, state={})
        writer.append(line, "message", agent="tool", parent=span)
        writer.append(line, "state", agent="b", state={})
        writer.append(line, "message", agent="tool")
        other = writer.run("r2")
        writer.append(other, "message", agent="z")
        writer.append(other, "state", agent="only", state={})

    with recorded(tmp_path / "a.ttd", fill) as trace:
        owners = [trace.owner(seq) for seq in range(1, 7)]
        assert owners == ["a", "a", "b", None, "only", "only"]
        assert trace.agents_with_state(1) == ("a", "b")


def test_runs_know_when_they_were(tmp_path: Path) -> None:
    def fill(writer: Writer) -> None:
        first = writer.run("one", "the first", time=0)
        second = writer.run("two")
        writer.append(second, "message", agent="x", time=5_000_000_000)
        writer.append(first, "message", time=7_000_000_000)
        writer.append(second, "message", time=6_500_000_000)
        writer.append(second, "message")
        writer.fact(second, "warning", "odd")
        writer.fact(second, "warning", "odder")

    with recorded(tmp_path / "a.ttd", fill) as trace:
        one, two = trace.runs
        assert (one.id, one.name, one.start, one.end) == ("one", "the first", 0, 7_000_000_000)
        assert (two.start, two.end, two.agents) == (5_000_000_000, 6_500_000_000, ("x",))
        assert [event.elapsed for event in trace.events()] == [0.0, 7.0, 1.5, None]
        assert trace.facts("two") == {"warning": ["odd", "odder"]}


def test_questions_about_what_is_not_there(busy: Trace) -> None:
    with pytest.raises(NotFoundError, match="no event 99999"):
        busy.event(99999)
    with pytest.raises(NotFoundError):
        busy.event(0)
    with pytest.raises(UsageError):
        busy.lineage(99)
    assert list(busy.events(types=["nothing"])) == []
