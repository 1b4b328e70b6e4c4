"""The drawer: breakpoints, hits, log and history at the left, watches at the right."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

from ttdebug import paths
from ttdebug.model import MISSING
from ttdebug.tui import panes, past, samples
from ttdebug.tui.drawn import DrawnRows
from ttdebug.tui.loader import Loader
from ttdebug.tui.widgets.rule import Part, Rule, Tab
from ttdebug.view import drawer
from ttdebug.view.line import Cursor, Line, Rows, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ttdebug.tui.loader import Show
    from ttdebug.tui.screens.main import MainScreen
    from ttdebug.view.plots import Sample

_SAMPLES: Final = 40
"""Values per sparkline; a strip is never wider."""


class DrawerPart:
    """Fills the drawer and, on a narrow screen, the one watch under the timeline."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._desk = screen.desk
        self._arrangement = screen.arrangement
        self._watches = Loader(screen, "watches")
        self._past = Loader(screen, "past")
        self._samples = Loader(screen, "samples", slow=True)
        self._sampled: dict[str, Sequence[Sample]] = {}
        self._sampled_at: Sequence[int] = ()
        self._sampled_for: tuple[object, ...] | None = None

    def rebuild(self) -> None:
        """Everything again."""
        self._sample()
        self.show_list()
        self.follow()

    def grown(self) -> None:
        """The recording is longer: sparklines reach further."""
        self._sampled_for = None
        self.rebuild()

    def follow(self) -> None:
        """The position moved: values of watches, and what stopped us."""
        shape = self._arrangement.shape
        if shape is None or not (shape.drawer or shape.watch):
            return
        if self._arrangement.drawer in ("breakpoints", "hits", "history"):
            self.show_list()
        if self._arrangement.drawer != "history":
            self._watches.load(self._load_watches)

    def rules(self) -> None:
        """The rule above: tabs with their counts, or the title of what changed here."""
        shape = self._arrangement.shape
        if shape is None:
            return
        rule = self._screen.query_one("#below", Rule)
        if not shape.drawer:
            tab = Tab("changed", "Changed here", self._desk.change_counts())
            rule.show([Part(0, shape.width, (tab,))])
            return
        desk, at = self._desk, self._arrangement.drawer
        focused = self._arrangement.zone == "drawer"
        tabs = [
            Tab("breakpoints", "Breakpoints", _count(len(desk.points)), at == "breakpoints"),
            Tab("hits", "Hits", _count(len(desk.hit_list)), at == "hits"),
            Tab("log", "Log", _count(len(desk.log)), at == "log"),
            Tab("history", "History", str(desk.selection.name or ""), at == "history"),
        ]
        watches = Tab("watches", "Watches", _count(len(desk.session.watches)))
        above = [] if shape.panes.count(0) == 2 else shape.dividers
        if at == "history":
            watches = Tab("watches", "Writes")
        left = shape.drawer_left
        parts = [Part(0, left, tuple(tabs), focused=focused and at != "watches")]
        if left < shape.width:
            beside = shape.width - left - 1
            lit = focused and at == "watches"
            parts.append(Part(left + 1, beside, (watches,), focused=lit))
        rule.show(parts, above=above, below=[left] if left < shape.width else [])

    # The list at the left

    def show_list(self) -> None:
        """The tab that is open."""
        lines = self._screen.lines("list")
        width = lines.size.width
        if not width or self._arrangement.shape is None or not self._arrangement.shape.drawer:
            return
        cursor = max(lines.cursor, 0) if self._arrangement.zone == "drawer" else self._here
        if self._arrangement.drawer == "history":
            self._past.load(self._load_past)
            return
        rows = self._rows(width)
        lines.show(rows, min(cursor, len(rows) - 1))

    @property
    def _here(self) -> int:
        """The hit we stand at, or the one before, if hits are listed."""
        if self._arrangement.drawer != "hits":
            return -1
        return bisect_right(self._desk.found, self._desk.position.seq) - 1

    def _load_past(self) -> Show:
        """The history of the selected path: a plot and its writes, or writes alone."""
        desk, position = self._desk, self._desk.position
        left, right = self._screen.lines("list"), self._screen.lines("watches")
        owner, pointer = desk.owner, desk.selection.path
        if owner is None or pointer is None:
            told = panes.message("No path is selected. tab to State and choose one")
            return lambda: left.show(told(left.size.width))
        found = past.read(desk.trace, position, owner, pointer, left.size.width)

        def show() -> None:
            if self._arrangement.plotted != found.plottable:
                self._arrangement.plotted = found.plottable
                self._arrangement.lay_out()
                return
            writes = right if found.plottable else left
            if found.plottable:
                left.show(past.plot_rows(found, *left.size))
            if writes.size.width:
                rows = past.write_rows(found, writes.size.width)
                writes.show(rows, found.nearest(position.seq))

        return show

    def _rows(self, width: int) -> Rows:
        desk = self._desk
        shown = self._arrangement.drawer
        if shown == "hits":
            return self._hit_rows(width)
        if shown == "log":
            entries = desk.log
            return (
                DrawnRows(
                    len(entries),
                    lambda index, cursor: drawer.log_row(*entries[index], width, cursor),
                    lambda index: Target(None, entries[index][0]),
                )
                if entries
                else panes.message("Nothing was logged. :log collects lines")(width)
            )
        if not len(desk.points):
            return panes.message("No breakpoints. b sets one from this event")(width)
        items = desk.stop_items()
        return DrawnRows(
            len(items), lambda index, cursor: drawer.breakpoint_row(items[index][1], width, cursor)
        )

    def _hit_rows(self, width: int) -> Rows:
        desk = self._desk
        found = desk.hit_list
        if not found:
            return panes.message("No hits. / searches, c goes to the next hit")(width)

        def draw(index: int, cursor: Cursor) -> Line:
            one = found[index]
            if one.finding is not None:
                return drawer.finding_row(one.finding, index + 1, width, cursor)
            event = desk.trace.event(one.seq)
            return drawer.hit_row(event, index + 1, one.reason, width, cursor)

        return DrawnRows(len(found), draw, lambda index: Target(None, found[index].seq))

    # What the cursor stands on

    @property
    def breakpoint(self) -> int | None:
        """The number of the breakpoint under the cursor."""
        cursor = self._screen.lines("list").cursor
        numbers = [point.number for point in self._desk.points]
        shown = self._arrangement.drawer == "breakpoints" and 0 <= cursor < len(numbers)
        return numbers[cursor] if shown else None

    @property
    def _watch_at(self) -> int | None:
        cursor = self._screen.lines("watches").cursor
        watched = 0 <= cursor < len(self._desk.session.watches)
        return cursor if self._arrangement.drawer == "watches" and watched else None

    @property
    def watch(self) -> str | None:
        """The watch under the cursor."""
        at = self._watch_at
        return None if at is None else self._desk.session.watches[at]

    @property
    def deletable(self) -> bool:
        """Whether the cursor's row can go."""
        return self.breakpoint is not None or self._watch_at is not None

    def delete(self) -> None:
        """Delete the cursor's breakpoint or watch."""
        if (number := self.breakpoint) is not None:
            self._desk.points.remove(number)
        elif (index := self._watch_at) is not None:
            del self._desk.session.watches[index]
        self._screen.showing.stops_changed()

    def choose(self) -> None:
        """Edit the cursor's breakpoint, or go to the event of the cursor's row."""
        if (number := self.breakpoint) is not None:
            self._screen.edit_breakpoint(number)
            return
        target = self._screen.lines(self._arrangement.keyed_list).target
        if target.seq is not None:
            self._screen.showing.go(self._desk.at(target.seq))

    # Watches at the right

    def _load_watches(self) -> Show:
        desk = self._desk
        items = [self._watch(text) for text in desk.session.watches]

        def show() -> None:
            shape = self._arrangement.shape
            if shape is None:
                return
            if shape.watch and items:
                width = self._screen.size.width
                (item,) = [one for one in items if one.mapped]
                self._screen.box("watch").show([drawer.watch_row(item, width)])
            lines = self._screen.lines("watches")
            width = lines.size.width
            if shape.drawer and width:
                cursor = max(lines.cursor, 0) if self._arrangement.drawer == "watches" else -1
                if items:
                    lines.show(
                        DrawnRows(
                            len(items),
                            lambda index, mood: drawer.watch_row(items[index], width, mood),
                            lambda index: Target(None, items[index].at),
                        ),
                        cursor,
                    )
                else:
                    lines.show(panes.message("No watches. w shows the selected path here")(width))

        return show

    def _watch(self, text: str) -> drawer.Watch:
        desk, position = self._desk, self._desk.position
        agent = desk.watch_owner(text, position.timeline)
        if agent is None:
            return drawer.Watch(text, mapped=text == desk.mapped_watch)
        path = paths.parse(text)
        write = desk.last_write(path, agent)
        value = write.new if write is not None else MISSING
        found = self._sampled.get(text, ())
        now = bisect_left(self._sampled_at, position.seq) if found else None
        return drawer.Watch(
            path=text,
            value=value,
            at=write.seq if write is not None else None,
            values=found,
            now=min(now, len(found) - 1) if now is not None else None,
            changed_here=write is not None and write.seq == position.seq,
            mapped=text == desk.mapped_watch,
        )

    def _sample(self) -> None:
        """Read the values for the sparklines, once per timeline and set of watches."""
        desk = self._desk
        timeline, watches = desk.position.timeline, tuple(desk.session.watches)
        if self._sampled_for == (timeline, watches):
            return
        self._sampled_for = (timeline, watches)
        lineage = desk.lineage
        count = min(_SAMPLES, len(lineage))
        seqs = [lineage.seq_at((step + 1) * len(lineage) // count - 1) for step in range(count)]
        trace = desk.trace

        def load() -> Show:
            found: dict[str, Sequence[Sample]] = {}
            for text in watches:
                agent = desk.watch_owner(text, timeline)
                if agent is not None:
                    path = paths.parse(text)
                    found[text] = samples.numbers(trace, timeline, agent, path, seqs)

            def show() -> None:
                self._sampled, self._sampled_at = found, seqs
                self.follow()

            return show

        self._samples.load(load)


def _count(number: int) -> str:
    return f"{number:,}" if number else ""
