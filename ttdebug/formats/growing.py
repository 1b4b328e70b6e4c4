"""A foreign log that somebody is still writing: read anew whenever it grew, shown as one."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ttdebug.errors import GoneError, OverwrittenError
from ttdebug.formats.cache import Cache
from ttdebug.formats.opening import Opening
from ttdebug.store.trace import Trace

_PAUSES: Final = 5
"""A file is read again after so many times as long as reading it took."""


def open_growing(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002 - the option's name
    mapping: str | Mapping[str, str] | None = None,
) -> Trace:
    """Open a recording that may be growing: ours as it is, a foreign log with what is added to it.

    Raises as `open_trace` does.
    """
    opening = Opening(path, format, mapping, None)
    if opening.is_ours(opening.path):
        return Trace.open(opening.path)
    cache, version = Cache.open(), _version_of(opening.path)
    entry, name = opening.entry(cache)
    trace = GrowingTrace.open(entry, source_path=opening.path, format=name)
    trace.made_by(opening, cache, version)
    return trace


class GrowingTrace(Trace):
    """The conversion of a file as it is now; `refresh` converts it again if it grew.

    What was there keeps its numbers, for a log is only added to. It never ends by itself: a file
    does not say that nobody writes it any more.
    """

    _opening: Opening
    _cache: Cache
    _version: tuple[int, int]
    _converted = 0.0  # when, by the clock of time.monotonic
    _took = 0.0

    def made_by(self, opening: Opening, cache: Cache, version: tuple[int, int]) -> None:
        """Remember how to convert it again, and which version of the file this is."""
        self._opening, self._cache, self._version = opening, cache, version
        self.live = True

    @property
    def being_written(self) -> bool:
        """Whether it may grow."""
        return True

    def refresh(self) -> bool:
        """Take in what the file holds now; tells whether that is more.

        Raises GoneError for a file that is no longer there, or begins anew.
        """
        version, now = _version_of(self._opening.path), time.monotonic()
        if version == self._version or now - self._converted < _PAUSES * self._took:
            return False
        entry, _ = self._opening.entry(self._cache)
        try:
            grew = self.relocate(entry)
        except OverwrittenError:
            raise GoneError(f"{self._opening.path} was cut short, or begun anew") from None
        self.live = True
        self._version, self._converted = version, time.monotonic()
        self._took = self._converted - now
        return grew


def _version_of(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        raise GoneError(f"{path} was deleted") from None
    return status.st_size, status.st_mtime_ns
