"""The state of workflows: the events they set, each a key with a value."""

from __future__ import annotations

from ttdebug.model import JSON, Object

STATE = "state"
"""An event of this key that holds an object is the state itself; others are members of it."""

_TELLING = 2
"""Keys by which an object is known to be the state."""


class Published:
    """The latest events of every workflow, and what they were where a fork begins."""

    def __init__(self) -> None:
        self._events: dict[str, Object] = {}
        self._kept: dict[tuple[str, int], Object] = {}
        self._shapes: dict[str, frozenset[str]] = {}
        self.derived = False

    def expect(self, workflow: str, state: JSON) -> None:
        """The first state that a workflow will set: what has the same keys will be one."""
        if isinstance(state, dict) and len(state) >= _TELLING:
            self._shapes[workflow] = frozenset(state)

    def returned(self, workflow: str, output: JSON) -> bool:
        """A step returned something; whether it was the state, which then is as if set."""
        if not isinstance(output, dict) or output.keys() != self._shapes.get(workflow):
            return False
        self.derived = True
        self.set(workflow, STATE, output)
        return True

    def set(self, workflow: str, key: str, value: JSON) -> None:
        """A workflow set an event."""
        self._events[workflow] = {**self._events.get(workflow, {}), key: value}

    def state(self, workflow: str) -> Object:
        """The state of a workflow by now."""
        events = self._events.get(workflow, {})
        state = events.get(STATE)
        if not isinstance(state, dict):
            return events
        return {**{key: value for key, value in events.items() if key != STATE}, **state}

    def keep(self, workflow: str, step: int) -> None:
        """A fork begins after this step."""
        self._kept[workflow, step] = self._events.get(workflow, {})

    def inherit(self, workflow: str, origin: str, step: int) -> None:
        """A fork begins with what its origin had set after this step."""
        self._events[workflow] = self._kept.get((origin, step), {})
