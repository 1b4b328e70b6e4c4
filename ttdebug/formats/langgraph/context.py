"""What every part of the conversion of one thread needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ttdebug.formats.langgraph.decode import Decoder
from ttdebug.formats.langgraph.rows import Cell, Key, Tables, Write
from ttdebug.formats.langgraph.tasks import Written
from ttdebug.model import JSON, Object


@dataclass(frozen=True, slots=True)
class Context:
    """One thread of one database. `advance` is told how many bytes each row took.

    `warn` is called with a message and the record it is about; `thread` is the id as stored.
    """

    tables: Tables
    decoder: Decoder
    thread: object
    warn: Callable[[str, str], None]
    advance: Callable[[int], None]

    def writes(self, key: Key, *, special: bool = False) -> list[Written]:
        """What was written after a checkpoint; `special` as for `Tables.writes`."""
        rows = self.tables.writes(self.thread, key.ns, key.id, special=special)
        return [Written(row, self._value(row)) for row in rows]

    def source(self, key: Key, **more: JSON) -> Object:
        """Where a record stands in the database, in its own ids."""
        place: Object = {"thread_id": str(self.thread), "checkpoint_ns": key.ns}
        return {**place, "checkpoint_id": key.id, **more}

    def _value(self, row: Write) -> JSON:
        record = f"write {row.idx} of task {row.task}"
        self.advance(row.cell.size)
        if row.cell.too_large:
            self.warn(too_large(row.cell), record)
        try:
            return self.decoder.decode(row.cell.kind, row.cell.blob)
        except ValueError as error:
            self.warn(str(error), record)
            return None


def too_large(cell: Cell) -> str:
    """Says so of a cell that was left out."""
    return f"its {cell.size:,} bytes are more than are read"
