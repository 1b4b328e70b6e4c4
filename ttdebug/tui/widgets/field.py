"""One line of typed text: editing keys, history, and a highlighter that only gives styles."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from textual import events
from textual.message import Message

from ttdebug.tui.widgets.lines import Painted
from ttdebug.view import cells, line
from ttdebug.view.gate import Safe, lit, safe
from ttdebug.view.line import Line, Span

Highlight = Callable[[str], Sequence[tuple[int, int, str]]]
"""Stretches (start, stop, style) of a text; what is left out is plain."""

_MOST: Final = 1_000
_WORD: Final = re.compile(r"\w+\W*$|\W+$")


class Field(Painted, can_focus=True):
    """A field to type into; `label` stands before the text, `hint` where there is none.

    A `selected` text gives way to what is typed first; a key that moves the cursor keeps it.
    """

    class Changed(Message):
        """The text is another."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

    class Submitted(Changed):
        """Enter was pressed."""

    def __init__(
        self,
        name: str,
        text: str = "",
        *,
        label: str = "",
        hint: str = "",
        highlight: Highlight | None = None,
        history: Sequence[str] = (),
        row: str = "bg",
        selected: bool = False,
    ) -> None:
        super().__init__(id=name)
        self.text = text
        self.at = len(text)
        self._label = label
        self._hint = hint
        self._highlight = highlight
        self._history = history
        self._back = 0
        self._typed = text
        self._row = row
        self._shift = 0
        self._selected = selected and bool(text)
        self._cut = False

    def set_text(self, text: str, at: int | None = None) -> None:
        """Replace the text and put the cursor in it; what is too long is cut, and told."""
        self.text = text[:_MOST]
        self.at = len(self.text) if at is None else min(at, len(self.text))
        self._cut = len(text) > _MOST
        self._selected = False
        self.refresh()
        self.post_message(self.Changed(self))

    def insert(self, text: str) -> None:
        """Type a text at the cursor; line breaks end it."""
        first = text.splitlines()[0] if text else ""
        if self._selected and first:
            self._edit(0, len(self.text), first)
        else:
            self._edit(self.at, self.at, first)

    def _edit(self, start: int, stop: int, text: str) -> None:
        self._back = 0
        self.set_text(self.text[:start] + text + self.text[stop:], start + len(text))

    def on_paste(self, event: events.Paste) -> None:
        """Take the first line of what is pasted."""
        event.stop()
        self.insert(event.text)

    def on_key(self, event: events.Key) -> None:
        """Edit; keys that mean nothing here go on to the dialog."""
        if self.take(event):
            event.stop()
            event.prevent_default()

    def take(self, event: events.Key) -> bool:
        """Use a key; False if it means nothing to a field."""
        if event.key == "enter":
            self.post_message(self.Submitted(self))
        elif event.character and event.is_printable:
            self.insert(event.character)
        else:
            key = event.key
            return self._moved(key) or self._erased(key) or self._recalled(key)
        return True

    def _moved(self, key: str) -> bool:
        before = _WORD.search(self.text[: self.at])
        after = re.match(r"\W*\w+", self.text[self.at :])
        goals = {
            "left": self.at - 1,
            "right": self.at + 1,
            "home": 0,
            "ctrl+a": 0,
            "end": len(self.text),
            "ctrl+e": len(self.text),
            "ctrl+left": before.start() if before else 0,
            "ctrl+right": self.at + after.end() if after else len(self.text),
        }
        if key not in goals:
            return False
        self.at = min(max(goals[key], 0), len(self.text))
        self._selected = False
        self.refresh()
        return True

    def _erased(self, key: str) -> bool:
        word = _WORD.search(self.text[: self.at])
        whole = (0, len(self.text)) if self._selected else None
        stretches = {
            "backspace": whole or (max(self.at - 1, 0), self.at),
            "delete": whole or (self.at, self.at + 1),
            "ctrl+w": (word.start() if word else 0, self.at),
            "ctrl+u": (0, self.at),
            "ctrl+k": (self.at, len(self.text)),
        }
        if key not in stretches:
            return False
        self._edit(*stretches[key], "")
        return True

    def _recalled(self, key: str) -> bool:
        if key not in ("up", "down") or not self._history:
            return False
        if not self._back:
            self._typed = self.text
        back = self._back + (1 if key == "up" else -1)
        if not 0 <= back <= len(self._history):
            return True
        self.set_text(self._history[-back] if back else self._typed)
        self._back = back
        return True

    def content(self, y: int, width: int) -> tuple[Line, str]:
        """Bar, label, text with its cursor."""
        bar = Span(lit("▌" if self.has_focus else "▏"), "accent" if self.has_focus else "rail")
        head = (bar, Span(lit(f" {self._label}"), "accent bold"))
        told = (Span(lit(f"  cut to {_MOST:,} "), "change"),) if self._cut else ()
        room = width - 2 - cells.width(self._label) - 1 - line.width(told)
        return (*head, *self._body(room), *told), self._row

    def _body(self, room: int) -> Line:
        if not self.text and self._hint:
            letter, rest = self._hint[:1], self._hint[1:]
            cursor = "bg on:accent" if self.has_focus else "faint"
            return (Span(lit(letter), cursor), Span(cells.fit(lit(rest), room - 1), "faint"))
        shown = [_cell(character) for character in self.text]
        styles = ["fg"] * len(shown)
        for begin, stop, style in self._highlight(self.text) if self._highlight else ():
            styles[begin:stop] = [style] * (min(stop, len(styles)) - begin)
        if self._selected and self.has_focus:
            styles = [f"{style} on:sel" for style in styles]
        if self.has_focus:
            shown.append(lit(" "))
            styles.append("fg")
            styles[self.at] = "bg on:accent"
        start = self._first_shown(shown, room)
        spans = []
        for text, words in zip(shown[start:], styles[start:], strict=True):
            room -= cells.width(text)
            if room < 0:
                break
            spans.append(Span(text, words))
        return tuple(spans)

    def cell_of(self, index: int) -> int:
        """The cell at which a character of the text stands, as far as the text is shown."""
        start = 2 + cells.width(self._label)
        before = self.text[min(self._shift, index) : index]
        cell = start + sum(cells.width(_cell(character)) for character in before)
        return min(cell, max(start, self.size.width - 1))

    def _first_shown(self, shown: Sequence[Safe], room: int) -> int:
        """Scroll sideways so that the cursor stays in sight."""
        first = min(self._shift, self.at)
        taken = sum(map(cells.width, shown[first : self.at + 1]))
        while taken > room:
            taken -= cells.width(shown[first])
            first += 1
        self._shift = first
        return first

    def on_focus(self) -> None:
        """The bar lights up."""
        self.refresh()

    def on_blur(self) -> None:
        """The bar goes quiet."""
        self.refresh()


def _cell(character: str) -> Safe:
    """One typed character as it may be shown."""
    return safe(character) if cells.width(character) else lit("·")
