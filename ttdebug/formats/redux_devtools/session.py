"""The actions of a store as events, each with the state that the reducer made of it."""

from __future__ import annotations

from typing import NamedTuple

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import integer_of, list_of, object_of, objects_in, text_of
from ttdebug.foreign.times import MILLIS, scaled
from ttdebug.formats import fidelity
from ttdebug.formats.reader import Report
from ttdebug.formats.redux_devtools.jsan import Jsan
from ttdebug.model import JSON, MISSING, Object, Status, Value
from ttdebug.store.writer import Writer

STORE = "store"
"""The agent whose state it is."""

INIT = "@@INIT"
INTERRUPTED = "Interrupted by an error up the chain"
_TOLD = ("actionsById", "stagedActionIds", "computedStates", "committedState")


class _Staged(NamedTuple):
    """One action: its place among those staged from 0, its id, its record."""

    place: int
    id: JSON
    record: Object


class Lifted:
    """The whole history of a store: actions with their states."""

    def __init__(self, writer: Writer, report: Report, name: str, document: Object) -> None:
        self._writer = writer
        self._report = report
        self._document = document
        self._jsan = Jsan(document)
        self._name = name
        self._actions = object_of(document, "actionsById")
        self._computed = list_of(document, "computedStates")
        self._skipped = list_of(document, "skippedActionIds")
        self._staged = self._listed()
        self._current = integer_of(document, "currentStateIndex")
        self._without = 0
        self._failed = 0

    def write(self) -> None:
        """The whole run."""
        first = self._staged[0].record if self._staged else {}
        timeline = self._writer.run(self._name, self._name, time=_time(first))
        for staged in self._staged:
            self._action(timeline, staged)
        self._rest(timeline)
        if self._jsan.problem:
            self._report.warn(f"a value was cut off: {self._jsan.problem}")
        self._report.describe(timeline, self._fidelity())

    def _listed(self) -> list[_Staged]:
        """Actions in the order in which they were staged, else that of their ids."""
        ids = self._document.get("stagedActionIds")
        if not isinstance(ids, list):
            self._report.warn("there are no stagedActionIds; actions are in order of their ids")
            ids = [*sorted(self._actions, key=lambda key: (len(key), key))]
        return [
            _Staged(index, one, object_of(self._actions, str(one))) for index, one in enumerate(ids)
        ]

    def _action(self, timeline: int, staged: _Staged) -> None:
        action = self._jsan.restore(staged.record.get("action"))
        fields: Object = action if isinstance(action, dict) else {"value": action}
        name = text_of(fields, "type")
        state, error = self._outcome(staged.place)
        first = name == INIT or not staged.record
        self._writer.append(
            timeline,
            "state" if first else "action",
            agent=STORE,
            name=storable(name),
            time=_time(staged.record),
            status=None if first and error is None else self._status(staged, error),
            data=self._data(staged, fields, error),
            source={"action_id": staged.id, "index": staged.place},
            state=state,
        )

    def _data(self, staged: _Staged, fields: Object, error: JSON) -> Object:
        """What is known of an action beside its name and its time."""
        data: Object = {}
        rest = {key: value for key, value in fields.items() if key != "type"}
        if rest:
            data["action"] = rest
        stack = self._jsan.restore(staged.record.get("stack"))
        if stack:
            data["stack"] = stack
        if not staged.record:
            self._report.warn("its action is not in the file", record=f"action {staged.id}")
        if error is not None:
            data["error"] = error
        if staged.id in self._skipped:
            data["skipped"] = True
        if staged.place == self._current != len(self._staged) - 1:
            data["current"] = True
        if staged.place == 0:
            data["devtools"] = {k: v for k, v in self._document.items() if k not in _TOLD}
            if len(self._staged) > 1 and self._staged[1].id != 1:
                data["committed"] = f"stands for all before action {self._staged[1].id}"
        return data

    def _status(self, staged: _Staged, error: JSON) -> Status:
        if error is not None:
            self._failed += 1
            return "cancelled" if error == INTERRUPTED else "error"
        return "cancelled" if staged.id in self._skipped else "ok"

    def _outcome(self, place: int) -> tuple[Value, JSON]:
        """The state after the action, if it was computed, and what its reducer threw."""
        entry = self._jsan.restore(self._computed[place] if place < len(self._computed) else None)
        if not isinstance(entry, dict):
            entry = {}
        state = entry.get("state", MISSING)
        self._without += state is MISSING
        return state, entry.get("error")

    def _rest(self, timeline: int) -> None:
        """Actions that were recorded but are not staged."""
        known = {str(staged.id) for staged in self._staged}
        for key, record in self._actions.items():
            if key not in known:
                data: Object = {"record": record}
                self._writer.append(timeline, "marker", data=data, source={"action_id": key})

    def _fidelity(self) -> str:
        total = len(self._staged)
        after = f"{total - self._without} of {total} actions" if self._without else "every action"
        travelled = self._current is not None and self._current != total - 1
        parts = (
            f"recorded: state after {after}",
            "not recorded: who dispatched an action, and what its effects were",
            "undefined shown as absent" if self._jsan.undefined else None,
            f"exported while showing the state after action {self._current}" if travelled else None,
        )
        counts = (
            (len(self._skipped), "action", " skipped"),
            (self._failed, "action", " without a new state: a reducer had thrown"),
        )
        return fidelity.line(parts, counts)


class Actions:
    """What the extension exports without its lifted state: actions, and perhaps a first state."""

    def __init__(self, writer: Writer, report: Report, name: str) -> None:
        self._writer = writer
        self._report = report
        self._name = name

    def write(self, actions: list[JSON], base: JSON, document: Object) -> None:
        """The whole run."""
        jsan = Jsan(document)
        timeline = self._writer.run(self._name, self._name)
        rest = {k: v for k, v in document.items() if k not in ("payload", "preloadedState")}
        if rest:
            self._writer.append(timeline, "run.start", data=rest)
        if base is not None:
            state = jsan.restore(base)
            self._writer.append(timeline, "state", agent=STORE, name="preloadedState", state=state)
        for index, raw in enumerate(actions):
            record = objects_in([raw])
            inner = object_of(record[0], "action") if record else {}
            fields = inner or (record[0] if record else {})
            kind = "action" if text_of(fields, "type") else "marker"
            name = text_of(fields, "type")
            data: Object = {"action": {k: v for k, v in fields.items() if k != "type"}}
            self._writer.append(
                timeline,
                kind,
                agent=STORE,
                name=storable(name),
                time=_time(record[0]) if record else None,
                data=data if record else {"value": raw},
                source={"index": index},
            )
        self._report.describe(
            timeline,
            f"recorded: actions{'' if base is None else ' and the first state'}; "
            "not recorded: states, which need the reducer",
        )


def _time(record: Object) -> int | None:
    stamp = record.get("timestamp")
    if isinstance(stamp, bool) or not isinstance(stamp, int | float):
        return None
    return scaled(stamp, MILLIS)
