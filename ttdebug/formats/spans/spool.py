"""Events to be that wait on disk until their turn, so that memory holds only their order."""

from __future__ import annotations

import json
import tempfile
from typing import Any, NamedTuple

import orjson

from ttdebug.genai.records import EventSpec, Take
from ttdebug.model import MISSING, Object

IN_MEMORY = 32 << 20
_SIZE_BITS = 32
_NO_STATE = "missing"


class Waiting(NamedTuple):
    """An event and what belongs to it alone."""

    event: EventSpec
    source: Object
    links: list[tuple[str, str]]


class Spool:
    """A temporary file of JSON texts, each known by a number that tells its place."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - see close
        self._end = 0

    def put(self, event: EventSpec, source: Object, links: list[tuple[str, str]]) -> int:
        """Store an event; returns its place."""
        state = _NO_STATE if event.state is MISSING else [event.state]
        takes = [list(take) for take in event.takes]
        text = packed(
            [event.type, event.name, event.data, event.status, event.agent, event.gives,
             takes, state, source, links]
        )  # fmt: skip
        self._file.seek(self._end)
        self._file.write(text)
        place = self._end << _SIZE_BITS | len(text)
        self._end += len(text)
        return place

    def get(self, place: int) -> Waiting:
        """The event at `place`."""
        self._file.seek(place >> _SIZE_BITS)
        text = self._file.read(place & (1 << _SIZE_BITS) - 1)
        type_, name, data, status, agent, gives, takes, state, source, links = _unpacked(text)
        event = EventSpec(
            type_, name, data, status, agent, tuple(gives), tuple(Take(*take) for take in takes),
            MISSING if state == _NO_STATE else state[0],
        )  # fmt: skip
        return Waiting(event, source, [(trace, span) for trace, span in links])

    def close(self) -> None:
        """Remove the file."""
        self._file.close()


def packed(value: object) -> bytes:
    """JSON, fast where orjson can and exact where it cannot; the first byte tells."""
    try:
        return b"o" + orjson.dumps(value)
    except TypeError:
        return b"j" + json.dumps(value).encode()


def _unpacked(text: bytes) -> Any:
    return (orjson.loads if text.startswith(b"o") else json.loads)(text[1:])
