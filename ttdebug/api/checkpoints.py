"""Checkpoints of a recording, and the way back from one to Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from ttdebug.analyze import checkpoints
from ttdebug.api.found import Found
from ttdebug.api.moment import Moment
from ttdebug.api.own import own
from ttdebug.model import EPOCH, MISSING
from ttdebug.recorder.restore import losses, restore
from ttdebug.view import records

if TYPE_CHECKING:
    from ttdebug.api.recording import Recording

Find: TypeAlias = Callable[[bool], Iterator[checkpoints.Checkpoint]]


class Checkpoint(Moment):
    """The moment after a checkpoint; `kind` is None where a format knows no kinds."""

    def __init__(self, recording: Recording, found: checkpoints.Checkpoint) -> None:
        super().__init__(recording, found.position, found.event)
        self._found = found

    @property
    def kind(self) -> str | None:
        """What it is for: routine, pre-operation, recovery, or another word."""
        return self._found.kind

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""
        return self._found.tags

    @property
    def description(self) -> str | None:
        """What was said of it."""
        return self._found.description

    @property
    def agents(self) -> tuple[str, ...]:
        """Whose states can be restored here."""
        trace, line = self._trace, self.position.timeline
        known = trace.agents_with_state(line)
        return tuple(one for one in known if trace.state(self.seq, one, line) is not MISSING)

    def restore(self, agent: str | None = None, path: str = "") -> object:
        """A state, or one value of it, for a new start, as `ttdebug.restore` gives it back.

        Tuples, sets, times, bytes and others come back as they were; dataclasses, pydantic objects
        and named tuples as a dict of their fields, to make them of with `State(**found)`; a
        `defaultdict`, a `Counter` and other subclasses as their base. See `lost`. Raises
        NotFoundError as `state` does.
        """
        return restore(self.state(agent, path))

    def lost(self, agent: str | None = None) -> dict[str, str]:
        """Values of a state that cannot be restored whole, by JSON Pointer, and why in a word.

        `redacted`, `truncated`, `object` (an instance of a plain class), `enum`, `ndarray`,
        `cycle`. What comes back as a dict of its fields or as its base has lost its type alone.
        """
        return dict(losses(self.state(agent)))

    def to_dict(self) -> dict[str, object]:
        """As `ttdebug checkpoints --json` prints it."""
        return own(records.checkpoint_record(self._trace, self._found))

    def cells(self) -> dict[str, object]:
        """What a row of a table shows."""
        return {
            "seq": self.seq,
            "name": self.name,
            "kind": self.kind,
            "tags": ", ".join(self.tags),
            "agent": self.agent,
            "description": self.description,
        }


class Checkpoints(Found[Checkpoint]):
    """Checkpoints of a recording, lazily.

    >>> rec.checkpoints().latest("pre-operation").name
    'before-discount'
    """

    def __init__(self, recording: Recording, name: str, find: Find) -> None:
        """`find` begins to find, backwards if asked to."""
        super().__init__(name, lambda: self._started(reverse=False))
        self._recording = recording
        self._find = find

    def latest(self, kind: str | None = None) -> Checkpoint | None:
        """The last one (of a kind), None if there is none.

        It may be any agent's, on any fork and in any run that `checkpoints(...)` did not leave out.
        """
        found = self._started(reverse=True)
        return next((one for one in found if kind in (None, one.kind)), None)

    def nearest(self, time: datetime | str) -> Checkpoint | None:
        """The one made nearest to a time (UTC unless it says otherwise), the earlier of two.

        Text may also be `+90s` after the start of the newest run.
        """
        if isinstance(time, datetime):
            known = time if time.tzinfo else time.replace(tzinfo=UTC)
            at = (known - EPOCH) // timedelta(microseconds=1) * 1000
        else:
            at = checkpoints.parse_time(self._recording.trace, time)
        found = checkpoints.nearest(self._find(False), at)
        return None if found is None else Checkpoint(self._recording, found)

    def _started(self, *, reverse: bool) -> Iterator[Checkpoint]:
        for found in self._find(reverse):
            yield Checkpoint(self._recording, found)
