"""Timelines and runs as a list, and checkpoints as hits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.conftest import Open
from tests.tui.recordings import START, trip
from tests.tui.stage import Stage
from tests.tui.test_frames import check
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer
from ttdebug.tui.app import DebuggerApp


@pytest.fixture
def two_runs(tmp_path: Path) -> Path:
    """The trip, and a second run of two events with a fork of its fork."""
    path = trip(tmp_path / "two.ttd")
    with Writer.create(path, durability="batch") as writer:
        main = writer.run("again-2", "again", time=START + 10**12)
        writer.append(main, "run.start", agent="planner", time=START + 10**12)
        seq = writer.append(main, "error", agent="planner", data={"message": "no fares"})
        fork = writer.fork(main, seq, "one")
        seq = writer.append(fork, "note", agent="planner")
        writer.append(writer.fork(fork, seq, "two"), "note", agent="planner")
        for number in (1, 2):
            writer.append(
                main, "checkpoint", agent="planner", name=f"auto-{number}",
                data={"kind": "routine", "tags": [f"n{number}"], "description": "after a while"},
            )  # fmt: skip
    return path


async def test_the_list_goes_to_a_timeline(opened: Open) -> None:
    async with opened(13) as stage:
        await stage.press("Y")
        assert "2 timelines" in stage.text
        assert "leaves main after 11" in stage.text
        assert "3 of 14 events its own" in stage.text
        assert "align" not in stage.footer + stage.text.splitlines()[-5]
        await stage.press("j", "enter")
        assert stage.desk.timeline.name == "fix"
        assert stage.seq == 11
        assert "The two part after 11" in stage.header
        await stage.press("Y", "escape")
        assert stage.desk.timeline.name == "fix"


async def test_a_timeline_is_held_against_this_one(opened: Open) -> None:
    async with opened(13) as stage:
        await stage.press("Y", "j", "a")
        assert "aligned" in stage.header
        await stage.press("escape", "Y", "j", "equals_sign")
        assert "compare main 16 with fix 19" in stage.header


@pytest.mark.parametrize("size", [(120, 36), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_runs_with_their_timelines(two_runs: Path, size: tuple[int, int]) -> None:
    with Trace.open(two_runs) as trace:
        app = DebuggerApp(trace)
        async with app.run_test(size=size) as pilot:
            stage = Stage(app, pilot)
            await stage.settle()
            await stage.command("runs")
            check(f"timelines-{size[0]}x{size[1]}", stage)
            await stage.press("g", "enter")
            assert (stage.desk.run.name, stage.desk.timeline.name) == ("trip-1", "main")
            await stage.command("timelines")
            await stage.press("G", "enter")
            assert (stage.desk.run.name, stage.desk.timeline.name) == ("again", "two")


async def test_checkpoints_are_hits(two_runs: Path) -> None:
    with Trace.open(two_runs) as trace:
        app = DebuggerApp(trace)
        async with app.run_test(size=(120, 36)) as pilot:
            stage = Stage(app, pilot)
            await stage.settle()
            await stage.command("checkpoints")
            assert "2 checkpoints on main" in stage.header
            assert "◆ planner  auto-2  routine" in stage.text
            await stage.press("g", ".", ".")
            assert trace.event(stage.seq).name == "auto-2"
            await stage.press(",")
            assert trace.event(stage.seq).name == "auto-1"
            for words, told in (
                ("routine", "2 checkpoints"),
                ("n1", "1 checkpoint "),
                ("auto-*", "2 checkpoints"),
                ("recovery", "No checkpoint is of kind, name or tag recovery"),
            ):
                await stage.command(f"checkpoints {words}")
                assert told in stage.header
