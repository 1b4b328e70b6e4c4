"""The reader of agent memories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import objects_in
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.records import Record, read_records
from ttdebug.formats.smolagents.memory import Memory
from ttdebug.formats.source import Source
from ttdebug.formats.strays import keep_stray
from ttdebug.model import Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_RESULT = frozenset({"output", "state", "steps"})
_ENTRIES = ("task", "plan", "system_prompt")
_STEP = ("tool_calls", "model_output", "observations")


class SmolagentsReader(Reader):
    """A list of steps, one step a line, or the result of a run with its steps."""

    name = "smolagents"
    title = "smolagents memory"
    recovers = "steps with code, model and tool calls; state derived: messages, usage"
    version = 1

    def sniff(self, head: Head) -> float:
        """By the fields of a step and of a task."""
        found = head.objects
        if len(found) == 1 and "steps" in found[0]:
            found = objects_in(found[0]["steps"])
        if any(map(_is_step, found)):
            return 0.95 if sum(map(_is_entry, found)) * 2 >= len(found) else 0.7
        if set(head.keys) >= _RESULT:
            return 0.8
        return 0.8 if any("task" in value and "task_images" in value for value in found) else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write the memory as one run."""
        name = storable(source.path.stem)
        memory = Memory(writer, writer.run(name, name))
        for index, record in enumerate(read_records(source, report)):
            if not isinstance(record, Record) or not isinstance(record.value, dict):
                keep_stray(record, writer, report, memory.timeline)
            elif isinstance(steps := record.value.get("steps"), list):
                for number, step in enumerate(objects_in(steps)):
                    memory.entry(number, step)
                memory.end(record.value)
            else:
                memory.entry(index, record.value)
        report.describe(memory.timeline, memory.fidelity())


def _is_entry(value: Object) -> bool:
    return any(key in value for key in _ENTRIES) or _is_step(value)


def _is_step(value: Object) -> bool:
    numbered = "step_number" in value or "step" in value
    return numbered and all(key in value for key in _STEP)
