"""The state of one agent, folded from its conversation, and the deltas that make it grow."""

from __future__ import annotations

from collections.abc import Iterable

from ttdebug.delta import Delta, make
from ttdebug.foreign.shapes import integer_of, number_of
from ttdebug.foreign.values import SHOWN
from ttdebug.model import JSON, MISSING, Object, Value
from ttdebug.paths import pointer


class Conversation:
    """`{messages, files, todos, usage, cwd, config}` of an agent on one timeline.

    Messages are `{id, role, content}` with unique ids; calls are messages of role `tool` whose
    status and content come with their result. Files are whole texts, or `{"excerpt": text}` with
    the edited lines where the rest is not known. `tokens` names counters that start at 0.
    """

    def __init__(self, tokens: Iterable[str] = ()) -> None:
        self._messages: list[JSON] = []
        self._places: dict[str, int] = {}
        self._files: Object = {}
        self.todos: list[JSON] = []
        self._usage: Object = dict.fromkeys(tokens, 0)
        self.cwd: str | None = None
        self._config: Object = {}
        self._adopted: Object = {}
        self._ops: Delta = []
        self._started = False

    def copy(self) -> Conversation:
        """The same state, for a timeline that forks here."""
        twin = Conversation()
        twin._messages = list(self._messages)
        twin._places = dict(self._places)
        twin._files = dict(self._files)
        twin.todos = self.todos
        twin._usage = dict(self._usage)
        twin.cwd = self.cwd
        twin._config = dict(self._config)
        twin._adopted = self._adopted
        twin._started = self._started
        return twin

    def take(self) -> tuple[Value, Delta | None]:
        """What changed since the last call: the whole state at first, then a delta if any."""
        ops, self._ops = self._ops, []
        if self._started:
            return MISSING, ops or None
        self._started = True
        return {
            "messages": list(self._messages),
            "files": dict(self._files),
            "todos": self.todos,
            "usage": dict(self._usage),
            "cwd": self.cwd,
            "config": dict(self._config),
            **self._adopted,
        }, None

    def restate(self) -> None:
        """Let the next `take` give the whole state, as after a change of timeline."""
        self._ops, self._started = [], False

    def __len__(self) -> int:
        """Messages so far."""
        return len(self._messages)

    def say(self, identity: str, role: str, content: str, **more: JSON) -> None:
        """Append a message, or replace the one with this identity."""
        value: Object = {"id": identity, "role": role, "content": content[:SHOWN], **more}
        place = self._places.get(identity)
        if place is not None:
            self._messages[place] = value
            self._write("replace", value, "messages", str(place))
            return
        place = self._places[identity] = len(self._messages)
        self._messages.append(value)
        self._write("add", value, "messages", str(place))

    def hears(self, identity: str) -> bool:
        """Whether a message with this identity is in the conversation."""
        return identity in self._places

    def forget(self) -> None:
        """Empty the conversation, as compaction and /clear do."""
        if self._messages:
            self._messages, self._places = [], {}
            self._write("replace", [], "messages")

    def lose(self, identities: set[str]) -> None:
        """Take these messages out of the conversation, wherever they stand."""
        kept = {name: place for name, place in self._places.items() if name not in identities}
        if len(kept) < len(self._places):
            self._messages = [self._messages[place] for place in kept.values()]
            self._places = {name: place for place, name in enumerate(kept)}
            self._write("replace", list(self._messages), "messages")

    def drop(self, start: int) -> None:
        """Take back the message at index `start` and all after it."""
        for place in range(len(self._messages) - 1, start - 1, -1):
            self._messages.pop()
            self._remove("messages", str(place))
        self._places = {name: place for name, place in self._places.items() if place < start}

    def file(self, path: str) -> str | None:
        """The content of a file as last written, None if this agent did not write all of it."""
        content = self._files.get(path)
        return content if isinstance(content, str) else None

    def write_file(self, path: str, content: str) -> None:
        """A file was written, even if with the content it had."""
        self._set_file(path, content)

    def touch_file(self, path: str, excerpt: str) -> None:
        """A file of which only the edited lines are known was written."""
        self._set_file(path, {"excerpt": excerpt})

    def remove_file(self, path: str) -> None:
        """A file was deleted."""
        if self._files.pop(path, None) is not None:
            self._remove("files", path)

    def _set_file(self, path: str, value: JSON) -> None:
        op = "replace" if path in self._files else "add"
        self._files[path] = value
        self._write(op, value, "files", path)

    def plan(self, todos: list[JSON]) -> None:
        """The to-do list was replaced."""
        if todos != self.todos:
            self.todos = todos
            self._write("replace", todos, "todos")

    def spend(self, usage: Object, keys: Iterable[str] | None = None) -> None:
        """Add the tokens of one API message; `keys` are those that count, by default all."""
        for key in usage if keys is None else keys:
            count = integer_of(usage, key)
            if count:
                before = integer_of(self._usage, key)
                self.spent(key, (before or 0) + count)

    def charge(self, cost: int | float | None) -> None:
        """Add to the cost so far, in dollars; None is not known."""
        if cost:
            before = number_of(self._usage, "cost_usd")
            self.spent("cost_usd", (before or 0) + cost)

    def spent(self, key: str, value: JSON) -> None:
        """A counter of tokens or cost stands at `value` now."""
        if self._usage.get(key, MISSING) != value:
            op = "replace" if key in self._usage else "add"
            self._usage[key] = value
            self._write(op, value, "usage", key)

    def enter(self, cwd: str | None) -> None:
        """The agent works in this directory from now on; None is not known."""
        if cwd is not None and cwd != self.cwd:
            self.cwd = cwd
            self._write("replace", cwd, "cwd")

    def configure(self, key: str, value: JSON) -> None:
        """A setting has this value from now on."""
        if key in self._config and self._config[key] == value:
            return
        op = "replace" if key in self._config else "add"
        self._config[key] = value
        self._write(op, value, "config", key)

    def unset(self, key: str) -> None:
        """A setting holds no longer."""
        if key in self._config:
            del self._config[key]
            self._remove("config", key)

    def adopt(self, recorded: Object) -> None:
        """Members of a state that was recorded as such; they go before what is folded."""
        after = {**self._adopted, **recorded}
        if self._started:
            self._ops += make(self._adopted, after)
        self._adopted = after

    def _write(self, op: str, value: JSON, *path: str) -> None:
        if self._started and path[0] not in self._adopted:
            self._ops.append({"op": op, "path": pointer(path), "value": value})

    def _remove(self, *path: str) -> None:
        if self._started and path[0] not in self._adopted:
            self._ops.append({"op": "remove", "path": pointer(path)})
