"""The states of agents: whose an event shows, what it was, and what an event changed in it."""

from __future__ import annotations

from typing import Final

from ttdebug.delta import Delta
from ttdebug.model import MISSING, Value
from ttdebug.store import columns, schema
from ttdebug.store.opened import Opened
from ttdebug.store.reading import asked, told

_ACTOR: Final = "SELECT agent, parent FROM events WHERE seq = ?"
_SNAPSHOT: Final = "SELECT timeline, agent, flags FROM events WHERE seq = ?"


class StateQuestions(Opened):
    """What did an agent know?"""

    def agents_with_state(self, timeline: int) -> tuple[str, ...]:
        """Agents that have a state on a timeline's lineage, in order of appearance."""
        catalog = self._catalog
        return tuple(map(catalog.word, catalog.agents_with_state(timeline)))

    def owner(self, seq: int, timeline: int | None = None) -> str | None:
        """Whose state an event shows: its agent's, its nearest ancestor's, or the only one."""
        line = self._timeline_of(seq) if timeline is None else timeline
        owners = self._catalog.agents_with_state(line)
        at: int | None = seq
        while at is not None and owners:
            with asked(f"event {at}"):
                rows = self._query(_ACTOR, (at,))
            if not rows:
                break
            agent, parent = map(columns.optional, rows[0])
            if agent in owners:
                return self._catalog.agent_name(agent)
            at = parent if parent is not None and parent < at else None
        return self._catalog.word(owners[0]) if len(owners) == 1 else None

    def state(self, seq: int, agent: str, timeline: int | None = None) -> Value:
        """An agent's state just after event `seq`; MISSING before its first snapshot.

        It shares structure with other states: never change it.
        """
        number = self._catalog.numbers.get(agent)
        if timeline is None and seq > 0:
            timeline = self._timeline_of(seq)
        if timeline is None or number is None:
            return MISSING
        for reach in self._catalog.reaches(timeline, self._up_to(seq)):
            track = self._catalog.track(reach.timeline, number)
            if track is not None and track.first <= reach.last:
                with told(f"the state at event {seq}"):
                    return self._states.at(track.id, reach.last)
        return MISSING

    def before(self, seq: int, agent: str, timeline: int | None = None) -> Value:
        """An agent's state just before event `seq`."""
        line = self._timeline_of(seq) if timeline is None else timeline
        return self.state(seq - 1, agent, line)

    def delta(self, seq: int) -> Delta | None:
        """What an event changed in its agent's state: [] nothing, None no snapshot was taken."""
        with asked(f"event {seq}"):
            rows = self._query(_SNAPSHOT, (seq,))
        if not rows:
            return None
        timeline, agent, flags = rows[0]
        if not columns.integer(flags) & schema.STATE:
            return None
        track = self._catalog.track(timeline, agent)
        if track is None:
            return []
        with told(f"the change at event {seq}"):
            delta = self._states.delta(track.id, seq)
            if delta is not None:
                return delta
            return [{"op": "add", "path": "", "value": self._states.whole(seq)}]
