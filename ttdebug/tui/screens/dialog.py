"""What dialogs share: a raised panel with an accent edge, a veiled page, keys in the last line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from ttdebug.tui.screens.modal import Modal, Result
from ttdebug.tui.widgets.lines import LineBox, VirtualLines
from ttdebug.view.frame import Key
from ttdebug.view.gate import lit, safe
from ttdebug.view.line import Line, Span, span

PADDING = 3


class Dialog(Modal[Result]):
    """A panel over the page. `parts` are its widgets, `keys` its last line."""

    WIDEST: ClassVar[int] = 100
    TALLEST: ClassVar[int] = 28

    def parts(self) -> Sequence[Widget]:
        """The widgets inside, from the top; heights are set by `arrange_panel`."""
        raise NotImplementedError

    def keys(self) -> Sequence[Key]:
        """What can be pressed now."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Edge, parts, keys."""
        with Vertical(id="panel"):
            yield LineBox("edge")
            with Vertical(id="inside"):
                for part in self.parts():
                    if isinstance(part, LineBox | VirtualLines):
                        part.page_token = "raised"
                    yield part
            yield LineBox("keys")

    def on_mount(self) -> None:
        """Veil the page behind."""
        for box in self.query(LineBox):
            box.page_token = "raised"
        self.veil(veiled=True)

    def on_unmount(self) -> None:
        """Unveil the page."""
        self.veil(veiled=False)

    def veil(self, *, veiled: bool) -> None:
        """Draw the page behind in one grey, or in its colours again."""
        if not veiled and isinstance(self.app.screen, Dialog) and self.app.screen is not self:
            return
        stack = self.app.screen_stack
        behind = next(one for one in reversed(stack) if not isinstance(one, Dialog))
        show = getattr(behind, "veil", None)
        if show is not None:
            show(veiled=veiled)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the panel to the screen."""
        self.hide_if_cramped(event.size)
        width = min(self.WIDEST, event.size.width - 4)
        height = min(self.TALLEST, event.size.height - 4)
        panel = self.query_one("#panel")
        panel.styles.width, panel.styles.height = width, height
        self.call_after_refresh(self._drawn)

    async def _drawn(self) -> None:
        """The panel has its size: draw it, then take the keys that came before."""
        self.redraw()
        await self.open_for_keys()

    @property
    def inner_width(self) -> int:
        """Cells of a line inside the padding."""
        return max(1, self.query_one("#inside").size.width)

    def redraw(self) -> None:
        """Draw edge and keys; dialogs add what is theirs."""
        edge = self.query_one("#edge", LineBox)
        edge.show([(Span(lit("▔" * edge.size.width), "accent"),)])
        self.show_keys()

    def show_keys(self) -> None:
        """Draw the last line."""
        self.query_one("#keys", LineBox).show(
            [BLANK_KEYS, keys_line(self.keys(), self.inner_width)]
        )


BLANK_KEYS: Line = ()


def keys_line(keys: Sequence[Key], width: int) -> Line:
    """Keys with what they do, as many as fit, after the dialog's padding."""
    parts: list[Span] = [span(" " * PADDING)]
    room = width
    for key in keys:
        told = safe(f" {key.does}")
        room -= len(key.key) + len(told) + 4
        if room < -4:
            break
        parts += [span(lit(key.key), "accent bold"), Span(told, "dim"), span("    ")]
    return tuple(parts)
