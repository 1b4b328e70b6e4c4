"""Span lists: whatever the clocks say, the order is one that could have happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttdebug.formats.reader import Report
from ttdebug.formats.spans import EventSpec, Instant, SpanRecord, Spans, Take
from ttdebug.formats.spans.order import CLOSE, OPEN, Ordered, Step
from ttdebug.model import Event, Object
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer


class Timed(NamedTuple):
    """When a span was there; `parent` is an index."""

    start: int | None
    end: int | None
    closes: bool
    parent: int | None = None
    times: Sequence[int | None] = ()


def ordered(spans: Sequence[Timed]) -> Ordered:
    return Ordered(spans, [span.parent for span in spans])


times = st.one_of(st.none(), st.integers(0, 6), st.integers(-(2**63), 2**63))


@st.composite
def span_lists(draw: st.DrawFn) -> list[Timed]:
    """Any parents, cycles among them; any times, many of them equal."""
    size = draw(st.integers(0, 8))
    return [
        Timed(
            draw(times),
            draw(times),
            draw(st.booleans()),
            draw(st.one_of(st.none(), st.integers(0, size - 1))),
            draw(st.lists(times, max_size=2)),
        )
        for _ in range(size)
    ]


@given(span_lists())
def test_every_step_comes_once_and_in_a_possible_order(spans: list[Timed]) -> None:
    order = ordered(spans)
    steps = list(order)
    expected = {Step(at, OPEN) for at in range(len(spans))}
    expected |= {Step(at, CLOSE) for at, span in enumerate(spans) if span.closes}
    expected |= {Step(at, n) for at, span in enumerate(spans) for n in range(len(span.times))}
    assert len(steps) == len(expected)
    assert set(steps) == expected
    place = {step: number for number, step in enumerate(steps)}
    for at, parent in enumerate(order.parents):
        opened = place[Step(at, OPEN)]
        assert parent is None or place[Step(parent, OPEN)] < opened
        assert all(opened < number for step, number in place.items() if step == (at, CLOSE))
        assert all(opened < place[Step(at, n)] for n in range(len(spans[at].times)))


@given(span_lists())
def test_only_a_cycle_costs_a_span_its_parent(spans: list[Timed]) -> None:
    order = ordered(spans)
    for at, span in enumerate(spans):
        if at not in order.broken:
            assert order.parents[at] == span.parent
    for at in order.broken:
        seen, above = {at}, spans[at].parent
        while above is not None and above not in seen:
            seen.add(above)
            above = spans[above].parent
        assert above == at


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8))
def test_sound_times_are_kept(pairs: list[tuple[int, int]]) -> None:
    """Spans without parents, each ending no earlier than it starts, go by the clock."""
    spans = [Timed(min(pair), max(pair), closes=True) for pair in pairs]
    clock = [
        spans[step.span].start if step.what == OPEN else spans[step.span].end
        for step in ordered(spans)
    ]
    assert clock == sorted(time for time in clock if time is not None)


def letters(*spans: Timed) -> str:
    """`aBbA`: span 0 opens, span 1 opens, 1 closes, 0 closes; digits are moments."""
    shown = []
    for span, what in ordered(spans):
        letter = chr(ord("a") + span)
        shown.append(
            letter if what == OPEN else letter.upper() if what == CLOSE else f"{letter}{what}"
        )
    return " ".join(shown)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([Timed(1, 3, True, 1), Timed(1, 3, True)], "b a A B"),
        ([Timed(0, 5, True), Timed(5, 9, True)], "a A b B"),
        ([Timed(0, 5, True), Timed(5, 5, True, 0)], "a b B A"),
        ([Timed(5, 5, True), Timed(5, 5, True, 0), Timed(5, 5, True)], "a b B A c C"),
        ([Timed(0, 5, True), Timed(4, 9, True, 0)], "a b A B"),
        ([Timed(0, 5, True, times=(5, None, 2))], "a a1 a2 a0 A"),
        ([Timed(3, 9, True), Timed(1, 2, True, 0)], "a b B A"),
        ([Timed(3, 1, True), Timed(3, 4, True)], "a A b B"),
        ([Timed(None, None, True), Timed(7, 8, True, 0)], "a b B A"),
        ([Timed(1, None, False), Timed(2, 3, True, 0)], "a b B"),
        ([Timed(2, 3, True, 1), Timed(1, 3, True, 0)], "b a A B"),
        ([Timed(1, 2, True, 0)], "a A"),
    ],
)
def test_ties_and_wrong_clocks(spans: list[Timed], expected: str) -> None:
    assert letters(*spans) == expected


Recorded = Callable[..., tuple[Trace, Report]]


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[Recorded]:
    """A recording of the given spans, and what was said about them."""
    traces: list[Trace] = []

    def record(*spans: SpanRecord) -> tuple[Trace, Report]:
        path, report = tmp_path / f"{len(traces)}.ttd", Report()
        with (
            Writer.create(path, durability="batch") as writer,
            Spans(writer, report, "spans") as collected,
        ):
            collected.about("t", "notes", {"by": "test"})
            for span in spans:
                collected.add(span)
            collected.write(["recorded: spans"])
        traces.append(Trace.open(path))
        return traces[-1], report

    yield record
    for trace in traces:
        trace.close()


def span(
    name: str, start: int | None, end: int | None, parent: str | None = None, **more: object
) -> SpanRecord:
    """A span of trace `t` whose id is its name."""
    fields = {"trace": "t", "id": name, "start": start, "end": end, "parent": parent, **more}
    return SpanRecord(
        opens=fields.pop("opens", EventSpec("x", name)),  # type: ignore[arg-type]
        closes=fields.pop("closes", EventSpec("x.end", name, status="ok")),  # type: ignore[arg-type]
        **fields,  # type: ignore[arg-type]
    )


def lines(trace: Trace) -> list[tuple[str, str | None, int | None]]:
    return [(event.type, event.name, event.parent) for event in trace.events()]


def by_name(trace: Trace) -> dict[str, Event]:
    return {f"{event.type} {event.name}": event for event in trace.events()}


def test_spans_become_events_with_what_was_inside(recorded: Recorded) -> None:
    error = Instant(25, EventSpec("error", "Timeout", {"message": "late"}, "error"))
    trace, report = recorded(
        span("child", 20, 30, "top", inside=[error], source={"span_id": "child"}),
        span("top", 10, 40),
    )
    assert lines(trace) == [
        ("run.start", None, None),
        ("x", "top", None),
        ("x", "child", 2),
        ("error", "Timeout", 3),
        ("x.end", "child", 3),
        ("x.end", "top", 2),
    ]
    found = by_name(trace)
    assert found["x child"].duration == found["x.end child"].duration == 10
    assert found["x.end child"].opening == 3
    assert found["error Timeout"].source == found["x child"].source == {"span_id": "child"}
    assert found["run.start None"].data == {"notes": [{"by": "test"}]}
    assert trace.runs[0].name == "top"
    assert report.fidelity == {1: "recorded: spans"}


def test_links_and_keys_become_causes(recorded: Recorded) -> None:
    asks = EventSpec("llm.result", "m", gives=("call:1",))
    takes = EventSpec("tool.call", "t", takes=(Take("call:1", "asked for by this answer"),))
    trace, _ = recorded(
        span("ask", 1, 2, opens=EventSpec("llm.call", "m"), closes=asks),
        span("do", 3, 4, opens=takes),
        span("then", 5, 6, links=[("t", "do"), ("t", "absent")]),
    )
    found = by_name(trace)
    edges = trace.causes(found["tool.call t"].seq)
    assert [(edge.seq, edge.rule) for edge in edges] == [(3, "asked for by this answer")]
    (edge,) = trace.causes(found["x then"].seq)
    assert (edge.seq, edge.kind, edge.rule) == (found["x.end do"].seq, "recorded", "linked span")


def test_agents_are_inherited_within_a_process(recorded: Recorded) -> None:
    trace, _ = recorded(
        span("top", 1, 9, process="web"),
        span("plan", 2, 8, "top", process="web", opens=EventSpec("x", "plan", agent="planner")),
        span("tool", 3, 4, "plan", process="web"),
        span("remote", 5, 6, "plan", process="db"),
    )
    agents = {event.name: event.agent for event in trace.events() if event.type == "x"}
    assert agents == {"top": "web", "plan": "planner", "tool": "planner", "remote": "db"}


def test_sessions_join_traces_into_one_run(recorded: Recorded) -> None:
    trace, _ = recorded(
        span("late", 50, 60, trace="b", session="s"),
        span("other", 30, 40, trace="c"),
        span("early", 10, 20, session="s"),
        span("mute", 70, 80, trace="b"),
    )
    assert [run.id for run in trace.runs] == ["s", "c"]
    assert [event.name for event in trace.events() if event.type == "x"] == [
        "early",
        "late",
        "mute",
        "other",
    ]


def test_what_is_odd_is_said_and_kept(recorded: Recorded) -> None:
    trace, report = recorded(
        span("orphan", 5, 6, "absent"),
        span("again", 1, None, closes=None),
        span("again", 1, 4),
        span("again", 1, None, closes=None),
        span("back", 8, 7),
        span("open", 9, None, closes=None),
        span("self", 3, 4, "self"),
    )
    found = by_name(trace)
    assert found["x again"].status == "ok"
    assert found["x open"].status == "open"
    assert found["x back"].duration is None
    assert report.fidelity[1].split("; ")[1:] == [
        "1 span whose parent is not in the file",
        "1 span without an end",
    ]
    assert report.warnings == (
        "span self: is its own ancestor; shown without a parent",
        "span back: ends before it starts",
        "2 spans came more than once",
    )


def test_values_beyond_fast_json_survive(recorded: Recorded) -> None:
    data: Object = {"big": 2**100, "surrogate": "\ud83d", "float": 0.1}
    trace, _ = recorded(span("top", 1, 2, opens=EventSpec("x", "top", data)))
    assert by_name(trace)["x top"].data == data


def test_a_long_list_is_ordered_in_parts(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ttdebug.formats.spans.spans.MAX_SPANS", 2)
    trace, report = recorded(*(span(f"s{n}", 9 - n, 9) for n in range(5)))
    opened = [event.name for event in trace.events() if event.type == "x"]
    assert opened == ["s1", "s0", "s3", "s2", "s4"]
    assert len(trace.runs) == 1
    assert report.warnings == ("more than 2 spans; ordered in parts of that many (2 times)",)


def test_events_beyond_memory_wait_on_disk(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ttdebug.formats.spans.spool.IN_MEMORY", 300)
    trace, _ = recorded(*(span(f"s{n}", n, n + 1) for n in range(9)))
    assert [event.name for event in trace.events() if event.opens] == [f"s{n}" for n in range(9)]
