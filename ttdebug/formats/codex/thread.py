"""One thread: whose state its lines change, and where an event of it stands."""

from __future__ import annotations

from dataclasses import dataclass

from ttdebug.formats.codex.lines import Line
from ttdebug.formats.conversation import MAIN_AGENT, Conversation, Moment, Talk
from ttdebug.model import Object


@dataclass(slots=True)
class Thread:
    """A rollout on its way to the file. `label` names the file of a sub-agent's thread."""

    talk: Talk
    agent: str = MAIN_AGENT
    label: str | None = None
    id: str | None = None
    model: str | None = None
    turn: int | None = None
    """The span of the turn that is running."""

    @property
    def conversation(self) -> Conversation:
        """The state of the thread's agent."""
        return self.talk.scribe.conversation(self.agent)

    def moment(self, line: Line) -> Moment:
        """Where this line stands."""
        source: Object = dict(line.ids)
        if self.label is not None:
            source["file"] = self.label
        return Moment(self.agent, line.time, source, self.turn)

    def marker(self, line: Line, data: Object, parent: int | None = None) -> int:
        """Keep a line that changes nothing we know."""
        return self.talk.scribe.event(
            self.moment(line), "marker", name=line.type, data=data, parent=parent
        )
