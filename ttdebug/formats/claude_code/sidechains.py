"""Sub-agents recorded inside the session's own file, told apart by their chains."""

from __future__ import annotations

from ttdebug.foreign.shapes import text_of
from ttdebug.formats.claude_code.entries import Entry
from ttdebug.formats.claude_code.scribe import Voice
from ttdebug.formats.conversation import Call


class Sidechains:
    """Whose voice an inline side-chain line is, and which call it works for."""

    def __init__(self, prompts: dict[str, str]) -> None:
        self._prompts = prompts
        self._voices: dict[str, tuple[Voice, str | None]] = {}
        self._by_agent: dict[str, tuple[Voice, str | None]] = {}
        self._count = 0

    def voice(self, entry: Entry, calls: dict[str, Call]) -> tuple[Voice, str | None]:
        """The sub-agent of this line, and the id of the call that started it, if known."""
        found = self._by_agent.get(entry.agent_id) if entry.agent_id else None
        if found is None and entry.parent is not None:
            found = self._voices.get(entry.parent)
        if found is None:
            found = self._begin(entry, calls)
        if entry.agent_id:
            self._by_agent.setdefault(entry.agent_id, found)
        if entry.uuid is not None:
            self._voices[entry.uuid] = found
        return found

    def _begin(self, entry: Entry, calls: dict[str, Call]) -> tuple[Voice, str | None]:
        self._count += 1
        name = f"agent-{entry.agent_id}" if entry.agent_id else f"sidechain-{self._count}"
        asked = self._prompts.get(entry.uuid or "")
        for call_id, call in calls.items():
            if call.waits and asked is not None and text_of(call.args, "prompt") == asked:
                return Voice(name, parent=call.seq), call_id
        return Voice(name), None
