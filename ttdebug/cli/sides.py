"""The two ends of a comparison: positions in one recording or in two."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ttdebug.cli.options import Reading
from ttdebug.errors import UsageError
from ttdebug.model import Position

if TYPE_CHECKING:
    from ttdebug.model import Value
    from ttdebug.store.trace import Trace


class Side(NamedTuple):
    """One end of a comparison: an opened recording and a place in it; `file` names the former."""

    trace: Trace
    position: Position
    file: str

    @property
    def seq(self) -> int:
        """The event at whose end we stand."""
        return self.position.seq

    @property
    def timeline(self) -> int:
        """The timeline's id."""
        return self.position.timeline

    @property
    def timeline_name(self) -> str:
        """The timeline's name."""
        return self.trace.timelines[self.timeline].name

    def state(self, agent: str) -> Value:
        """The agent's state there."""
        return self.trace.state(self.seq, agent, self.timeline)

    def owner(self) -> str | None:
        """Whose state the event there shows."""
        return self.trace.owner(self.seq, self.timeline) if self.seq else None


class Sides(NamedTuple):
    """Both ends, and what to call them."""

    a: Side
    b: Side

    @property
    def names(self) -> tuple[str, str]:
        """What tells the two apart: their files, else their timelines, else their positions."""
        a, b = self
        if a.file != b.file:
            short = Path(a.file).name, Path(b.file).name
            return short if short[0] != short[1] else (a.file, b.file)
        if a.timeline != b.timeline:
            return a.timeline_name, b.timeline_name
        return f"{a.seq:,}", f"{b.seq:,}"


def two_sides(stack: ExitStack, reading: Reading, start: str, stop: str | None) -> Sides:
    """Open what is compared. A position may be FILE@POS; FILE alone, or a timeline, is its end.

    With `stop` None, PATH and the file `start` are compared, each at its end.
    """
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
