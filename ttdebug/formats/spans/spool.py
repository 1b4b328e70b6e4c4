"""Events to be that wait on disk until their turn, so that memory holds only their order."""

from __future__ import annotations

import json
import tempfile
from typing import Any, BinaryIO, NamedTuple

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
    """JSON texts by number; beyond IN_MEMORY bytes they go to a temporary file."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._room = IN_MEMORY
        self._file: BinaryIO | None = None
        self._end = 0

    def put(self, event: EventSpec, source: Object, links: list[tuple[str, str]]) -> int:
        """Store an event; returns its number, negative if it is a place in the file."""
        state = _NO_STATE if event.state is MISSING else [event.state]
        takes = [list(take) for take in event.takes]
        text = packed(
            [event.type, event.name, event.data, event.status, event.agent, event.gives,
             takes, state, source, links]
        )  # fmt: skip
        self._room -= len(text)
        if self._room < 0:
            return self._written(text)
        self._held.append(text)
        return len(self._held) - 1

    def get(self, number: int) -> Waiting:
        """The event with this number."""
        text = self._held[number] if number >= 0 else self._read(~number)
        type_, name, data, status, agent, gives, takes, state, source, links = _unpacked(text)
        event = EventSpec(
            type_, name, data, status, agent, tuple(gives), tuple(Take(*take) for take in takes),
            MISSING if state == _NO_STATE else state[0],
        )  # fmt: skip
        return Waiting(event, source, [(trace, span) for trace, span in links])

    def close(self) -> None:
        """Remove the file, if there is one."""
        if self._file is not None:
            self._file.close()

    def _written(self, text: bytes) -> int:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - see close
        self._file.seek(self._end)
        self._file.write(text)
        place = self._end << _SIZE_BITS | len(text)
        self._end += len(text)
        return ~place

    def _read(self, place: int) -> bytes:
        if self._file is None:
            raise ValueError("nothing was written to the file")
        self._file.seek(place >> _SIZE_BITS)
        return self._file.read(place & (1 << _SIZE_BITS) - 1)


def packed(value: object) -> bytes:
    """JSON, fast where orjson can and exact where it cannot; the first byte tells."""
    try:
        return b"o" + orjson.dumps(value)
    except TypeError:
        return b"j" + json.dumps(value).encode()


def _unpacked(text: bytes) -> Any:
    return (orjson.loads if text.startswith(b"o") else json.loads)(text[1:])
