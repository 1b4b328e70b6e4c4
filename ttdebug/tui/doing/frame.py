"""The screen itself: panes, maximising, dialogs, stopping, leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.tui.doing.base import Doing
from ttdebug.tui.doing.commanding import CommandDoing
from ttdebug.tui.doing.travelling import Count

if TYPE_CHECKING:
    from ttdebug.tui.app import TerminalApp
    from ttdebug.tui.screens.palette import Choice

DRAWERS = ("breakpoints", "hits", "log", "history", "watches")


class FrameDoing(Doing):
    """Everything that changes what is shown, not where we stand."""

    def do_next_pane(self, count: Count) -> None:
        """The next pane or tab."""
        self._cycle(1)

    def do_previous_pane(self, count: Count) -> None:
        """The pane or tab before."""
        self._cycle(-1)

    def _cycle(self, direction: int) -> None:
        zones = self.arrangement.zones
        here = zones.index(self.arrangement.zone) if self.arrangement.zone in zones else 0
        self.arrangement.focus_zone(zones[(here + direction) % len(zones)])

    def do_pane_timeline(self, count: Count) -> None:
        """The keys go to the timeline."""
        self.arrangement.focus_zone("timeline")

    def do_pane_diff(self, count: Count) -> None:
        """The diff comes to the front."""
        self.arrangement.focus_zone("diff")

    def do_pane_state(self, count: Count) -> None:
        """The state comes to the front."""
        self.arrangement.focus_zone("state")

    def do_pane_event(self, count: Count) -> None:
        """The event's data come to the front."""
        self.arrangement.focus_zone("event")

    def do_pane_causality(self, count: Count) -> None:
        """The keys go to the causes and effects."""
        self.arrangement.focus_zone("causality")

    def do_next_tab(self, count: Count) -> None:
        """The next tab of the drawer."""
        self._tab(1)

    def do_previous_tab(self, count: Count) -> None:
        """The tab of the drawer before."""
        self._tab(-1)

    def _tab(self, direction: int) -> None:
        here = DRAWERS.index(self.arrangement.drawer)
        self.arrangement.open_drawer(DRAWERS[(here + direction) % len(DRAWERS)])

    def do_maximise(self, count: Count) -> None:
        """This pane alone, and back."""
        self.arrangement.maximised = not self.arrangement.maximised
        self.arrangement.lay_out()

    def no_maximise(self) -> str | None:
        """A narrow screen shows one pane anyway."""
        shape = self.arrangement.shape
        narrow = shape is not None and shape.narrow and self.arrangement.zone != "timeline"
        return "This pane has the whole screen already" if narrow else None

    def do_palette(self, count: Count) -> None:
        """Choose from all commands."""
        from ttdebug.tui.screens.palette import PaletteDialog

        self.screen.app.push_screen(PaletteDialog(self.screen), self._chosen)

    def _chosen(self, choice: Choice | None) -> None:
        if choice is None:
            return
        if choice.action:
            self.screen.perform_id(choice.action)
        elif choice.asks:
            CommandDoing(self.screen).type(choice.line)
        else:
            CommandDoing(self.screen).run_line(choice.line)

    def do_help(self, count: Count) -> None:
        """Keys and what they do here."""
        from ttdebug.tui.screens.help import HelpDialog

        self.screen.app.push_screen(HelpDialog(self.screen))

    def do_stop(self, count: Count) -> None:
        """Stop a scan or playing, mark no text, let go of the chosen path, or of what was said."""
        if self.screen.scans.stop():
            self.showing.say("Stopped. What was found until then can be used")
        elif self.screen.player.stop():
            self.showing.say("Paused")
        elif self.screen.following.reading:
            self.screen.following.stop_reading()
        elif self.arrangement.maximised:
            self.do_maximise(None)
        elif self._narrow_drawer:
            self.arrangement.zone = "timeline"
            self.arrangement.open_drawer("breakpoints")
        elif self.desk.sought is not None:
            self.desk.sought = None
            self.showing.searched()
        elif self.desk.selection.pinned is not None:
            self.desk.selection.pinned = None
            self.showing.again()
        else:
            self.showing.say("Nothing is running. q quits")

    @property
    def _narrow_drawer(self) -> bool:
        """Whether a drawer covers what changed here on a narrow screen."""
        shape = self.arrangement.shape
        return shape is not None and shape.narrow and bool(shape.drawer)

    def do_quit(self, count: Count) -> None:
        """Leave; what was added is kept for the next time."""
        self.screen.scans.stop()
        app: TerminalApp = self.screen.app  # type: ignore[assignment]  # every app here is one
        app.leave()
