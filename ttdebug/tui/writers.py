"""Who writes the paths a person looks at, and when: answers that are kept while they stay true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ttdebug import paths
from ttdebug.analyze.history import Write, history
from ttdebug.replay.writes import writes
from ttdebug.view.timeline import Written
from ttdebug.view.writes import WriteRow, Writes

if TYPE_CHECKING:
    from ttdebug.model import Event, Position
    from ttdebug.paths import Path as StatePath
    from ttdebug.store.trace import Trace

_ANSWERS: Final = 2_000
_LISTED: Final = 5
_COUNTED: Final = 95
"""Earlier writes counted under the diff; the history has them all."""

Answer = TypeVar("Answer")


class Writers:
    """Answers about one recording; ask at any position, as often as the screen is drawn."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._answers: dict[tuple[Any, ...], Any] = {}

    def forget(self) -> None:
        """The recording has grown: what was not written yet may be now."""
        self._answers.clear()

    def owner(self, watch: str, timeline: int, rather: str | None) -> str | None:
        """The agent in whose state a path was ever written: `rather` that one, else the first."""
        return self._kept(("owner", watch, timeline, rather), self._find_owner)

    def _find_owner(self, kind: str, watch: str, timeline: int, rather: str | None) -> str | None:
        agents = self._trace.agents_with_state(timeline)
        path = paths.parse(watch)
        for agent in [*([rather] if rather in agents else []), *agents]:
            written = history(self._trace, path, timeline=timeline, agent=agent)
            if agent and next(written, None) is not None:
                return agent
        return None

    def last(self, path: StatePath, agent: str, position: Position) -> Write | None:
        """The last write of a path up to a position, whether or not it changed the value."""
        touched = self._last_touch(path, agent, position)
        if touched is None:
            return None
        return self._kept(("last", path, agent, position.timeline, touched), self._find_last)

    def _find_last(
        self, kind: str, path: StatePath, agent: str, timeline: int, last: int
    ) -> Write | None:
        found = history(self._trace, path, timeline=timeline, agent=agent, last=last, reverse=True)
        return next(found, None)

    def latest(self, path: StatePath, agent: str, position: Position) -> Writes | None:
        """The newest writes of a path up to a position, for the list under the diff."""
        touched = self._last_touch(path, agent, position)
        if touched is None:
            return None
        return self._kept(("latest", path, agent, position.timeline, touched), self._find_latest)

    def _find_latest(
        self, kind: str, path: StatePath, agent: str, timeline: int, last: int
    ) -> Writes | None:
        found = history(self._trace, path, timeline=timeline, agent=agent, last=last, reverse=True)
        rows = [WriteRow.of(write) for write in islice(found, _LISTED)]
        if not rows:
            return None
        previous = rows[1].seq if len(rows) > 1 else 0
        known = self._answers.get((kind, path, agent, timeline, previous))
        if known is not None:  # there is one write more than at the write before
            earlier = min(len(known.shown) + known.earlier + 1 - len(rows), _COUNTED)
        else:  # whose events need not be read
            older = writes(self._trace, timeline, agent, path, last=rows[-1].seq - 1, reverse=True)
            earlier = sum(1 for _ in islice(older, _COUNTED))
        return Writes(paths.dotted(path), rows, earlier)

    def among(
        self, events: Sequence[Event], watch: str, agent: str, timeline: int
    ) -> dict[int, Written]:
        """Which of these events, in order, changed a path."""
        found = history(
            self._trace, paths.parse(watch), timeline=timeline, agent=agent,
            first=events[0].seq, last=events[-1].seq,
        )  # fmt: skip
        return {
            write.seq: Written(watch, write.old, write.new) for write in found if not write.equal
        }

    def _last_touch(self, path: StatePath, agent: str, position: Position) -> int | None:
        """The event that decides what is known of a path: answers per such event are kept."""
        if not position.seq:
            return None
        found = self._trace.touches(position.timeline, agent, path, last=position.seq, reverse=True)
        touch = next(iter(found), None)
        return None if touch is None else touch.seq

    def _kept(self, key: tuple[Any, ...], find: Callable[..., Answer]) -> Answer:
        """An answer that stays true for its key, asked once."""
        if len(self._answers) > _ANSWERS:
            self._answers.clear()
        if key not in self._answers:
            self._answers[key] = find(*key)
        answer: Answer = self._answers[key]
        return answer
