"""The reader of DBOS system databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.errors import TraceError
from ttdebug.formats import database
from ttdebug.formats.dbos.order import Tree
from ttdebug.formats.dbos.scribe import Run
from ttdebug.formats.dbos.tables import STATUS, STEPS, Tables
from ttdebug.formats.reader import Report
from ttdebug.formats.source import Source

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer


class DBOSReader(database.DatabaseReader):
    """A SQLite database of DBOS, `<application>.sqlite`."""

    name = "dbos"
    title = "DBOS workflows (SQLite)"
    recovers = "workflows and their steps, children and forks; state recorded as steps returned it"
    version = 2
    words = (STATUS.encode(), STEPS.encode(), b"workflow_uuid")

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write each workflow that no other one started as a run."""
        with database.connect(source.file) as connection:
            tables = Tables(connection)
            workflows = tables.workflows()
            if not workflows:
                raise TraceError(f"its table {STATUS} is empty")
            steps = tables.steps()
            tree = Tree(workflows, steps)
            total = sum(map(len, steps.values())) + len(workflows)
            done = 0

            def advance() -> None:
                nonlocal done
                done += 1
                report.advance(min(source.size, source.size * done // (2 * total)))

            for root in tree.roots:
                Run(tables, tree, writer, report).write(root, advance)
