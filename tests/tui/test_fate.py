"""The file of a recording is deleted, replaced, overwritten or recorded to while one looks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.tui.recordings import trip
from tests.tui.stage import Stage
from tests.tui.test_following import SIZE, until
from ttdebug.formats.growing import open_growing
from ttdebug.model import Position
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer
from ttdebug.tui.app import DebuggerApp

_WRITER = """
import sys
from ttdebug.store.writer import Writer
writer = Writer.create(sys.argv[1])
line = writer.run("r", "growing")
for n, _ in enumerate(sys.stdin, 1):
    writer.append(line, "state", agent="a", name=f"e{n}", state={"n": n, "text": "x" * 500})
    print(n, flush=True)
writer.close()
"""


class Agent(subprocess.Popen[str]):
    """Another process that records."""

    def __init__(self, path: Path) -> None:
        words = [sys.executable, "-c", _WRITER, str(path)]
        super().__init__(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.path = path

    def write(self, count: int) -> None:
        """Record events, and wait until they are."""
        assert self.stdin is not None
        assert self.stdout is not None
        for _ in range(count):
            self.stdin.write("\n")
            self.stdin.flush()
            self.stdout.readline()


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Agent]:
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    with Agent(tmp_path / "run.ttd") as found:
        found.write(150)
        yield found
        found.kill()


@asynccontextmanager
async def watching(trace: Trace, at: int, *, follow: bool = False) -> AsyncIterator[Stage]:
    with trace:
        app = DebuggerApp(trace, at=Position(1, at), follow=follow)
        async with app.run_test(size=SIZE) as pilot:
            stage = Stage(app, pilot)
            await stage.settle()
            yield stage


def delete(path: Path) -> None:
    for file in path.parent.glob(path.name + "*"):
        file.unlink()


async def walk(stage: Stage) -> None:
    """Everything can still be read."""
    await stage.press("g", "j", "j", "D", "I", "R")
    assert stage.seq == 2
    await stage.command("break state.n == 100")
    await stage.press("c")
    assert stage.seq == 100
    await stage.pilot.resize_terminal(60, 16)
    await stage.pilot.resize_terminal(*SIZE)
    await stage.press("slash")
    await stage.type("e120")
    await stage.press("enter")
    assert stage.seq == 120
    await stage.press("G")
    assert "cannot be read" not in stage.text


async def test_what_was_deleted_while_it_was_written_is_read_on(agent: Agent) -> None:
    async with watching(Trace.open(agent.path), 150, follow=True) as stage:
        assert "following" in stage.header
        agent.write(1)
        delete(agent.path)
        await until(stage.pilot, lambda: "file was deleted" in stage.header)
        agent.write(1)
        await walk(stage)
        assert stage.seq == 151
        assert "deleted" in stage.header
        await stage.command("follow")
        assert "Nobody writes" in stage.header
        await stage.press("q")
        assert stage.app.return_code == 0


async def test_what_was_replaced_is_read_on_and_the_other_offered(
    agent: Agent, tmp_path: Path
) -> None:
    async with watching(Trace.open(agent.path), 150, follow=True) as stage:
        trip(tmp_path / "other").replace(agent.path)
        await until(stage.pilot, lambda: "file was replaced" in stage.header)
        await walk(stage)
        await stage.command("reopen")
        assert stage.app.return_value


async def test_what_was_deleted_after_it_was_closed_is_told(agent: Agent) -> None:
    agent.communicate()
    async with watching(Trace.open(agent.path), 3) as stage:
        delete(agent.path)
        await until(stage.pilot, lambda: "file was deleted" in stage.header)
        await walk(stage)
    assert not list((agent.path.parent / "cache").glob("**/.held-*"))


async def test_what_was_overwritten_is_opened_again(agent: Agent, tmp_path: Path) -> None:
    agent.communicate()
    other = trip(tmp_path / "other")
    async with watching(Trace.open(agent.path), 3) as stage:
        shutil.copyfile(other, agent.path)
        await until(stage.pilot, lambda: stage.app.return_value is not None)
        assert "overwritten" in str(stage.app.return_value)


async def test_a_killed_writer_is_told(agent: Agent) -> None:
    async with watching(Trace.open(agent.path), 150, follow=True) as stage:
        agent.kill()
        await until(stage.pilot, lambda: "not closed, complete to event 150" in stage.header)


async def test_another_run_in_the_same_file_is_followed(agent: Agent) -> None:
    agent.communicate()
    async with watching(Trace.open(agent.path), 150, follow=True) as stage:
        with Writer.create(agent.path) as writer:
            line = writer.run("s", "second")
            writer.append(line, "message", agent="a", data={"content": "once more"})
            await until(stage.pilot, lambda: stage.seq == 151)
            writer.append(line, "message", agent="a", data={"content": "and on"})
            await until(stage.pilot, lambda: stage.seq == 152)
            assert "following" in stage.header


@pytest.mark.parametrize("change", ["cut", "deleted"])
async def test_a_log_that_begins_anew_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f'{{"ts": {at}, "type": "step"}}\n' for at in range(9)))
    async with watching(open_growing(path), 9, follow=True) as stage:
        if change == "cut":
            path.write_text('{"ts": 1, "type": "new"}\n')
        else:
            path.unlink()
        told = "replaced" if change == "cut" else "deleted"
        await until(stage.pilot, lambda: told in stage.header)
        await stage.press("g", "j")
        assert stage.seq == 1
