"""One recorded chat: metadata, messages, and how the log replaces and takes back."""

from __future__ import annotations

from ttdebug.foreign.shapes import objects_in, text_of
from ttdebug.formats.conversation import MAIN_AGENT, Talk
from ttdebug.formats.gemini_cli.messages import Messages
from ttdebug.model import Edge, Object

_NOT_CONFIG = ("sessionId", "startTime", "lastUpdated", "messages", "directories")


class Chat:
    """Writes the records of a chat as events of one agent."""

    def __init__(self, talk: Talk, agent: str = MAIN_AGENT, file: str | None = None) -> None:
        self._talk = talk
        self._scribe = talk.scribe
        self._agent = agent
        self.messages = Messages(talk, agent, file)
        self._begun = False
        self.rewinds = 0

    def write(self, record: Object, line: int | None, number: int) -> None:
        """One record of a log, or a whole document."""
        if "$rewindTo" in record:
            self._rewind(record, line)
        elif "$set" in record:
            self._set(record, line)
        elif "sessionId" in record and "type" not in record:
            self._metadata(record, line)
        else:
            self.messages.write(record, line, number)

    def _metadata(self, record: Object, line: int | None) -> None:
        """The first line of a log, or a document: its messages follow."""
        self._configure(record)
        data: Object = {key: value for key, value in record.items() if key != "messages"}
        at: Object = {"timestamp": record.get("startTime")}
        kind = "marker" if self._begun else "run.start"
        self._begun = True
        moment = self.messages.moment(at, 1 if line is None else line)
        self._scribe.event(moment, kind, data=data)
        for number, message in enumerate(objects_in(record.get("messages")), 1):
            self.messages.write(message, line, number)

    def _configure(self, patch: Object) -> None:
        conversation = self._scribe.conversation(self._agent)
        directories = patch.get("directories")
        if isinstance(directories, list) and directories and isinstance(directories[0], str):
            conversation.enter(directories[0])
        for key, value in patch.items():
            if key not in _NOT_CONFIG:
                conversation.configure(key, value)

    def _set(self, record: Object, line: int | None) -> None:
        """Metadata changed; `messages` in it are all that there are from now on."""
        value = record["$set"]
        patch = value if isinstance(value, dict) else {}
        self._configure(patch)
        data: Object = {key: value for key, value in patch.items() if key != "messages"}
        if not isinstance(value, dict):
            data["raw"] = value
        messages = objects_in(patch.get("messages"))
        if "messages" in patch:
            data["messages"] = len(messages)
            self._keep_only(messages)
        at: Object = {"timestamp": patch.get("lastUpdated")}
        self._scribe.event(self.messages.moment(at, line), "state", name="$set", data=data)
        for number, message in enumerate(messages, 1):
            self.messages.write(message, line, number)

    def _keep_only(self, messages: list[Object]) -> None:
        """Clear the conversation, but for those messages that stand in it already."""
        self._scribe.conversation(self._agent).forget()
        before, self.messages.known = self.messages.known, {}
        for message in messages:
            identity = text_of(message, "id")
            known = before.get(identity) if identity is not None else None
            if known is not None and identity is not None:
                self.messages.known[identity] = known
                self.messages.say_again(identity, known.record)

    def _rewind(self, record: Object, line: int | None) -> None:
        """Go on from before a message, on a new timeline; a sub-agent only loses its messages."""
        target = text_of(record, "$rewindTo")
        known = self.messages.known
        first = known.get(target) if target is not None else next(iter(known.values()), None)
        before = Edge(self._scribe.last_seq, "recorded", "rewound from")
        causes = [before] if before.seq else []
        conversation = self._scribe.conversation(self._agent)
        if first is None:
            conversation.forget()
            known.clear()
        else:
            conversation.drop(first.place)
            kept = list(known)[: list(known.values()).index(first)]
            self.messages.known = {identity: known[identity] for identity in kept}
            if self._agent == MAIN_AGENT:
                self._scribe.go_back(first.timeline, first.seq)
        self.rewinds += 1
        moment = self.messages.moment({}, line)
        data: Object = {"to": record["$rewindTo"]}
        self._scribe.event(moment, "state", name="rewind", data=data, causes=causes)
