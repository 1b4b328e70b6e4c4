"""Breakpoints: continue to them, set, list, switch, delete; and watches."""

from __future__ import annotations

from ttdebug import paths
from ttdebug.tui.doing.base import Doing
from ttdebug.tui.doing.travelling import Count


class StopDoing(Doing):
    """Where to stop, and getting there."""

    def do_watch(self, count: Count) -> None:
        """Watch the selected path."""
        pointer = self.desk.pin()
        if pointer is None:
            return
        name = paths.dotted(paths.parse(pointer))
        if self.desk.add_watch(name):
            self.screen.lay_out()
            self.showing.say(f"Watching {self.desk.selected_name}")
        else:
            self.showing.say(f"{self.desk.selected_name} is watched already")

    def no_watch(self) -> str | None:
        """Needs a path."""
        return None if self.desk.selected is not None else "No path is selected"
