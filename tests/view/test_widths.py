"""No line of any pane is wider than it may be, and nothing hidden stands in one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.view import strange
from ttdebug import delta as deltas
from ttdebug.model import JSON, MISSING, Change, Edge, Event
from ttdebug.store.density import Cell
from ttdebug.view import causality, cells, diff, drawer, frame, line, minimap, timeline
from ttdebug.view.ascii import to_ascii
from ttdebug.view.event_detail import event_tree
from ttdebug.view.gate import hidden
from ttdebug.view.line import Cursor, Line, Rows
from ttdebug.view.state_tree import StateTree
from ttdebug.view.writes import WriteRow, Writes

cursors: list[Cursor] = ["none", "focus", "other"]


def check(found: Line, width: int) -> None:
    assert line.width(found) <= width, line.plain(found)
    assert not [c for c in line.plain(found) if hidden(c)]
    assert cells.width(to_ascii(line.plain(found))) == line.width(found)


def check_rows(rows: Rows, width: int) -> None:
    for index in range(min(len(rows), 60)):
        for cursor in cursors:
            found = rows.line(index, cursor)
            check(found, width)
            assert cursor == "none" or line.width(found) == width
        rows.target(index)


@given(
    strange.events(),
    st.integers(30, 140),
    st.sampled_from([80, 120, 200]),
    st.lists(strange.text, max_size=8, unique=True),
    strange.values | st.just(MISSING),
)
def test_timeline(event: Event, width: int, screen: int, more: list[str], value: JSON) -> None:
    agents = ["planner", "booker", *more]
    layout = timeline.columns(width, screen, agents, event.seq)
    check(timeline.header(layout), width)
    for written in (None, timeline.Written("budget[id=1].remaining", value, value)):
        for cursor in cursors:
            found = timeline.row(
                layout, event, open_agents=agents, written=written, cursor=cursor,
                gutter=timeline.Gutter("on", "界", True),
            )  # fmt: skip
            check(found, width)


@given(strange.pairs(), strange.widths, st.booleans())
def test_diff(pair: tuple[JSON, JSON], width: int, unfolded: bool) -> None:
    before, after = pair
    delta = deltas.make(before, after)
    event = Event(7, "r", "main", 1, "界", "tool.result", "call\x1b")
    watched = [str(op["path"]) for op in delta[:1]]
    writes = Writes("a.b", [WriteRow(7, "state", "x", before, after)], 3)
    options = diff.Options(
        watched=watched, unfolded=unfolded, seq=7, height=50, writes=lambda _: writes
    )
    step = diff.Step(event, "booker", before, after, delta, 6, ["planner", "界"])
    check_rows(diff.step_rows(step, width, options), width)
    check_rows(diff.brief(step, width, 4, options), width)
    first: deltas.Delta = [{"op": "add", "path": "", "value": after}]
    check_rows(diff.step_rows(diff.Step(event, "b", MISSING, after, first), width), width)
    changes = [Change("/a/b", "moved", 1, 2), Change("/x", "added", MISSING, after)]
    check_rows(diff.pair_rows(diff.Pair("1", "2", "b", before, after, changes), width), width)
    check_rows(diff.no_state_rows(7, 3, width), width)


@given(strange.pairs(), st.integers(24, 120))
def test_state_tree(pair: tuple[JSON, JSON], width: int) -> None:
    before, after = pair
    tree = StateTree(
        after, width, before=before, delta=deltas.make(before, after), last_write=lambda _: 12_345
    )
    for index in range(min(len(tree), 10)):
        tree.unfold(min(index * 2, len(tree) - 1), deep=True)
    check_rows(tree, width)


@given(strange.events(), st.integers(24, 120))
def test_event(event: Event, width: int) -> None:
    check_rows(event_tree(event, [Edge(3, "inferred", "same\x1btext")], width), width)


@given(st.lists(strange.events(), min_size=1, max_size=6), st.integers(20, 100), st.data())
def test_causality(found: list[Event], width: int, data: st.DataObject) -> None:
    depth = 0
    links = []
    for event in found:
        depth = data.draw(st.integers(0, depth))
        kind = data.draw(st.sampled_from(["recorded", "inferred"]))
        links.append(causality.Link(event, depth, kind, "same\u202etext", 3))  # type: ignore[arg-type]  # one of the two kinds
        depth += 1
    branches = [
        causality.Branch("main\x1b", 0, 4213, 0, 2417), causality.Branch("fix", 2417, 3621, 1)
    ]  # fmt: skip
    rows = causality.causality_rows(found[0], links, links, branches, width, height=30)
    check_rows(rows, width)


@given(strange.text, strange.values, strange.events(), st.integers(24, 140))
def test_drawer(text: str, value: JSON, event: Event, width: int) -> None:
    for cursor in cursors:
        stop = drawer.Breakpoint(12, text, "on", 25_000, [0, 1] * 50, True)
        check(drawer.breakpoint_row(stop, width, cursor), width)
        watch = drawer.Watch(text, value, 1_000_000, [1.0, None, MISSING, 1e308, -1e308], 2, True)
        check(drawer.watch_row(watch, width, cursor), width)
        check(drawer.hit_row(event, 3, text, width, cursor), width)
        check(drawer.log_row(event.seq, text, width, cursor), width)


@given(strange.text, st.integers(40, 220))
def test_frame(text: str, width: int) -> None:
    where = frame.Where(text, text, text, 2_417, 4_213, 57.4, 401.203, 728.55)
    for stop in (None, frame.Stop(text, text, "breakpoint", "breakpoint 1"), frame.Stop(text * 9)):
        check(frame.header(where, stop, width), width)
    keys = [frame.Key("j k", text), frame.Key("→", "change")] * 5
    check(frame.footer(keys, [frame.Key("?", "help")], width), width)


@given(st.integers(16, 220), st.integers(0, 30), strange.text)
def test_minimap(width: int, count: int, text: str) -> None:
    plot = minimap.plot_width(width, width)
    cells = [Cell(i + 1, i + 1, {"llm.call": i % 9, text: 1}, i % 7 == 0) for i in range(plot)]
    marks = [minimap.Mark(seq, "bookmark", text) for seq in range(0, count * 9, 9)]
    data = minimap.Map(cells, count, plot, marks, (1, count), text, [1.0, None] * plot, text)
    for found in minimap.lines(data, width, width):
        check(found, width)
