"""Why a value is what it is: the last write, and the chain of causes behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from textual import on
from textual.widget import Widget

from ttdebug import paths
from ttdebug.analyze.causality import Relative, behind, deciding_write
from ttdebug.analyze.history import Write, history
from ttdebug.errors import TtdebugError
from ttdebug.tui.background import Background, Finished, Show
from ttdebug.tui.clipboard import copy
from ttdebug.tui.drawn import DrawnRows
from ttdebug.tui.screens.dialog import Dialog
from ttdebug.tui.widgets.lines import LineBox, VirtualLines
from ttdebug.view import cells, glyphs, inner, line, numbers, values
from ttdebug.view.frame import Key
from ttdebug.view.gate import safe
from ttdebug.view.line import Cursor, Line, Span, Target, span
from ttdebug.view.summary import summary

if TYPE_CHECKING:
    from ttdebug.replay.work import Work
    from ttdebug.tui.desk import Desk

_CAUSES: Final = 200


class Reason(NamedTuple):
    """The last write of a value, what led to it, and the write that changes it next."""

    write: Write
    chain: list[Relative]
    following: Write | None


class WhyDialog(Dialog[int]):
    """Dismisses with the event to go to."""

    WIDEST = 110
    TALLEST = 30
    KEYS_TOLD = (
        ("j k ↓ ↑", "next / previous cause, the nearest first"),
        ("enter", "go to its event"),
        ("y", "copy the chain as text"),
        ("esc q W", "close"),
    )

    def __init__(self, desk: Desk, pointer: str) -> None:
        super().__init__()
        self._desk = desk
        self._position = desk.position
        self._owner = desk.owner
        self._path = paths.parse(pointer)
        self._told = safe(paths.dotted(desk.selection.named(pointer)) or "the state")
        self._busy = Background(self, "why")
        self._reason: Reason | None = None
        self._fault = ""

    def on_mount(self) -> None:
        """Look for the reason: on the spot, or behind the dialog where a list has many writes."""
        super().on_mount()
        try:
            self._busy.soon("Looking for the reason", self._read)
        except TtdebugError as error:
            self._fault = str(error)

    def on_unmount(self) -> None:
        """Look no longer."""
        self._busy.stop()
        super().on_unmount()

    def _read(self, work: Work) -> Show:
        trace, path, owner, position = self._desk.trace, self._path, self._owner, self._position
        write = deciding_write(trace, path, position, agent=owner, work=work)
        later = history(
            trace, path, timeline=position.timeline, agent=owner, first=position.seq + 1, work=work
        )
        following = next((write for write in later if not write.equal), None)
        reason = Reason(write, behind(trace, write, limit=_CAUSES), following)

        def show() -> None:
            self._reason = reason

        return show

    @on(Finished)
    def _finished(self, event: Finished) -> None:
        if self._busy.take(event):
            self._fault = event.fault
            if event.show is not None:
                event.show()
            self.redraw()

    @property
    def _chain(self) -> list[Relative]:
        return [] if self._reason is None else self._reason.chain

    def parts(self) -> Sequence[Widget]:
        """The value and who wrote it, the chain, what came after."""
        return [LineBox("value"), VirtualLines("chain"), LineBox("after")]

    def keys(self) -> Sequence[Key]:
        """Walking the chain."""
        return [
            Key("j k", "cause"),
            Key("enter", "go there"),
            Key("y", "copy as text"),
            Key("esc", "close"),
            Key("?", "help"),
        ]

    def redraw(self) -> None:
        """Draw everything at the panel's width."""
        super().redraw()
        width = self.inner_width
        self.box("value").show(self._head(width))
        self.box("after").show([(), self._later(width)])
        lines = self.query_one(VirtualLines)
        chain = self._chain
        rows = DrawnRows(
            2 * len(chain),
            lambda index, cursor: self._row(index, width, cursor),
            lambda index: Target(None, chain[index // 2].seq),
        )
        lines.light(lit=True)
        lines.show(rows, max(lines.cursor, 0) if chain else -1)

    def _head(self, width: int) -> list[Line]:
        where = [
            span(safe(self._owner or ""), "dim"),
            span(f" · after {numbers.seq(self._position.seq)}", "dim"),
        ]
        if self._reason is None:
            title: list[Span] = [span("Why  ", "fg bold"), span(self._told, "fg bold")]
            looking = span("Looking for what wrote it", "dim")
            instead = span(safe(self._fault), "change") if self._fault else looking
            return [(), line.sides(title, where, width), (), line.fit((instead,), width), ()]
        write = self._reason.write
        title = [
            span("Why  ", "fg bold"),
            span(self._told, "fg bold"),
            span(" is ", "dim"),
            span(f" {values.short(write.new, 40)} ", "chip"),
        ]
        old, new = inner.told(write.old, write.new, 40)
        became, was = span(new, "change bold"), span(old, "removed")
        wrote = [span(" wrote ", "dim"), became, span(" over ", "dim"), was]
        changed = [span(" changed ", "dim"), was, span(" → ", "dim"), became]
        told = (
            span(safe(write.event.name or write.event.type, 60), "fg bold"),
            *(changed if inner.inside(write.old, write.new) else wrote),
            span(" at ", "dim"),
            span(numbers.seq(write.seq), "fg bold"),
        )
        return [(), line.sides(title, where, width), (), line.fit(told, width), ()]

    def _row(self, index: int, width: int, cursor: Cursor) -> Line:
        relative = self._chain[index // 2]
        event = relative.event
        told = summary(event)
        if index % 2:
            rail = "┊" if relative.kind == "inferred" else "│"
            last = index == 2 * len(self._chain) - 1
            lead = span("   " if last else f" {rail} ", "rail")
            body = told.text if told.name else safe(event.type)
            return line.fit([lead, span(" "), span(body, "dim")], width)
        kind = glyphs.event_kind(event)
        left = [
            span(" "),
            span(f"{kind.glyph} ", kind.family),
            span(told.name or told.text, "fg bold"),
            span(f"  {safe(event.agent or '')}", "dim"),
        ]
        inferred = relative.kind == "inferred"
        how = f"inferred: {relative.relation}" if inferred else relative.relation
        right = [
            span(cells.fit(safe(how), width // 3), "faint italic" if inferred else "faint"),
            span(cells.pad_left(numbers.seq(event.seq), 9), "fg"),
            span(" "),
        ]
        return line.mark(line.sides(left, right, width), width, cursor)

    def _later(self, width: int) -> Line:
        """What the value does after this."""
        if self._reason is None:
            return ()
        following = self._reason.following
        head = span("After this   ", "dim")
        if following is None:
            return line.fit([head, span("it stays so to the end of the timeline")], width)
        parts = [
            head,
            span("it becomes "),
            span(values.short(following.new, 40), "change"),
            span(f" at {numbers.seq(following.seq)}"),
        ]
        return line.fit(parts, width)

    @on(VirtualLines.Pointed)
    def _pointed(self, event: VirtualLines.Pointed) -> None:
        event.lines.move_to(event.index - event.index % 2)
        if event.twice:
            self.pressed("enter")

    def pressed(self, key: str) -> None:
        """Walk the chain, go there, or copy it."""
        lines = self.query_one(VirtualLines)
        step = {"j": 2, "down": 2, "k": -2, "up": -2}.get(key)
        if key in ("q", "W"):
            self.leave()
        elif step is not None and self._chain:
            lines.move_to(min(max(lines.cursor + step, 0), 2 * len(self._chain) - 2))
        elif key == "enter" and lines.target.seq is not None:
            self.leave(lines.target.seq)
        elif key == "y" and self._chain:
            copy(self.app, *self._text())

    def _text(self) -> list[str]:
        rows = []
        for relative in self._chain:
            told = summary(relative.event)
            head = f"{relative.seq} {safe(relative.event.type)} {safe(relative.relation)}"
            rows.append(f"{head}  {told.name} {told.text}".rstrip())
        return rows
