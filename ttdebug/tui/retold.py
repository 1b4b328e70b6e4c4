"""Comparisons in words: as a header, as options, as the command line that prints them."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote
from typing import TYPE_CHECKING

from ttdebug.replay import positions

if TYPE_CHECKING:
    from ttdebug.analyze.compare import Options
    from ttdebug.analyze.sides import Side, Sides


def placed(sides: Sides) -> tuple[str, str]:
    """Both sides by the file, or else the timeline, and where on it."""
    by_file = sides.a.file != sides.b.file
    a, b = (
        f"{name if by_file else side.timeline_name} {side.seq or 'start'}"
        for name, side in zip(sides.names, sides, strict=True)
    )
    return a, b


def overlooked(options: Options) -> Iterator[str]:
    """What a comparison overlooks."""
    if options.ignore_order:
        yield "any order"
    if options.significant_digits is not None:
        yield f"{options.significant_digits} decimals"
    if options.ignore_number_types:
        yield "1 is 1.0"
    if options.exclude:
        yield f"{len(options.exclude)} left out"


def elsewhere(side: Side, seq: int) -> str:
    """What to say where one cannot go to an event from here."""
    return f"That is in another recording: ttdebug open {quote(side.file)} --at {seq}"


def compare_command(sides: Sides, options: Options, agent: str | None) -> str:
    """The command that prints a comparison."""
    a, b = (positions.format_position(side.trace, side.position) for side in sides)
    words = _diff(sides, a, b)
    words += ["--agent", agent] if agent else []
    words += ["--ignore-order"] if options.ignore_order else []
    words += ["--ignore-number-types"] if options.ignore_number_types else []
    if options.significant_digits is not None:
        words += ["--significant-digits", str(options.significant_digits)]
    for path in options.exclude:
        words += ["--exclude", path]
    return " ".join(map(quote, words))


def align_command(sides: Sides) -> str:
    """The command that prints an alignment."""
    a, b = (f"{side.timeline_name}:{side.seq}" for side in sides)
    return " ".join(map(quote, [*_diff(sides, a, b), "--align"]))


def _diff(sides: Sides, a: str, b: str) -> list[str]:
    second = b if sides.a.file == sides.b.file else f"{sides.b.file}@{b}"
    return ["ttdebug", "diff", sides.a.file, a, second]
