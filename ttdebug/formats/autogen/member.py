"""The state of a member of a team: its conversation, and what its tools told it."""

from __future__ import annotations

from ttdebug import delta
from ttdebug.delta import Delta
from ttdebug.formats.conversation import Conversation
from ttdebug.model import MISSING, Object, Value
from ttdebug.paths import pointer

TOKENS = ("prompt_tokens", "completion_tokens")
OWN = frozenset(("messages", "files", "todos", "usage", "cwd", "config"))


class Member(Conversation):
    """A conversation with the members of objects that tools returned beside it.

    AutoGen records no state of the world; a tool that answers with an object told what it is now.
    """

    def __init__(self) -> None:
        super().__init__(TOKENS)
        self._learnt: Object = {}
        self._news: Delta = []

    def learn(self, told: Object) -> None:
        """A tool returned an object: its members are what is known from now on."""
        for key, value in told.items():
            if key in OWN:
                continue
            path = pointer((key,))
            if key not in self._learnt:
                self._news.append({"op": "add", "path": path, "value": value})
            else:
                for op in delta.make(self._learnt[key], value):
                    self._news.append({**op, "path": path + str(op["path"])})
            self._learnt[key] = value

    def take(self) -> tuple[Value, Delta | None]:
        """What changed since the last call, as for any conversation."""
        news, self._news = self._news, []
        state, ops = super().take()
        if state is not MISSING and isinstance(state, dict):
            return {**state, **self._learnt}, None
        return MISSING, [*(ops or ()), *news] or None
