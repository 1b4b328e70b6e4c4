"""The reader of mini-SWE-agent's trajectories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.foreign.shapes import text_of
from ttdebug.formats.documents import is_document, read_document
from ttdebug.formats.mini_swe_agent.run import Run
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.records import Record, read_records
from ttdebug.formats.source import Source
from ttdebug.model import JSON, Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_FORMAT = "mini-swe-agent"
_ROLES = ("system", "user", "assistant", "tool", "exit")


class MiniSweAgentReader(Reader):
    """`<instance>.traj.json`."""

    name = "mini-swe-agent"
    title = "mini-SWE-agent trajectory"
    recovers = "answers, commands with output and exit code; state derived: messages, files, usage"
    version = 2

    def sniff(self, head: Head) -> float:
        """By the format it states, else as a list of plain messages."""
        if any(_states_format(one) for one in head.objects[:1]):
            return 0.98
        if {"info", "messages"} <= set(head.keys) and b'"mini_version"' in head.data:
            return 0.97
        if "messages" in head.keys and f'"{_FORMAT}-'.encode() in head.data:
            return 0.9
        messages = sum(_is_message(value) for value in head.values)
        if head.data.lstrip()[:1] != b"[" or not messages or messages < len(head.values):
            return 0.0
        return 0.9 if ".traj" in head.path.name else 0.6

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write the trajectory as one run."""
        uid = source.path.name.partition(".")[0] or "trajectory"
        Run(_document(source, report), uid, writer, report).write()


def _document(source: Source, report: Report) -> Object:
    """The trajectory; a bare list of messages as one that has nothing else."""
    if is_document(source):
        return read_document(source, report) or {}
    messages: list[JSON] = []
    for record in read_records(source, report):
        if not isinstance(record, Record):
            report.warn(record.reason, line=record.line)
        elif isinstance(record.value, dict) and "messages" in record.value:
            return record.value
        else:
            values = record.value if isinstance(record.value, list) else [record.value]
            messages += values
    return {"messages": messages}


def _states_format(value: Object) -> bool:
    return (text_of(value, "trajectory_format") or "").startswith(_FORMAT)


def _is_message(value: JSON) -> bool:
    """Whether a value is a message of a chat: a role, content, and hardly anything else."""
    if not isinstance(value, dict) or "content" not in value or len(value) > 4:
        return False
    return text_of(value, "role") in _ROLES and "type" not in value
