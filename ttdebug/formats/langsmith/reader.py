"""The reader of LangSmith runs."""

from __future__ import annotations

from ttdebug.foreign.shapes import objects_in, text_of
from ttdebug.formats.fidelity import ASSUMED_UTC
from ttdebug.formats.langsmith.fields import is_run, read_run
from ttdebug.formats.reader import Head, Report, counted
from ttdebug.formats.source import Source
from ttdebug.formats.spans import DocumentReader, Documents, Spans
from ttdebug.genai import meaning
from ttdebug.model import Object

_HALVES = ("post", "patch")
_PLACES = (b'"dotted_order"', b'"parent_run_id"', b'"child_runs"')
_LISTS = (*_HALVES, "runs", "data")


class _Runs(Documents):
    """Runs; a half waits for the other."""

    recorded = "recorded: runs with their inputs, outputs and metadata"
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

    def read_all(self, source: Source) -> None:
        """Everything; halves whose other never came are runs not finished, or not begun here."""
        super().read_all(source)
        for half in self._waiting.values():
            self._unpaired += 1
            self._run(half)

    def fidelity(self) -> list[str]:
        """What is recorded, and what had to be assumed."""
        found = [self.recorded]
        if self.naive:
            found.append(ASSUMED_UTC)
        if self._unpaired:
            found.append(counted(self._unpaired, "run", " of which only one half is there"))
        return found

    def _run(self, record: Object) -> None:
        stack = [record]
        while stack:
            run = stack.pop()
            self.read += 1
            span, naive = read_run(run)
            self.naive = self.naive or naive
            self.spans.add(meaning(span))
            stack += filter(is_run, reversed(objects_in(run.get("child_runs"))))


class LangsmithReader(DocumentReader):
    """Runs, whole or in halves."""

    name = "langsmith"
    title = "LangSmith runs"
    recovers = "runs with model and tool calls; state of graphs, else derived: messages, usage"
    version = 1
    marks = (b'"run_type"',)
    documents = _Runs

    def sniff(self, head: Head) -> float:
        """By the type of a run, and by its place among runs that LangSmith spells out."""
        placed = any(place in head.data for place in _PLACES)
        return super().sniff(head) if placed else 0.0


def _merged(post: Object, patch: Object) -> Object:
    """The run: what the patch says goes before what the post said, unless it says nothing."""
    said = {key: value for key, value in patch.items() if value not in (None, {}, [])}
    return {**post, **said}
