from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.view.trip import opened
from ttdebug.model import Counts, Event
from ttdebug.view import lanes, timeline
from ttdebug.view.line import Line, plain, width

AGENTS = ["planner", "researcher", "booker"]
EVENT = Event(
    seq=2417, run="r", timeline="main", timeline_id=1, agent="booker", type="tool.result",
    name="apply_discount", elapsed=401.203, duration=12_000_000, changes=Counts(1, 3, 2),
    data={"result": "ok"},
)  # fmt: skip
WRITTEN = timeline.Written("budget.remaining", 1657.76, None)


def row(pane: int, screen: int, event: Event = EVENT, **more: object) -> str:
    layout = timeline.columns(pane, screen, AGENTS, 4213)
    return plain(timeline.row(layout, event, **more)).rstrip()  # type: ignore[arg-type]  # keywords of row


def test_a_wide_row_has_every_column() -> None:
    assert row(90, 200, open_agents=["planner"]) == (
        "    2,417  06:41.203  │   ◄  result apply_discount  ok                    +1 ~3 −2   12ms"
    )


@pytest.mark.parametrize(
    ("pane", "screen", "kept", "gone"),
    [
        (92, 200, ["06:41.203", "result", "+1 ~3 −2", "12ms"], []),
        (66, 160, ["06:41.203", "result", "+1 ~3 −2"], ["12ms"]),
        (80, 80, ["result", "+1 ~3 −2"], ["06:41.203", "12ms"]),
        (51, 120, ["apply_discount", "+1 ~3 −2"], ["result"]),
        (36, 120, ["apply", "+1 ~3 −2"], ["result"]),
    ],
)
def test_columns_give_way_in_order(
    pane: int, screen: int, kept: list[str], gone: list[str]
) -> None:
    found = row(pane, screen)
    assert all(text in found for text in kept)
    assert not any(text in found for text in gone)


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        (Counts(120, 3, 2), "~3 −2"),
        (Counts(120, 30, 20), "~30 −20"),
        (Counts(120, 30_000, 20_000), "−20.0k"),
        (Counts(1200, 30_000, 0), "~30.0k"),
        (Counts(3, 0, 2), "+3 −2"),
    ],
)
def test_what_was_removed_is_told_however_narrow(counts: Counts, text: str) -> None:
    found = row(51, 120, replace(EVENT, changes=counts))
    assert found.endswith(f" {text}")


@pytest.mark.parametrize(
    ("pane", "screen", "text"),
    [
        (120, 200, "budget.remaining 1657.76 → null"),
        (98, 200, "remaining 1657.76 → null"),
        (52, 120, " 1657.76 → null"),
        (44, 120, " → null"),
    ],
)
def test_the_new_value_of_a_watched_path_never_goes(pane: int, screen: int, text: str) -> None:
    found = row(pane, screen, written=WRITTEN)
    assert text in found
    assert "null" in found


@given(st.integers(36, 100), st.sampled_from([80, 120, 200]), st.sampled_from([None, 5, True]))
def test_the_new_value_is_there_at_any_width(pane: int, screen: int, value: int | None) -> None:
    written = timeline.Written("a.very.deep.path.of.names", "an old value " * 9, value)
    shown = {None: "null", True: "true", 5: "5"}[value]
    assert f"→ {shown}" in row(pane, screen, written=written)


def test_the_cursor_row_is_a_full_band_with_a_bar() -> None:
    layout = timeline.columns(51, 120, AGENTS, 4213)
    found = timeline.row(layout, EVENT, cursor="focus")
    assert width(found) == 51
    assert plain(found).startswith("▌")
    assert all("on:band" in part.style for part in found)
    assert bold(found) == ["2,417", "apply_discount"]
    other = timeline.row(layout, EVENT, cursor="other")
    assert all("on:sel" in part.style for part in other)


def bold(line: Line) -> list[str]:
    return [part.text.strip() for part in line if "bold" in part.style.split()]


def test_marks_stand_in_their_own_cells() -> None:
    gutter = timeline.Gutter("on", "a", checkpoint=True)
    assert row(60, 80, gutter=gutter).startswith(" ●a 2,417")
    assert row(60, 80, gutter=timeline.Gutter("log", None, True)).startswith(" ◌◆ 2,417")


def test_faults_have_a_glyph_and_their_own_colour() -> None:
    failed = Event(
        9, "r", "main", 1, "booker", "tool.result", "x", status="error", data={"error": "no"}
    )
    layout = timeline.columns(60, 80, AGENTS, 9)
    found = timeline.row(layout, failed)
    assert "✕" in plain(found)
    assert [p.text for p in found if p.style == "error" and p.text.strip()] == [
        "✕",
        "result ",
        "x",
        "no",
    ]
    opening = Event(9, "r", "main", 1, "booker", "tool.call", "x", status="error", opens=True)
    assert "►" in plain(timeline.row(layout, opening))


def test_many_agents_share_one_lane() -> None:
    agents = [f"agent-{letter}" for letter in "abcdefgh"]
    layout = timeline.columns(80, 80, agents, 9)
    event = Event(9, "r", "main", 1, "agent-c", "message", data={"content": "hi"})
    names = {str(name) for name in layout.initials}
    assert len(names) == 8
    assert all(len(name) == 2 for name in names)
    assert "» agent-c " in plain(timeline.row(layout, event))
    narrow = timeline.columns(60, 80, agents, 9)
    assert f"» {narrow.initials[2]} " in plain(timeline.row(narrow, event))


def test_initials_differ_where_names_allow_it() -> None:
    layout = timeline.columns(80, 80, ["planner", "proofreader", "p", "日本"], 9)
    assert layout.initials == ("P", "R", "P", "?")


def test_lanes_are_open_between_call_and_result(tmp_path: Path) -> None:
    with opened(tmp_path) as trace:
        lineage = trace.lineage(1)
        events = trace.window(lineage, 0, len(lineage))
        whole = lanes.open_agents(trace, lineage, events, trace.runs[0].agents)
        by_seq = {event.seq: agents for event, agents in zip(events, whole, strict=True)}
        assert by_seq[1] == {"planner"}
        assert by_seq[4] == {"planner", "researcher"}
        assert by_seq[5] == {"planner"}
        assert by_seq[9] == {"planner", "booker"}
        assert by_seq[17] == {"planner"}
        for start in range(len(events)):
            part = lanes.open_agents(trace, lineage, events[start:], trace.runs[0].agents)
            assert part == whole[start:], start
