"""Very many events and writes in few words: for those who look at a whole run at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

import zstandard

from ttdebug.paths import Ident, Key, Path, Step
from ttdebug.store import columns, schema
from ttdebug.store.opened import Opened
from ttdebug.store.reading import Row, asked
from ttdebug.store.touch import Inline, from_column

_WINDOW: Final = 1024
_OUTLINES: Final = (
    "SELECT seq, agent, type, name, time, parent, closes, flags, status, added + changed + removed,"
    " CASE WHEN type IN (SELECT value FROM json_each(?)) THEN data END"
    " FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq"
)
_FALLS: Final = (
    "SELECT track, path, CASE WHEN null_at > held THEN null_at WHEN zero_at > full THEN zero_at"
    " ELSE gone_at END, CASE WHEN null_at > held THEN x'6e' WHEN zero_at > full THEN 0"
    " ELSE x'2d' END FROM (SELECT track, path,"
    " max(CASE WHEN value IS NULL OR value NOT IN (x'6e', x'2d') THEN seq END) AS held,"
    " max(CASE WHEN value IS NULL OR value NOT IN (x'6e', x'2d', 0) THEN seq END) AS full,"
    " sum(value IS NULL OR value NOT IN (x'6e', x'2d', 0)) AS writes,"
    " max(seq) AS newest,"
    " min(CASE WHEN value = x'6e' THEN seq END) AS null_at,"
    " min(CASE WHEN value = 0 THEN seq END) AS zero_at,"
    " min(CASE WHEN value = x'2d' THEN seq END) AS gone_at"
    " FROM touch WHERE kind = 0 GROUP BY track, path)"
    " WHERE writes >= ? AND (null_at > held OR zero_at > full OR gone_at = newest)"
)
_BELOW_ZERO: Final = (
    "SELECT track, path, min(seq), value FROM touch"
    " WHERE kind = 0 AND value < 0 AND typeof(value) IN ('integer', 'real') GROUP BY track, path"
)
_REMOVALS: Final = (
    "SELECT track, path, min(seq), x'2d' FROM touch WHERE kind = 0 AND value = x'2d'"
    " GROUP BY track, path"
)
_NULLS: Final = (
    "SELECT track, path, min(seq), x'6e' FROM touch WHERE kind = 0 AND value = x'6e'"
    " GROUP BY track, path"
)
_RETYPINGS: Final = (
    "SELECT track, path, max(first_text, first_number), NULL FROM (SELECT track, path,"
    " min(CASE WHEN typeof(value) = 'text' THEN seq END) AS first_text,"
    " max(CASE WHEN typeof(value) = 'text' THEN seq END) AS last_text,"
    " min(CASE WHEN typeof(value) IN ('integer', 'real') THEN seq END) AS first_number,"
    " max(CASE WHEN typeof(value) IN ('integer', 'real') THEN seq END) AS last_number"
    " FROM touch WHERE kind = 0 GROUP BY track, path)"
    " WHERE last_text < first_number OR last_number < first_text"
)
_PARENTS: Final = "SELECT id, parent FROM paths"
_NODES: Final = (
    "SELECT id, parent, kind, key FROM paths WHERE id IN (SELECT value FROM json_each(?))"
)
_STATES: Final = (
    "SELECT seq, length(CAST(state AS BLOB)), substr(state, 1, 18) FROM keyframes"
    " WHERE track = ? ORDER BY seq"
)


class Outline(NamedTuple):
    """An event in few words; `data` is as stored, and None unless it was asked for."""

    seq: int
    agent: int | None
    type: int
    name: int | str | None
    time: int | None
    parent: int | None
    closes: int | None
    flags: int
    status: int | None
    changes: int
    data: object

    @property
    def opens(self) -> bool:
        """Whether a span begins here."""
        return bool(self.flags & schema.OPENS)

    @property
    def failed(self) -> bool:
        """Whether a span ended here with an error."""
        return self.status == schema.STATUSES.index("error") and not self.opens


class Spot(NamedTuple):
    """A write of a path in the state of an agent, as a timeline recorded it."""

    timeline: int
    agent: str
    path: Path
    seq: int
    value: Inline


class OutlineQuestions(Opened):
    """How did it go, seen from afar?"""

    def outlines(
        self, timeline: int, types_with_data: Collection[str] = ()
    ) -> Iterator[list[Outline]]:
        """What one timeline recorded itself, page by page; `data` only of some types."""
        numbers = [self._catalog.numbers.get(name) for name in types_with_data]
        wanted = json.dumps([number for number in numbers if number is not None])
        for first, last in self.lineage(timeline).own(timeline):
            for low in range(first, last + 1, _WINDOW):
                high = min(low + _WINDOW - 1, last)
                with asked(f"event {low} to {high}"):
                    rows = self._query(_OUTLINES, (wanted, low, high))
                yield [Outline._make(row) for row in rows]

    def falls(self, least: int) -> list[Spot]:
        """Where paths that held something in at least so many writes of their own lost it.

        The value is null where no other but nothing followed, zero where only null did, MISSING
        where the removal is the last write. What the newest events of a recording wrote that was
        not closed is left out.
        """
        with asked("the index of writes"):
            return self._spots(self._query(_FALLS, (least,)))

    def below_zero(self) -> list[Spot]:
        """Where each path first held a negative number; left out are the same as in `falls`."""
        with asked("the index of writes"):
            return self._spots(self._query(_BELOW_ZERO, ()))

    def lone_removals(self) -> list[Spot]:
        """Paths that were removed from where nothing else ever was; left out as in `falls`."""
        with asked("the index of writes"):
            removals = self._query(_REMOVALS, ())
            parents: dict[int, int] = dict(self._query(_PARENTS, ())) if removals else {}
            often = Counter((row[0], parents[row[1]]) for row in removals)
            alone = [row for row in removals if often[row[0], parents[row[1]]] == 1]
            return self._spots(alone)

    def lone_nulls(self) -> list[Spot]:
        """Where a field became null that no other member beside its owner ever had null.

        Left out as in `falls`.
        """
        with asked("the index of writes"):
            nulls = self._query(_NULLS, ())
            above = self._steps({row[1] for row in nulls})
            families = [(row[0], *self._family(row[1], above)) for row in nulls]
            often = Counter(families)
            return self._spots(
                [row for row, own in zip(nulls, families, strict=True) if often[own] == 1]
            )

    @staticmethod
    def _family(node: int, steps: Mapping[int, tuple[int, Step]]) -> tuple[int, Step]:
        """What the owners of a field are in, and the field."""
        parent, step = steps[node]
        return steps[parent][0] if parent != schema.ROOT else node, step

    def retypings(self) -> list[Spot]:
        """Where paths first held a text after numbers alone, or a number after texts alone.

        Neither came back. Left out as in `falls`.
        """
        with asked("the index of writes"):
            return self._spots(self._query(_RETYPINGS, ()))

    def state_sizes(self, timeline: int, agent: str) -> list[tuple[int, int]]:
        """(seq, bytes of JSON) of the states of an agent that a timeline keeps whole."""
        track = self._catalog.track(timeline, self._catalog.numbers.get(agent, -1))
        if track is None:
            return []
        with asked("the states of an agent"):
            rows = self._query(_STATES, (track.id,))
        return [(seq, _size(length, head)) for seq, length, head in rows]

    def _spots(self, rows: list[Row]) -> list[Spot]:
        tracks = {track.id: track for track in self._catalog.tracks}
        steps = self._steps({path for _, path, _, _ in rows})
        found = []
        for number, node, seq, value in rows:
            track = tracks[number]
            path: list[Step] = []
            while node != schema.ROOT:
                node, step = steps[node]
                path.append(step)
            agent = self._catalog.word(track.agent)
            found.append(Spot(track.timeline, agent, tuple(path[::-1]), seq, from_column(value)))
        return found

    def _steps(self, nodes: set[int]) -> dict[int, tuple[int, Step]]:
        """The parent and the last step of paths, and of all above them, by number."""
        found: dict[int, tuple[int, Step]] = {}
        while nodes := nodes - found.keys() - {schema.ROOT}:
            rows = self._query(_NODES, (str(sorted(nodes)),))
            for number, parent, kind, key in rows:
                name, _, text = columns.text(key).partition("=")
                step = Ident(name, text) if kind == schema.ELEMENT else Key(key)
                found[number] = (columns.integer(parent), step)
            nodes = {parent for _, parent, _, _ in rows}
        return found


def _size(length: int, head: object) -> int:
    """Bytes of a stored value once unpacked."""
    if not isinstance(head, bytes):
        return length
    return max(zstandard.frame_content_size(head), 0)
