"""What `save_state` returned: the thread of a team, or the context of each of its models."""

from __future__ import annotations

from collections.abc import Iterator

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.formats.autogen.messages import Messages
from ttdebug.model import Object
from ttdebug.store.writer import Writer


class Saved:
    """Writes a saved state: all messages in it, then what else every member keeps."""

    def __init__(self, messages: Messages, writer: Writer, timeline: int) -> None:
        self._messages = messages
        self._writer = writer
        self._timeline = timeline

    def write(self, document: Object) -> bool:
        """Write it; whether there was anything."""
        states = dict(sorted(_states(document), key=lambda named: not _thread(named[1])))
        thread = objects_in(document.get("messages"))
        for state in states.values():
            thread = thread or _thread(state)
        for index, record in enumerate(thread):
            self._messages.write(record, {"index": index})
        for name, state in states.items():
            if not thread:
                for index, record in enumerate(_context(state)):
                    self._messages.write(record, {"agent": name, "index": index})
            self._keep(name, state)
        if "stop_reason" in document:
            self._messages.write({"type": "TaskResult", **document}, {})
        return bool(self._writer.last_seq)

    def _keep(self, name: str, state: Object) -> None:
        """A member as it was saved; the state that follows from messages stays its state."""
        kind = text_of(state, "type")
        self._writer.append(
            self._timeline,
            "checkpoint",
            agent=storable(name),
            name=storable(kind),
            data={key: value for key, value in state.items() if key != "message_thread"},
            source={"agent": storable(name)},
        )


def _states(document: Object) -> Iterator[tuple[str, Object]]:
    """The state of every member by name; a member alone is an agent called `agent`."""
    several = object_of(document, "agent_states")
    for name, state in several.items():
        if isinstance(state, dict):
            yield name, state
    if not several and ("llm_context" in document or "message_thread" in document):
        yield "agent", document


def _thread(state: Object) -> list[Object]:
    return objects_in(state.get("message_thread"))


def _context(state: Object) -> list[Object]:
    """The messages that a member's model sees."""
    inner = object_of(state, "agent_state") or state
    return objects_in(object_of(inner, "llm_context").get("messages"))
