"""One line to type at the bottom of the page: a command, a search, a position."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical

from ttdebug.errors import ConditionError, PathSyntaxError, TtdebugError
from ttdebug.tui.screens.modal import Modal
from ttdebug.tui.widgets.field import Field
from ttdebug.tui.widgets.lines import LineBox, VirtualLines
from ttdebug.view import line
from ttdebug.view.gate import safe
from ttdebug.view.line import NOWHERE, FixedRows, span

_MOST: Final = 8

Complete = Callable[[str], Sequence[str]]


class Question(NamedTuple):
    """What is asked: a sign before the text, a hint, earlier answers, what can complete it.

    With a `fault`, `text` was the answer before, and this is what was wrong with it.
    """

    sign: str
    hint: str
    history: Sequence[str] = ()
    complete: Complete | None = None
    text: str = ""
    fault: TtdebugError | None = None


class PromptScreen(Modal[str]):
    """Dismisses with what was typed, or None."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question
        self._offers: list[str] = []

    def compose(self) -> ComposeResult:
        """Completions above the line that is typed."""
        question = self._question
        with Vertical(id="prompt"):
            offers = VirtualLines("offers")
            offers.page_token = "sel"
            yield offers
            yield Field(
                "typed",
                question.text,
                label=question.sign,
                hint=question.hint,
                history=question.history,
                row="surface",
            )
            fault = LineBox("fault", row="surface")
            fault.page_token = "surface"
            fault.display = False
            yield fault

    async def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Field).focus()
        if self._question.fault is None:
            self._offer()
        else:
            self.call_after_refresh(self._blame, self._question.fault)
        await self.open_for_keys()

    def on_resize(self, event: events.Resize) -> None:
        """Stay out of sight where the page has no room either."""
        self.hide_if_cramped(event.size)

    def _blame(self, error: TtdebugError) -> None:
        """Say below the line what is wrong with it, with a mark under the place."""
        field, box = self.query_one(Field), self.query_one("#fault", LineBox)
        if field.text != self._question.text:
            return
        column = place(error, field.text)
        told = [span("✕ ", "error"), span(safe(str(error)))]
        if isinstance(error, ConditionError) and error.suggestion:
            told += [span("  did you mean ", "dim"), span(safe(error.suggestion), "fg bold")]
        lines = [line.fit([span(" "), *told], self.size.width)]
        if column is not None:
            lines.insert(0, (span(" " * field.cell_of(column)), span("╵", "error")))
        box.styles.height = len(lines)
        box.display = True
        box.show(lines)

    @on(Field.Changed)
    def _changed(self) -> None:
        self.query_one("#fault", LineBox).display = False
        self._offer()

    @on(Field.Submitted)
    def _submitted(self) -> None:
        self.leave(self.query_one(Field).text.strip())

    def _offer(self) -> None:
        """Show what the text can become."""
        text = self.query_one(Field).text
        complete = self._question.complete
        self._offers = list(complete(text))[:_MOST] if complete and text else []
        if self._offers == [text]:
            self._offers = []
        lines = self.query_one(VirtualLines)
        lines.styles.height = len(self._offers)
        lines.display = bool(self._offers)
        width = self.size.width
        rows = [((span(" "), span(safe(offer), "dim")), NOWHERE) for offer in self._offers]
        lines.light(lit=True)
        self.call_after_refresh(lines.show, FixedRows(rows, width), -1)

    def pressed(self, key: str) -> None:
        """Tab completes; what deletes nothing any more leaves."""
        lines, field = self.query_one(VirtualLines), self.query_one(Field)
        if key == "backspace" and not field.text:
            self.leave()
        elif key in ("tab", "shift+tab") and self._offers:
            step = 1 if key == "tab" else -1
            if len(self._offers) == 1:
                field.set_text(self._offers[0])
            elif self._common() != field.text and lines.cursor < 0:
                field.set_text(self._common())
            else:
                lines.move_to((lines.cursor + step) % len(self._offers))
        elif key in ("right", "space") and 0 <= lines.cursor < len(self._offers):
            field.set_text(self._offers[lines.cursor])

    def _common(self) -> str:
        """The beginning all offers share, at least what was typed."""
        typed = self.query_one(Field).text
        common = self._offers[0]
        while not all(offer.startswith(common) for offer in self._offers):
            common = common[:-1]
        return common if len(common) > len(typed) else typed


def place(error: TtdebugError, text: str) -> int | None:
    """Where in a typed line the condition or path that it ends with is wrong."""
    if not isinstance(error, ConditionError | PathSyntaxError):
        return None
    start = text.rfind(error.text)
    return None if start < 0 else min(start + error.column, len(text))
