"""States in a trace: snapshots of objects, instants that carry a state, and counters."""

from __future__ import annotations

from ttdebug.foreign.shapes import embedded, object_of, text_of
from ttdebug.formats.spans import EventSpec, Fold
from ttdebug.genai.records import NOTHING, Written
from ttdebug.model import MISSING, Object, Value

SNAPSHOT, COUNTER = "snapshot", "counter"
COUNTERS = "counters"
STATES = ("state", "snapshot")
"""Arguments of an instant that hold the state of its thread, as an object or as JSON text."""


class Told(Fold):
    """The latest snapshot of every agent, with the latest value of every counter in it."""

    def __init__(self) -> None:
        self._snapshots: dict[str, Object] = {}
        self._counters: dict[str, Object] = {}

    def __call__(self, agent: str, event: EventSpec) -> Written:
        """The agent's state after an event that carries one of ours."""
        carried = event.state
        if not isinstance(carried, dict):
            return NOTHING
        if SNAPSHOT in carried:
            self._snapshots[agent] = object_of(carried, SNAPSHOT)
        else:
            counters = self._counters.get(agent, {})
            self._counters[agent] = {**counters, **object_of(carried, COUNTER)}
        state = self._snapshots.get(agent, {})
        counters = self._counters.get(agent, {})
        return ({**state, COUNTERS: counters} if counters else state), None


def of_instant(args: Object) -> Value:
    """What an instant says of the state, for `Told`."""
    for key in STATES:
        state = embedded(args.get(key))
        if isinstance(state, dict):
            return {SNAPSHOT: state}
    return MISSING


def of_object(args: Object) -> Value:
    """The state of an object whose snapshot it is."""
    value = args.get("snapshot")
    return {SNAPSHOT: value if isinstance(value, dict) else {"value": value}}


def of_counter(name: str, args: Object) -> Value:
    """The value of a counter, or of each of its series."""
    plain = args["value"] if list(args) == ["value"] else args
    return {COUNTER: {name: plain}}


def series(record: Object) -> str:
    """The name of a counter; several of one name are told apart by their id."""
    name, own = text_of(record, "name") or "counter", record.get("id")
    return name if own is None else f"{name}[{own}]"
