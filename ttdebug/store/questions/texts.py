"""Events as they are stored, unread: for those who look through very many for a few."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias, cast

from ttdebug.model import JSON
from ttdebug.store import codec
from ttdebug.store.opened import Opened
from ttdebug.store.reading import asked, told

_STORED: Final = (
    "SELECT seq, timeline, type, name, agent, data, source FROM events"
    " WHERE seq BETWEEN ? AND ? ORDER BY seq"
)
_CHANGES: Final = "SELECT seq, ops FROM deltas WHERE track = ? AND seq BETWEEN ? AND ?"

Stored: TypeAlias = tuple[int, int, int, "int | str | None", "int | None", object, object]
"""(seq, timeline, type, name, agent, data, source): words by number, values as they are stored."""


class TextQuestions(Opened):
    """What stands where?"""

    @property
    def words(self) -> dict[int, str]:
        """Types, names and agents by number."""
        return self._catalog.words

    def word(self, number: int) -> str:
        """A type, name or agent by its number."""
        return self._catalog.word(number)

    def stored(self, first: int, last: int) -> list[Stored]:
        """Events first <= seq <= last of the whole file."""
        with asked(f"event {first} to {last}"):
            return cast("list[Stored]", self._query(_STORED, (first, last)))

    def stored_changes(self, first: int, last: int, timelines: Iterable[int]) -> dict[int, object]:
        """What events of some timelines changed, as stored; None where a whole state is."""
        lines = set(timelines)
        found: dict[int, object] = {}
        with asked(f"the changes at event {first} to {last}"):
            for track in self._catalog.tracks:
                if track.timeline in lines and track.first <= last:
                    found.update(self._query(_CHANGES, (track.id, first, last)))
        return found

    def text(self, stored: object) -> str:
        """The JSON text of a stored value; strings it shares stand as `{"$blob": HASH}`."""
        if isinstance(stored, str):
            return stored
        with told("a stored value"):
            return codec.unpack(stored).decode()

    def value(self, stored: object) -> JSON:
        """A stored value."""
        with told("a stored value"):
            return codec.load(stored, self._blob)

    def shared(self, key: str) -> str:
        """A shared string by its hash; not kept, for there may be very many."""
        with told("a shared string"):
            return self._read_blob(key)
