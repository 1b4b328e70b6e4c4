"""Spans, causes and effects."""

from __future__ import annotations

from typing import Final

from ttdebug.model import Edge
from ttdebug.store import columns, schema
from ttdebug.store.kept import kept
from ttdebug.store.opened import Opened
from ttdebug.store.reading import Row, asked

_CAUSES: Final = "SELECT cause, kind, rule FROM edges WHERE effect = ? ORDER BY cause"
_EFFECTS: Final = (
    "SELECT effect, kind, rule FROM edges"
    " WHERE effect IN (SELECT value FROM json_each(?)) AND cause = ?"
)
_CLOSES: Final = "SELECT closes, type FROM events WHERE seq = ? AND closes IS NOT NULL"
_TYPE: Final = "SELECT type FROM events WHERE seq = ?"


class CausalityQuestions(Opened):
    """What led to this, and what did it lead to?"""

    @kept
    def children(
        self, seq: int, timeline: int | None = None, *, limit: int | None = None
    ) -> list[int]:
        """The first events directly inside a span, ascending, its closing event included."""
        lineage = self.lineage(self._timeline_of(seq) if timeline is None else timeline)
        read = -1 if limit is None else limit
        while True:
            with asked(f"the span of event {seq}"):
                found = self._lookup.children(seq, read)
            inside = [child for child in found if lineage.contains(child)][:limit]
            if limit is None or len(inside) == limit or len(found) < read:
                return inside
            read *= 4

    @kept
    def causes(self, seq: int) -> list[Edge]:
        """What caused an event, by seq; a closing event is caused by its opening."""
        with asked(f"the causes of event {seq}"):
            rows = self._query(_CAUSES, (seq,))
            closed = self._query(_CLOSES, (seq,))
        found = {edge.seq: edge for edge in map(self._edge, rows)}
        for opening, type_ in closed:
            found.setdefault(opening, self._end(opening, type_))
        return [found[key] for key in sorted(found)]

    @kept
    def effects(self, seq: int) -> list[Edge]:
        """What an event caused, by seq; edges of `causes` seen from the other end."""
        with asked(f"the effects of event {seq}"):
            known = self._lookup.effects(seq)
            rows = self._query(_EFFECTS, (str(known), seq)) if known else []
            closed = [
                (end, type_)
                for end in self._lookup.closings([seq]).get(seq, ())
                for (type_,) in self._query(_TYPE, (end,))
            ]
        found = {edge.seq: edge for edge in map(self._edge, rows)}
        for end, type_ in closed:
            found.setdefault(end, self._end(end, type_))
        return [found[key] for key in sorted(found)]

    def _edge(self, row: Row) -> Edge:
        """A stored edge, named by the event at its other end."""
        seq, kind, rule = row
        inferred = columns.integer(kind) & schema.INFERRED
        return Edge(
            columns.integer(seq),
            "inferred" if inferred else "recorded",
            None if rule is None else self._catalog.word(rule),
        )

    def _end(self, seq: object, type_: int) -> Edge:
        """The edge between a span's opening and its closing event, which is of some type."""
        of_call = self._catalog.word(type_) in ("tool.result", "llm.result")
        rule = "result of call" if of_call else "end of span"
        return Edge(columns.integer(seq), "recorded", rule)
