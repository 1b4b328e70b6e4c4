"""The start without a path: recordings on this machine, with a closer look at one of them."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.message import Message
from textual.worker import get_current_worker

from ttdebug.errors import TtdebugError
from ttdebug.formats import discovery
from ttdebug.formats.cache import Cache
from ttdebug.formats.discovery import About
from ttdebug.tui.app import TerminalApp
from ttdebug.tui.drawn import DrawnRows
from ttdebug.tui.keymap import key_name
from ttdebug.tui.screens.keys_help import KeysHelp
from ttdebug.tui.shelf import Gap, Heading, Item, More, Row, Shelf
from ttdebug.tui.widgets.field import Field
from ttdebug.tui.widgets.lines import LineBox, VirtualLines
from ttdebug.view import frame, line, recordings
from ttdebug.view.gate import lit, safe
from ttdebug.view.line import NOWHERE, Cursor, FixedRows, Line, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ttdebug.store.trace import Cell

_REDRAW_EVERY: Final = 0.1
_LOW: Final = 20
"""Rows of a terminal from which there is room for a closer look."""

_HELP: Final = (
    ("letters", "filter by name, project, format or what it was about"),
    ("↓ ↑", "next / previous recording"),
    ("pgdn pgup", "a page down / up"),
    ("enter", "open it; on ⋯ show the rest of the group"),
    ("ctrl+s", "sort by another column"),
    ("esc", "clear the filter; without one, quit"),
    ("ctrl+q", "quit"),
)


def pick_recording(folder: Path) -> Path | None:
    """Let the person choose a recording; None if they left."""
    app = PickerApp(folder)
    chosen = app.run()
    return chosen if isinstance(chosen, Path) else None


class HeadRead(Message):
    """The head of a file was read; `about` is None where it is no recording."""

    def __init__(self, item: Item, about: About | None) -> None:
        super().__init__()
        self.item = item
        self.about = about


class ShapeRead(Message):
    """The stretches of a run were read, for a closer look."""

    def __init__(self, item: Item, shape: Sequence[Cell], last: int) -> None:
        super().__init__()
        self.item = item
        self.shape = shape
        self.last = last


class PickerApp(TerminalApp):
    """Exits with the path that was chosen."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._shelf = Shelf(folder)
        self._shown: list[Row] = []
        self._took = 0.0
        self._stale = False
        self._shapes: dict[Item, tuple[Sequence[Cell], int]] = {}

    def compose(self) -> ComposeResult:
        """Header, filter, column heads, list, a closer look, footer."""
        yield LineBox("header", row="surface")
        yield Field("filter", hint="Filter by name, project, format or what it was about")
        yield LineBox("columns")
        yield VirtualLines("recordings")
        yield LineBox("closer")
        yield LineBox("footer", row="surface")

    def on_mount(self) -> None:
        """Find files, then read their heads behind the screen."""
        began = time.perf_counter()
        self._shelf.look()
        self._took = time.perf_counter() - began
        self.query_one(Field).focus()
        self.set_interval(_REDRAW_EVERY, self._redraw_stale)
        self.run_worker(self._read_heads, thread=True)

    def on_resize(self, event: events.Resize) -> None:
        """Lay it out again."""
        closer = self._box("closer")
        closer.display = self.size.height >= _LOW
        closer.styles.height = recordings.PREVIEW
        self.call_after_refresh(self._redraw)

    def _read_heads(self) -> None:
        worker, cache = get_current_worker(), Cache.open()
        for item in list(self._shelf.unread()):
            if worker.is_cancelled:
                return
            self.post_message(HeadRead(item, discovery.read_about(item.found, cache)))

    @on(HeadRead)
    def _head_read(self, event: HeadRead) -> None:
        event.item.about = event.about
        event.item.refused = event.about is None
        self._stale = True

    @on(ShapeRead)
    def _shape_read(self, event: ShapeRead) -> None:
        self._shapes[event.item] = (event.shape, event.last)
        self._preview()

    @on(Field.Changed)
    def _filtered(self) -> None:
        self._shelf.filter = self.query_one(Field).text
        self._redraw(first=True)

    # Drawing

    def _redraw_stale(self) -> None:
        """Heads come by the hundred; the list follows ten times a second."""
        if self._stale:
            self._stale = False
            self._redraw()

    def _redraw(self, *, first: bool = False) -> None:
        width = self.size.width
        lines = self.query_one(VirtualLines)
        kept = lines.cursor if not first else -1
        before = self._shown[kept] if 0 <= kept < len(self._shown) else None
        self._shown = self._shelf.rows()
        choices = self._choices()
        cursor = next((i for i in choices if self._shown[i] == before), min(choices, default=-1))
        lines.light(lit=True)
        if self._shown:
            lines.show(DrawnRows(len(self._shown), self._row), cursor)
        else:
            lines.show(FixedRows([((self._nothing(),), NOWHERE)], width))
        found = sum(not item.refused for item in self._shelf.items)
        here = safe(str(self._folder).replace(str(Path.home()), "~"))
        count = f"   {found:,} found in {self._took * 1000:.0f} ms "
        self._box("header").show([
            line.sides(
                [span(" ttdebug", "fg bold"), span("   recordings", "dim")],
                [span(here, "dim"), span(lit(count), "faint")], width,
            )
        ])  # fmt: skip
        self._box("columns").show([(), recordings.heads(width)])
        keys = [
            frame.Key("enter", "open"),
            frame.Key("↑ ↓", "choose"),
            frame.Key("ctrl+s", f"sort: {self._shelf.order}"),
        ]
        leaves = frame.Key("esc", "clear the filter" if self._shelf.filter else "quit")
        self._box("footer").show([frame.footer(keys, [leaves, frame.Key("f1", "help")], width)])
        self._preview()

    def _nothing(self) -> line.Span:
        if self._shelf.filter:
            return span("   Nothing fits. Backspace widens the filter", "dim")
        return span("   No recording here. Record one, or give a path: ttdebug PATH", "dim")

    def _box(self, name: str) -> LineBox:
        return self.query_one(f"#{name}", LineBox)

    def _row(self, index: int, cursor: Cursor) -> Line:
        row, width = self._shown[index], self.size.width
        if isinstance(row, Heading):
            return (span(lit(f" {row.group}"), "fg bold"), span(lit(f"  {row.number:,}"), "faint"))
        if isinstance(row, More):
            return line.mark((span(lit(f"   ⋯ {row.number:,} more"), "dim"),), width, cursor)
        if isinstance(row, Gap):
            return ()
        return line.mark(recordings.row(row.listed, width), width, cursor)

    # A closer look

    def _preview(self) -> None:
        box = self._box("closer")
        if not box.display:
            return
        item = self._chosen()
        if not isinstance(item, Item):
            box.show([])
            return
        shape, last = self._shapes.get(item, ((), 0))
        where = str(item.found.path).replace(str(Path.home()), "~")
        box.show(recordings.preview(item.listed, where, shape, last, self.size.width))
        indexed = item.about.indexed if item.about is not None else None
        if indexed is not None and item not in self._shapes:
            self._shapes[item] = ((), 0)
            self.run_worker(lambda: self._read_shape(item, indexed.path), thread=True)

    def _read_shape(self, item: Item, path: Path) -> None:
        from ttdebug.store.trace import Trace

        with suppress(TtdebugError), Trace.open(path) as trace:
            shape = discovery.cells(trace, self.size.width)
            self.post_message(ShapeRead(item, shape, trace.last_seq))

    # Keys

    @on(Field.Submitted)
    def _submitted(self) -> None:
        self._open()

    @on(VirtualLines.Pointed)
    def _pointed(self, event: VirtualLines.Pointed) -> None:
        if event.index in self._choices():
            event.lines.move_to(event.index)
            self._preview()
            if event.twice:
                self._open()

    async def on_key(self, event: events.Key) -> None:
        """Arrows choose, escape leaves; letters go to the filter."""
        key = key_name(event.key, event.character)
        lines = self.query_one(VirtualLines)
        if key == "escape" and self._shelf.filter:
            self.query_one(Field).set_text("")
        elif key in ("escape", "ctrl+c", "ctrl+q"):
            self.exit()
        elif key == "f1":
            self.push_screen(KeysHelp(_HELP))
        elif key == "ctrl+s":
            self._shelf.sort()
            self._redraw(first=True)
        elif key in ("up", "down", "pageup", "pagedown"):
            far = lines.page if key.startswith("page") else 1
            self._move(far if key.endswith("down") else -far)

    def _choices(self) -> list[int]:
        return [at for at, row in enumerate(self._shown) if isinstance(row, Item | More)]

    def _chosen(self) -> Row | None:
        cursor = self.query_one(VirtualLines).cursor
        return self._shown[cursor] if 0 <= cursor < len(self._shown) else None

    def _move(self, by: int) -> None:
        lines, choices = self.query_one(VirtualLines), self._choices()
        if choices:
            here = choices.index(lines.cursor) if lines.cursor in choices else 0
            lines.move_to(choices[min(max(here + by, 0), len(choices) - 1)])
            self._preview()

    def _open(self) -> None:
        row = self._chosen()
        if isinstance(row, More):
            self._shelf.unfold(row.group)
            self._redraw()
        elif isinstance(row, Item):
            self.exit(row.found.path)
