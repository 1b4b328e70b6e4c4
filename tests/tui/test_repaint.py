"""What is quick shows what is slow: repaints, and a start with few modules."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

from tests.support import ROOT, SAMPLES
from tests.tui.conftest import Open
from tests.tui.stage import Stage
from ttdebug.model import Position
from ttdebug.store.trace import Trace
from ttdebug.tui.app import DebuggerApp
from ttdebug.tui.compositing import Stretches
from ttdebug.tui.sending import sequences
from ttdebug.tui.theme import Ink

STYLES = [
    "fg", "dim", "accent bold", "fg bold underline", "faint italic", "chip", "fg reverse",
    "removed on:removed_bg", "added on:added_bg strike",
]  # fmt: skip
WALK = "j k n N c down right [ ] tab j tab j j tab j z z shift+tab v G k k g u : esc ? esc plus w"


class Told:
    """A terminal that is sent what an app displays."""

    def __init__(self, app: App[Any], columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.quick = 0
        self.frames: list[str] = []
        self._stream = pyte.Stream(self.screen)
        self._app = app

    def display(self, screen: Screen[Any], update: Any) -> None:
        """Take the place of the app's own sending."""
        self.quick += isinstance(update, Stretches)
        if update is not None:
            self._stream.feed(update.render_segments(self._app.console))
            self.frames.append("\n".join(self.screen.display))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 30),
            st.integers(0, 4),
            st.lists(st.tuples(st.sampled_from(["a", "b c", "─", "漢"]), st.sampled_from(STYLES))),
        )
    ),
    st.sampled_from(["standard", "256", "truecolor"]),
    st.booleans(),
)
def test_what_is_sent_looks_as_if_each_word_named_its_style(
    lines: list[tuple[int, int, list[tuple[str, str]]]], system: Any, colour: bool
) -> None:
    ink, console = Ink(colour=colour), Console(color_system=system, force_terminal=True)
    strips = [
        (x, y, Strip([Segment(text, ink.style(words)) for text, words in parts]))
        for x, y, parts in lines
    ]
    screens = []
    each = "".join(f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in strips)
    for sent in (sequences(console, strips), each):
        screen = pyte.Screen(60, 5)
        pyte.Stream(screen).feed(sent + "after")
        screens.append(screen.buffer)
    assert screens[0] == screens[1]


async def test_the_first_frame_and_each_of_another_arrangement_is_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Trace.open(SAMPLES / "trip_planning" / "run.ttd") as trace:
        app = DebuggerApp(trace, watches=["budget.remaining"], at=Position(1, 20))
        told = Told(app, 120, 40)
        monkeypatch.setattr(app, "_display", told.display)
        async with app.run_test(size=(120, 40)) as pilot:
            stage = Stage(app, pilot)
            await stage.settle()
            first = told.frames[0]
            assert all(
                words in first for words in ("run.ttd", "Timeline", "caused by", "j k event")
            )
            for key in ("z", "z", "tab"):
                shown = len(told.frames)
                await stage.press(key)
                assert told.frames[shown] == told.frames[-1], key


async def test_a_screen_behind_a_dialog_is_filled_for_its_new_size(opened: Open) -> None:
    async with opened(size=(120, 36)) as stage:
        await stage.press("question_mark")
        await stage.pilot.resize_terminal(90, 30)
        await stage.settle()
        behind = [strip.text.rstrip() for strip in stage.page._compositor.render_strips()]
        await stage.press("escape")
        assert stage.lines == behind


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
from ttdebug.cli import opening
from ttdebug.cli.app import run
from ttdebug.tui.app import DebuggerApp
opening._in_terminal = lambda **_: True
DebuggerApp.run = lambda app: (app.get_default_screen(), print(*sys.modules, sep="\\n"))
run(["open", sys.argv[1], "--at", "20", "--watch", "budget.remaining"])
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
