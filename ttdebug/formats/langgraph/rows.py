"""The rows of the two tables, whatever columns the version that wrote them had."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ttdebug.errors import TraceError
from ttdebug.formats.database import MAX_CELL, plain_columns


class Key(NamedTuple):
    """One checkpoint's place: its row, namespace, id and parent's id."""

    row: int
    ns: str
    id: str
    parent: str | None


class Cell(NamedTuple):
    """A serialized value: the serializer's name (None in 2024), its bytes, how many there are.

    `blob` is None for an empty cell and for one that is too large (`size` tells).
    """

    kind: str | None
    blob: bytes | str | None
    size: int

    @property
    def too_large(self) -> bool:
        """Whether the cell holds more than we read."""
        return self.blob is None and self.size > MAX_CELL


class Content(NamedTuple):
    """What a checkpoint's row holds besides its key."""

    checkpoint: Cell
    metadata: Cell


@dataclass(frozen=True, slots=True)
class Write:
    """One row of `writes`: `value` went to `channel` in a task that ran after a checkpoint."""

    row: int
    task: str
    path: str
    idx: int
    channel: str
    cell: Cell


class Tables:
    """Reads both tables of one database; raises TraceError where they are not LangGraph's."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        columns = plain_columns(connection, "checkpoints")
        written = plain_columns(connection, "writes")
        if not {"thread_id", "checkpoint"} <= columns:
            raise TraceError("there is no table of LangGraph checkpoints in it")
        self._id = _first(columns, "checkpoint_id", "thread_ts")
        self._parent = _first(columns, "parent_checkpoint_id", "parent_ts")
        self._ns = "checkpoint_ns" if "checkpoint_ns" in columns else "''"
        self._type = "type" if "type" in columns else "NULL"
        self._metadata = "metadata" if "metadata" in columns else "NULL"
        self.has_writes = {"checkpoint_id", "task_id", "idx", "channel", "value"} <= written
        self._path = "task_path" if "task_path" in written else "''"
        self._written_type = "type" if "type" in written else "NULL"

    def threads(self) -> list[object]:
        """All thread ids as they are stored, in the order of their first checkpoint."""
        sql = "SELECT thread_id FROM checkpoints GROUP BY thread_id ORDER BY min({0}), thread_id"
        return [row[0] for row in self._connection.execute(sql.format(self._id))]

    def keys(self, thread: object) -> list[Key]:
        """The checkpoints of a thread in the order they were made, all namespaces together."""
        sql = (
            f"SELECT rowid, {self._ns}, {self._id}, {self._parent} FROM checkpoints "
            "WHERE thread_id IS ?"
        )
        keys = [
            Key(row, str(ns or ""), str(id_), str(parent) if parent else None)
            for row, ns, id_, parent in self._connection.execute(sql, (thread,))
        ]
        return sorted(keys, key=lambda key: (key.id, len(key.ns), key.ns))

    def content(self, key: Key) -> Content:
        """The serialized checkpoint and its metadata."""
        sql = (
            f"SELECT {self._type}, {_capped('checkpoint')}, {_capped(self._metadata)} "
            "FROM checkpoints WHERE rowid = ?"
        )
        row = self._connection.execute(sql, (key.row,)).fetchone()
        if row is None:
            return Content(Cell(None, None, 0), Cell("json", None, 0))
        kind, blob, size, metadata, length = row
        return Content(_cell(kind, blob, size), _cell("json", metadata, length))

    def writes(
        self, thread: object, ns: str, checkpoint: str, *, special: bool = False
    ) -> Iterator[Write]:
        """What tasks wrote after `checkpoint`, in the order in which it was stored.

        With `special` only errors, interrupts and answers to them.
        """
        if not self.has_writes:
            return
        sql = (
            f"SELECT rowid, task_id, {self._path}, idx, channel, {self._written_type}, "
            f"{_capped('value')} FROM writes "
            "WHERE thread_id IS ? AND checkpoint_ns = ? AND checkpoint_id = ? "
            f"{'AND idx < 0 ' if special else ''}ORDER BY rowid"
        )
        found = self._connection.execute(sql, (thread, ns, checkpoint))
        for row, task, path, idx, channel, kind, blob, size in found:
            place = idx if isinstance(idx, int) else 0
            cell = _cell(kind, blob, size)
            yield Write(row, str(task), str(path or ""), place, str(channel), cell)


def _first(columns: frozenset[str], *names: str) -> str:
    for name in names:
        if name in columns:
            return name
    raise TraceError(f"its 'checkpoints' table has no column {' or '.join(names)}")


def _capped(column: str) -> str:
    """SQL for a cell unless it is too large, and for its size in bytes."""
    size = f"coalesce(length({column}), 0)"
    return f"CASE WHEN {size} <= {MAX_CELL} THEN {column} END, {size}"


def _cell(kind: object, blob: object, size: object) -> Cell:
    held = blob if isinstance(blob, (bytes, str)) else None if blob is None else str(blob)
    return Cell(None if kind is None else str(kind), held, size if isinstance(size, int) else 0)
