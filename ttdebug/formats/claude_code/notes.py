"""What Claude Code notes beside the conversation: progress, settings, compaction, checkpoints."""

from __future__ import annotations

from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.foreign.times import MILLIS, scaled
from ttdebug.foreign.values import joined_text, slim
from ttdebug.formats.claude_code.entries import Entry
from ttdebug.formats.claude_code.scribe import Scribe, Voice, moment
from ttdebug.formats.conversation import Call
from ttdebug.model import Edge, Object

_SETTINGS = {
    "permission-mode": "permissionMode",
    "mode": "mode",
    "custom-title": "customTitle",
    "ai-title": "aiTitle",
    "agent-name": "agentName",
}
_ERRORS = ("api_error", "error", "api_refusal")
_SHARED = frozenset(
    {
        "type", "uuid", "parentUuid", "sessionId", "session_id", "timestamp", "cwd", "gitBranch",
        "version", "isSidechain", "userType", "slug", "entrypoint", "agentId",
    }
)  # fmt: skip


class Notes:
    """Writes every line that is neither the user's nor the model's."""

    def __init__(self, scribe: Scribe, calls: dict[str, Call]) -> None:
        self._scribe = scribe
        self._calls = calls

    def write(self, entry: Entry, voice: Voice) -> int | None:
        """The event of this line, if it stands in the conversation's chain of causes."""
        if entry.type == "system":
            return self._system(entry, voice)
        if entry.type == "attachment":
            return self._attachment(entry, voice)
        if entry.type == "progress":
            self._progress(entry, voice)
        elif entry.type in _SETTINGS:
            key = _SETTINGS[entry.type]
            self._scribe.conversation(voice.agent).configure(key, entry.record.get(key))
            self._scribe.event(moment(entry, voice), "state", name=entry.type, data=_rest(entry))
        elif entry.type == "file-history-snapshot":
            self._scribe.event(moment(entry, voice), "checkpoint", name="files", data=_rest(entry))
        else:
            self._scribe.event(moment(entry, voice), "marker", name=entry.type, data=_rest(entry))
        return None

    def compaction(self, entry: Entry, voice: Voice, by: int | None) -> int:
        """The conversation is replaced by a summary; `by` is the last event of who wrote it."""
        self._scribe.conversation(voice.agent).forget()
        before = self._scribe.place(text_of(entry.record, "logicalParentUuid") or entry.parent)
        causes = []
        if before is not None and before.event is not None:
            causes.append(Edge(before.event, "recorded", "follows"))
        if by is not None:
            causes.append(Edge(by, "recorded", "summarised by sub-agent"))
        data: Object = {**object_of(entry.record, "compactMetadata")}
        return self._scribe.event(
            moment(entry, voice), "state", name="compaction", data=data, causes=causes
        )

    def _system(self, entry: Entry, voice: Voice) -> int | None:
        subtype = text_of(entry.record, "subtype") or "system"
        if subtype in _ERRORS:
            return self._scribe.event(
                moment(entry, voice), "error", name=subtype, data=_rest(entry), status="error"
            )
        milliseconds = entry.record.get("durationMs")
        duration = scaled(milliseconds, MILLIS) if isinstance(milliseconds, int | float) else None
        self._scribe.event(
            moment(entry, voice), "marker", name=subtype, data=_rest(entry), duration=duration
        )
        return None

    def _attachment(self, entry: Entry, voice: Voice) -> int | None:
        """Context slipped in by the program; a queued command is the user speaking."""
        attachment = object_of(entry.record, "attachment")
        name = text_of(attachment, "type") or "attachment"
        if name != "queued_command":
            self._scribe.event(
                moment(entry, voice), "marker", name=name, data={"attachment": slim(attachment)}
            )
            return None
        prompt = attachment.get("prompt")
        text = prompt if isinstance(prompt, str) else joined_text(objects_in(prompt))
        self._scribe.conversation(voice.agent).say(entry.uuid or f"line-{entry.line}", "user", text)
        return self._scribe.event(
            moment(entry, voice),
            "message",
            name="queued",
            data={"role": "user", "content": slim(prompt)},
        )

    def _progress(self, entry: Entry, voice: Voice) -> None:
        """A sign of life of a running call, placed inside it."""
        data = object_of(entry.record, "data")
        call = None
        for key in ("toolUseID", "parentToolUseID"):
            found = self._calls.get(text_of(entry.record, key) or "")
            if found is not None and found.waits and found.timeline == self._scribe.timeline:
                call = call or found
        kept = {key: slim(value) for key, value in data.items() if key != "normalizedMessages"}
        self._scribe.event(
            moment(entry, voice),
            "marker",
            name=text_of(data, "type") or "progress",
            data=kept,
            parent=call.seq if call else None,
        )


def _rest(entry: Entry) -> Object:
    """What a line says beside the fields all lines share."""
    return {key: slim(value) for key, value in entry.record.items() if key not in _SHARED}
