"""What a reader of a foreign format is given and what it must offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from ttdebug.model import JSON

if TYPE_CHECKING:
    from ttdebug.formats.source import Source
    from ttdebug.store.writer import Writer

Magic: TypeAlias = Literal["sqlite", "zip", "text", "binary", "empty"]
Progress: TypeAlias = Callable[[int, int], None]

MAX_WARNINGS = 200


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file, after decompression, on which formats are told apart.

    `data` is at most 256 KiB. `values` are the first JSON values found in it: whole lines of a
    JSONL file, or the top-level value of a small JSON document. `keys` are the top-level keys of
    a JSON object that may be cut off, in file order.
    """

    path: Path
    size: int
    magic: Magic
    data: bytes
    values: tuple[JSON, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def objects(self) -> list[dict[str, JSON]]:
        """Those of `values` that are JSON objects."""
        return [value for value in self.values if isinstance(value, dict)]


def counted(number: int, noun: str, rest: str = "") -> str:
    """`1 parent never came`, `2 parents never came`."""
    return f"{number} {noun}{'' if number == 1 else 's'}{rest}"


class Report:
    """What a conversion has to say: warnings, fidelity per run, progress.

    `advance` may raise `Cancelled` from the caller's progress function; readers let it pass.
    """

    def __init__(self, progress: Progress | None = None, total: int = 0) -> None:
        self._progress = progress
        self._total = total
        self._warnings: dict[str, int] = {}
        self._unlisted = 0
        self._done = 0
        self._stopped: list[str] = []
        self.fidelity: dict[int, str] = {}

    def warn(self, message: str, *, line: int | None = None, record: str | None = None) -> None:
        """Note damage or doubt; `line` counts from 1, `record` names a row, span or entry."""
        where = [record] if record else []
        if line is not None:
            where.append(f"line {line}")
        text = f"{', '.join(where)}: {message}" if where else message
        if text in self._warnings or len(self._warnings) < MAX_WARNINGS:
            self._warnings[text] = self._warnings.get(text, 0) + 1
        else:
            self._unlisted += 1

    def stop(self, message: str) -> None:
        """Note why reading ended early; listed first, however many warnings there are."""
        self._stopped.append(message)

    def describe(self, timeline: int, fidelity: str) -> None:
        """Say of a run (by the id of its main timeline) what is recorded, derived, dropped."""
        self.fidelity[timeline] = fidelity

    def advance(self, done: int) -> None:
        """Tell how many bytes of the source were consumed."""
        self._done = done
        if self._progress is not None:
            self._progress(done, max(self._total, done))

    def pulse(self) -> None:
        """Tell the same again: work goes on that reads nothing, and may be stopped."""
        self.advance(self._done)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Each distinct warning once, with how often it occurred."""
        lines = self._stopped + [
            text if count == 1 else f"{text} ({counted(count, 'time')})"
            for text, count in self._warnings.items()
        ]
        if self._unlisted:
            lines.append(counted(self._unlisted, "further warning", " not listed"))
        return tuple(lines)


class Reader(Protocol):
    """One foreign format. Subclass it for the defaults, or match it structurally.

    `recovers` says in a few words what comes out of a file, and whether its state was recorded or
    is derived. `version` is part of the cache key: raise it whenever `read` writes something else.
    """

    name: str
    title: str
    recovers: str
    version: int

    def sniff(self, head: Head) -> float:
        """How sure we are that the file is of this format, 0 to 1."""
        ...

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write the whole recording; damage in part is warned about, not raised."""
        ...

    def companions(self, path: Path) -> Iterable[Path]:
        """Other files that belong to the recording and so to its identity in the cache."""
        return ()

    def inside(self, folder: Path) -> Path | None:
        """The file to open for a folder that as a whole is one recording; else None."""
        return None
