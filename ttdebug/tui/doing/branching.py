"""Timelines and runs: going to another one, and holding one against another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.replay.names import timeline_name
from ttdebug.tui.doing.base import Doing
from ttdebug.tui.doing.comparing import CompareDoing
from ttdebug.tui.doing.travelling import Count

if TYPE_CHECKING:
    from ttdebug.tui.screens.timelines import Choice


class BranchDoing(Doing):
    """The list of timelines and where it leads."""

    def do_timelines(self, count: Count) -> None:
        """All runs and timelines, to go to one or compare it."""
        from ttdebug.tui.screens.timelines import TimelinesDialog

        self.screen.app.push_screen(TimelinesDialog(self.desk), self._chosen)

    def _chosen(self, choice: Choice | None) -> None:
        if choice is None:
            return
        if choice.does == "go":
            self.showing.follow(self.desk.navigator.switch(choice.timeline))
            return
        trace = self.desk.trace
        here, there = (
            timeline_name(trace, one) for one in (self.desk.timeline.id, choice.timeline)
        )
        comparing = CompareDoing(self.screen)
        if choice.does == "align":
            comparing.align(there)
        else:
            comparing.diff(f"{here}:end {there}:end")
