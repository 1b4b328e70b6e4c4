"""Looking closer without moving: the anchor, unfolding, history, why."""

from __future__ import annotations

from ttdebug.tui.doing.base import Doing
from ttdebug.tui.doing.travelling import Count


class LookDoing(Doing):
    """What the panes show of a position."""

    def do_anchor(self, count: Count) -> None:
        """From now on the diff goes from here to the cursor."""
        self.desk.anchor = self.desk.position
        self.showing.position()
        self.showing.say(
            f"Anchor set at {self.desk.position.seq:,}. The diff goes from there to here"
        )

    def do_clear_anchor(self, count: Count) -> None:
        """The diff shows one event again."""
        self.desk.anchor = None
        self.showing.position()
        self.showing.say("Anchor cleared. The diff shows this event's change")

    def no_clear_anchor(self) -> str | None:
        """Needs an anchor."""
        return None if self.desk.anchor is not None else "No anchor is set. a sets one"

    def do_unchanged(self, count: Count) -> None:
        """Show the paths that did not change, or fold them."""
        self.desk.unfolded = not self.desk.unfolded
        self.showing.again()

    def do_waterfall(self, count: Count) -> None:
        """Causes as a tree, or spans as bars over time."""
        self.desk.waterfall = not self.desk.waterfall
        self.showing.again()

    def do_history(self, count: Count) -> None:
        """All writes of the selected path, with a plot."""
        if self.arrangement.drawer == "history" and self.arrangement.shows_drawer:
            self.arrangement.open_drawer("breakpoints")
            return
        self.desk.selection.pin()
        self.arrangement.open_drawer("history")

    def no_history(self) -> str | None:
        """Needs a path."""
        return None if self.desk.selection.path is not None else "No path is selected"

    def do_why(self, count: Count) -> None:
        """Who wrote the selected value, and what led there."""
        from ttdebug.tui.screens.why import WhyDialog

        pointer = self.desk.selection.pin()
        if pointer is not None:
            self.screen.app.push_screen(WhyDialog(self.desk, pointer), self._go)

    def no_why(self) -> str | None:
        """Needs a path."""
        return None if self.desk.selection.path is not None else "No path is selected"

    def _go(self, seq: int | None) -> None:
        if seq is not None:
            self.showing.go(self.desk.at(seq))
