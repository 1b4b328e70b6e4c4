"""An app on the hand-made recording, with state and configuration in a temporary folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.recordings import trip
from tests.tui.stage import Stage
from ttdebug.model import Position
from ttdebug.store.trace import Trace
from ttdebug.tui.app import DebuggerApp

Open = Callable[..., AbstractAsyncContextManager[Stage]]


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, made once."""
    return trip(tmp_path_factory.mktemp("recording") / "trip.ttd")


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTDEBUG_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("TTDEBUG_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")


@pytest.fixture
def trace(recording: Path) -> Iterator[Trace]:
    """The recording, open."""
    with Trace.open(recording) as trace:
        yield trace


@pytest.fixture
def opened(trace: Trace) -> Open:
    """A function that runs the debugger at an event."""

    @asynccontextmanager
    async def run(
        at: int | None = 11, size: tuple[int, int] = (120, 36), **given: object
    ) -> AsyncIterator[Stage]:
        main = next(iter(trace.timelines))
        position = None if at is None else Position(main, at)
        app = DebuggerApp(trace, at=position, **given)  # type: ignore[arg-type]  # as it is tested
        async with app.run_test(size=size) as pilot:
            stage = Stage(app, pilot)
            await stage.settle()
            yield stage

    return run


__all__ = ["Open", "Pilot"]
