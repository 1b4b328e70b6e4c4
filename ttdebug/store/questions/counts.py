"""How many events there are, by type and by place, counted in the index."""

from __future__ import annotations

from collections import Counter
from typing import Final

from ttdebug.model import Run
from ttdebug.store import schema
from ttdebug.store.density import Cell, density
from ttdebug.store.opened import Opened
from ttdebug.store.reading import asked

_ERROR: Final = schema.STATUSES.index("error")


class CountQuestions(Opened):
    """How many?"""

    def count_types(self, timeline: int | None = None) -> dict[str, int]:
        """How many events of each type there are, the most frequent first."""
        lookup = self._lookup
        limits = self._catalog.limits(timeline, self.last_seq)
        rest = lookup.full_buckets << schema.BUCKET
        found: Counter[str] = Counter()
        with asked("the index of events"):
            stored = lookup.counts(0, lookup.full_buckets - 1)
            for kind, number in lookup.kinds.items():
                limit = limits.get(kind.timeline, 0)
                if kind.flags & schema.LATE or not limit:
                    continue
                if limit == self.last_seq:
                    count = stored.get(number, 0) + lookup.count(number, rest, limit)
                else:
                    count = lookup.count(number, 1, limit)
                if count:
                    found[self._catalog.word(kind.type)] += count
        return dict(found.most_common())

    def count_run(self, run: Run) -> tuple[dict[str, int], int]:
        """Events of a run by type, and how many of them took a snapshot of a state."""
        own = {timeline.id for timeline in run.timelines}
        found: Counter[str] = Counter()
        snapshots = 0
        with asked("the index of events"):
            for kind, number in self._lookup.kinds.items():
                if kind.timeline in own and not kind.flags & schema.LATE:
                    count = self._lookup.count(number, 1, self.last_seq)
                    found[self._catalog.word(kind.type)] += count
                    snapshots += count if kind.flags & schema.STATE else 0
        return dict(found.most_common()), snapshots

    def count_errors(self, run: Run) -> int:
        """Events of a run of type `error`, and its spans that failed; each span once."""
        own = {timeline.id for timeline in run.timelines}
        found = 0
        with asked("the index of events"):
            for kind, number in self._lookup.kinds.items():
                if kind.timeline not in own or kind.flags & (schema.LATE | schema.OPENS):
                    continue
                word = self._catalog.word(kind.type)
                if word == "error" or (kind.status == _ERROR and word != "run.end"):
                    found += self._lookup.count(number, 1, self.last_seq)
        return found

    def density(self, timeline: int, cells: int) -> list[Cell]:
        """A timeline in at most `cells` stretches of about the same number of events."""
        with asked("the index of events"):
            return density(self._lookup, self._catalog, timeline, cells)
