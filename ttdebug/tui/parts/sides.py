"""The panes that explain a position: diff, state, event, causality; loaded when seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ttdebug.errors import TtdebugError
from ttdebug.tui import causes, compared, panes
from ttdebug.tui.loader import Loader
from ttdebug.view import diff
from ttdebug.view.gate import safe
from ttdebug.view.line import Rows
from ttdebug.view.matches import Matches
from ttdebug.view.state_tree import StateTree
from ttdebug.view.writes import Writes

if TYPE_CHECKING:
    from ttdebug.tui.layout import Zone
    from ttdebug.tui.loader import Show
    from ttdebug.tui.panes import Layout, Seen
    from ttdebug.tui.screens.main import MainScreen
    from ttdebug.tui.widgets.lines import VirtualLines


class SidePart:
    """Loads the panes in sight for the desk's position."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._desk = screen.desk
        self._arrangement = screen.arrangement
        self._side = Loader(screen, "side")
        self._causes = Loader(screen, "causes")
        self._matches: Matches | None = None
        self._unfolded: dict[str, frozenset[str]] = {"state": frozenset(), "event": frozenset()}

    def sought(self, matches: Matches | None) -> None:
        """Count what matches in folded rows from now on, or no longer."""
        if matches is not self._matches:
            self._matches = matches
            self.load()

    def load(self) -> None:
        """Show the position in the panes that can be seen."""
        shape = self._arrangement.shape
        if shape is None:
            return
        if shape.panes[1] or shape.changed:
            self._side.load(self._load_side)
        if shape.panes[2]:
            self._causes.load(self._load_causes)

    # Diff, state, event

    def _load_side(self) -> Show:
        desk = self._desk
        try:
            seen = panes.look(desk.trace, desk.position)
        except TtdebugError as error:
            return self._shower("diff", panes.message(str(safe(str(error)))))
        if seen is None:
            layout = panes.message("The start. j goes to the first event")
            return self._shower(self._arrangement.tab, layout, seen)
        if self._arrangement.tab == "event" and not self._only_timeline():
            return self._shower(
                "event",
                panes.event_layout(desk.trace, seen, self._unfolded["event"], self._matches),
                seen,
            )
        if seen.owner is None:
            return self._shower(self._arrangement.tab, self._no_state(seen), seen)
        if self._arrangement.tab == "state" and not self._only_timeline():
            layout = panes.state_layout(
                desk.trace,
                seen,
                self._unfolded["state"],
                desk.watched_pointers(seen),
                self._matches,
            )
            return self._shower("state", layout, seen)
        return self._load_diff(seen)

    def _only_timeline(self) -> bool:
        """Whether the narrow screen shows the timeline, with what changed below it."""
        shape = self._arrangement.shape
        return shape is not None and not shape.panes[1]

    def _no_state(self, seen: Seen) -> Layout:
        return panes.no_state(self._desk.trace, seen)

    def _load_diff(self, seen: Seen) -> Show:
        desk = self._desk
        step = panes.step_of(desk.trace, seen)
        assert step is not None

        def writes(rows: Rows) -> Writes | None:
            desk.follow_change(rows)
            return desk.latest_writes(seen)

        options = diff.Options(
            watched=desk.watched_pointers(seen),
            unfolded=desk.unfolded,
            height=self._screen.lines("diff").size.height,
            seq=seen.event.seq,
            writes=writes,
        )
        shape = self._arrangement.shape
        if self._only_timeline() and shape is not None:
            height = shape.changed
            return self._shower(
                "changed", lambda width: diff.brief(step, width, height, options), seen
            )
        if desk.anchor is not None and desk.anchor != desk.position:
            return self._shower("diff", compared.layout(desk, seen, options), seen)
        if step.delta is None and step.last_snapshot is None:
            return self._shower("diff", self._no_state(seen), seen)
        return self._shower("diff", lambda width: diff.step_rows(step, width, options), seen)

    def _shower(self, name: str, layout: Layout, seen: Seen | None = None) -> Show:
        def show() -> None:
            self._desk.selection.seen = seen
            if name == "changed":
                self._show_changed(layout)
                return
            lines = self._screen.lines(name)
            if lines.size.width:
                rows = layout(lines.size.width)
                lines.show(rows, self._row_of_selected(name, rows))
                self._desk.follow_change(rows if name == "diff" else None)

        return show

    def _show_changed(self, layout: Layout) -> None:
        rows = layout(self._screen.size.width)
        box = self._screen.box("changed")
        box.show([rows.line(index) for index in range(len(rows))])
        self._desk.follow_change(rows)
        self._screen.showing.drawer.rules()

    def _row_of_selected(self, name: str, rows: Rows) -> int:
        """Where the selected path stands in a tree; elsewhere the row is remembered by number."""
        if name == "event":
            return min(max(self._screen.lines("event").cursor, 0), len(rows) - 1)
        if name == "diff" and self._arrangement.zone != "diff":
            return -1
        wanted = self._desk.selection.path
        if name == "state" and isinstance(rows, StateTree):
            found = rows.reveal(wanted) if wanted else None
            self._unfolded["state"] = rows.unfolded
            return 0 if found is None else found
        return -1 if wanted is None else row_of(rows, wanted)

    # Causes

    def _load_causes(self) -> Show:
        desk = self._desk
        try:
            layout = causes.layout(desk)
        except TtdebugError as error:
            told = panes.message(str(safe(str(error))))
            layout = lambda width, height: told(width)  # noqa: E731 - the same shape as above

        def show() -> None:
            lines = self._screen.lines("causality")
            width, height = lines.size
            if width:
                lines.show(layout(width, height))

        return show

    # The cursor inside a pane

    def point(self, lines: VirtualLines, index: int) -> None:
        """Put a pane's cursor on a row and take over the path or the event it stands for."""
        lines.move_to(index)
        if lines.id in ("diff", "state"):
            path = lines.target.path
            if path is not None:
                self._desk.selection.pinned = path
            self._screen.showing.footer()

    def toggle(self) -> None:
        """Fold or unfold the cursor's row."""
        self._refold(_toggled)

    def unfold(self) -> None:
        """Unfold the cursor's row, or go to the first row inside."""
        self._refold(lambda tree, index: index if tree.unfold(index) else index + 1)

    def fold(self) -> None:
        """Fold the cursor's row, or the one around it."""
        self._refold(lambda tree, index: tree.fold(index))

    def _refold(self, change: Callable[[StateTree, int], int]) -> None:
        name: Zone = self._arrangement.tab
        lines = self._screen.lines(name)
        tree = lines.rows
        if not isinstance(tree, StateTree) or lines.cursor < 0:
            return
        index = min(change(tree, lines.cursor), len(tree) - 1)
        self._unfolded[name] = tree.unfolded
        lines.show(tree, index)
        self.point(lines, index)


def _toggled(tree: StateTree, index: int) -> int:
    tree.toggle(index)
    return index


def row_of(rows: Rows, pointer: str) -> int:
    """The row of a path among rows that are few enough to look through."""
    for index in range(min(len(rows), 2_000)):
        if rows.target(index).path == pointer:
            return index
    return -1
