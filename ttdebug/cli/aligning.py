"""`diff --align`: two timelines, of one file or of two, side by side by what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.cli.options import Progress
from ttdebug.cli.output import narrate, say_json, say_lines, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ttdebug.analyze.align import Alignment, Line
    from ttdebug.analyze.sides import Side, Sides
    from ttdebug.view.aligned import Names
    from ttdebug.view.line import Line as Drawn

_CHANGES = 8
"""Differences of the states at the first divergence that are printed."""


def print_alignment(sides: Sides, *, as_json: bool) -> bool:
    """Print how the two sides go together; False if they did the same."""
    from ttdebug.analyze.align import align
    from ttdebug.replay.work import Work
    from ttdebug.view import compared
    from ttdebug.view.aligned import Names
    from ttdebug.view.gate import safe

    progress = Progress("Aligning")
    try:
        alignment = align(_line(sides.a), _line(sides.b), Work(progress=progress))
    finally:
        progress.end()
    if as_json:
        for record in compared.alignment_records(alignment, (sides.a.file, sides.b.file)):
            say_json(record)
        return alignment.first is not None
    a, b = sides.names
    names = Names(safe(a, 60), safe(b, 60))
    say_lines(_lines(alignment, names))
    if alignment.first is None:
        narrate("Both did the same")
    elif not alignment.aligned:
        narrate(f"Nothing was done in both {a} and {b}")
    return alignment.first is not None


def _line(side: Side) -> Line:
    from ttdebug.analyze.align import Line

    return Line(side.trace, side.timeline, side.seq)


def _lines(alignment: Alignment, names: Names) -> Iterator[Drawn]:
    from ttdebug.view import aligned, line, tables
    from ttdebug.view.line import span

    cells = width()
    counted = (span(aligned.sized(alignment)), span("  "), *aligned.counted(alignment, names))
    yield line.fit(counted, cells)
    first = alignment.first
    if first is None:
        return
    yield ()
    yield from aligned.headline(first, names, cells)
    yield from _states(alignment, cells)
    yield ()
    yield aligned.heads(names, cells)
    yield from tables.all_lines(aligned.AlignedRows(alignment, cells))


def _states(alignment: Alignment, cells: int) -> Iterator[Drawn]:
    """How the states differ where the two part, as far as that is a few lines."""
    from ttdebug.analyze import compare
    from ttdebug.view import tables

    first = alignment.first
    assert first is not None
    owner = alignment.b.trace.owner(first.b.seq, first.b.timeline) if first.b.seq else None
    if owner is None:
        return
    old = alignment.a.trace.state(first.a.seq, owner, first.a.timeline)
    new = alignment.b.trace.state(first.b.seq, owner, first.b.timeline)
    changes = compare.compare(old, new, limit=_CHANGES)
    if changes:
        yield from tables.change_lines(changes, old, new, cells)
