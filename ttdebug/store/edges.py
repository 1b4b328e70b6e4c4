"""Causes on their way into a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from ttdebug.model import Edge
from ttdebug.store import chain, schema
from ttdebug.store.names import Words

_EDGE: Final = "INSERT OR IGNORE INTO edges VALUES (?, ?, ?, ?)"


class Edges:
    """What caused what, by the numbers of events and rules."""

    def __init__(self, connection: sqlite3.Connection, words: Words) -> None:
        self._write = connection.cursor().execute
        self._words = words

    def causes(self, edges: Iterable[Edge]) -> Sequence[chain.Cause]:
        """Edges by their cause, each once, in the order in which they are read back.

        Their rules are words from now on.
        """
        found: dict[int, chain.Cause] = {}
        for edge in edges:
            if edge.rule is not None:
                self._words.id(edge.rule)
            kind = schema.INFERRED if edge.kind == "inferred" else 0
            found.setdefault(edge.seq, (edge.seq, kind, edge.rule))
        return [found[seq] for seq in sorted(found)] if found else ()

    def store(self, effect: int, causes: Sequence[chain.Cause], flags: int = 0) -> None:
        """Store the causes of an event."""
        for seq, kind, rule in causes:
            number = None if rule is None else self._words.id(rule)
            self._write(_EDGE, (effect, seq, kind | flags, number))
