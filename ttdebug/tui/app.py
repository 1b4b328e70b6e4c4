"""The debugger as a Textual app: theme, filters, and the one screen everything happens on."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.text import Text
from textual import constants, events
from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.screen import Screen
from textual.worker import WorkerFailed

from ttdebug.errors import TtdebugError
from ttdebug.tui.filters import ColourlessFilter, SafetyFilter
from ttdebug.tui.session import load_preferences, save_preferences
from ttdebug.tui.theme import DEFAULT, PALETTES, Ink, textual_themes
from ttdebug.tui.typeahead import Typeahead
from ttdebug.view.gate import safe

if TYPE_CHECKING:
    from textual.driver import Driver

    from ttdebug.model import Position
    from ttdebug.store.trace import Trace
    from ttdebug.view.tour import Hint

_GARBAGE: Final = 20_000
"""New objects between two collections; a key makes some thousand."""


class TerminalApp(App[Any], inherit_bindings=False):
    """What the debugger and the picker share: palettes, glyphs, and the gate's second layer."""

    CSS_PATH = "ttdebug.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self) -> None:
        super().__init__()
        self.preferences = load_preferences()
        wanted = os.environ.get("TTDEBUG_THEME") or self.preferences.theme
        theme = wanted if wanted in PALETTES else DEFAULT
        glyphs = os.environ.get("TTDEBUG_ASCII", "") in ("", "0")
        self.ink = Ink(theme, colour=not self.no_color, glyphs=glyphs)
        self._safety: list[LineFilter] = [SafetyFilter()]
        if self.no_color:
            self._safety.append(ColourlessFilter())
        for known in textual_themes():
            self.register_theme(known)
        # as a change of theme it would have all style sheets parsed once more
        self.set_reactive(App.theme, f"ttdebug-{theme}")
        self.stylesheet.set_variables(self.get_css_variables())
        self._typeahead = Typeahead(self)
        self._threshold = gc.get_threshold()

    def get_driver_class(self) -> type[Driver]:
        """The driver that is asked for, else one that leaves stderr alone."""
        if sys.platform == "win32" or constants.DRIVER:
            return super().get_driver_class()
        from ttdebug.tui.driver import StdoutDriver

        return StdoutDriver

    def on_load(self) -> None:
        """A signal to end is heard like q: the terminal is given back as it was.

        Nothing made before the first frame is garbage, so looking for some waits for `on_ready`.
        """
        gc.disable()
        if sys.platform != "win32":
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, self.leave, 128 + number)

    def on_ready(self) -> None:
        """What is there by now stays: the collector need not walk all of it between two keys.

        Whoever comes back with fg finds another screen, all of which is painted again.
        """
        self.app_resume_signal.subscribe(self, lambda _: self.refresh())
        if not self.is_headless:
            gc.freeze()
            gc.set_threshold(_GARBAGE)
        gc.enable()

    def on_unmount(self) -> None:
        """Whoever runs on after the app gets its garbage collected again."""
        gc.enable()
        gc.unfreeze()
        gc.set_threshold(*self._threshold)

    def leave(self, code: int = 0) -> None:
        """End; `code` is the exit code."""
        self.exit(return_code=code)

    async def on_event(self, event: events.Event) -> None:
        """Keys and pastes come in one at a time."""
        if (
            isinstance(event, events.Key | events.Paste)
            and not event.is_forwarded
            and self._typeahead.holds(event)
        ):
            return
        await super().on_event(event)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every painted line goes through last."""
        return self._safety

    def use_theme(self, name: str) -> None:
        """Change the palette, now and for the next time."""
        self.ink = Ink(name, colour=not self.no_color, glyphs=self.ink.glyphs)
        self.theme = f"ttdebug-{name}"
        self.preferences.theme = name
        save_preferences(self.preferences)

    def use_glyphs(self, *, glyphs: bool) -> None:
        """Switch between the glyphs and their ASCII stand-ins."""
        self.ink = Ink(self.ink.theme, colour=self.ink.colour, glyphs=glyphs)


class DebuggerApp(TerminalApp):
    """The debugger on one open recording.

    `at` is where to begin (default: where the person left, else the start); `breakpoints` are
    conditions and `watches` paths that come on top of the session's; `session` replaces the file
    in the person's state folder; `guide` is the steps of the guided tour. `follow` stays at the
    end of a recording that grows. `told` is said at the beginning.

    `run` returns why the file is to be opened again, None if the person left.
    """

    def __init__(
        self,
        trace: Trace,
        *,
        at: Position | None = None,
        breakpoints: Sequence[str] = (),
        watches: Sequence[str] = (),
        timeline: int | None = None,
        session: Path | None = None,
        guide: Sequence[Hint] = (),
        follow: bool = False,
        told: str = "",
    ) -> None:
        super().__init__()
        from ttdebug.tui.desk import Desk

        self.desk = Desk(trace, at=at, timeline=timeline, session_file=session)
        self.desk.add(breakpoints, watches)
        self.guide = guide
        self.follow = follow
        self.told = told
        trace.hold()

    def get_default_screen(self) -> Screen[None]:
        """The screen of panes."""
        from ttdebug.tui.screens.main import MainScreen

        return MainScreen(self.desk, self.guide, follow=self.follow, told=self.told)

    def leave(self, code: int = 0) -> None:
        """End; what was added is kept for the next time."""
        self.desk.save()
        super().leave(code)

    def leave_to_reopen(self, told: str) -> None:
        """End so that the file is opened again; `told` is what to say then."""
        self.desk.save()
        self.exit(told)

    def _handle_exception(self, error: Exception) -> None:
        """A file that became unreadable ends the screen with a sentence, not with a traceback."""
        fault = error.error if isinstance(error, WorkerFailed) else error
        if self.is_headless or not isinstance(fault, TtdebugError | sqlite3.Error | OSError):
            super()._handle_exception(error)
            return
        name = self.desk.trace.source_path.name
        self.exit(return_code=3, message=Text(str(safe(f"ttdebug: {name}: {fault}"))))
