"""The reader of LangSmith runs.

Sources: operation lines (`post`, `patch`) as the SDK 0.1 to 0.6 sends them, its batches
(`{post, patch}`), and run objects of the API as lists, lines, or nested in `child_runs`
(documentation). The run of an operation is its post, completed by its patch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ttdebug.foreign.shapes import objects_in, text_of
from ttdebug.formats.langsmith.fields import is_run, read_run
from ttdebug.formats.reader import Head, Reader, Report, counted
from ttdebug.formats.source import Source
from ttdebug.formats.spans import Documents, Spans
from ttdebug.genai import Folded, meaning
from ttdebug.model import Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_RECORDED = "recorded: runs with their inputs, outputs and metadata"
_HALVES = ("post", "patch")
_PLACES = (b'"dotted_order"', b'"parent_run_id"', b'"child_runs"')
_LISTS = (*_HALVES, "runs", "data")


class LangsmithReader(Reader):
    """Runs, whole or in halves."""

    name = "langsmith"
    title = "LangSmith runs"
    recovers = "runs with model and tool calls; state of graphs, else derived: messages, usage"
    version = 1

    def sniff(self, head: Head) -> float:
        """By the type of a run, and by its place among runs that LangSmith spells out."""
        if head.magic != "text" or b'"run_type"' not in head.data:
            return 0.0
        return 0.97 if any(place in head.data for place in _PLACES) else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write each thread, or each trace without one, as a run."""
        with Spans(writer, report, source.path.stem or "stdin", Folded) as spans:
            runs = _Runs(spans, report)
            runs.read_all(source)
            runs.finish()
            spans.write([_RECORDED, *runs.doubts()])


class _Runs(Documents):
    """Runs; a half waits for the other."""

    lists = ("post", "patch", "child_runs", "runs")
    naive = False

    def __init__(self, spans: Spans, report: Report) -> None:
        super().__init__(spans, report)
        self._waiting: dict[str, Object] = {}
        self._unpaired = 0

    def document(self, value: Object) -> None:
        """A run, half of one, or a batch of them."""
        if is_run(value):
            self.element(value)
            return
        held = [key for key in _LISTS if isinstance(value.get(key), list)]
        for key in held:
            for record in objects_in(value[key]):
                if is_run(record):
                    self.element({"operation": key, **record} if key in _HALVES else record)
                else:
                    self.rest(record)
        self.rest({key: inner for key, inner in value.items() if key not in held})

    def element(self, value: Object) -> None:
        """A run or half of one; its children follow it."""
        if not is_run(value):
            return
        identity = text_of(value, "id")
        if value.get("operation") not in _HALVES or identity is None:
            self._run(value)
            return
        other = self._waiting.pop(identity, None)
        if other is None:
            self._waiting[identity] = value
        elif value["operation"] == "patch":
            self._run(_merged(other, value))
        else:
            self._run(_merged(value, other))

    def finish(self) -> None:
        """Halves whose other never came: runs that were not finished, or not begun here."""
        for half in self._waiting.values():
            self._unpaired += 1
            self._run(half)

    def doubts(self) -> Iterator[str]:
        """What had to be assumed."""
        if self.naive:
            yield "times without a zone taken for UTC"
        if self._unpaired:
            yield counted(self._unpaired, "run", " of which only one half is there")

    def _run(self, record: Object) -> None:
        stack = [record]
        while stack:
            run = stack.pop()
            self.read += 1
            span, naive = read_run(run)
            self.naive = self.naive or naive
            self.spans.add(meaning(span))
            stack += filter(is_run, reversed(objects_in(run.get("child_runs"))))


def _merged(post: Object, patch: Object) -> Object:
    """The run: what the patch says goes before what the post said, unless it says nothing."""
    said = {key: value for key, value in patch.items() if value not in (None, {}, [])}
    return {**post, **said}
