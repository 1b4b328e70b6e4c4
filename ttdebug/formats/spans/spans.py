"""The door for readers: add spans as the file has them, then write the recording."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import chain
from typing import Self

from ttdebug.foreign.lenient import storable
from ttdebug.formats.reader import Report, counted
from ttdebug.formats.spans.runs import Batch, Group, Moment, Node
from ttdebug.formats.spans.scribe import Scribe
from ttdebug.formats.spans.spool import Spool
from ttdebug.genai.joints import Joints
from ttdebug.genai.records import AsRecorded, Fold, Instant, SpanRecord
from ttdebug.model import JSON
from ttdebug.store.writer import Writer

MAX_SPANS = 300_000
"""Spans put in order at once. What a longer list has beyond them is ordered after them."""


class Spans:
    """Collects the spans of a file; their events wait on disk, only their order is in memory.

    Use it in a `with` block. `name` is that of a run without a trace id. `fold` makes the states
    of a run's agents.
    """

    def __init__(
        self,
        writer: Writer,
        report: Report,
        name: str,
        fold: Callable[[], Fold] = AsRecorded,
    ) -> None:
        self._writer = writer
        self._report = report
        self._name = name
        self._fold = fold
        self._folds: dict[str, Fold] = {}
        self._timelines: dict[str, int] = {}
        self._counts: dict[int, list[str]] = {}
        self._joints = Joints()
        self._batch = Batch()
        self._strays: list[SpanRecord] = []

    def add(self, record: SpanRecord) -> None:
        """One span, or one event of its own, in any order."""
        if record.trace is None:
            trace = self._batch.first
            if trace is None:
                self._strays.append(record)
                return
            record.trace = trace
        self._keep(record, self._batch.word(record.trace))
        if self._batch.size >= MAX_SPANS:
            self._report.warn(f"more than {MAX_SPANS:,} spans; ordered in parts of that many")
            self._flush()

    def about(self, trace: str, key: str, value: JSON) -> None:
        """Something said of a whole trace, such as its resource: shown where its run starts."""
        self._batch.note(trace, key, value)

    def write(self, fidelity: Sequence[str]) -> None:
        """Write all runs; `fidelity` is what there is to say of each."""
        for record in self._strays:
            self._keep(record, self._batch.first or self._name)
        self._flush()
        if self._batch.twice:
            self._report.warn(f"{counted(self._batch.twice, 'span')} came more than once")
        for uid, timeline in self._timelines.items():
            said = chain(fidelity, self._folds[uid].fidelity(), self._counts[timeline])
            self._report.describe(timeline, "; ".join(said))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._batch.spool.close()

    def _keep(self, record: SpanRecord, trace: str) -> None:
        batch, spool = self._batch, self._batch.spool
        self._joints.wanted.update(record.links)
        ending = record.closes
        if record.session is not None:
            batch.join(trace, record.session)
        batch.add(
            Node(
                trace,
                record.id,
                record.parent,
                record.start,
                record.end,
                spool.put(record.opens, record.source, record.links),
                None if ending is None else spool.put(ending, record.source, []),
                tuple(self._moment(instant, record) for instant in record.inside),
                record.process and batch.word(record.process),
                record.stand_in,
                record.is_point,
            )
        )

    def _moment(self, instant: Instant, record: SpanRecord) -> Moment:
        return Moment(instant.time, self._batch.spool.put(instant.event, record.source, []))

    def _flush(self) -> None:
        """Write what was collected so far."""
        batch, self._batch = self._batch, Batch()
        self._batch.twice = batch.twice
        with closing(batch.spool) as spool:
            for group in batch.runs():
                scribe = Scribe(
                    self._writer,
                    self._timeline(group, spool),
                    spool,
                    self._joints,
                    self._folds.setdefault(group.uid, self._fold()),
                )
                scribe.write(group, self._report)
                self._counts.setdefault(self._timelines[group.uid], []).extend(scribe.counts())

    def _timeline(self, group: Group, spool: Spool) -> int:
        """The run of a group, begun with what is known of it as a whole."""
        known = self._timelines.get(group.uid)
        if known is not None:
            return known
        uid = storable(group.uid)
        title = spool.get(group.top.opening).event.name
        timeline = self._writer.run(uid, storable(title or uid), time=group.start)
        self._timelines[group.uid] = timeline
        facts = group.about()
        if facts:
            self._writer.append(
                timeline,
                "run.start",
                time=group.start,
                data=facts,
                source={"trace_id": group.traces[0]}
                if len(group.traces) == 1
                else {"trace_ids": list(group.traces)},
            )
        return timeline
