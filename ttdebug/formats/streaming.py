"""A large foreign file shown while it is being read: its conversion grows like a recording."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ttdebug.errors import Cancelled, TraceError
from ttdebug.formats.cache import Cache
from ttdebug.formats.opening import FINISHED, Opening
from ttdebug.formats.reader import Progress
from ttdebug.store.trace import Trace

LARGE: Final = 8 << 20
"""Bytes from which a file is shown before it has been read to its end."""
_PAUSE: Final = 0.02


class StreamedTrace(Trace):
    """A recording that a conversion is still writing; `refresh` takes in what came since."""

    _conversion: Conversion

    def belongs_to(self, conversion: Conversion) -> None:
        """Remember what makes it."""
        self._conversion = conversion

    @property
    def share(self) -> float | None:
        """How much of the file has been read, 0 to 1; None once all was, or reading stopped."""
        return self._conversion.share if self.live else None

    @property
    def fault(self) -> str:
        """Why reading ended early; empty if it did not."""
        return self._conversion.fault

    def stop_reading(self) -> None:
        """Read no further; what was read stays."""
        self._conversion.stop()

    def refresh(self) -> bool:
        """Take in what was converted since; a finished conversion moves into the cache."""
        if self.live and not self.being_written:
            self._conversion.wait()
            if (entry := self._conversion.finished()) is not None:
                self.format = self._conversion.format
                return self.relocate(entry)
        return super().refresh()

    def close(self) -> None:
        """Let go of the file; a conversion that is not done is given up."""
        super().close()
        self._conversion.give_up()


def begin(
    path: str | Path,
    *,
    format: str | None = None,  # noqa: A002 - the option's name
    mapping: str | Mapping[str, str] | None = None,
) -> Conversion | None:
    """Start to convert a file; None if opening it takes no time worth speaking of.

    Raises TraceError or UsageError for what can be told by the beginning of the file.
    """
    opening = Opening(path, format, mapping, None)
    if opening.stdin or opening.is_ours(opening.path) or opening.path.stat().st_size < LARGE:
        return None
    cache = Cache.open()
    reader = opening.reader_at_once()
    key = opening.key(reader)
    if cache.find(key) is not None:
        return None
    return Conversion(opening, cache, key, opening.format if reader is None else reader.name)


class Conversion:
    """A process that converts a file into a folder of its own, and what it has told so far."""

    def __init__(self, opening: Opening, cache: Cache, key: str, format_name: str | None) -> None:
        """Use `begin`; the format may not be known yet."""
        self._opening = opening
        self._format = format_name
        self._cache = cache
        self._key = key
        self._folder = Path(tempfile.mkdtemp(dir=cache.directory, prefix=".work-"))
        self._told: dict[str, Any] = {}
        self._stopped = False
        request = {
            "path": str(opening.path),
            "format": format_name,
            "mapping": dict(opening.mapping) or None,
            "folder": str(self._folder),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", __package__ + ".converting"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.close()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def share(self) -> float:
        """How much of the file has been read, 0 to 1."""
        total = self._told.get("total", 0)
        return min(self._told.get("done", 0) / total, 1.0) if total else 0.0

    @property
    def format(self) -> str:
        """The name of the format that is read; empty if that is not known yet."""
        return self._told.get("format") or self._format or ""

    @property
    def fault(self) -> str:
        """What ended it early, once it has ended."""
        if self._running or "format" in self._told:
            return ""
        if self._stopped:
            return "Stopped. Only what was read until then is here"
        return str(self._told.get("fault", "")) or "reading ended unexpectedly"

    def opened(self, progress: Progress, cancelled: Callable[[], bool] = lambda: False) -> Trace:
        """The recording, as soon as there is something in it.

        Raises TraceError if there never is, Cancelled if that was asked for.
        """
        target = self._folder / FINISHED
        while True:
            running = self._running
            if _holds_events(target):
                return self._open(target)
            if not running:
                fault = self.fault
                self.give_up()
                raise TraceError(fault or f"{self._opening.path} holds no events")
            if cancelled():
                self.give_up()
                raise Cancelled("Stopped before anything was read")
            if "total" in self._told:
                progress(self._told["done"], self._told["total"])
            time.sleep(_PAUSE)

    def _open(self, target: Path) -> StreamedTrace:
        source = self._opening.path
        trace = StreamedTrace.open(target, source_path=source, format=self.format)
        trace.belongs_to(self)
        return trace

    def finished(self) -> Path | None:
        """Where the whole conversion is now; None while it is not whole."""
        if self._running or "format" not in self._told or not self._folder.exists():
            return None
        made = self._folder / FINISHED
        entry = self._cache.adopt(made, self._key, self.format, self._opening.path)
        self._remove()
        return entry

    def stop(self) -> None:
        """End it early; what it has written stays."""
        if self._running:
            self._stopped = True
            self._process.terminate()

    def wait(self) -> None:
        """Wait for its end, which is near once its file was closed."""
        self._process.wait()
        self._listener.join()

    def give_up(self) -> None:
        """End it, and remove what it has written unless that is whole."""
        self.stop()
        self.wait()
        self._remove()

    @property
    def _running(self) -> bool:
        return self._process.poll() is None or self._listener.is_alive()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                with suppress(ValueError):
                    self._told |= json.loads(line)

    def _remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def _holds_events(target: Path) -> bool:
    with suppress(TraceError), Trace.open(target) as trace:
        return trace.last_seq > 0
    return False
