"""The reader of AutoGen's streams and saved states."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ttdebug.errors import TraceError
from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import objects_in
from ttdebug.formats import fidelity
from ttdebug.formats.autogen.messages import Messages
from ttdebug.formats.autogen.saved import Saved
from ttdebug.formats.conversation import Informed, Scribe, Talk
from ttdebug.formats.documents import read_document
from ttdebug.formats.reader import Head, Reader, Report
from ttdebug.formats.records import Damage, decode_lines
from ttdebug.formats.source import Source
from ttdebug.formats.strays import keep_stray
from ttdebug.model import Object

if TYPE_CHECKING:
    from ttdebug.store.writer import Writer

_STATES = frozenset(("agent_states", "llm_context", "message_thread"))
_WHOLE = re.compile(rb'(?<!\\)"(agent_states|llm_context|message_thread|messages)"\s*:')
_TOKENS = ("prompt_tokens", "completion_tokens")
_BEGINNING = 64 << 10
_FAR = 1 << 32
"""Where what was not found is taken to be."""


class AutoGenReader(Reader):
    """A stream with one message per line, a task's result, or what `save_state` returned."""

    name = "autogen"
    title = "AutoGen messages or saved state"
    recovers = "messages, tool calls, events of a team; state derived, or as saved"
    version = 1

    def sniff(self, head: Head) -> float:
        """By the fields of every message, or by the type of the state."""
        lines = head.objects
        keys = set(head.keys)
        if len(lines) <= 1 and _STATES & keys and {"type", "version"} <= keys:
            return 0.95
        if len(lines) == 1 and _has_messages(lines[0]):
            return 0.95
        messages = sum(_is_message(line) for line in lines)
        return 0.95 if messages * 2 > len(lines) else 0.0

    def read(self, source: Source, writer: Writer, report: Report) -> None:
        """Write the team's conversation as one run."""
        name = storable(source.path.name.partition(".")[0] or "team")
        timeline = writer.run(name, name)
        talk = Talk(Scribe(writer, timeline, lambda: Informed(_TOKENS)))
        messages = Messages(talk)
        whole = _is_whole(source)
        if whole:
            document = read_document(source, report)
            if document is None or not Saved(messages, writer, timeline).write(document):
                raise TraceError("there are no messages in it")
        else:
            _lines(source, writer, report, timeline, messages)
        report.describe(timeline, _fidelity(messages, talk, whole))


def _lines(
    source: Source, writer: Writer, report: Report, timeline: int, messages: Messages
) -> None:
    for record in decode_lines(source.lines(report), report):
        if isinstance(record, Damage) or not isinstance(record.value, dict):
            keep_stray(record, writer, report, timeline)
        else:
            messages.write(record.value, {"line": record.line})


def _is_whole(source: Source) -> bool:
    """Whether the file is one document, not a message on every line."""
    head = source.beginning(_BEGINNING)
    found = _WHOLE.search(head)
    return found is not None and found.start() < head.find(b'"models_usage"') % _FAR


def _is_message(line: Object) -> bool:
    return "models_usage" in line and "source" in line and "type" in line


def _has_messages(value: Object) -> bool:
    """Whether it is a task's result with all its messages."""
    return any(_is_message(one) for one in objects_in(value.get("messages"))[:5])


def _fidelity(messages: Messages, talk: Talk, saved: bool) -> str:
    learnt = "; what tools told in objects, each member what it was told itself"
    parts = (
        "recorded: messages, tool calls and results, token usage",
        f"derived: state (messages shortened, usage{learnt if messages.learnt else ''})",
        "not recorded: model names and inputs",
        "in the order of the saved thread" if saved else None,
    )
    counts = (
        (talk.orphans, "result", " without a call"),
        (messages.unknown, "record", " of no known type kept as markers"),
    )
    return fidelity.line(parts, counts)
