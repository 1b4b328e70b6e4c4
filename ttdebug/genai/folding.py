"""The state of agents, folded from what their spans say: conversation, usage, environment."""

from __future__ import annotations

import json

from ttdebug import delta
from ttdebug.delta import Delta
from ttdebug.foreign.shapes import number_of, object_of, objects_in, text_of
from ttdebug.foreign.values import SHOWN, plain_text
from ttdebug.genai.records import NOTHING, EventSpec, Fold, Written
from ttdebug.model import JSON, MISSING, Object
from ttdebug.paths import pointer

_CARRIED = ("name", "call_id", "id")
_FOLDED = {"messages", "usage", "config"}


class _State:
    """One agent's state. `recorded` is what was stored as such, and goes before what is folded."""

    def __init__(self) -> None:
        self.messages: list[JSON] = []
        self.usage: dict[str, int | float] = {}
        self.config: Object = {}
        self.talks = False
        self.recorded: Object = {}
        self.snapshots = False
        self._ops: Delta | None = None

    @property
    def speaks_for_itself(self) -> bool:
        """Whether the recorded state holds messages of its own, and so needs no folded ones."""
        return self.snapshots and "messages" in self.recorded

    def hear(self, said: list[JSON]) -> None:
        """The whole conversation is this now."""
        known = len(self.messages)
        if said[:known] == self.messages:
            for place in range(known, len(said)):
                self._write("add", said[place], "messages", str(place))
        else:
            self._ops = None
        self.messages = said

    def say(self, message: JSON) -> None:
        """One more message."""
        self._write("add", message, "messages", str(len(self.messages)))
        self.messages.append(message)

    def spend(self, key: str, count: int | float | None) -> None:
        """A counter goes up."""
        if count:
            op = "replace" if key in self.usage else "add"
            self.usage[key] = self.usage.get(key, 0) + count
            self._write(op, self.usage[key], "usage", key)

    def configure(self, key: str, value: JSON) -> None:
        """A setting has this value from now on."""
        if self.config.get(key) != value:
            op = "replace" if key in self.config else "add"
            self.config[key] = value
            self._write(op, value, "config", key)

    def update(self, found: Object) -> None:
        """Parts of the recorded state changed."""
        after = self.recorded | found
        if self._ops is not None and not _FOLDED & set(found):
            self._ops += delta.make(self.recorded, after)
        else:
            self._ops = None
        self.recorded = after

    def replace(self, recorded: Object) -> None:
        """The recorded state is this now."""
        self.recorded, self.snapshots, self._ops = recorded, True, None

    def restate(self) -> None:
        """Let the next `take` give the whole state."""
        self._ops = None

    def take(self) -> Written:
        """What changed since the last call: the whole state where that is simplest."""
        ops, self._ops = self._ops, []
        return (self.whole(), None) if ops is None else (MISSING, ops or None)

    def whole(self) -> Object:
        """The state as it is now."""
        if not self.talks or self.speaks_for_itself:
            return dict(self.recorded)
        folded: Object = {
            "messages": list(self.messages),
            "usage": dict(self.usage),
            "config": dict(self.config),
        }
        return folded | self.recorded

    def _write(self, op: str, value: JSON, key: str, member: str) -> None:
        """Note a change inside a folded part that the state shows."""
        if self._ops is not None and key not in self.recorded and not self.speaks_for_itself:
            self._ops.append({"op": op, "path": pointer((key, member)), "value": value})


class Folded(Fold):
    """States of the agents of one run.

    The messages given to a model are the whole conversation at that time; its answer is added.
    An object under `state` in a tool's result updates the state; one recorded as such replaces it.
    """

    def __init__(self) -> None:
        self._states: dict[str, _State] = {}

    def fidelity(self) -> list[str]:
        """Which parts of the states were recorded, and which derived."""
        states = self._states.values()
        found = (
            (
                any(state.snapshots for state in states),
                "recorded: state (where a span or event holds one whole)",
            ),
            (
                any(state.talks and not state.speaks_for_itself for state in states),
                "derived: state (messages given to models, shortened; usage; config)",
            ),
            (
                any(state.recorded and not state.snapshots for state in states),
                "derived: state (what tools returned as `state`)",
            ),
        )
        return [text for holds, text in found if holds] or ["no state recorded"]

    def __call__(self, agent: str, event: EventSpec) -> Written:
        """What `event` does to its agent's state."""
        if isinstance(event.state, dict):
            self._state(agent).replace(event.state)
        elif event.type == "llm.call":
            self._ask(self._talking(agent), event)
        elif event.type == "llm.result":
            self._answer(self._talking(agent), event)
        elif event.type != "tool.result" or not self._environment(agent, event):
            return NOTHING
        return self._states[agent].take()

    def whole(self, agent: str) -> Object:
        """The whole state of an agent that has one."""
        return self._states[agent].whole()

    def _state(self, agent: str) -> _State:
        return self._states.setdefault(agent, _State())

    def _talking(self, agent: str) -> _State:
        state = self._state(agent)
        if not state.talks:
            state.talks = True
            state.restate()
        return state

    def _ask(self, state: _State, event: EventSpec) -> None:
        said = objects_in(event.data.get("messages"))
        if said:
            state.hear([_shown(message) for message in said])
        if event.name is not None:
            state.configure("model", event.name)

    def _answer(self, state: _State, event: EventSpec) -> None:
        answer = {"role": "assistant", "content": event.data.get("output")}
        if event.data.get("tool_calls"):
            answer["tool_calls"] = event.data["tool_calls"]
        if answer["content"] not in (None, "") or "tool_calls" in answer:
            state.say(_shown(answer))
        for key, count in object_of(event.data, "usage").items():
            state.spend(key, number_of({key: count}, key))
        state.spend("cost_usd", number_of(event.data, "cost_usd"))

    def _environment(self, agent: str, event: EventSpec) -> bool:
        """Whether a tool returned a state; an agent with recorded states needs none."""
        result = event.data.get("result")
        found = result.get("state") if isinstance(result, dict) else None
        state = self._states.get(agent)
        if not isinstance(found, dict) or (state is not None and state.snapshots):
            return False
        self._state(agent).update(found)
        return True


def _shown(message: Object) -> JSON:
    """A message as the state shows it; events hold all of it."""
    content = message.get("content")
    text = plain_text(content)
    if not text and content:
        text = json.dumps(content, ensure_ascii=False)
    found: Object = {"role": message.get("role"), "content": text[:SHOWN]}
    for key in _CARRIED:
        if (value := text_of(message, key)) is not None:
            found[key] = value
    calls = objects_in(message.get("tool_calls"))
    if calls:
        found["tool_calls"] = [{"id": call.get("id"), "name": call.get("name")} for call in calls]
    return found
