"""Values on their way into a file: encoded, long strings shared, long texts compressed."""

from __future__ import annotations

import sqlite3
from typing import Final

from ttdebug.errors import TraceError
from ttdebug.model import JSON
from ttdebug.store import codec

_MOST_KNOWN: Final = 100_000


class Blobs:
    """The shared strings of a file that is being written."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._known: set[str] = set()
        self.packer = codec.Packer()

    def encode(self, value: JSON, *, long: bool = True) -> bytes:
        """JSON text of a value without its long strings; it is known to have none if not `long`."""
        text = codec.encode(value)
        if not long or (len(text) < codec.LONG and codec.MARK not in text):
            return text
        return codec.share(text, value, self.put)

    def put(self, key: str, data: bytes) -> None:
        """Store a string once."""
        if key in self._known:
            return
        self._db.execute("INSERT OR IGNORE INTO blobs VALUES (?, ?)", (key, self.packer.pack(data)))
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known.add(key)

    def get(self, key: str) -> str:
        """Read a string back."""
        row = self._db.execute("SELECT data FROM blobs WHERE hash = ?", (key,)).fetchone()
        if row is None:
            raise TraceError(f"shared string {key} is missing; run ttdebug verify")
        return codec.unpack(row[0]).decode()
