"""Minimap, plots, causality, drawer, header and footer."""

from __future__ import annotations

import pytest

from ttdebug.model import MISSING, Event
from ttdebug.store.density import Cell
from ttdebug.view import causality, drawer, frame, minimap, plots
from ttdebug.view.line import Rows, plain

WHERE = frame.Where("trip-planner.ttd", "trip-4711", "main", 2417, 4213, 57.36, 401.203, 728.55)
STOP = frame.Stop(
    "stopped by breakpoint 1", "budget.remaining == null became true", "breakpoint", "breakpoint 1"
)


def event(seq: int, agent: str = "booker", name: str = "step") -> Event:
    return Event(seq, "r", "main", 1, agent, "tool.call", name)


def texts(rows: Rows) -> list[str]:
    return [plain(rows.line(index)).rstrip() for index in range(len(rows))]


def dense(count: int, per: int = 10) -> list[Cell]:
    return [Cell(n * per + 1, (n + 1) * per, {"tool.call": per}) for n in range(count)]


def test_heights_show_all_that_is_there() -> None:
    assert plots.heights([0, 1, 50, 100]) == [0, 1, 4, 8]
    assert plots.heights([0, 0]) == [0, 0]
    assert plots.heights([1, 1, 1]) == [2, 2, 2]


def test_one_burst_does_not_flatten_the_rest() -> None:
    heights = plots.heights([10] * 20 + [1000])
    assert heights[0] >= 2
    assert heights[-1] == 8


def test_values_start_at_zero_and_null_is_not_zero() -> None:
    found = plain(plots.sparkline([0.0, 50.0, 100.0, None, MISSING], 1))
    assert found == "▁▄▇┈ "
    styles = [part.style for part in plots.sparkline([1.0, 2.0, 3.0], 1)]
    assert styles == ["bar_value", "bar_value", "line"]


@pytest.mark.parametrize("screen", [80, 120, 200])
def test_every_column_leads_to_an_event_in_it(screen: int) -> None:
    room = minimap.plot_width(screen, screen)
    for count in (3, room // 2, room):
        data = minimap.Map(dense(count), 1, count * 10)
        assert minimap.seq_at(data, -1, screen, screen) is None
        left = (screen - room) if screen == 120 else 0
        columns = [minimap.seq_at(data, x, screen, screen) for x in range(screen)]
        found = [seq for seq in columns if seq is not None]
        assert len(found) == room
        assert found[0] == 1
        assert found[-1] == count * 10
        assert found == sorted(found)
        assert left <= 2


def test_the_strongest_mark_of_a_column_shows_and_the_cursor_cuts_it_out() -> None:
    marks = [minimap.Mark(5, "bookmark", "b"), minimap.Mark(7, "error"), minimap.Mark(25, "hit")]
    data = minimap.Map(dense(80), 25, 800, marks)
    first = minimap.lines(data, 80, 80)[0]
    assert plain(first)[:4] == "✕ ● "
    assert [part.text for part in first if part.style == "bg on:accent"] == ["●"]


def test_errors_outweigh_the_commonest_family() -> None:
    cells = [Cell(1, 3, {"llm.call": 3}), Cell(4, 6, {"tool.call": 2, "message": 1}, 1)]
    events = minimap.lines(minimap.Map(cells, 1, 6), 10, 80)[1]
    assert [part.style for part in events] == ["bg on:accent", "bar_model", "bar_error"]


def test_two_rows_without_a_numeric_watch() -> None:
    data = minimap.Map(dense(80), 1, 800)
    assert len(minimap.lines(data, 80, 80)) == 2
    assert len(minimap.lines(data, 80, 80, rows=1)) == 1


def test_the_chain_of_causes_reads_downwards() -> None:
    causes = [
        causality.Link(event(3, "planner", "plan")),
        causality.Link(event(9, "researcher", "search"), kind="inferred", rule="same text"),
        causality.Link(event(12, "booker", "apply")),
    ]
    effects = [
        causality.Link(event(20, name="check")),
        causality.Link(event(21, name="guard"), 1),
        causality.Link(event(30, name="charge"), 0, "inferred", "by time", hidden=4),
    ]
    rows = causality.causality_rows(event(13), causes, effects, (), 50, effects_total=9)
    assert texts(rows) == [
        " caused by",
        " ► planner  plan                                3",
        " │",
        " ► researcher  search                           9",
        " ┊ inferred: same text",
        " ► booker  apply                               12",
        "▌► booker  step                                13",
        " led to  9 events, 2 levels shown",
        " ├─ ► check                                    20",
        " │  └─ ► guard                                 21",
        " └┄ ► charge  inferred: by time  ⋯4            30",
    ]
    assert rows.target(8).seq == 20
    narrow = texts(causality.causality_rows(event(13), causes, effects, (), 28))
    assert narrow[1] == " ► plan                   3"
    assert narrow[-1].startswith(" ┊ ► charge  inferred")


def test_a_long_chain_keeps_its_root_and_its_nearest_links() -> None:
    links = [causality.Link(event(seq), kind="inferred") for seq in range(1, 50)]
    short = causality.shortened(links, 4)
    assert [link.event.seq for link in short] == [1, 47, 48, 49]
    assert " ┊ 45 more" in texts(causality.causality_rows(event(99), short, (), (), 60))
    assert causality.shortened(links[:3], 4) == links[:3]


def test_branches_share_one_scale() -> None:
    branches = [causality.Branch("main", 0, 4213, 0, 2417), causality.Branch("fix", 2417, 3621, 1)]
    main, fix = (plain(line) for line in causality.branch_lines(branches, 48))
    assert main.index("●") == fix.index("└")
    assert main.rstrip().endswith("4,213")


def test_without_a_cause_the_pane_says_so() -> None:
    rows = causality.causality_rows(event(13), (), (), (), 60)
    assert texts(rows)[0] == " No cause is known."


@pytest.mark.parametrize(
    ("width", "kept", "gone"),
    [
        (200, ["trip-planner.ttd", "became true", "57.4%", "of 12:08.550"], []),
        (140, ["trip-4711", "became true", "06:41.203"], ["12:08.550"]),
        (80, ["● breakpoint 1", "trip-4711", "2,417 of 4,213", "06:41.2"], ["57.4%", "06:41.203"]),
        (60, ["main", "2,417 of 4,213"], ["trip-4711"]),
    ],
)
def test_the_header_gives_way_in_order(width: int, kept: list[str], gone: list[str]) -> None:
    found = plain(frame.header(WHERE, STOP, width))
    assert all(text in found for text in kept), found
    assert not any(text in found for text in gone), found


def test_the_footer_drops_from_the_right_and_keeps_help() -> None:
    keys = [frame.Key("j k", "event"), frame.Key("[ ]", "writes of budget.remaining")]
    wide = plain(frame.footer(keys, [frame.Key("?", "help")], 80))
    assert wide.startswith(" j k event   [ ] writes of budget.remaining")
    narrow = plain(frame.footer(keys, [frame.Key("?", "help")], 40))
    assert "writes" not in narrow
    assert narrow.rstrip().endswith("? help")


def test_breakpoints_keep_every_hit_in_a_narrow_strip() -> None:
    hits = [0] * 100
    hits[99] = 1
    found = plain(drawer.breakpoint_row(drawer.Breakpoint(1, "a == 1", "on", 1, hits), 100))
    assert found.count("▄") == 1
    assert found.rstrip().endswith("1 hit")
    assert "▄" not in plain(drawer.breakpoint_row(drawer.Breakpoint(1, "a", "on", 1, hits), 60))


def test_a_watch_without_a_number_says_so() -> None:
    found = plain(drawer.watch_row(drawer.Watch("budget.remaining", None, 2417), 60))
    assert "∅ null" in found
    assert found.rstrip().endswith("at 2,417")
    assert "∅ absent" in plain(drawer.watch_row(drawer.Watch("a"), 60))
