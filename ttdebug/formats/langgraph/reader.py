"""The reader of LangGraph's SQLite checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.errors import TraceError
from ttdebug.formats import database
from ttdebug.formats.langgraph.context import Context
from ttdebug.formats.langgraph.decode import Decoder
from ttdebug.formats.langgraph.rows import Tables
from ttdebug.formats.langgraph.thread import Thread
from ttdebug.formats.reader import Report
from ttdebug.formats.source import Source

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer


class LangGraphReader(database.DatabaseReader):
    """Databases made by LangGraph's `SqliteSaver`."""

    name = "langgraph"
    title = "LangGraph checkpoints (SQLite)"
    recovers = "the full state at each checkpoint and the writes that made it, forks, interrupts"
    version = 4
    words = (b"checkpoints", b"thread_id", b"checkpoint")

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write each thread as a run."""
        with database.connect(source.file) as connection:
            _read(Tables(connection), writer, report)


def _read(tables: Tables, writer: Writer, report: Report) -> None:
    done = 0

    def advance(size: int) -> None:
        nonlocal done
        done += size
        report.advance(done)

    def warn(message: str, record: str) -> None:
        report.warn(message, record=record)

    decoder = Decoder()
    threads = tables.threads()
    if not threads:
        raise TraceError(
            "its table of checkpoints is empty; if it was copied while in use, its rows are in "
            "the file of the same name that ends in -wal"
        )
    for name in threads:
        thread = Thread(Context(tables, decoder, name, warn, advance), writer)
        try:
            thread.read()
        finally:
            report.describe(thread.main, thread.tally.line())
