"""Every motion, in both directions, on the hand-made recording and on random ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.recordings import Act, acts, recorded
from ttdebug.errors import Cancelled
from ttdebug.model import Event, Position
from ttdebug.paths import parse
from ttdebug.replay.navigator import Navigator
from ttdebug.replay.outcome import Moved, Stayed
from ttdebug.replay.spans import Spans
from ttdebug.replay.work import Work
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

MAIN, FORK = 1, 2
STAY = -1


def there(trace: Trace, motion: str, seq: int, direction: int, line: int = MAIN) -> int:
    """Where a motion from a seq leads, STAY if nowhere."""
    navigator = Navigator(trace, Position(line, seq))
    outcome = getattr(navigator, motion)(direction)
    assert outcome.position == navigator.position
    return outcome.position.seq if isinstance(outcome, Moved) else STAY


@pytest.mark.parametrize(
    ("motion", "seq", "forwards", "backwards"),
    [
        ("step", 0, 1, STAY),
        ("step", 1, 2, 0),
        ("step", 12, 16, 11),
        ("step", 16, STAY, 12),
        ("over", 0, 1, STAY),
        ("over", 1, 16, 0),
        ("over", 2, 3, 1),
        ("over", 3, 9, 2),
        ("over", 4, 7, 3),
        ("over", 5, 6, 4),
        ("over", 7, 8, 4),
        ("over", 8, 9, 7),
        ("over", 9, 10, 3),
        ("over", 12, 16, 11),
        ("over", 16, STAY, 1),
        ("into", 0, 1, STAY),
        ("into", 1, 2, 0),
        ("into", 2, 3, 1),
        ("into", 3, 4, 2),
        ("into", 7, 8, 6),
        ("into", 9, 10, 8),
        ("into", 11, 12, 10),
        ("into", 12, 16, 11),
        ("into", 16, STAY, 12),
        ("out", 0, STAY, STAY),
        ("out", 1, STAY, STAY),
        ("out", 5, 7, 4),
        ("out", 4, 9, 3),
        ("out", 7, 9, 3),
        ("out", 9, 16, 1),
        ("next_change", 0, 12, STAY),
        ("next_change", 12, STAY, STAY),
        ("next_change", 16, STAY, 12),
        ("next_error", 0, 6, STAY),
        ("next_error", 4, 6, STAY),
        ("next_error", 6, 7, STAY),
        ("next_error", 16, STAY, 7),
        ("next_of_agent", 3, 8, 2),
        ("next_of_agent", 6, 7, 5),
        ("next_of_agent", 0, STAY, STAY),
    ],
)
def test_motions(trace: Trace, motion: str, seq: int, forwards: int, backwards: int) -> None:
    assert there(trace, motion, seq, 1) == forwards
    assert there(trace, motion, seq, -1) == backwards


@pytest.mark.parametrize(
    ("motion", "seq", "forwards", "backwards"),
    [
        ("over", 10, 13, 9),
        ("over", 1, STAY, 0),
        ("out", 10, STAY, 1),
        ("step", 15, STAY, 14),
        ("next_change", 10, 15, STAY),
        ("over", 14, 15, 13),
    ],
)
def test_motions_on_a_fork(
    trace: Trace, motion: str, seq: int, forwards: int, backwards: int
) -> None:
    assert there(trace, motion, seq, 1, FORK) == forwards
    assert there(trace, motion, seq, -1, FORK) == backwards


@pytest.mark.parametrize(
    ("motion", "seq", "direction", "sentence"),
    [
        ("step", 0, -1, "This is the start. j goes to the first event"),
        ("step", 16, 1, "16 is the last event. k goes back"),
        ("next_change", 12, 1, "No state change after 12. ← searches back"),
        ("next_change", 12, -1, "No state change before 12. → searches forward"),
        ("next_error", 7, 1, "No error after 7. E searches back"),
        ("out", 1, 1, "1 lies in no span"),
    ],
)
def test_what_is_said_where_there_is_nothing(
    trace: Trace, motion: str, seq: int, direction: int, sentence: str
) -> None:
    navigator = Navigator(trace, Position(MAIN, seq))
    outcome = getattr(navigator, motion)(direction)
    assert isinstance(outcome, Stayed)
    assert outcome.sentence == sentence
    assert outcome.told(lambda action: f"<{action}>").startswith(outcome.fact)


def test_a_span_that_was_never_closed_says_so(trace: Trace) -> None:
    outcome = Navigator(trace, Position(FORK, 14)).out(1)
    assert isinstance(outcome, Stayed)
    assert outcome.sentence == "The span opened at 1 was never closed. u goes to where it opened"
    outcome = Navigator(trace, Position(FORK, 1)).over(1)
    assert isinstance(outcome, Stayed)
    assert "never closed" in outcome.fact


def test_cause_and_effect(trace: Trace) -> None:
    navigator = Navigator(trace, Position(MAIN, 7))
    moved = navigator.cause()
    assert isinstance(moved, Moved)
    assert moved.position.seq == 4
    assert [edge.seq for edge in moved.choices] == [4]
    assert navigator.effect().position.seq == 7
    navigator.to(Position(MAIN, 5))
    stayed = navigator.cause()
    assert isinstance(stayed, Stayed)
    assert stayed.sentence == "No cause is known. u goes to the enclosing span"
    assert navigator.parent().position.seq == 4


def test_writes_of_a_path(trace: Trace) -> None:
    navigator = Navigator(trace, Position(MAIN, 16))
    path = parse("budget.remaining")
    assert navigator.write(path, -1).position.seq == 12
    assert navigator.write(path, -1).position.seq == 1
    stayed = navigator.write(path, -1)
    assert isinstance(stayed, Stayed)
    assert stayed.sentence == "No write of budget.remaining before 1. ] searches forward"
    assert navigator.write(path, 1).position.seq == 12
    assert navigator.write(parse("tried"), -1, agent="booker").position.seq == 5
    navigator.switch(FORK)
    assert navigator.write(parse("todo[id=1].done"), 1, agent="planner").position == Position(
        FORK, 15
    )


def test_hits_are_walked_on_this_timeline(trace: Trace) -> None:
    navigator = Navigator(trace, Position(FORK, 5))
    hits = [2, 5, 11, 15]
    assert navigator.hit(hits, 1).position.seq == 15
    assert isinstance(navigator.hit(hits, 1), Stayed)
    assert navigator.hit(hits, -1, 2).position.seq == 2
    assert isinstance(navigator.hit([], 1), Stayed)


def test_switching_timelines_keeps_what_both_have(trace: Trace) -> None:
    navigator = Navigator(trace, Position(MAIN, 7))
    assert navigator.switch(FORK).position == Position(FORK, 7)
    navigator.end()
    moved = navigator.switch(MAIN)
    assert moved == Moved(Position(MAIN, 10), note="The two part after 10")
    assert isinstance(navigator.switch(MAIN), Stayed)


def test_jumps_are_remembered_and_steps_are_not(trace: Trace) -> None:
    navigator = Navigator(trace, Position(MAIN, 2))
    navigator.step()
    navigator.over()
    navigator.step()
    navigator.seek("50%")
    assert navigator.back().position.seq == 10
    assert navigator.back().position.seq == 3
    assert isinstance(navigator.back(), Stayed)
    assert navigator.forward(2).position.seq == 6
    assert isinstance(navigator.forward(), Stayed)
    navigator.back()
    navigator.end()
    assert isinstance(navigator.forward(), Stayed)
    assert navigator.back(9).position.seq == 3


def test_the_history_spans_timelines(trace: Trace) -> None:
    navigator = Navigator(trace, Position(MAIN, 12))
    navigator.switch(FORK)
    navigator.end()
    assert navigator.back().position == Position(FORK, 10)
    assert navigator.back().position == Position(MAIN, 12)


def test_bookmarks(trace: Trace) -> None:
    navigator = Navigator(trace, Position(FORK, 14), {"z": Position(MAIN, 3)})
    navigator.mark("a")
    navigator.start()
    assert navigator.to_mark("a").position == Position(FORK, 14)
    assert navigator.seek("'z").position == Position(MAIN, 3)
    stayed = navigator.to_mark("q")
    assert isinstance(stayed, Stayed)
    assert stayed.sentence == "No bookmark q. m and a letter sets one"


def test_counts_repeat_as_far_as_it_goes(trace: Trace) -> None:
    navigator = Navigator(trace, Position(MAIN, 2))
    assert navigator.step(1, 3).position.seq == 5
    assert navigator.parent(9).position.seq == 1
    assert navigator.back().position.seq == 5
    assert navigator.next_error(1, 99).position.seq == 7


def test_seeks(trace: Trace) -> None:
    navigator = Navigator(trace, Position(FORK, 3))
    assert navigator.percent(100).position == Position(FORK, 15)
    assert navigator.row(0).position == Position(FORK, 1)
    assert navigator.row(999).position == Position(FORK, 15)
    assert navigator.seek("+2").position == Position(FORK, 15)
    event = trace.event(6)
    assert event.time is not None
    assert navigator.time(event.time).position == Position(FORK, 6)


def test_a_stopped_scan_moves_nothing(tmp_path: Path) -> None:
    writer = Writer.create(tmp_path / "open.ttd", durability="batch")
    line = writer.run("r")
    root = writer.append(line, "x", opens=True)
    for _ in range(500):
        writer.append(line, "message", parent=root)
    last = writer.append(line, "message")
    writer.close()
    told: list[tuple[int, int]] = []
    with Trace.open(tmp_path / "open.ttd") as trace:
        navigator = Navigator(trace, Position(line, last))
        work = Work(lambda: len(told) > 2, lambda done, total: told.append((done, total)))
        with pytest.raises(Cancelled):
            navigator.over(-1, work=work)
        assert navigator.position.seq == last
        assert navigator.over(-1).position.seq == root
        assert navigator.over(1).position.seq == last


def test_stepping_over_does_not_read_what_lies_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer.create(tmp_path / "deep.ttd", durability="batch")
    line = writer.run("r")
    root = writer.append(line, "x", opens=True)
    for _ in range(3000):
        writer.append(line, "message", parent=root)
    end = writer.append(line, "x.end", closes=root)
    writer.close()
    with Trace.open(tmp_path / "deep.ttd") as trace:
        read = 0
        window = Trace.window

        def counted(self: Trace, *bounds: object) -> object:
            nonlocal read
            events = window(self, *bounds)  # type: ignore[arg-type]  # the real arguments
            read += len(events)
            return events

        monkeypatch.setattr(Trace, "window", counted)
        navigator = Navigator(trace, Position(line, 1))
        assert navigator.over(1).position.seq == end
        assert navigator.over(-1).position.seq == root
        assert navigator.into(1).position.seq == root + 1
        assert navigator.out(1).position.seq == end
        assert navigator.into(-1).position.seq == end - 1
        assert read < 200


@settings(max_examples=50, deadline=None)
@given(actions=acts)
def test_back_undoes_forth(actions: list[Act]) -> None:
    with recorded(actions) as trace:
        for line in trace.timelines:
            lineage = trace.lineage(line)
            spans = Spans(trace, line)
            for row in range(-1, len(lineage)):
                position = Position(line, lineage.seq_at(row) if row >= 0 else 0)
                _check_step(trace, position, last=row == len(lineage) - 1)
                if row >= 0:
                    _check_span(trace, spans, position)


def _check_step(trace: Trace, position: Position, *, last: bool) -> None:
    navigator = Navigator(trace, position)
    assert isinstance(navigator.step(1), Stayed) == last
    if not last:
        assert navigator.step(-1).position == position


def _check_span(trace: Trace, spans: Spans, position: Position) -> None:
    """Over leads between the ends of a span; elsewhere to the nearest event no deeper."""
    lineage = trace.lineage(position.timeline)
    row = lineage.index_of(position.seq)
    event = trace.window(lineage, row, row + 1)[0]
    over = Navigator(trace, position).over(1)
    if event.closing is not None:
        assert over.position.seq == event.closing
        assert Navigator(trace, over.position).over(-1).position == position
        inner = Navigator(trace, position).into(1).position
        assert inner.seq == position.seq or inner.seq > position.seq
        assert Navigator(trace, inner).out(-1).position == position or inner == over.position
        return
    later = trace.window(lineage, row + 1, len(lineage))
    assert over.position.seq == _no_deeper(spans, event, later, otherwise=position.seq)
    if event.opening is None:
        earlier = trace.window(lineage, 0, row)[::-1]
        back = Navigator(trace, position).over(-1)
        assert back.position.seq == _no_deeper(spans, event, earlier, otherwise=0)


def _no_deeper(spans: Spans, event: Event, others: list[Event], otherwise: int) -> int:
    level = spans.level(event)
    return next((other.seq for other in others if spans.level(other) <= level), otherwise)
