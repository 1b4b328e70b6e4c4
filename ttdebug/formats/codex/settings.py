"""What a thread runs under: its metadata, the context of each turn, the state of its world."""

from __future__ import annotations

from ttdebug.foreign.shapes import object_of, text_of
from ttdebug.foreign.values import SHOWN
from ttdebug.formats.codex.lines import Line, without
from ttdebug.formats.codex.thread import Thread
from ttdebug.formats.patches import Patcher
from ttdebug.model import JSON, Object

_META = ("cli_version", "originator", "model_provider", "source", "forked_from_id")
_OF_A_TURN = ("turn_id", "cwd")


class Settings:
    """Keeps the config of a thread's state; long texts in it are shortened as messages are."""

    def __init__(self, thread: Thread) -> None:
        self._thread = thread
        self._context: set[str] = set()
        self._world: JSON = {}

    def meta(self, line: Line) -> None:
        """The thread begins or is resumed; metadata of another thread came with copied history."""
        thread, payload = self._thread, line.payload
        identity = text_of(payload, "id")
        first = thread.id is None
        data = without(payload)
        if not first and identity != thread.id:
            thread.marker(line, data)
            return
        thread.id = identity or ""
        conversation = thread.conversation
        conversation.enter(text_of(payload, "cwd"))
        for key in _META:
            if payload.get(key) is not None:
                conversation.configure(key, payload[key])
        branch = text_of(object_of(payload, "git"), "branch")
        if branch is not None:
            conversation.configure("git_branch", branch)
        thread.model = text_of(payload, "model") or thread.model
        kind, name = (
            ("run.start", text_of(payload, "originator")) if first else ("marker", "resume")
        )
        thread.talk.scribe.event(thread.moment(line), kind, name=name, data=data)

    def turn_context(self, line: Line) -> None:
        """All settings of a turn: those that are missing hold no longer."""
        thread, payload = self._thread, line.payload
        conversation = thread.conversation
        conversation.enter(text_of(payload, "cwd"))
        thread.model = text_of(payload, "model") or thread.model
        kept = without(payload, *_OF_A_TURN)
        for key in self._context - kept.keys():
            conversation.unset(key)
        self._context = set(kept)
        for key, value in kept.items():
            conversation.configure(key, shortened(value))
        self._event(line, without(payload))

    def applied(self, line: Line, settings: Object) -> None:
        """Some settings were changed."""
        conversation = self._thread.conversation
        conversation.enter(text_of(settings, "cwd"))
        self._thread.model = text_of(settings, "model") or self._thread.model
        for key, value in settings.items():
            if key not in _OF_A_TURN:
                conversation.configure(key, shortened(value))
        self._event(line, without(line.payload))

    def world(self, line: Line) -> None:
        """What the model was told of its surroundings, as a whole or as a merge patch."""
        state = object_of(line.payload, "state")
        full = line.payload.get("full") is True
        self._world = state if full else Patcher().patched(self._world, state)
        self._thread.conversation.configure("world", shortened(self._world))
        self._event(line, without(line.payload))

    def _event(self, line: Line, data: Object) -> None:
        thread = self._thread
        thread.talk.scribe.event(thread.moment(line), "state", name=line.type, data=data)


def shortened(value: JSON) -> JSON:
    """`value` with its long texts cut."""
    if isinstance(value, str):
        return value[:SHOWN]
    if isinstance(value, list):
        return [shortened(item) for item in value]
    if isinstance(value, dict):
        return {key: shortened(item) for key, item in value.items()}
    return value
