"""What people write for a position, and what it means."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.recordings import BEGAN, SECOND, Act, acts, recorded
from ttdebug.errors import NotFoundError, UsageError
from ttdebug.model import Position, iso
from ttdebug.replay import clock, positions
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

MAIN, FORK = 1, 2


@pytest.mark.parametrize(
    ("text", "timeline", "seq"),
    [
        ("7", MAIN, 7),
        ("14", FORK, 14),
        ("main:14", MAIN, 12),
        ("fork-1:12", FORK, 10),
        ("fork-1:7", FORK, 7),
        ("r1/fork-1:end", FORK, 15),
        ("fork-1: 50%", FORK, 6),
        ("fork-1:999", FORK, 15),
        ("start", MAIN, 0),
        ("0", MAIN, 0),
        ("end", MAIN, 16),
        ("0%", MAIN, 0),
        ("50%", MAIN, 6),
        ("99.9%", MAIN, 12),
        ("100%", MAIN, 16),
        ("+0s", MAIN, 1),
        ("+3.5s", MAIN, 4),
        ("+3500ms", MAIN, 4),
        ("4s", MAIN, 5),
        ("+0:04", MAIN, 5),
        ("+1h", MAIN, 16),
        ("fork-1:+12s", FORK, 13),
        ("2023-11-14", MAIN, 0),
        ("2023-11-15", MAIN, 16),
        ("2023-11-14T22:13:24Z", MAIN, 5),
        ("2023-11-14T22:13:24", MAIN, 5),
        ("2023-11-14 23:13:24.5+01:00", MAIN, 5),
        ("fork-1:2023-11-14T22:13:33", FORK, 14),
        ("'here", FORK, 14),
        ("main:'here", MAIN, 12),
        ("  7 ", MAIN, 7),
    ],
)
def test_every_form(trace: Trace, text: str, timeline: int, seq: int) -> None:
    bookmarks = {"here": Position(FORK, 14)}
    assert positions.parse(trace, text, bookmarks=bookmarks) == Position(timeline, seq)


def test_relative_to_where_one_stands(trace: Trace) -> None:
    at = Position(FORK, 10)
    assert positions.parse(trace, "+2", at=at) == Position(FORK, 14)
    assert positions.parse(trace, "-3", at=at) == Position(FORK, 7)
    assert positions.parse(trace, "-99", at=at) == Position(FORK, 0)
    assert positions.parse(trace, "end", at=at) == Position(FORK, 15)
    assert positions.parse(trace, "12", at=at) == Position(MAIN, 12)
    assert positions.parse(trace, "end", at=at, timeline=MAIN) == Position(MAIN, 16)


def test_half_of_ten_events_is_the_fifth(tmp_path: Path) -> None:
    writer = Writer.create(tmp_path / "ten.ttd")
    line = writer.run("r")
    for _ in range(10):
        writer.append(line, "message")
    writer.close()
    with Trace.open(tmp_path / "ten.ttd") as ten:
        assert positions.parse(ten, "50%").seq == 5
        assert positions.parse(ten, "59.9%").seq == 5
        assert positions.parse(ten, "1,000%"[:1] + "%").seq == 0


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("17", NotFoundError, "from 1 to 16"),
        ("9" * 400, NotFoundError, "from 1 to 16"),
        ("101%", UsageError, "beyond the end"),
        ("-5%", UsageError, "before the start"),
        ("-2s", UsageError, "elapsed time counts up"),
        ("+5", UsageError, "current position"),
        ("strat", UsageError, "Did you mean start"),
        ("fork1:3", UsageError, "fork-1"),
        ("fork-1:soon", UsageError, "timeline fork-1"),
        ("2023-13-40", UsageError, "no time"),
        ("'nowhere", NotFoundError, "nowhere"),
        ("", UsageError, "Write one of"),
        ("x" * 5000, UsageError, "5,000 characters"),
        ("１２", UsageError, "no position"),
    ],
)
def test_what_cannot_be_understood_is_told(
    trace: Trace, text: str, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        positions.parse(trace, text)


def test_a_checkpoint_is_a_mark_by_its_name(tmp_path: Path) -> None:
    writer = Writer.create(tmp_path / "c.ttd")
    line = writer.run("r")
    writer.append(line, "message")
    writer.append(line, "checkpoint", name="before-migration")
    writer.append(line, "message")
    writer.close()
    with Trace.open(tmp_path / "c.ttd") as trace:
        assert positions.parse(trace, "'before-migration") == Position(line, 2)
        with pytest.raises(NotFoundError, match="before-migration"):
            positions.parse(trace, "'before-migrating")


def test_timeline_names_of_several_runs(tmp_path: Path) -> None:
    writer = Writer.create(tmp_path / "runs.ttd")
    first = writer.run("alpha")
    writer.append(first, "message", time=BEGAN)
    writer.append(first, "message", time=BEGAN + SECOND)
    second = writer.run("beta")
    writer.append(second, "message", time=BEGAN + 60 * SECOND)
    writer.close()
    with Trace.open(tmp_path / "runs.ttd") as trace:
        assert positions.parse(trace, "end") == Position(second, 3)
        assert positions.parse(trace, "end", run="alpha") == Position(first, 2)
        assert positions.parse(trace, "end", run="last") == Position(second, 3)
        assert positions.parse(trace, "main:end") == Position(second, 3)
        assert positions.parse(trace, "main:end", run="alpha") == Position(first, 2)
        assert positions.parse(trace, "main:1") == Position(first, 1)
        assert positions.parse(trace, "alpha/main:end") == Position(first, 2)
        assert positions.parse(trace, "main:end", at=Position(first, 1)) == Position(first, 2)
        assert positions.parse(trace, "+0s") == Position(second, 3)
        assert positions.format_position(trace, Position(first, 0)) == "alpha/main:start"
        with pytest.raises(UsageError, match="of run alpha"):
            positions.parse(trace, "1", run="beta")
        with pytest.raises(UsageError, match="beta"):
            positions.parse(trace, "end", run="betta")


def test_a_recording_without_events_or_times(tmp_path: Path) -> None:
    writer = Writer.create(tmp_path / "empty.ttd")
    line = writer.run("r")
    writer.close()
    with Trace.open(tmp_path / "empty.ttd") as trace:
        assert positions.parse(trace, "end") == Position(line, 0)
        assert positions.parse(trace, "50%") == Position(line, 0)
        assert positions.percent(trace, Position(line, 0)) == 0
        with pytest.raises(NotFoundError, match="no events yet"):
            positions.parse(trace, "1")
        with pytest.raises(NotFoundError, match="recorded no times"):
            positions.parse(trace, "+1s")


@settings(max_examples=60, deadline=None)
@given(actions=acts)
def test_what_is_shown_leads_back(actions: list[Act]) -> None:
    with recorded(actions) as trace:
        for line in trace.timelines:
            lineage = trace.lineage(line)
            for count in range(len(lineage) + 1):
                position = positions.at_count(trace, line, count)
                text = positions.format_position(trace, position)
                assert positions.parse(trace, text) == position


@settings(max_examples=60, deadline=None)
@given(actions=acts, offset=st.integers(-3, 60))
def test_a_time_is_before_the_first_later_event(actions: list[Act], offset: int) -> None:
    with recorded(actions) as trace:
        wanted = BEGAN + offset * SECOND
        for line in trace.timelines:
            events = list(trace.events(timeline=line))
            until = next(
                (at for at, event in enumerate(events) if event.time and event.time > wanted),
                len(events),
            )
            expected = Position(line, events[until - 1].seq if until else 0)
            assert positions.parse(trace, str(iso(wanted)), timeline=line) == expected
            assert clock.at_time(trace, line, wanted) == expected


def test_an_event_within_the_microsecond_shown_is_not_later(tmp_path: Path) -> None:
    with Writer.create(tmp_path / "a.ttd") as writer:
        line = writer.run("r")
        for time in (BEGAN, BEGAN + 1_999, BEGAN + 2_000):
            writer.append(line, "message", time=time)
    with Trace.open(tmp_path / "a.ttd") as trace:
        shown = str(iso(trace.event(2).time))
        assert positions.parse(trace, shown).seq == 2


def test_shown_times_lead_back_to_their_events(trace: Trace) -> None:
    for event in trace.events(timeline=MAIN):
        assert event.elapsed is not None
        assert positions.parse(trace, f"+{event.elapsed:.9f}s").seq == event.seq
        assert positions.parse(trace, str(iso(event.time))).seq == event.seq
