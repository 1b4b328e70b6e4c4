"""Options many commands share, parsed into two objects: what to read, and which part to list."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import click

from ttdebug.cli.output import narrate, warn_all
from ttdebug.model import Run, Timeline

if TYPE_CHECKING:
    from ttdebug.analyze.listing import Wanted
    from ttdebug.model import Position
    from ttdebug.store.trace import Trace

Function = Callable[..., object]
T = TypeVar("T")

_MOST = 10**12
"""More than any list holds."""

PROGRESS_AFTER = 0.3
"""Seconds of silence before long work says how far it is."""


@dataclass(frozen=True)
class Reading:
    """What to read: a path, how, and which run of it."""

    path: str
    format: str | None = None
    mapping: str | None = None
    run: str | None = None

    def open(self) -> Trace:
        """Open the recording, saying how far that is where it takes long."""
        from ttdebug import formats

        progress = Progress()
        try:
            return formats.open(
                self.path, format=self.format, mapping=self.mapping, progress=progress
            )
        finally:
            progress.end()

    @contextmanager
    def opened(self) -> Iterator[Trace]:
        """Open the recording, saying its warnings on stderr, and close it afterwards."""
        with self.open() as trace:
            warn_all(trace.warnings)
            yield trace

    @contextmanager
    def streamed(self) -> Iterator[Trace]:
        """The same, but a large file of another format is given while it is still being read."""
        from ttdebug.formats import streaming

        conversion = None
        if self.path != "-":
            conversion = streaming.begin(self.path, format=self.format, mapping=self.mapping)
        if conversion is None:
            with self.opened() as trace:
                yield trace
            return
        progress = Progress()
        try:
            trace = conversion.opened(progress)
        except BaseException:
            conversion.give_up()
            raise
        finally:
            progress.end()
        with trace:
            yield trace

    @contextmanager
    def growing(self) -> Iterator[Trace]:
        """The same as it is being written: ours by its recorder, or the log of another tool."""
        from ttdebug.formats.growing import open_growing

        with open_growing(self.path, format=self.format, mapping=self.mapping) as trace:
            warn_all(trace.warnings)
            yield trace

    def chosen_run(self, trace: Trace) -> Run | None:
        """The run named with --run, or None for all."""
        from ttdebug.replay import names

        return None if self.run is None else names.find_run(trace, self.run)

    def default_timeline(self, trace: Trace, timeline: str | None = None) -> Timeline:
        """The timeline a question about one position means: the newest event's unless named."""
        from ttdebug.replay import names

        run = self.chosen_run(trace)
        if timeline is None:
            return names.newest_timeline(trace, run)
        return names.find_timeline(trace, timeline, run)

    def position(self, trace: Trace, text: str) -> Position:
        """The one position a question is about; says which timeline it is on if nobody told."""
        from ttdebug.replay import positions

        line = self.default_timeline(trace)
        run = self.chosen_run(trace)
        found = positions.parse(trace, text, timeline=line.id, run=run.id if run else None)
        if len(trace.timelines) > 1 and not _names_timeline(text):
            narrate(f"run {line.run}, timeline {line.name} (the newest event's)")
        return found


def _names_timeline(text: str) -> bool:
    """Whether a position is on one timeline by itself: an event, a mark, or timeline:POS."""
    from ttdebug.replay import clock

    text = text.strip()
    if text.startswith("'") or text.replace(",", "").isdigit():
        return True
    return ":" in text and clock.parse_time(text) is None


@dataclass(frozen=True)
class Listing:
    """Which part of a list to show: inclusive bounds, direction, and how many."""

    start: str | None = None
    stop: str | None = None
    reverse: bool = False
    limit: int | None = None

    def bounds(self, trace: Trace, run: Run | None) -> tuple[int, int]:
        """The first and last event number asked for, inclusive."""
        first = self._seq(trace, run, self.start) if self.start is not None else 1
        last = self._seq(trace, run, self.stop) if self.stop is not None else trace.last_seq
        if self.start is not None and self.stop is not None and first > last:
            narrate(f"--from {self.start} comes after --to {self.stop}, so that nothing is between")
        return first, last

    def wanted(self, trace: Trace, reading: Reading, agent: str | None) -> Wanted:
        """What is asked for, of the run that is read; refuses an agent nobody knows."""
        from ttdebug.analyze.listing import Wanted

        check_agent(trace, agent)
        run = reading.chosen_run(trace)
        return Wanted(*self.bounds(trace, run), run=run, agent=agent, reverse=self.reverse)

    def _seq(self, trace: Trace, run: Run | None, text: str) -> int:
        """The event at a bound; a number is a bound by itself, recorded or not."""
        from ttdebug.replay import positions

        if text.isascii() and text.isdigit():
            return min(int(text[:18]), trace.last_seq + 1)
        return positions.parse(trace, text, run=run.id if run else None).seq


class Progress:
    """Shows how far long work is: on stderr, in a terminal, once it takes noticeable time."""

    def __init__(self, word: str = "Reading") -> None:
        self._word = word
        self._started = time.monotonic()
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        """Report `done` of `total` units; total 0 is unknown."""
        if not sys.stderr.isatty() or time.monotonic() - self._started < PROGRESS_AFTER:
            return
        self._shown = True
        share = f"{done / total:4.0%}" if total else f"{done:,}"
        sys.stderr.write(f"\r{self._word} {share}  ctrl-c stops ")
        sys.stderr.flush()

    def cleared(self, items: Iterable[T]) -> Iterator[T]:
        """What is found as it comes, without a progress line where it will be printed."""
        for item in items:
            self.end()
            yield item
        self.end()

    def end(self) -> None:
        """Take the progress line away, until there is more to report."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False


def reading_options(function: Function) -> Function:
    """Add PATH, --run, --format and --map, handed over as one `reading`."""

    @functools.wraps(function)
    def with_reading(
        path: str,
        run: str | None,
        format: str | None,  # noqa: A002 - the option's name
        mapping: str | None,
        **others: object,
    ) -> object:
        return function(reading=Reading(path, format, mapping, run), **others)

    return click.argument("path", metavar="PATH")(run_option(format_options(with_reading)))


def run_option(function: Function) -> Function:
    """Add --run."""
    return click.option(
        "--run", metavar="ID", help="Only this run of the file; `last` is the newest."
    )(function)


def json_option(function: Function) -> Function:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, not a table.")(
        function
    )


def object_option(function: Function) -> Function:
    """Add --json to a command that answers with one value."""
    return click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")(function)


def format_options(function: Function) -> Function:
    """Add --format and --map: how a foreign file is to be read."""
    function = click.option(
        "--map",
        "mapping",
        metavar="ROLE=FIELD,...",
        help="Which field plays which role in a log of your own: time=ts,state=world; - for none.",
    )(function)
    return click.option(
        "--format", metavar="NAME", help="Read the file as this format instead of guessing."
    )(function)


def bounds_options(function: Function) -> Function:
    """Add --from and --to."""
    function = click.option("--to", "stop", metavar="POS", help="Up to and including here.")(
        function
    )
    return click.option("--from", "start", metavar="POS", help="From here on, inclusive.")(function)


def listing_options(function: Function) -> Function:
    """Add --from, --to, --reverse and --limit."""

    @functools.wraps(function)
    def with_listing(
        start: str | None, stop: str | None, reverse: bool, limit: int | None, **others: object
    ) -> object:
        limit = None if limit is None else min(limit, _MOST)
        return function(listing=Listing(start, stop, reverse, limit), **others)

    wrapped: Function = with_listing
    wrapped = click.option(
        "--limit", type=click.IntRange(min=1), metavar="N", help="At most N, in the order shown."
    )(wrapped)
    return bounds_options(click.option("--reverse", is_flag=True, help="Newest first.")(wrapped))


def agent_option(help_text: str) -> Callable[[Function], Function]:
    """Add --agent with what it means for this command."""
    return click.option("--agent", metavar="NAME", help=help_text)


def check_agent(trace: Trace, agent: str | None) -> None:
    """Refuse an agent the recording does not know, naming those it does."""
    from ttdebug.replay import names

    if agent is not None:
        names.check_agent(trace, agent)
