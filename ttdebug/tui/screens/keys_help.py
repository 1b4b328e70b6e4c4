"""The keys of a page or a dialog with all their words."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from ttdebug.tui.screens.dialog import Dialog
from ttdebug.tui.widgets.lines import LineBox, VirtualLines
from ttdebug.view import cells, line
from ttdebug.view.frame import Key
from ttdebug.view.gate import lit
from ttdebug.view.line import NOWHERE, FixedRows, span

_KEYS = 14


class KeysHelp(Dialog[None]):
    """Lists pairs of keys and what they do."""

    WIDEST = 84
    TALLEST = 26

    def __init__(self, told: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._told = told

    def parts(self) -> Sequence[Widget]:
        """Title and list."""
        return [LineBox("title"), VirtualLines("help")]

    def keys(self) -> Sequence[Key]:
        """Leaving."""
        return [Key("esc", "close")]

    def redraw(self) -> None:
        """Lay the list out."""
        super().redraw()
        width = self.inner_width
        self.box("title").show([(), (span("Keys", "fg bold"),), ()])
        rows = [
            line.fit([span(cells.pad(keys, _KEYS), "accent bold"), span(lit(does))], width)
            for keys, does in self._told
        ]
        self.query_one(VirtualLines).show(FixedRows([(row, NOWHERE) for row in rows], width))

    def pressed(self, key: str) -> None:
        """Close."""
        if key in ("?", "q", "f1"):
            self.leave()
