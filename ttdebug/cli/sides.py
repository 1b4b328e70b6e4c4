"""The two ends of a comparison as people write them: positions in one recording or in two."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ttdebug.cli.options import Reading
from ttdebug.errors import UsageError

if TYPE_CHECKING:
    from ttdebug.analyze.sides import Side, Sides
    from ttdebug.model import Position
    from ttdebug.store.trace import Trace


def two_sides(stack: ExitStack, reading: Reading, start: str, stop: str | None) -> Sides:
    """Open what is compared. A position may be FILE@POS; FILE alone, or a timeline, is its end.

    With `stop` None, PATH and the file `start` are compared, each at its end.
    """
    from ttdebug.analyze.sides import Sides

    trace = stack.enter_context(reading.opened())
    if stop is None:
        if not _is_file(start):
            raise UsageError(
                f"B is missing. Write two positions, as in `diff PATH {start} end`,"
                " or two recordings"
            )
        start, stop = "end", f"{start}@end"
    b = side(stack, reading, trace, stop)
    return Sides(side(stack, reading, trace, start), b)


def side(stack: ExitStack, reading: Reading, trace: Trace, text: str) -> Side:
    """Resolve a position, opening another file for FILE@POS."""
    from ttdebug.analyze.sides import Side

    name, at, place = text.rpartition("@")
    if not at and _is_file(text) and not _names_timeline(trace, text):
        name, at, place = text, "@", "end"
    if not at or not (_is_file(name) or name == "-"):
        try:
            return Side(trace, _place(reading, trace, text), reading.path)
        except UsageError as fault:
            if not at:
                raise
            raise UsageError(f"{fault}, and there is no file {name!r}") from None
    if name != reading.path:
        run = reading.run if reading.run == "last" else None
        reading = replace(reading, path=name, run=run)
        trace = stack.enter_context(reading.opened())
    return Side(trace, _place(reading, trace, place), name)


def _place(reading: Reading, trace: Trace, text: str) -> Position:
    return reading.position(trace, f"{text}:end" if _names_timeline(trace, text) else text)


def _names_timeline(trace: Trace, text: str) -> bool:
    from ttdebug.replay import names

    return bool(names.named_timelines(trace, text)) and text not in ("start", "end")


def _is_file(text: str) -> bool:
    return Path(text).exists()
