"""The rows of a DBOS system database, of whatever version."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ttdebug.errors import TraceError
from ttdebug.formats.database import MAX_CELL, plain_columns

STATUS = "workflow_status"
STEPS = "operation_outputs"
HISTORY = "workflow_events_history"
MAX_WORKFLOWS = 200_000


class Cell(NamedTuple):
    """A stored value as text: None if there is none, or if its `size` in bytes is too large."""

    text: str | None
    size: int
    serialization: str | None

    @property
    def too_large(self) -> bool:
        """Whether it was left out."""
        return self.text is None and self.size > 0


class Workflow(NamedTuple):
    """One row of `workflow_status`; times in ms."""

    id: str
    name: str | None
    status: str | None
    created: int | None
    ended: int | None
    forked_from: str | None
    parent: str | None
    serialization: str | None


class Step(NamedTuple):
    """One row of `operation_outputs` without its values; times in ms."""

    workflow: str
    number: int
    name: str
    child: str | None
    started: int | None
    completed: int | None
    serialization: str | None


class Tables:
    """Reads what is there; a column that is not gives None."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        wanted = (STATUS, STEPS, HISTORY, "workflow_events", "workflow_input", "workflow_output")
        self._columns = {table: plain_columns(connection, table) for table in wanted}
        if "workflow_uuid" not in self._columns[STATUS]:
            raise TraceError(f"it has no table {STATUS} with a workflow_uuid")

    def workflows(self) -> list[Workflow]:
        """All workflows, in the order in which they were stored."""
        rows = self._rows(
            STATUS,
            ("workflow_uuid", "name", "status", "created_at", "completed_at", "updated_at",
             "forked_from", "parent_workflow_id", "serialization"),
            f"ORDER BY rowid LIMIT {MAX_WORKFLOWS}",
        )  # fmt: skip
        return [
            Workflow(
                str(row[0]), _text(row[1]), _text(row[2]), _integer(row[3]),
                _integer(row[4]) or _integer(row[5]), _text(row[6]), _text(row[7]), _text(row[8]),
            )
            for row in rows
        ]  # fmt: skip

    def steps(self) -> dict[str, list[Step]]:
        """The steps of every workflow in their order, without their values."""
        found: dict[str, list[Step]] = defaultdict(list)
        rows = self._rows(
            STEPS,
            ("workflow_uuid", "function_id", "function_name", "child_workflow_id",
             "started_at_epoch_ms", "completed_at_epoch_ms", "serialization"),
            "ORDER BY workflow_uuid, function_id",
        )  # fmt: skip
        for row in rows:
            number = _integer(row[1])
            if number is not None:
                found[str(row[0])].append(
                    Step(
                        str(row[0]), number, str(row[2] or ""), _text(row[3]),
                        _integer(row[4]), _integer(row[5]), _text(row[6]),
                    )
                )  # fmt: skip
        return found

    def outcome(self, step: Step) -> tuple[Cell, Cell]:
        """What a step returned, and what it threw."""
        where = "WHERE workflow_uuid = ? AND function_id = ?"
        place = (step.workflow, step.number)
        return (
            self._cell(STEPS, "output", step.serialization, where, place),
            self._cell(STEPS, "error", step.serialization, where, place),
        )

    def published(self, workflow: str, number: int) -> list[tuple[str, Cell]]:
        """The events a step of a workflow set: their keys and values."""
        where = "WHERE workflow_uuid = ? AND function_id = ?"
        return self._events(HISTORY, where, (workflow, number))

    def first_published(self, workflow: str, key: str) -> Cell | None:
        """The value that an event of this key had first."""
        where = "WHERE workflow_uuid = ? AND key = ?"
        rows = self._rows(HISTORY, ("function_id",), f"{where} ORDER BY 1 LIMIT 1", (workflow, key))
        for (number,) in rows:
            if isinstance(number, int):
                found = dict(self.published(workflow, number))
                return found.get(key)
        return None

    def published_last(self, workflow: str) -> list[tuple[str, Cell]]:
        """The events of a workflow as they were in the end, where no history was kept."""
        if self._columns[HISTORY]:
            return []
        return self._events("workflow_events", "WHERE workflow_uuid = ?", (workflow,))

    def inputs(self, workflow: Workflow) -> Cell:
        """The arguments a workflow was called with."""
        return self._of_workflow("inputs", "workflow_input", workflow)

    def result(self, workflow: Workflow) -> tuple[Cell, Cell]:
        """What a workflow returned, and what it threw."""
        return (
            self._of_workflow("output", "workflow_output", workflow),
            self._of_workflow("error", "workflow_output", workflow),
        )

    def _of_workflow(self, column: str, table: str, workflow: Workflow) -> Cell:
        """From a table of its own, else from where older versions kept it."""
        for place in (table, STATUS):
            cell = self._cell(
                place, column, workflow.serialization, "WHERE workflow_uuid = ?", (workflow.id,)
            )
            if cell.size:
                return cell
        return cell

    def _events(self, table: str, where: str, place: Sequence[str | int]) -> list[tuple[str, Cell]]:
        rows = self._rows(table, ("key", "serialization"), f"{where} ORDER BY rowid", place)
        return [
            (
                str(key),
                self._cell(table, "value", _text(form), f"{where} AND key = ?", (*place, str(key))),
            )
            for key, form in rows
        ]

    def _cell(
        self,
        table: str,
        column: str,
        serialization: str | None,
        where: str,
        place: Sequence[str | int],
    ) -> Cell:
        if column not in self._columns[table]:
            return Cell(None, 0, serialization)
        row = self._db.execute(
            f"SELECT length(CAST({column} AS BLOB)), "
            f"CASE WHEN length({column}) <= {MAX_CELL} THEN {column} END FROM {table} {where}",
            place,
        ).fetchone()
        size, value = row or (0, None)
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        return Cell(None if text is None else str(text), size or 0, serialization)

    def _rows(
        self, table: str, columns: Sequence[str], rest: str, place: Sequence[str | int] = ()
    ) -> Iterator[tuple[object, ...]]:
        """Rows with None for columns that this version of the table lacks."""
        known = self._columns[table]
        if not known or columns[0] not in known:
            return iter(())
        names = ", ".join(name if name in known else "NULL" for name in columns)
        return self._db.execute(f"SELECT {names} FROM {table} {rest}", place)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) else None
