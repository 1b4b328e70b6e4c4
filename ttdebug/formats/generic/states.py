"""The state that a home-made log holds: full rows, patches, or the last value of each field."""

from __future__ import annotations

from typing import NamedTuple

from ttdebug import delta
from ttdebug.formats.patches import Patcher
from ttdebug.model import JSON, MISSING, Object, Value

PROSE = frozenset({"message", "msg", "text", "content", "input", "output", "prompt", "result"})
"""Fields that tell a story; as state they would only be noise."""


class Written(NamedTuple):
    """What an event does to its agent's state: a snapshot, or a ready delta."""

    snapshot: Value = MISSING
    delta: delta.Delta | None = None


NOTHING = Written()


class States:
    """The latest state of every track, as far as patches and folds need it."""

    def __init__(self) -> None:
        self._latest: dict[tuple[int, str], JSON] = {}
        self._patcher = Patcher()

    @property
    def any(self) -> bool:
        """Whether there is a state of any track."""
        return bool(self._latest)

    def snapshot(self, track: tuple[int, str], state: JSON, *, keep: bool) -> Written:
        """A full state; `keep` it where patches may follow."""
        if keep:
            self._latest[track] = state
        return Written(snapshot=state)

    def patched(self, track: tuple[int, str], patch: Value, before: Value) -> Written:
        """A patch applied to the latest state, or to `before`; raises PatchError."""
        old = self._latest.get(track, before if isinstance(before, dict | list) else {})
        new = self._patcher.patched(old, patch)
        known = track in self._latest
        self._latest[track] = new
        return Written(delta=delta.make(old, new)) if known else Written(snapshot=new)

    def folded(self, track: tuple[int, str], record: Object) -> Written:
        """The last value of every scalar field; NOTHING where no field changed."""
        old = self._latest.get(track)
        scalars: Object = {
            key: value
            for key, value in record.items()
            if not isinstance(value, dict | list) and key not in PROSE
        }
        if not isinstance(old, dict):
            if not scalars:
                return NOTHING
            self._latest[track] = scalars
            return Written(snapshot=scalars)
        changed = {
            key: value
            for key, value in scalars.items()
            if key not in old or not delta.equal(old[key], value)
        }
        if not changed:
            return NOTHING
        new: JSON = {**old, **changed}
        self._latest[track] = new
        return Written(delta=delta.make(old, new))
