"""The start without a path: recordings found here, and those that come with ttdebug."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.message import Message
from textual.worker import get_current_worker

from ttdebug.tui.app import TerminalApp
from ttdebug.tui.drawn import DrawnRows
from ttdebug.tui.finding import About, Recording, find, read_about, samples
from ttdebug.tui.keymap import key_name
from ttdebug.tui.widgets.field import Field
from ttdebug.tui.widgets.lines import LineBox, VirtualLines
from ttdebug.view import cells, frame, line, numbers, plots
from ttdebug.view.gate import Safe, lit, safe
from ttdebug.view.line import NOWHERE, Cursor, FixedRows, Line, Span, span

_COLUMNS: Final = ("recording", "format", "agents", "events", "took", "activity", "when")
_REDRAW_EVERY: Final = 0.1
_HERE: Final = "This folder"
_OURS: Final = "Samples"


def pick_recording(folder: Path) -> Path | None:
    """Let the person choose a recording; None if they left."""
    app = PickerApp(folder)
    chosen = app.run()
    return chosen if isinstance(chosen, Path) else None


class HeadRead(Message):
    """The head of a file was read; `about` is None where it is no recording."""

    def __init__(self, recording: Recording, about: About | None) -> None:
        super().__init__()
        self.recording = recording
        self.about = about


class PickerApp(TerminalApp):
    """Exits with the path that was chosen."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._all: list[Recording] = []
        self._shown: list[Recording | str] = []
        self._took = 0.0
        self._stale = False

    def compose(self) -> ComposeResult:
        """Header, filter, column heads, list, footer."""
        yield LineBox("header", row="surface")
        yield Field("filter", hint="Filter by name or format")
        yield LineBox("columns")
        yield VirtualLines("recordings")
        yield LineBox("footer", row="surface")

    def on_mount(self) -> None:
        """Find files, then read their heads behind the screen."""
        began = time.perf_counter()
        self._all = list(find(self._folder, _HERE))
        ours = samples()
        inside = ours is not None and ours.is_relative_to(self._folder.resolve())
        if ours is not None and not inside:
            self._all += find(ours, _OURS)
        self._took = time.perf_counter() - began
        self.query_one(Field).focus()
        self.set_interval(_REDRAW_EVERY, self._redraw_stale)
        self.run_worker(self._read_heads, thread=True)

    def on_resize(self, event: events.Resize) -> None:
        """Lay it out again."""
        self.call_after_refresh(self._redraw)

    def _read_heads(self) -> None:
        worker = get_current_worker()
        for recording in list(self._all):
            if worker.is_cancelled:
                return
            self.post_message(HeadRead(recording, read_about(recording)))

    @on(HeadRead)
    def _head_read(self, event: HeadRead) -> None:
        event.recording.about = event.about
        event.recording.refused = event.about is None
        self._stale = True

    @on(Field.Changed)
    def _filtered(self) -> None:
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
        self._shown = self._grouped()
        choices = [i for i, row in enumerate(self._shown) if isinstance(row, Recording)]
        cursor = next((i for i in choices if self._shown[i] is before), min(choices, default=-1))
        lines.light(lit=True)
        if self._shown:
            lines.show(DrawnRows(len(self._shown), self._row), cursor)
        else:
            told = span("   No recording here. Record one, or give a path: ttdebug PATH", "dim")
            lines.show(FixedRows([((told,), NOWHERE)], width))
        found = sum(isinstance(row, Recording) for row in self._shown)
        here = safe(str(self._folder).replace(str(Path.home()), "~"))
        count = f"   {found:,} found in {self._took * 1000:.0f} ms "
        self._box("header").show([
            line.sides(
                [span(" ttdebug", "fg bold"), span("   recordings", "dim")],
                [span(here, "dim"), span(lit(count), "faint")], width,
            )
        ])  # fmt: skip
        self._box("columns").show([(), self._heads(width)])
        keys = [frame.Key("enter", "open"), frame.Key("↑ ↓", "choose"), frame.Key("esc", "quit")]
        self._box("footer").show([frame.footer(keys, [], width)])

    def _box(self, name: str) -> LineBox:
        return self.query_one(f"#{name}", LineBox)

    def _grouped(self) -> list[Recording | str]:
        words = self.query_one(Field).text.lower().split()
        rows: list[Recording | str] = []
        for group in (_HERE, _OURS):
            fitting = [
                one
                for one in self._all
                if one.group == group and not one.refused
                and all(word in _searchable(one) for word in words)
            ]  # fmt: skip
            fitting.sort(key=lambda one: -one.changed)
            if fitting:
                rows += [*([""] if rows else []), f"{group}  {len(fitting)}", *fitting]
        return rows

    def _heads(self, width: int) -> Line:
        texts = [lit(name) for name in _COLUMNS]
        return line.fit([span("   "), *_laid_out(texts, width, "faint")], width)

    def _row(self, index: int, cursor: Cursor) -> Line:
        row, width = self._shown[index], self.size.width
        if isinstance(row, str):
            title, _, count = row.partition("  ")
            return (span(lit(f" {title}"), "fg bold"), span(lit(f"  {count}"), "faint"))
        return line.mark(line.fit(_recording(row, width), width), width, cursor)

    # Keys

    @on(Field.Submitted)
    def _submitted(self) -> None:
        self._open()

    @on(VirtualLines.Pointed)
    def _pointed(self, event: VirtualLines.Pointed) -> None:
        if isinstance(self._shown[event.index], Recording):
            event.lines.move_to(event.index)
            if event.twice:
                self._open()

    async def on_key(self, event: events.Key) -> None:
        """Arrows choose, escape leaves; letters go to the filter."""
        key = key_name(event.key, event.character)
        lines = self.query_one(VirtualLines)
        if key in ("escape", "ctrl+c", "ctrl+q"):
            self.exit()
        elif key in ("up", "down", "pageup", "pagedown"):
            far = lines.page if key.startswith("page") else 1
            self._move(far if key.endswith("down") else -far)

    def _move(self, by: int) -> None:
        lines = self.query_one(VirtualLines)
        choices = [i for i, row in enumerate(self._shown) if isinstance(row, Recording)]
        if choices:
            here = choices.index(lines.cursor) if lines.cursor in choices else 0
            lines.move_to(choices[min(max(here + by, 0), len(choices) - 1)])

    def _open(self) -> None:
        cursor = self.query_one(VirtualLines).cursor
        row = self._shown[cursor] if 0 <= cursor < len(self._shown) else None
        if isinstance(row, Recording):
            self.exit(row.path)


def _searchable(recording: Recording) -> str:
    about = recording.about
    return f"{recording.name} {about.format if about else ''}".lower()


def _recording(recording: Recording, width: int) -> list[Span]:
    about = recording.about
    name = safe(recording.name, 200)
    if about is None:
        return [span("   "), *_laid_out([name, lit("…"), *[lit("")] * 5], width, "dim")]
    texts: list[Safe] = [
        name,
        safe(about.format),
        lit("–" if about.agents is None else str(about.agents)),
        lit("–" if about.events is None else f"{about.events:,}"),
        numbers.clock(about.took),
        lit(""),
        numbers.age(time.time() - recording.changed),
    ]
    spans = _laid_out(texts, width, "dim")
    spans[0] = Span(spans[0].text, "fg")
    heights = plots.heights(about.activity)
    bars = [
        span(plots.BLOCKS[height], "bar_error" if errors else "bar")
        for height, errors in zip(heights, about.errors, strict=True)
    ]
    at = next((i for i, part in enumerate(spans) if part.style == "activity"), None)
    if at is not None:
        gap = len(spans[at].text) - len(bars)
        spans[at : at + 1] = [*bars, span(" " * gap)]
    return [span("   "), *spans]


def _laid_out(texts: Sequence[Safe], width: int, style: str) -> list[Span]:
    """The columns of a row: numbers at the right of theirs, the picture only where it is wide."""
    name, kind, agents, count, took, activity, when = texts
    wide = width >= 100
    room = max(16, width - (14 + 8 + 12 + 10 + 8 + (24 if wide else 0) + 6))
    spans = [
        Span(cells.pad(cells.fit_left(name, room), room + 2), style),
        Span(cells.pad(kind, 14), style),
        Span(cells.pad_left(agents, 8), style),
        Span(cells.pad_left(count, 12), style),
        Span(cells.pad_left(took, 10), style),
    ]
    if wide:
        spans += [
            Span(lit("  "), style),
            Span(cells.pad(activity, 22), style if activity else "activity"),
        ]
    return [*spans, Span(cells.pad_left(when, 8), style)]
