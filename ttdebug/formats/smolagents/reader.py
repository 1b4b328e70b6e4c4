"""The reader of agent memories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.formats.lenient import storable
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.records import Record, read_records
from ttdebug.formats.smolagents.memory import Memory
from ttdebug.formats.source import Source
from ttdebug.formats.strays import keep_stray
from ttdebug.model import Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_ENTRIES = ("task", "plan", "system_prompt")
_STEP = ("tool_calls", "model_output", "observations")


class SmolagentsReader(Reader):
    """A list of steps, or one step a line."""

    name = "smolagents"
    title = "smolagents memory"
    recovers = "steps with code, model and tool calls; state derived: messages, usage"
    version = 1

    def sniff(self, head: Head) -> float:
        """By the fields of a step and of a task."""
        found = head.objects
        if any(map(_is_step, found)):
            return 0.95 if sum(map(_is_entry, found)) * 2 >= len(found) else 0.7
        return 0.8 if any("task" in value and "task_images" in value for value in found) else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write the memory as one run."""
        name = storable(source.path.stem)
        memory = Memory(writer, writer.run(name, name))
        for index, record in enumerate(read_records(source, report)):
            if isinstance(record, Record) and isinstance(record.value, dict):
                memory.entry(index, record.value)
            else:
                keep_stray(record, writer, report, memory.timeline)
        report.describe(memory.timeline, memory.fidelity())


def _is_entry(value: Object) -> bool:
    return any(key in value for key in _ENTRIES) or _is_step(value)


def _is_step(value: Object) -> bool:
    numbered = "step_number" in value or "step" in value
    return numbered and all(key in value for key in _STEP)
