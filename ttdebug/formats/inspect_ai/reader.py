"""The reader of Inspect logs."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from ttdebug.formats import zips
from ttdebug.formats.inspect_ai import log
from ttdebug.formats.inspect_ai.runs import Runs
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.source import Source

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_EVAL_KEYS = frozenset({"eval", "version", "status"})


class InspectReader(Reader):
    """`logs/*.eval` and `logs/*.json` of `inspect eval`."""

    name = "inspect-ai"
    title = "Inspect AI log"
    recovers = "events of each sample, model and tool calls; state recorded as store changes"
    version = 2

    def sniff(self, head: Head) -> float:
        """By the names of the first members, or by the first keys of the document."""
        if head.magic == "zip":
            names = set(zips.names_in(head.data))
            samples = any(name.startswith(log.SAMPLES) for name in names)
            if log.START in names or (log.HEADER in names and samples):
                return 0.97
            return 0.6 if log.HEADER in names or head.path.suffix == ".eval" else 0.0
        return 0.95 if set(head.keys) >= _EVAL_KEYS and "eval" in head.keys[:4] else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write each sample as a run."""
        with ExitStack() as stack:
            if log.is_archive(source):
                found = log.from_archive(stack.enter_context(source.open()), report)
            else:
                found = log.from_document(source, report)
            runs = Runs(writer, report, source.path.stem, found.header)
            for sample in found.samples:
                runs.sample(sample)
            runs.finish()
