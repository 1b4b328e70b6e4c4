"""What is quick shows what is slow: repaints, and a start with few modules."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pyte
import pytest
from textual.app import App
from textual.screen import Screen

from tests.support import ROOT, SAMPLES
from tests.tui.stage import Stage
from ttdebug.store.trace import Trace
from ttdebug.tui.app import DebuggerApp
from ttdebug.tui.compositing import Stretches

WALK = "j k n N c down right [ ] tab j tab j j tab j z z shift+tab v G k k g u : esc ? esc plus w"


class Told:
    """A terminal that is sent what an app displays."""

    def __init__(self, app: App[Any], columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.quick = 0
        self._stream = pyte.Stream(self.screen)
        self._app = app

    def display(self, screen: Screen[Any], update: Any) -> None:
        """Take the place of the app's own sending."""
        self.quick += isinstance(update, Stretches)
        if update is not None:
            self._stream.feed(update.render_segments(self._app.console))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_changed_cells_add_up_to_the_whole_screen(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Trace.open(SAMPLES / "trip_planning" / "run.ttd") as trace:
        app = DebuggerApp(trace, watches=["budget.remaining"])
        told, whole = Told(app, *size), Told(app, *size)
        monkeypatch.setattr(app, "_display", told.display)
        async with app.run_test(size=size) as pilot:
            stage = Stage(app, pilot)
            await stage.settle()
            for key in WALK.split():
                await stage.press({":": "colon", "?": "question_mark"}.get(key, key))
                update = app.screen._compositor.render_full_update()
                whole.display(app.screen, update)
                for y in range(size[1]):
                    assert told.screen.buffer[y] == whole.screen.buffer[y], (key, y)
        assert told.quick > 10


STARTED = """
import sys
from pathlib import Path
from ttdebug.store.trace import Trace
from ttdebug.tui.app import DebuggerApp
app = DebuggerApp(Trace.open(Path(sys.argv[1])), watches=["budget.remaining"])
app.get_default_screen()
print(*sys.modules, sep="\\n")
"""


def test_what_no_first_frame_needs_is_not_loaded_for_it() -> None:
    recording = SAMPLES / "trip_planning" / "run.ttd"
    told = subprocess.run(
        [sys.executable, "-c", STARTED, str(recording)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    loaded = set(told.stdout.split())
    assert "ttdebug.tui.screens.main" in loaded
    late = (
        "re2 deepdiff tomllib ttdebug.replay.conditions ttdebug.replay.hits ttdebug.analyze.search"
    )
    assert not loaded & set(late.split())
