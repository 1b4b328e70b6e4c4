"""Checkpoints of one recording or of many, chosen among all of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from ttdebug.cli.options import Listing, Progress, Reading
from ttdebug.cli.output import narrate, warn_all
from ttdebug.errors import NotFoundError, TtdebugError, UsageError

if TYPE_CHECKING:
    from ttdebug.analyze.checkpoints import Checkpoint, Filter
    from ttdebug.analyze.listing import Wanted
    from ttdebug.store.trace import Trace

_MOST_OPEN = 16
"""Files held open at once."""


class Asked(NamedTuple):
    """Which checkpoints are asked for, in the words of the options."""

    listing: Listing
    run: str | None
    agent: str | None
    which: Filter
    nearest: str | None
    latest: bool

    @property
    def reverse(self) -> bool:
        """Whether the newest come first."""
        return self.listing.reverse or self.latest

    @property
    def limit(self) -> int | None:
        """How many are asked for at most."""
        return 1 if self.latest else self.listing.limit


class At(NamedTuple):
    """A checkpoint, and the number of the file it is in."""

    number: int
    checkpoint: Checkpoint


class Gathered:
    """Files, and those of their checkpoints that are asked for.

    `named` says that one has to tell in which file a checkpoint is. Of several files those that
    cannot be read are told of and left out; `faults` counts them.
    """

    def __init__(
        self,
        paths: tuple[str, ...],
        format: str | None,  # noqa: A002 - the option's name
        mapping: str | None,
        asked: Asked,
    ) -> None:
        from ttdebug.cli.files import recordings

        self.files = [one for path in paths for one in recordings(path)]
        self.named = len(self.files) > 1 or self.files[0][0] != Path(paths[0])
        self.faults = 0
        self._format = format
        self._mapping = mapping
        self._asked = asked
        self._wanted: dict[int, Wanted] = {}
        self._times: dict[int, int] = {}
        self._open: dict[int, Trace] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def trace(self, number: int) -> Trace:
        """One of the files, opened; it is closed again once many others were."""
        if number not in self._open:
            if len(self._open) >= _MOST_OPEN:
                self._close()
            self._open[number] = self._reading(number).open()
        return self._open[number]

    def chosen(self) -> Iterator[At]:
        """What is asked for: of one file as it is found, of several in the order it was made."""
        from ttdebug.analyze.checkpoints import merged

        if not self.named:
            warn_all(self.trace(0).warnings)
            return (At(0, one) for one in self._found(0))
        files = self._found_in_each()
        if self._times:
            near = [At(number, one) for number, found in enumerate(files) for one in found]
            return iter(sorted(near, key=self._apart)[:1])
        found = merged(files, reverse=self._asked.reverse)
        return (At(*one) for one in islice(found, self._asked.limit))

    def record(self, at: At) -> dict[str, object]:
        """A checkpoint as JSON, with its file if that has to be told."""
        from ttdebug.view.records import checkpoint_record

        file = {"path": str(self.files[at.number][0])} if self.named else {}
        return file | checkpoint_record(self.trace(at.number), at.checkpoint)

    def nothing(self) -> str:
        """Why nothing was found."""
        from ttdebug.analyze import checkpoints

        wanted = self._wanted.items()
        there = [one for number, of in wanted for one in checkpoints.find(self.trace(number), of)]
        return checkpoints.nothing(there, self._asked.which)

    def _found_in_each(self) -> list[list[Checkpoint]]:
        """What each file has; raises if all of them refuse what is asked, such as their runs."""
        progress = Progress("Looking")
        files: list[list[Checkpoint]] = []
        refused: list[TtdebugError] = []
        try:
            for number in range(len(self.files)):
                files.append([])
                try:
                    files[-1].extend(self._found(number))
                except (UsageError, NotFoundError) as fault:
                    refused.append(fault)
                except TtdebugError as fault:
                    self.faults += 1
                    narrate(f"warning: {fault}")
                progress(number + 1, len(self.files))
        finally:
            progress.end()
        if refused and len(refused) + self.faults == len(self.files):
            raise refused[0]
        return files

    def _found(self, number: int) -> Iterator[Checkpoint]:
        """What is asked for of one file."""
        from ttdebug.analyze import checkpoints

        trace, asked = self.trace(number), self._asked
        found = asked.listing.wanted(trace, self._reading(number), asked.agent)
        wanted = self._wanted[number] = found._replace(reverse=asked.reverse)
        every = checkpoints.find(trace, wanted, asked.which)
        if asked.nearest is None:
            is_cut_later = self.named and asked.reverse  # by times, which those before may tell
            return islice(every, None if is_cut_later else asked.limit)
        run = wanted.run.id if wanted.run else None
        time = self._times[number] = checkpoints.parse_time(trace, asked.nearest, run)
        one = checkpoints.nearest(every, time)
        return iter([] if one is None else [one])

    def _apart(self, at: At) -> int:
        """How far a checkpoint is from the time asked for, ns."""
        return abs((at.checkpoint.event.time or 0) - self._times[at.number])

    def _reading(self, number: int) -> Reading:
        file, given = self.files[number]
        path = str(file) if self.named else given
        return Reading(path, self._format, self._mapping, self._asked.run)

    def _close(self) -> None:
        for trace in self._open.values():
            trace.close()
        self._open.clear()
