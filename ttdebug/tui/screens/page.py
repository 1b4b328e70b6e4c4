"""What screens that take the whole terminal share: header, footer, keys from one table, help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.widget import Widget

from ttdebug.errors import TtdebugError
from ttdebug.replay.work import Work
from ttdebug.tui.background import Background, Finished, Progressed, Show
from ttdebug.tui.keymap import key_label
from ttdebug.tui.screens.keys_help import KeysHelp
from ttdebug.tui.screens.modal import Modal, Result
from ttdebug.tui.widgets.lines import LineBox, Painted, VirtualLines
from ttdebug.view import cells, frame, line
from ttdebug.view.gate import Safe, lit, safe
from ttdebug.view.line import NOWHERE, FixedRows, Span, span


class PageKey(NamedTuple):
    """Keys of a page: the method they call, what that does, and in how few words."""

    keys: str
    method: str
    does: str
    hint: str = ""


class Page(Modal[Result]):
    """A screen over the debugger. `parts` stand between header and footer."""

    KEYS: ClassVar[tuple[PageKey, ...]] = ()
    MAIN: ClassVar[str]
    """The list that shows what was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.busy = Background(self, "page")
        self.said: tuple[str, str] = ("", "dim")

    def parts(self) -> Sequence[Widget]:
        """The widgets in the middle."""
        raise NotImplementedError

    def heading(self) -> Sequence[Span]:
        """What stands in the header after the program's name."""
        raise NotImplementedError

    def fit_parts(self, width: int, height: int) -> None:
        """Give the parts their heights."""

    def redraw(self) -> None:
        """Draw the parts at their sizes."""

    def compose(self) -> ComposeResult:
        """Header, parts, footer."""
        yield LineBox("header", row="surface")
        yield from self.parts()
        yield LineBox("footer", row="surface")

    def on_resize(self, event: events.Resize) -> None:
        """Lay all of it out again."""
        self.hide_if_cramped(event.size)
        self.fit_parts(event.size.width, event.size.height)
        self.call_after_refresh(self._drawn)

    async def _drawn(self) -> None:
        self.refresh_page()
        await self.open_for_keys()

    def refresh_page(self) -> None:
        """Draw everything."""
        if self.is_attached and self.size.width:
            self.redraw()
            self.header()
            self.footer()

    def veil(self, *, veiled: bool) -> None:
        """Step back behind a dialog, or come to the front again."""
        self.set_class(veiled, "veiled")
        for painted in self.query(Painted):
            painted.refresh()

    def leave(self, result: Result | None = None) -> None:
        """Close once, and stop what runs."""
        self.busy.stop()
        super().leave(result)

    # The main list

    @property
    def main(self) -> VirtualLines:
        """The list that shows what was asked for."""
        return self.lines(self.MAIN)

    @property
    def walkable(self) -> int:
        """How many rows the cursor can be on, from the first."""
        return len(self.main.rows)

    def move(self, by: int) -> None:
        """Other rows, up to the first or the last."""
        if self.walkable:
            self.main.move_to(min(max(self.main.cursor + by, 0), self.walkable - 1))
            self.moved()

    def moved(self) -> None:
        """The cursor is on another row."""

    def do_row(self, at: int) -> None:
        """Another row."""
        self.move(-1 if at % 2 else 1)

    def do_page(self, at: int) -> None:
        """A page of rows."""
        self.move(-self.main.page if at % 2 else self.main.page)

    # Frame

    def say(self, text: str, style: str = "dim") -> None:
        """One sentence at the right of the header."""
        self.said = (text, style)
        self.header()

    def header(self) -> None:
        """The program, what is shown, and the last sentence."""
        text, style = self.said
        left = [span(" "), span("ttdebug", "fg bold"), span("  "), *self.heading()]
        room = max(self.size.width - line.width(left) - 4, self.size.width // 3)
        right = [span(cells.fit(safe(text), room), style), span(" ")] if text else []
        self.box("header").show([line.sides(left, right, self.size.width, gap=3)])

    def footer(self) -> None:
        """The keys, as many as fit."""
        keys = [
            frame.Key(_label(key.keys), key.hint) for key in self.KEYS if key.hint and self.can(key)
        ]
        end = [frame.Key("esc", "back"), frame.Key("?", "help")]
        self.box("footer").show([frame.footer(keys, end, self.size.width)])

    def can(self, key: PageKey) -> bool:
        """Whether a key does something now, so that the footer shows it."""
        return True

    # Work

    def load(self, what: str, work: Callable[[Work], Show]) -> None:
        """Work in the background and show what it returns."""
        self.busy.run(what, work)

    @on(Progressed)
    def _progressed(self, event: Progressed) -> None:
        if self.busy.running:
            done, total = event.done, event.total
            share = f" of {total:,}  {100 * done // total}%" if total else ""
            self.say(f"{event.what}  {done:,}{share}  esc stops")

    @on(Finished)
    def _finished(self, event: Finished) -> None:
        if not self.is_attached or not event.background.take(event):
            return
        if event.show is None:
            self.failed(event.fault)
            return
        if event.background is self.busy:
            self.said = ("", "dim")
        self.attempt(event.show)
        self.header()

    def failed(self, fault: str) -> None:
        """What was asked for cannot be had: said where it was to be, or else in the header."""
        if len(self.main.rows):
            self.say(fault, "change")
            return
        self.say("")
        width = self.main.size.width
        told = [(span(" "), span(part, "change")) for part in cells.wrap(safe(fault), width - 2)]
        rows = [(), *told, (), (span(" esc goes back", "dim"),)]
        self.main.show(FixedRows([(row, NOWHERE) for row in rows], width))

    def attempt(self, do: Show) -> None:
        """Do something; what goes wrong becomes a sentence."""
        try:
            do()
        except TtdebugError as error:
            self.failed(str(error))

    # Keys

    def pressed(self, key: str) -> None:
        """Leave, help, or what the table says."""
        if key == "q":
            self.leave()
        elif key in ("?", "f1"):
            told = [(_label(key.keys), key.does) for key in self.KEYS]
            self.app.push_screen(KeysHelp([*told, ("esc q", "back")]))
        else:
            self._do(key)

    def _do(self, key: str) -> None:
        found = next((one for one in self.KEYS if key in one.keys.split()), None)
        if found is not None:
            at = found.keys.split().index(key)
            method: Callable[[int], None] = getattr(self, f"do_{found.method}")
            self.attempt(lambda: method(at))
            self.footer()


def _label(keys: str) -> Safe:
    """The first two keys, as people write them; their other names are not shown."""
    return lit(" ".join(key_label(key) for key in keys.split()[:2]))
