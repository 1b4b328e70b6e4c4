"""A recording that grows while somebody looks at it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.stage import Stage
from ttdebug.formats import streaming
from ttdebug.formats.growing import open_growing
from ttdebug.model import Position
from ttdebug.store.journal import FileGoneError
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer
from ttdebug.tui.app import DebuggerApp

SIZE = (100, 30)


class Recording:
    """A writer in this process, and how many events it wrote."""

    def __init__(self, path: Path) -> None:
        self.writer = Writer.create(path)
        self.line = self.writer.run("r", "growing")
        self.count = 0

    def write(self, count: int = 1) -> None:
        for _ in range(count):
            self.count += 1
            state = {"n": self.count, "low": self.count % 5 == 0}
            self.writer.append(self.line, "state", agent="a", name=f"e{self.count}", state=state)


@pytest.fixture
def recording(tmp_path: Path) -> Iterator[Recording]:
    found = Recording(tmp_path / "run.ttd")
    found.write(10)
    yield found
    with suppress(FileGoneError):  # some tests delete it
        found.writer.close()


@asynccontextmanager
async def watching(recording: Recording, at: int, *, follow: bool = False) -> AsyncIterator[Stage]:
    with Trace.open(recording.writer.path) as trace:
        assert trace.live
        app = DebuggerApp(trace, at=Position(recording.line, at), follow=follow)
        async with app.run_test(size=SIZE) as pilot:
            stage = Stage(app, pilot)
            await stage.settle()
            yield stage


async def until(pilot: Pilot[object], holds: Callable[[], bool]) -> None:
    """Wait for a look at the file and what it brings; a condition that never holds fails."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "it never came"
        await pilot.pause(0.05)


async def test_new_events_appear_and_the_end_is_kept(recording: Recording) -> None:
    async with watching(recording, 10, follow=True) as stage:
        assert "following" in stage.header
        recording.write(3)
        await until(stage.pilot, lambda: stage.seq == 13)
        await stage.settle()
        assert "e13" in stage.text
        assert "13 of 13" in stage.header


async def test_who_looks_back_is_left_there_with_a_mark(recording: Recording) -> None:
    async with watching(recording, 10, follow=True) as stage:
        await stage.press("k", "k")
        assert "live" in stage.header
        recording.write(2)
        await until(stage.pilot, lambda: "of 12" in stage.header)
        recording.write(2)
        await until(stage.pilot, lambda: "of 14" in stage.header)
        assert stage.seq == 8
        (marked,) = [line for line in stage.lines if line.lstrip("▌ ").startswith("↓")]
        assert " 10 " in marked
        await stage.press("G")
        assert stage.seq == 14
        recording.write(1)
        await until(stage.pilot, lambda: stage.seq == 15)
        assert "↓" not in "".join(line[:4] for line in stage.lines)


async def test_the_end_is_kept_through_sizes_and_screens(recording: Recording) -> None:
    async with watching(recording, 10, follow=True) as stage:
        for size in ((40, 10), (60, 16), SIZE):
            await stage.pilot.resize_terminal(*size)
            recording.write(2)
            await until(stage.pilot, lambda: stage.seq == recording.count)
        for keys in (("D",), ("R", "z"), ("question_mark",), ("escape", "colon"), ("escape", "B")):
            await stage.press(*keys)
            recording.write(2)
            await until(stage.pilot, lambda: stage.seq == recording.count)
        await stage.press("escape")
        assert "following" in stage.header


async def test_who_reaches_the_end_before_it_is_drawn_follows_again(recording: Recording) -> None:
    async with watching(recording, 9, follow=True) as stage:
        recording.write(3)
        stage.desk.trace.refresh()
        await stage.press("G")
        assert stage.seq == 13
        recording.write(1)
        await until(stage.pilot, lambda: stage.seq == 14)
        assert "following" in stage.header


async def test_it_grows_without_being_followed(recording: Recording) -> None:
    async with watching(recording, 10) as stage:
        recording.write(2)
        await until(stage.pilot, lambda: "10 of 12" in stage.header)
        await stage.press("j")
        assert stage.seq == 11


async def test_hits_are_counted_again(recording: Recording) -> None:
    async with watching(recording, 1) as stage:
        await stage.command("break state.low")
        assert "2 hits" in stage.text
        recording.write(10)
        await until(stage.pilot, lambda: "4 hits" in stage.text)
        await stage.press("c", "c", "c")
        assert stage.seq == 15


async def test_a_watch_is_told_once_it_is_written(recording: Recording) -> None:
    async with watching(recording, 10, follow=True) as stage:
        await stage.command("watch late")
        recording.writer.append(recording.line, "state", agent="a", state={"late": "here"})
        await until(stage.pilot, lambda: stage.seq == 11)
        await stage.settle()
        (watch,) = [line for line in stage.lines if "▎late" in line]
        assert "“here”" in watch
        assert "at 11" in watch


async def test_the_command_follows_and_stops_following(recording: Recording) -> None:
    async with watching(recording, 2) as stage:
        await stage.command("follow")
        assert stage.seq == 10
        recording.write(1)
        await until(stage.pilot, lambda: stage.seq == 11)
        await stage.command("follow")
        recording.write(1)
        await until(stage.pilot, lambda: "11 of 12" in stage.header)
        assert stage.seq == 11


async def test_the_end_of_the_recording_is_told(recording: Recording) -> None:
    async with watching(recording, 10, follow=True) as stage:
        recording.write(1)
        closing = asyncio.create_task(asyncio.to_thread(recording.writer.close))
        await until(stage.pilot, lambda: "closed" in stage.header)
        await closing
        assert stage.seq == 11
        assert "live" not in stage.header
        assert not recording.writer.path.with_name("run.ttd-wal").exists()
        await stage.command("follow")
        assert "nothing to follow" in stage.header


async def test_a_large_file_is_shown_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "LARGE", 0)
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f'{{"ts": {at}, "type": "step"}}\n' for at in range(4000)))
    conversion = streaming.begin(path)
    assert conversion is not None
    with conversion.opened(lambda done, total: None) as trace:
        app = DebuggerApp(trace)
        async with app.run_test(size=SIZE) as pilot:
            stage = Stage(app, pilot)
            await until(pilot, lambda: "Read to its end: 4,000 events" in stage.header)
            await stage.settle()
            await stage.press("G")
            assert stage.seq == 4000


async def test_the_log_of_another_tool_grows_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f'{{"ts": {at}, "type": "step"}}\n' for at in range(3)))
    with open_growing(path) as trace:
        app = DebuggerApp(trace, at=Position(1, 3), follow=True)
        async with app.run_test(size=SIZE) as pilot:
            stage = Stage(app, pilot)
            await stage.settle()
            with path.open("a") as log:
                log.write('{"ts": 4, "type": "error", "message": "too late"}\n')
            await until(pilot, lambda: stage.seq == 4)
            await stage.settle()
            assert "too late" in stage.text
            assert "following" in stage.header
