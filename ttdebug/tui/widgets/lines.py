"""The base of everything that draws: lines become strips, and only changed cells are repainted.

A cursor moves over the lines; no file is read while painting but through a cached window.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ttdebug.view import cells
from ttdebug.view.ascii import to_ascii
from ttdebug.view.highlight import Each, highlighted
from ttdebug.view.line import NOWHERE, Cursor, FixedRows, Line, Rows, Target
from ttdebug.view.line import width as line_width

if TYPE_CHECKING:
    from ttdebug.tui.theme import Ink

_PAGE: Final = Color(0, 0, 0)
_STRIPS: Final = 256
"""Lines whose strips are kept: rows move up and down more often than they become others."""
SCROLL_MARGIN: Final = 3
"""Rows kept in sight beyond the cursor."""


def strip_of(line: Line, ink: Ink, width: int, row: str = "") -> Strip:
    """A line as exactly `width` cells; `row` is the background token of the cells it leaves."""
    segments = []
    used = 0
    for text, words in line:
        shown = text if ink.glyphs else to_ascii(text)
        segments.append(Segment(shown, ink.style(words, row)))
        used += cell_len(text)
    if used < width:
        segments.append(Segment(" " * (width - used), ink.style("fg", row)))
    strip = Strip(segments, max(used, width))
    return strip.crop(0, width) if used > width else strip


def changed_cells(old: Line, new: Line, width: int) -> tuple[int, int]:
    """The stretch of cells outside of which two lines look the same."""
    index = 0
    least = min(len(old), len(new))
    while index < least and old[index] == new[index]:
        index += 1
    start, stop = line_width(old[:index]), line_width(new)
    if line_width(old) != stop:
        return start, width
    back = 1
    while back <= least - index and old[-back] == new[-back]:
        stop -= cells.width(old[-back].text)
        back += 1
    return start, max(stop, start + 1)


class Painted(Widget):
    """A widget that paints whole lines itself, without borders, padding or markup."""

    ALLOW_SELECT = False
    page_token = ""
    """The background of cells that bring none: "" is the page, dialogs are `raised`."""

    def __init__(self, *, name: str | None = None, id: str | None = None) -> None:  # noqa: A002
        super().__init__(name=name, id=id)
        self._painted: dict[int, tuple[Line, Strip]] = {}
        self._strips: dict[tuple[Line, str], Strip] = {}
        self._mood_painted: tuple[int, Ink, bool] | None = None

    def content(self, y: int, width: int) -> tuple[Line, str]:
        """The line in row `y` of the widget, and the token of its background; pure."""
        raise NotImplementedError

    @property
    def ink(self) -> Ink:
        """The styles of the theme in use."""
        ink: Ink = self.app.ink  # type: ignore[attr-defined]  # every app here is a DebuggerApp
        return ink

    def render_lines(self, crop: Region) -> list[Strip]:
        """What the compositor asks for: the crop's rows, through the app's filters."""
        start, stop = crop.column_span
        return self.stretches([(y, start, stop) for y in crop.line_range])

    def stretches(self, cells: Iterable[tuple[int, int, int]]) -> list[Strip]:
        """Stretches of rows as (row, start, stop), through the app's filters."""
        width = self.size.width
        veiled = self.screen.has_class("veiled")
        mood = (width, self.ink, veiled)
        if mood != self._mood_painted:
            self._mood_painted = mood
            self._painted = {}
            self._strips = {}
        self.prepare()
        filters = [*self.get_line_filters(), *self.ink.veil(veiled=veiled)]
        return [self._paint(y, width, filters).crop(start, stop) for y, start, stop in cells]

    def prepare(self) -> None:
        """Called once before rows are asked for their content."""

    def _paint(self, y: int, width: int, filters: Sequence[LineFilter]) -> Strip:
        """The strip of a row, made anew only if no row had its line lately."""
        line, row = self.content(y, width)
        known = self._painted.get(y)
        if known is not None and known[0] is line:
            return known[1]
        strip = self._strips.get((line, row))
        if strip is None:
            strip = self.strip(line, width, row)
            segments = whole = list(strip)
            for line_filter in filters:
                segments = line_filter.apply(segments, _PAGE)
            if segments is not whole:
                strip = Strip(segments, width)
            if len(self._strips) > _STRIPS:
                self._strips.clear()
            self._strips[line, row] = strip
        self._painted[y] = (line, strip)
        return strip

    def strip(self, line: Line, width: int, row: str = "") -> Strip:
        """A line in this app's colours."""
        return strip_of(line, self.ink, width, row or self.page_token)

    def refresh_changes(self, old: Sequence[Line], new: Sequence[Line]) -> None:
        """Paint again the cells in which lines differ from those that stood here."""
        width, height = self.size
        rows = zip_longest(old[:height], new[:height], fillvalue=())
        regions = []
        for y, (was, now) in enumerate(rows):
            if was != now:
                start, stop = changed_cells(was, now, width)
                regions.append(Region(start, y, stop - start, 1))
        if regions:
            self.refresh(*regions)

    def refresh_rows(self, rows: Iterable[int]) -> None:
        """Paint only these rows of the widget again."""
        width, height = self.size
        regions = [Region(0, y, width, 1) for y in sorted(set(rows)) if 0 <= y < height]
        if regions:
            self.refresh(*regions)


class LineBox(Painted):
    """A few lines, set from outside; rows that did not change are not painted again."""

    def __init__(self, name: str, *, row: str = "") -> None:
        super().__init__(id=name)
        self._lines: tuple[Line, ...] = ()
        self._row = row

    def show(self, lines: Sequence[Line]) -> None:
        """Replace what stands here."""
        old, self._lines = self._lines, tuple(lines)
        self.refresh_changes(old, self._lines)

    def content(self, y: int, width: int) -> tuple[Line, str]:
        """The line at `y`, or an empty one."""
        return (self._lines[y] if y < len(self._lines) else ()), self._row


class VirtualLines(Painted):
    """Any number of lines of which only those in sight exist, with a cursor that may be hidden."""

    class Pointed(Message):
        """The person pointed at a line with the mouse; twice chooses it."""

        def __init__(self, lines: VirtualLines, index: int, *, twice: bool) -> None:
            super().__init__()
            self.lines = lines
            self.index = index
            self.twice = twice

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.head: tuple[Line, ...] = ()
        self.rows: Rows = FixedRows((), 0)
        self.top = 0
        self.cursor = -1
        self._lit = False
        self.sought: tuple[Each, int] | None = None
        """What to mark in every line, and from which cell on."""
        self._in_sight: list[Line] = []

    @property
    def page(self) -> int:
        """Lines in sight."""
        return max(1, self.size.height - len(self.head))

    @property
    def target(self) -> Target:
        """What the cursor's line stands for."""
        if 0 <= self.cursor < len(self.rows):
            return self.rows.target(self.cursor)
        return NOWHERE

    def show(
        self, rows: Rows, cursor: int = -1, *, top: int = -1, head: Sequence[Line] = ()
    ) -> None:
        """Replace everything; rows in sight that look as before are not painted again."""
        self.rows, self.cursor = rows, min(cursor, len(rows) - 1)
        self.head = tuple(head)
        self._set_top(self.top if top < 0 else top)
        if self.cursor >= 0:
            self._scroll_into_sight(self.cursor)
        before, self._in_sight = self._in_sight, [self._line(y) for y in range(self.size.height)]
        if before:
            self.refresh_changes(before, self._in_sight)
        else:
            self.refresh()

    def prepare(self) -> None:
        """Draw the lines in sight, unless they are drawn."""
        height = self.size.height
        if len(self._in_sight) != height:
            self._in_sight = [self._line(y) for y in range(height)]

    def content(self, y: int, width: int) -> tuple[Line, str]:
        """A head line, a line of the list, or nothing."""
        return (self._in_sight[y] if y < len(self._in_sight) else ()), ""

    def _line(self, y: int) -> Line:
        if y < len(self.head):
            return self.head[y]
        index = self.top + y - len(self.head)
        if index >= len(self.rows):
            return ()
        line = self.rows.line(index, self._mood(index))
        return highlighted(line, *self.sought) if self.sought else line

    def _mood(self, index: int) -> Cursor:
        if index != self.cursor:
            return "none"
        return "focus" if self._lit else "other"

    def light(self, *, lit: bool) -> None:
        """The pane has the focus, so that its cursor row is the loud one, or no longer."""
        if lit != self._lit:
            self._lit = lit
            self._renew(self.cursor)

    def forget(self) -> None:
        """Paint everything again: the theme, or what the rows are made from, is another."""
        self._in_sight.clear()
        self.refresh()

    def _row_of(self, index: int) -> int:
        row = index - self.top + len(self.head)
        return row if row >= len(self.head) else -1

    def move_to(self, index: int) -> None:
        """Put the cursor on a line and bring it into sight; paints two rows where it can."""
        old, self.cursor = self.cursor, min(index, len(self.rows) - 1)
        if self._scroll_into_sight(index):
            self._in_sight.clear()
            self.refresh()
        elif old != index:
            self._renew(old, index)

    def _renew(self, *indices: int) -> None:
        """Draw some lines again."""
        rows = [self._row_of(index) for index in indices]
        if len(self._in_sight) == self.size.height:
            for y in rows:
                if 0 <= y < len(self._in_sight):
                    self._in_sight[y] = self._line(y)
        self.refresh_rows(rows)

    def _scroll_into_sight(self, index: int) -> bool:
        """Rows stand still until the cursor nears an edge; then it is brought to the middle."""
        page, top = self.page, self.top
        margin = min(SCROLL_MARGIN, (page - 1) // 2)
        if top + margin <= index <= top + page - 1 - margin:
            return self._set_top(top)
        return self._set_top(index - page // 2)

    def _set_top(self, top: int) -> bool:
        top = max(0, min(top, len(self.rows) - self.page))
        changed = top != self.top
        self.top = top
        return changed

    def scroll_lines(self, by: int) -> None:
        """Move what is in sight, not the cursor."""
        if self._set_top(self.top + by):
            self._in_sight.clear()
            self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three lines per notch."""
        event.stop()
        self.scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three lines per notch."""
        event.stop()
        self.scroll_lines(-3)

    def on_click(self, event: events.Click) -> None:
        """Tell which line was meant."""
        index = self.top + event.y - len(self.head)
        if event.y >= len(self.head) and index < len(self.rows):
            event.stop()
            self.post_message(self.Pointed(self, index, twice=event.chain > 1))
