"""The debugger as a Textual app: theme, filters, and the one screen everything happens on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from ttdebug.tui.filters import ColourlessFilter, SafetyFilter
from ttdebug.tui.session import load_preferences, save_preferences
from ttdebug.tui.theme import DEFAULT, PALETTES, Ink, textual_themes

if TYPE_CHECKING:
    from ttdebug.model import Position
    from ttdebug.store.trace import Trace
    from ttdebug.view.tour import Hint


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
        self.theme = f"ttdebug-{theme}"

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
    in the person's state folder; `guide` is the steps of the guided tour.
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
    ) -> None:
        super().__init__()
        from ttdebug.tui.desk import Desk

        self.desk = Desk(trace, at=at, timeline=timeline, session_file=session)
        self.desk.add(breakpoints, watches)
        self.guide = guide

    def get_default_screen(self) -> Screen[None]:
        """The screen of panes."""
        from ttdebug.tui.screens.main import MainScreen

        return MainScreen(self.desk, self.guide)
