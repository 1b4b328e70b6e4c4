"""Small numbers for what repeats: words, kinds of events, and the paths of states."""

from __future__ import annotations

import sqlite3
from typing import Final

from ttdebug.store.index import Kind

_MOST_WORDS: Final = 50_000
_LONGEST_WORD: Final = 120
_MOST_NODES: Final = 200_000


def storable(key: str) -> str:
    """`key` with lone surrogates, which no database text can hold, as visible escapes."""
    return key if key.isascii() else key.encode("utf-8", "backslashreplace").decode()


class Words:
    """Types, names, agents and rules, each stored once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._ids: dict[str, int] = {
            text: number for number, text in connection.execute("SELECT id, text FROM words")
        }

    def id(self, text: str) -> int:
        """The number of a word, stored now if it is new."""
        found = self._ids.get(text)
        if found is None:
            found = len(self._ids) + 1
            self._db.execute("INSERT INTO words VALUES (?, ?)", (found, text))
            self._ids[text] = found
        return found

    def name(self, text: str) -> int | str:
        """A name as a word, or as itself once there are too many to keep."""
        found = self._ids.get(text)
        if found is not None:
            return found
        if len(self._ids) >= _MOST_WORDS or len(text) > _LONGEST_WORD:
            return text
        return self.id(text)


class Kinds:
    """What events are listed by."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._ids: dict[Kind, int] = {
            Kind(*kind): number for number, *kind in connection.execute("SELECT * FROM kinds")
        }

    def id(self, kind: Kind) -> int:
        """The number of a kind, stored now if it is new."""
        found = self._ids.get(kind)
        if found is None:
            found = len(self._ids) + 1
            self._db.execute("INSERT INTO kinds VALUES (?, ?, ?, ?, ?, ?)", (found, *kind))
            self._ids[kind] = found
        return found


class Nodes:
    """Paths as a tree of numbers; a bounded part of it is kept in memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._last: int = connection.execute("SELECT coalesce(max(id), 0) FROM paths").fetchone()[0]
        self._complete = self._last == 0
        self._ids: dict[tuple[int, int, str], int] = {}

    def id(self, parent: int, kind: int, key: str) -> int:
        """The number of a path, stored now if it is new."""
        found = self._ids.get((parent, kind, key))
        if found is None:
            found = self._stored(parent, kind, key)
            if len(self._ids) >= _MOST_NODES:
                self._ids.clear()
                self._complete = False
            self._ids[parent, kind, key] = found
        return found

    def _stored(self, parent: int, kind: int, key: str) -> int:
        key = storable(key)
        if not self._complete:
            row = self._db.execute(
                "SELECT id FROM paths WHERE parent = ? AND kind = ? AND key = ?",
                (parent, kind, key),
            ).fetchone()
            if row is not None:
                return int(row[0])
        self._last += 1
        self._db.execute("INSERT INTO paths VALUES (?, ?, ?, ?)", (parent, kind, key, self._last))
        return self._last
