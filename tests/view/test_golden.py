"""Frames of the trip recording at three widths, as text.

Run with TTDEBUG_GOLDEN=write to write them anew, and read the difference before it is committed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pytest

from tests.view.trip import opened
from ttdebug import paths
from ttdebug.analyze.causality import ancestors, descendants
from ttdebug.analyze.history import history
from ttdebug.model import Position
from ttdebug.store.trace import Trace
from ttdebug.view import causality, diff, drawer, frame, lanes, minimap, report, tables, timeline
from ttdebug.view.ascii import to_ascii
from ttdebug.view.event_detail import event_tree
from ttdebug.view.line import Line, Rows, Span, plain, width
from ttdebug.view.places import Places
from ttdebug.view.state_tree import StateTree
from ttdebug.view.writes import WriteRow, Writes

GOLDEN = Path(__file__).parent / "golden"
HERE = 15
WATCH = "budget.remaining"
PANES = {200: (91, 59, 47), 120: (50, 40, 28), 80: (80, 80, 80)}


def compare(name: str, lines: Iterable[Line], limit: int) -> None:
    found = list(lines)
    assert [plain(line) for line in found if width(line) > limit] == []
    text = "".join(f"{plain(line).rstrip()}\n" for line in found)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("TTDEBUG_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def everything(rows: Rows) -> list[Line]:
    return [rows.line(index) for index in range(len(rows))]


def top(trace: Trace, screen: int) -> Iterator[Line]:
    where = frame.Where("trip-planner.ttd", "trip-4711", "main", HERE, 19, 78.9, 9.459, 9.583)
    stop = frame.Stop(
        "stopped by breakpoint 1", f"{WATCH} == null became true", "breakpoint", "breakpoint 1"
    )
    yield frame.header(where, stop, screen)
    cells = trace.density(1, minimap.plot_width(screen, screen))
    marks = [minimap.Mark(9, "error"), minimap.Mark(12, "checkpoint"), minimap.Mark(HERE, "hit")]
    values = [None if cell.last_seq >= HERE else 1657.76 for cell in cells]
    data = minimap.Map(cells, HERE, 19, marks, (1, 12), WATCH, values, "null")
    yield from minimap.lines(data, screen, screen)


def timeline_lines(trace: Trace, pane: int, screen: int) -> Iterator[Line]:
    lineage = trace.lineage(1)
    events = trace.window(lineage, 0, len(lineage))
    agents = trace.runs[0].agents
    layout = timeline.columns(pane, screen, agents, 4_213)
    yield timeline.header(layout)
    opened_by = lanes.open_agents(trace, lineage, events, agents)
    for event, open_agents in zip(events, opened_by, strict=True):
        here = event.seq == HERE
        yield timeline.row(
            layout,
            event,
            open_agents=open_agents,
            gutter=timeline.Gutter(
                "on" if here else None, "a" if event.seq == 14 else None, event.type == "checkpoint"
            ),
            written=timeline.Written(WATCH, 1657.76, None) if here else None,
            cursor="focus" if here else "none",
        )


def step_and_options(trace: Trace) -> tuple[diff.Step, diff.Options]:
    step = report.step_at(trace, Position(1, HERE), trace.event(HERE))
    assert step is not None
    found = history(trace, paths.parse(WATCH), timeline=1, agent="booker", reverse=True)
    shown = [WriteRow.of(write) for write in found]
    writes = Writes(WATCH, shown)
    return step, diff.Options(["/budget/remaining"], height=30, seq=HERE, writes=lambda _: writes)


def causes(trace: Trace, pane: int) -> Rows:
    event = trace.event(14)
    before = [tables.link(one) for one in ancestors(trace, 14)[::-1]]
    after = [tables.link(one, one.depth - 1) for one in descendants(trace, 14, timeline=1)]
    branches = [causality.Branch("main", 0, 19, 0, 14), causality.Branch("fix-budget", 15, 17, 1)]
    return causality.causality_rows(event, before, after, branches, pane, height=20)


def bottom(left: int) -> Iterator[Line]:
    strip = [0] * 20 + [1] + [0] * 10
    yield drawer.breakpoint_row(
        drawer.Breakpoint(1, f"{WATCH} == null", "on", 1, strip, True), left, "other"
    )
    yield drawer.breakpoint_row(
        drawer.Breakpoint(2, 'event.type == "error"', "on", 25, [1, 0] * 20), left
    )
    yield drawer.breakpoint_row(drawer.Breakpoint(3, 'log "{event.seq}"', "log", 13), left)
    yield drawer.breakpoint_row(drawer.Breakpoint(4, "len(messages) > 120", "off"), left)
    values = [1657.76] * 20 + [None] * 10
    yield drawer.watch_row(drawer.Watch(WATCH, None, HERE, values, 20, True), left)
    yield drawer.watch_row(drawer.Watch("budget.spent", 1642.24, 7, [1.0] * 30, 20), left)


def whole(trace: Trace, screen: int) -> Iterator[Line]:
    first, second, third = PANES[screen]
    step, options = step_and_options(trace)
    tree = StateTree(
        step.after,
        second,
        before=step.before,
        delta=step.delta,
        last_write=lambda _: HERE,
        watched=options.watched,
    )
    keys = [frame.Key("j k", "event"), frame.Key("→ ←", "change"), frame.Key("W", "why")]
    panes = (
        top(trace, screen),
        timeline_lines(trace, first, screen),
        everything(diff.step_rows(step, second, options)),
        everything(diff.brief(step, second, 4, options)),
        everything(tree),
        everything(event_tree(trace.event(HERE), trace.causes(HERE), second)),
        everything(causes(trace, third)),
        bottom(screen // 2),
        [frame.footer(keys, [frame.Key("?", "help")], screen)],
    )
    return chain.from_iterable(([*pane, ()]) for pane in panes)


@pytest.mark.parametrize("screen", list(PANES))
def test_frame(tmp_path: Path, screen: int) -> None:
    with opened(tmp_path) as trace:
        compare(f"frame-{screen}", whole(trace, screen), screen)


def test_frame_in_ascii(tmp_path: Path) -> None:
    with opened(tmp_path) as trace:
        lines = [
            tuple(Span(to_ascii(part.text), part.style) for part in line)
            for line in whole(trace, 120)
        ]
    assert all(plain(line).isascii() for line in lines)
    compare("frame-120-ascii", lines, 120)


@pytest.mark.parametrize("limit", [100, 80])
def test_report(tmp_path: Path, limit: int) -> None:
    with opened(tmp_path) as trace:
        lines = list(report.lines(trace, Position(1, HERE), limit, [WATCH, "nope"]))
    compare(f"report-{limit}", lines, limit)


def test_report_at_the_start(tmp_path: Path) -> None:
    with opened(tmp_path) as trace:
        found = [plain(line) for line in report.lines(trace, Position(1, 0), 100)]
    assert "0 of 19   0.0%" in found[0]
    assert sum("run.start" in line or "trip" in line for line in found) >= 1
    assert not any("Diff" in line for line in found)


def test_report_where_no_state_was_recorded(tmp_path: Path) -> None:
    with opened(tmp_path) as trace:
        found = [plain(line) for line in report.lines(trace, Position(1, 9), 100)]
    assert " No state was recorded at 9. The last snapshot is 7" in found


def test_tables(tmp_path: Path) -> None:
    with opened(tmp_path) as trace:
        found = history(trace, paths.parse(WATCH), timeline=1, agent="booker")
        writes = [WriteRow.of(write) for write in found]
        rows = [("1", "2,417", "became true"), ("12", "3", "ok")]
        lines = [
            *tables.event_lines(trace.events(), 100, trace.runs[0].agents, Places()),
            *tables.tree_lines(trace, [trace.event(1)], 100),
            *tables.history_lines(writes, 100),
            *tables.columns(rows, ("hit", "seq", "reason"), 100),
        ]
    compare("tables-100", lines, 100)
