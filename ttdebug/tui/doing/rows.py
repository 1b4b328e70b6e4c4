"""Moving inside a pane: rows of a tree, of the causes, of the drawer; folding; choosing."""

from __future__ import annotations

from ttdebug.tui.doing.base import Doing
from ttdebug.tui.doing.travelling import Count
from ttdebug.tui.widgets.lines import VirtualLines


class RowDoing(Doing):
    """Acts on the focused pane, or for J and K on the one beside the timeline."""

    def _lines(self) -> VirtualLines:
        zone = self.arrangement.zone
        if zone == "drawer":
            return self.screen.lines(self.arrangement.keyed_list)
        return self.screen.lines(zone)

    def do_next_row(self, count: Count) -> None:
        """A row down in this pane."""
        self.showing.select_row(self._lines(), count or 1)

    def do_previous_row(self, count: Count) -> None:
        """A row up in this pane."""
        self.showing.select_row(self._lines(), -(count or 1))

    def do_next_path(self, count: Count) -> None:
        """A row down in the pane beside the timeline."""
        self.showing.select_row(self.screen.lines(self.arrangement.tab), count or 1)

    def do_previous_path(self, count: Count) -> None:
        """A row up in the pane beside the timeline."""
        self.showing.select_row(self.screen.lines(self.arrangement.tab), -(count or 1))

    def do_unfold(self, count: Count) -> None:
        """Open this container, or go inside it."""
        self.showing.sides.unfold()

    def do_fold(self, count: Count) -> None:
        """Close this container, or go to the one around it."""
        self.showing.sides.fold()

    def do_choose(self, count: Count) -> None:
        """Go to the row's event, or open the row."""
        if self.arrangement.zone == "drawer":
            self.showing.drawer.choose()
            return
        lines = self._lines()
        target = lines.target
        if target.seq is not None and target.seq != self.desk.position.seq:
            self.showing.go(self.desk.at(target.seq))
        elif self.arrangement.zone in ("state", "event"):
            self.showing.sides.toggle()
