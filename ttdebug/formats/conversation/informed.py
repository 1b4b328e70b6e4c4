"""A conversation whose agent was also told facts: members of objects, such as tools answer."""

from __future__ import annotations

from ttdebug import delta
from ttdebug.delta import Delta
from ttdebug.formats.conversation.state import Conversation
from ttdebug.model import MISSING, Object, Value
from ttdebug.paths import pointer

OWN = frozenset(("messages", "files", "todos", "usage", "cwd", "config"))


class Informed(Conversation):
    """The facts stand beside the keys of a conversation, which no fact may replace."""

    def __init__(self, tokens: tuple[str, ...] = ()) -> None:
        super().__init__(tokens)
        self._facts: Object = {}
        self._news: Delta = []

    def learn(self, told: Object) -> None:
        """What is known from now on."""
        for key, value in told.items():
            if key in OWN:
                continue
            path = pointer((key,))
            if key not in self._facts:
                self._news.append({"op": "add", "path": path, "value": value})
            else:
                for op in delta.make(self._facts[key], value):
                    self._news.append({**op, "path": path + str(op["path"])})
            self._facts[key] = value

    def take(self) -> tuple[Value, Delta | None]:
        """What changed since the last call, as for any conversation."""
        news, self._news = self._news, []
        state, ops = super().take()
        if isinstance(state, dict):
            return {**state, **self._facts}, None
        return MISSING, [*(ops or ()), *news] or None
