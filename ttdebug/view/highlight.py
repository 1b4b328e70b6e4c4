"""What was searched, where it stands on the screen: styles over text that is safe already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ttdebug.view import cells
from ttdebug.view.gate import lit
from ttdebug.view.line import Line, Span, merged, plain

Each = Callable[[str], Iterator[tuple[int, int]]]
"""The matches in a text as (start, stop), in order."""


def highlighted(line: Line, each: Each, start: int = 0) -> Line:
    """The line with its matches marked, from cell `start` on; columns before it hold no text."""
    text = plain(line)
    skipped = len(cells.cut(text, start)) if start else 0
    found = [(skipped + low, skipped + high) for low, high in each(text[skipped:]) if low < high]
    return merged([part for part in _marked(line, found) if part.text]) if found else line


def _marked(line: Line, found: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """The spans, cut where matches begin and end."""
    at = 0
    for part in line:
        end = at + len(part.text)
        here = at
        for low, high in found:
            if high <= here or low >= end:
                continue
            low, high = max(low, here), min(high, end)
            yield Span(lit(part.text[here - at : low - at]), part.style)
            yield Span(lit(part.text[low - at : high - at]), _style(part.style))
            here = high
        yield Span(lit(part.text[here - at :]), part.style)
        at = end


def _style(style: str) -> str:
    """A match: underlined, and in the colour of what the person did, if no other background is."""
    plain_ground = not any(word == "chip" or word.startswith("on:") for word in style.split())
    return f"{style} accent bold underline" if plain_ground else f"{style} bold underline"
