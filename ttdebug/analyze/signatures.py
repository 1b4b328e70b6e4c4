"""What an event did, as numbers that are equal where two events did the same.

Left aside is what differs whenever a run is repeated: identifiers, times, numbers of steps, tokens
and costs. What a model was told is no part of it either: after one difference all later prompts
differ, and a context diff tells how.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from hashlib import blake2b
from typing import Final, NamedTuple
from zlib import crc32

from ttdebug.delta import Delta
from ttdebug.delta.equality import canonical
from ttdebug.model import JSON, Event, Object

NOTHING: Final = 0
"""The number of what did not happen, such as a change of state."""

PASSING: Final = frozenset((
    "id", "uuid", "call_id", "tool_call_id", "tool_use_id", "message_id", "request_id",
    "response_id", "run_id", "task_id", "thread_id", "session_id", "trace_id", "span_id",
    "parent_id", "checkpoint_id", "step", "seq", "index", "time", "timestamp", "ts", "created_at",
    "usage", "tokens", "cost", "cost_usd", "duration", "duration_ms", "latency", "latency_ms",
    "elapsed", "metadata",
))  # fmt: skip
"""Keys of an event's data that say which one it is, when it was, what it took."""

_RESULTS: Final = frozenset((
    "result", "output", "error", "response", "observation", "thinking", "reasoning", "value",
    "finish_reason", "stop_reason",
))  # fmt: skip
"""Keys of an event's data that say what came of it."""

_PROMPT: Final = frozenset(("messages", "input", "prompt"))
_SPENT: Final = frozenset(("usage", "cost_usd", "tokens"))
"""Top-level keys of a state that count what was spent."""

_MADE_UP: Final = re.compile(
    rb"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
    rb"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:?\d\d)?"
    rb"|0x[0-9a-fA-F]{6,}"
    rb"|(?<![A-Za-z0-9])(?=(?:[A-Za-z]{0,64}\d){2})(?=\d{0,64}[A-Za-z])[A-Za-z0-9]{16,64}(?![A-Za-z0-9])"
)
"""UUIDs, times to a fraction of a second, addresses, and long mixtures of letters and digits."""

_NUMBERED: Final = re.compile(r"/\d+(?=/|\Z)")
_SHORT_HASH: Final = re.compile(r"(?<![a-z0-9])(?=[a-f]*\d)[0-9a-f]{7,16}(?![a-z0-9])")
_AGAIN: Final = re.compile(r"-\d+\Z")
_WORD: Final = re.compile(rb"\w+")
_BITS: Final = 256
_LONGEST: Final = 400


class Deed(NamedTuple):
    """What one event did. `action` includes `kind`, and `whole` includes both with the result.

    `words` has a bit for every word of it, to tell how alike two events are.
    """

    kind: int
    action: int
    whole: int
    words: int


class Reader:
    """Reads the events of one timeline in order: what closed a span did what opened it.

    `agents` are all of the recording: where it has `booking`, `booking-2` is another one of those.
    """

    def __init__(self, agents: Collection[str] = ()) -> None:
        self._open: dict[int, bytes] = {}
        self._kinds: dict[tuple[str, str | None, str | None], tuple[int, bytes]] = {}
        self._actors: dict[str, str] = {}
        for agent in agents:
            base = _AGAIN.sub("", agent)
            self._actors[agent] = _SHORT_HASH.sub("", base if base in agents else agent)

    def deed(self, event: Event) -> Deed:
        """What an event did."""
        kind, named = self._kind(event)
        asked, came = _split(event)
        action = _plain(asked)
        if event.opens:
            self._open[event.seq] = action
        elif event.opening is not None:
            came = {**came, **asked}
            action = self._open.pop(event.opening, b"%d" % event.opening)
        result = _plain(came)
        if not event.opens:
            result += (event.status or "").encode()
        action = named + action
        words = _words(action) | _words(result)
        return Deed(kind, number(action), number(action, result), words)

    def _kind(self, event: Event) -> tuple[int, bytes]:
        """The number of an event's kind, and the bytes it stands for."""
        key = (event.type, event.name, event.agent)
        known = self._kinds.get(key)
        if known is None:
            name, actor = (self._actors.get(one or "", one) for one in key[1:])
            named = _MADE_UP.sub(b"", canonical([event.type, name, actor]))
            known = self._kinds[key] = (number(named), named)
        return known


def change(delta: Delta) -> int:
    """What a delta wrote, wherever in a list it stands."""
    written: list[JSON] = []
    for op in delta:
        path = str(op["path"])
        if path[1:].partition("/")[0] not in _SPENT:
            written.append([op["op"], _NUMBERED.sub("/#", path), op.get("value")])
    return number(_MADE_UP.sub(b"", canonical(written))) if written else NOTHING


def number(*parts: bytes) -> int:
    """64 bits that stand for some pieces of JSON; never NOTHING."""
    digest = blake2b(b"\0".join(parts), digest_size=8).digest()  # JSON has no such byte
    return int.from_bytes(digest) or 1


def _split(event: Event) -> tuple[Object, Object]:
    """An event's data as what was asked for and what came of it."""
    model = event.type.startswith("llm.")
    asked: Object = {}
    came: Object = {}
    for key, value in event.data.items():
        if key in _RESULTS:
            came[key] = value
        elif key not in PASSING and not (model and key in _PROMPT):
            asked[key] = value
    return asked, came


def _plain(value: Object) -> bytes:
    return _MADE_UP.sub(b"", canonical(value)) if value else b""


def _words(text: bytes) -> int:
    bits = 0
    for match in _WORD.finditer(text, 0, _LONGEST):
        bits |= 1 << crc32(match[0]) % _BITS
    return bits
