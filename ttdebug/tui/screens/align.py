"""Two timelines side by side by what was done on them, and the states where one stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.widget import Widget

from ttdebug.analyze.align import Alignment, Line, align
from ttdebug.analyze.sides import Comparison, Sides, compare_sides
from ttdebug.errors import NotFoundError, TtdebugError
from ttdebug.model import Position
from ttdebug.tui.background import Background, Show
from ttdebug.tui.clipboard import copy
from ttdebug.tui.retold import align_command, elsewhere
from ttdebug.tui.screens.compare import MOST, CompareScreen
from ttdebug.tui.screens.page import Page, PageKey
from ttdebug.tui.widgets.lines import LineBox, VirtualLines
from ttdebug.tui.widgets.rule import Part, Rule, Tab
from ttdebug.view import aligned, overview
from ttdebug.view.aligned import AlignedRows, Names
from ttdebug.view.gate import safe
from ttdebug.view.line import NOWHERE, FixedRows, Span, span
from ttdebug.view.side_by_side import ComparedRows

if TYPE_CHECKING:
    from ttdebug.replay.work import Work
    from ttdebug.tui.ends import Ends

_STATES: Final = 10
_SHORT: Final = 28

Find = Callable[["Work"], Sides]


class AlignScreen(Page[Position]):
    """Dismisses with a position to go to."""

    KEYS: ClassVar[tuple[PageKey, ...]] = (
        PageKey("j k down up", "row", "next / previous row", "row"),
        PageKey("n N", "divergence", "next / previous divergence", "divergence"),
        PageKey("pagedown pageup ctrl+d ctrl+u", "page", "a page down / up"),
        PageKey("g G home end", "ends", "the first / last row"),
        PageKey("enter", "go", "go to this side's event in the debugger", "go there"),
        PageKey("tab", "side", "the other side", "side"),
        PageKey("o", "unfold", "unfold or fold the equal rows here", "unfold"),
        PageKey("c", "compare", "compare the states here on a screen of their own", "compare"),
        PageKey("y", "copy", "copy this alignment as a command"),
    )

    MAIN = "pairs"

    def __init__(self, ends: Ends, find: Find) -> None:
        super().__init__()
        self._ends = ends
        self._find = find
        self._sides: Sides | None = None
        self._alignment: Alignment | None = None
        self._unfolded: frozenset[int] = frozenset()
        self._side = 0
        self._below = Background(self, "states")
        self._states: Comparison | None = None

    def parts(self) -> Sequence[Widget]:
        """The whole, the rows, the states at the cursor."""
        return [
            LineBox("overview"), Rule("rule"), VirtualLines("pairs"), Rule("below"),
            VirtualLines("states"),
        ]  # fmt: skip

    def on_mount(self) -> None:
        """Align."""
        self.main.light(lit=True)

        def work(work: Work) -> Show:
            sides = self._find(work)
            a, b = (Line(side.trace, side.timeline, side.seq) for side in sides)
            found = align(a, b, work)
            return lambda: self._show(sides, found)

        self.load("Aligning", work)

    def on_unmount(self) -> None:
        """Close the recordings that were opened for this."""
        self._ends.close()

    def heading(self) -> Sequence[Span]:
        """What is aligned with what."""
        if self._alignment is None:
            return [span("align", "dim")]
        names = self._names
        parts = [span("align ", "dim"), span(names.a, "fg bold"), span(" with ", "dim")]
        return [*parts, span(names.b, "fg bold")]

    @property
    def _names(self) -> Names:
        assert self._sides is not None
        a, b = self._sides.names
        return Names(safe(a, 60), safe(b, 60))

    def fit_parts(self, width: int, height: int) -> None:
        """The states take what is left below a tall list."""
        self.box("overview").styles.height = 4 if height >= _SHORT else 3
        self.lines("states").styles.height = min(_STATES, max(height // 4, 4))

    # Showing

    def _show(self, sides: Sides, found: Alignment) -> None:
        self._sides, self._alignment = sides, found
        self.redraw()
        first = found.first
        if first is None:
            self.say("Both did the same")
            return
        self.say(aligned.sized(found))
        self._go_to(found.stretches.index(first.stretch))

    def redraw(self) -> None:
        """Lay everything out at this width."""
        found, lines = self._alignment, self.main
        if found is None or not lines.size.width:
            return
        place = self._place
        rows = AlignedRows(found, lines.size.width, self._unfolded)
        cursor = max(lines.cursor, 0)
        if place is not None:
            cursor = rows.row_at(place.stretch, place.offset)
        lines.show(rows, min(cursor, len(rows) - 1))
        self.moved()

    @property
    def _place(self) -> aligned.Place | None:
        lines = self.main
        if isinstance(lines.rows, AlignedRows) and 0 <= lines.cursor < len(lines.rows):
            return lines.rows.place(lines.cursor)
        return None

    def moved(self) -> None:
        """The cursor is on another row: show where that is, and the states there."""
        found, place = self._alignment, self._place
        if found is None or place is None:
            return
        self._draw_overview()
        self._rules()
        stretch = found.stretches[place.stretch]
        here, there = found.at(stretch, place.offset)
        assert self._sides is not None
        a, b = self._sides
        sides = Sides(a._replace(position=here), b._replace(position=there))

        def work(work: Work) -> Show:
            try:
                states: Comparison | str = compare_sides(sides, limit=MOST)
            except TtdebugError as error:
                states = str(error)
            return lambda: self._show_states(states)

        self._below.run("Comparing", work)

    def _draw_overview(self) -> None:
        found, place, box = self._alignment, self._place, self.box("overview")
        if found is None or place is None:
            return
        width = box.size.width
        before = sum(map(len, found.stretches[: place.stretch]))
        lines = overview.overview(found, self._names, width, before + place.offset)
        told = aligned.told(found, place.stretch, self._names, width)
        box.show([*lines, told][: box.size.height])

    def _rules(self) -> None:
        width = self.size.width
        left = aligned.Columns(width).left
        names = self._names
        parts = [
            Part(0, left + 1, (Tab("a", names.a),), focused=self._side == 0),
            Part(left + 2, width - left - 2, (Tab("b", names.b),), focused=self._side == 1),
        ]
        self.query_one("#rule", Rule).show(parts)
        states = self._states
        told = ""
        if states is not None:
            rows = self.lines("states").rows
            counts = f" · {rows.counts()}" if isinstance(rows, ComparedRows) else ""
            told = f"{states.owners[1]}{counts}"
        title = Tab("states", "States here")
        self.query_one("#below", Rule).show([Part(0, width, (title,), safe(told, 80))])

    def _show_states(self, states: Comparison | str) -> None:
        lines = self.lines("states")
        width = lines.size.width
        if isinstance(states, str):
            self._states = None
            lines.show(FixedRows([((span(" "), span(safe(states), "dim")), NOWHERE)], width), top=0)
        else:
            self._states = states
            rows = ComparedRows(states.old, states.new, states.changes, states.touched, width)
            lines.show(rows, top=0)
        self._rules()

    # Keys

    def do_ends(self, at: int) -> None:
        """The first or the last row."""
        self.move(self.walkable if at % 2 else -self.walkable)

    def do_divergence(self, at: int) -> None:
        """The next or previous stretch that differs."""
        found, place = self._alignment, self._place
        if found is None or place is None:
            return
        step = -1 if at else 1
        index = place.stretch + step
        while 0 <= index < len(found.stretches):
            if found.stretches[index].kind != "same":
                self._go_to(index)
                return
            index += step
        raise NotFoundError(f"No divergence {'before' if at else 'after'} this one")

    def _go_to(self, stretch: int) -> None:
        lines = self.main
        if isinstance(lines.rows, AlignedRows):
            lines.move_to(lines.rows.row_at(stretch, 0))
            self.moved()

    @on(VirtualLines.Pointed)
    def _pointed(self, event: VirtualLines.Pointed) -> None:
        if event.lines.id != "pairs":
            return
        event.lines.move_to(event.index)
        self.moved()
        if event.twice:
            self.attempt(lambda: self.do_go(0))

    def do_side(self, at: int) -> None:
        """Enter means the other side."""
        self._side = 1 - self._side
        self._rules()

    def do_go(self, at: int) -> None:
        """Leave for this side's event."""
        side = self._here()[self._side]
        if not self._ends.own(side):
            raise NotFoundError(elsewhere(side, side.seq))
        self.leave(side.position)

    def _here(self) -> Sides:
        """Both sides where the cursor is."""
        found, place = self._alignment, self._place
        if found is None or place is None or self._sides is None:
            raise NotFoundError("Nothing is aligned yet")
        here, there = found.at(found.stretches[place.stretch], place.offset)
        a, b = self._sides
        return Sides(a._replace(position=here), b._replace(position=there))

    def do_unfold(self, at: int) -> None:
        """Show all rows of the equal stretch, or fold it again."""
        place = self._place
        if place is not None:
            self._unfolded = self._unfolded ^ {place.stretch}
            self.redraw()

    def do_compare(self, at: int) -> None:
        """The states here, on a screen of their own."""
        sides = self._here()

        def gone(position: Position | None) -> None:
            if position is not None:
                self.leave(position)

        self.app.push_screen(CompareScreen(self._ends, lambda work: sides, owns=False), gone)

    def do_copy(self, at: int) -> None:
        """The alignment as a command line."""
        if self._sides is None:
            raise NotFoundError("Nothing is aligned yet")
        copy(self.app, align_command(self._sides))
        self.say("Copied as a command")
