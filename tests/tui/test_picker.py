"""The start without a path: choosing among the recordings on this machine."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.recordings import trip
from ttdebug.store.trace import Trace
from ttdebug.tui.app import DebuggerApp
from ttdebug.tui.picker import PickerApp
from ttdebug.tui.shelf import Item, More, Shelf

NOW = 1_800_000_000


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One recording of ours, a small log, and nine sessions of a tool."""
    place = tmp_path / "work"
    place.mkdir()
    trip(place / "trip.ttd")
    (place / "log.jsonl").write_text('{"ts": 1, "type": "a"}\n')
    (place / "notes.json").write_text('{"name": "no recording"}')
    for age, name in enumerate(("trip.ttd", "log.jsonl", "notes.json")):
        os.utime(place / name, (NOW - age, NOW - age))
    codex = tmp_path / "home/.codex/sessions/2026/01/01"
    codex.mkdir(parents=True)
    for at in range(9):
        (codex / f"rollout-{at}.jsonl").write_text(
            '{"timestamp":"2026-01-01T00:00:00Z","type":"session_meta",'
            f'"payload":{{"id":"{at}","cwd":"/src/app{at}"}}}}\n'
        )
    return place


class Stage:
    """The picker, and its frame as text."""

    def __init__(self, app: PickerApp, pilot: Pilot[object]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    @property
    def lines(self) -> list[str]:
        return [s.text.rstrip() for s in self.app.screen._compositor.render_strips()]

    @property
    def chosen(self) -> str:
        return next(line for line in self.lines[4:] if line.startswith("▌"))


@asynccontextmanager
async def picking(folder: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Stage]:
    app = PickerApp(folder)
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause(0.2)
        yield Stage(app, pilot)


async def test_places_are_groups_and_what_is_no_recording_is_left_out(folder: Path) -> None:
    async with picking(folder) as stage:
        text = "\n".join(stage.lines)
        assert "This folder  2" in text
        assert "Codex  9" in text
        assert "⋯ 3 more" in text
        assert "notes.json" not in text
        assert "trip.ttd" in stage.chosen
        assert "ttdebug" in stage.chosen


async def test_enter_opens_what_is_chosen(folder: Path) -> None:
    async with picking(folder) as stage:
        await stage.press("down", "enter")
    assert stage.app.return_value == folder / "log.jsonl"


async def test_a_folded_group_unfolds(folder: Path) -> None:
    async with picking(folder, (120, 50)) as stage:
        await stage.press(*["down"] * 8)
        assert "3 more" in stage.chosen
        await stage.press("enter")
        assert sum("rollout-" in line for line in stage.lines) >= 9
        assert not any("more" in line for line in stage.lines)


async def test_typing_narrows_and_shows_a_group_whole(folder: Path) -> None:
    async with picking(folder, (120, 50)) as stage:
        await stage.press(*"codex")
        text = "\n".join(stage.lines)
        assert "This folder" not in text
        assert sum("rollout-" in line for line in stage.lines[5:40]) == 9
        await stage.press(*"zzz")
        assert "Nothing fits" in "\n".join(stage.lines)


async def test_a_closer_look_tells_where_one_left(folder: Path) -> None:
    with Trace.open(folder / "trip.ttd") as trace:
        app = DebuggerApp(trace, breakpoints=["state.x == 1"])
        async with app.run_test() as pilot:
            await pilot.press("j", "j", "j", "q")
    async with picking(folder) as stage:
        (left,) = [line for line in stage.lines if line.startswith(" you left")]
        assert "at 3" in left
        assert "1 breakpoint" in left


async def test_it_fits_a_small_terminal(folder: Path) -> None:
    async with picking(folder, (80, 18)) as stage:
        assert all(len(line) <= 80 for line in stage.lines)
        assert "trip.ttd" in stage.chosen
        assert "esc quit" in stage.lines[-1]


def test_orders_go_round_and_keep_groups(folder: Path) -> None:
    shelf = Shelf(folder)
    shelf.look()
    first = shelf.order
    seen = {first}
    shelf.sort()
    while shelf.order != first:
        seen.add(shelf.order)
        shelf.sort()
    assert len(seen) == 5
    while shelf.order != "largest":
        shelf.sort()
    names = [row.found.name for row in shelf.rows() if isinstance(row, Item)]
    assert names[0] == "trip.ttd"
    assert any(isinstance(row, More) for row in shelf.rows())


async def test_escape_clears_the_filter_before_it_quits(folder: Path) -> None:
    async with picking(folder) as stage:
        await stage.press(*"codex", "f1")
        assert any("filter by name" in line for line in stage.lines)
        await stage.press("escape")
        assert "esc clear the filter" in stage.lines[-1]
        await stage.press("escape")
        assert any("This folder" in line for line in stage.lines)
        assert stage.app.is_running
        await stage.press("escape")
    assert stage.app.return_value is None
