"""What the writer keeps in memory of runs, timelines and the states on them."""

from __future__ import annotations

from typing import Final

from ttdebug.delta import Shadow
from ttdebug.model import MISSING
from ttdebug.store import chain
from ttdebug.store.keyframes import Packer

KEYFRAME_FLOOR: Final = 24  # steps
_PER_OPERATION: Final = 200  # replaying one costs as much as decoding so many bytes
_PER_KEYFRAME_BYTE: Final = 0.8  # most of it decoding, some decompressing


class Run:
    """A run; `chain` is the digest of its last event, None until it was looked up."""

    __slots__ = ("chain", "forks", "id", "last", "uid")

    def __init__(self, number: int, uid: str, chained: bytes | None) -> None:
        self.id = number
        self.uid = uid
        self.chain = chained
        self.forks = 0
        self.last = 0  # the last event recorded since the file was opened


class Line:
    """A timeline; `tracks` are the states on it by agent."""

    __slots__ = ("fork_seq", "head", "id", "parent", "run", "tracks")

    def __init__(
        self, number: int, run: Run, name: str, parent: Line | None, fork_seq: int
    ) -> None:
        self.id = number
        self.run = run
        self.parent = parent
        self.fork_seq = fork_seq
        self.head = chain.head(run.uid, number, name, parent.id if parent else None, fork_seq)
        self.tracks: dict[int | None, Track] = {}


class Track:
    """An agent's state on one timeline; `id` is None until it first changes there."""

    __slots__ = ("_cost", "_limit", "_steps", "id", "keyframes", "long", "shadow")

    def __init__(self, number: int | None, shadow: Shadow) -> None:
        self.id = number
        self.shadow = shadow
        self.keyframes = Packer()
        self.long = shadow.state is not MISSING  # whether strings in it may be long enough to share
        self._steps = 0
        self._cost = 0.0
        self._limit = 0.0

    def keyframed(self, size: int) -> None:
        """A keyframe of so many bytes was stored."""
        self._limit = size * _PER_KEYFRAME_BYTE

    def due(self, size: int, operations: int) -> bool:
        """Count one more delta; whether replaying all by now costs more than another keyframe.

        Counting starts anew then.
        """
        self._steps += 1
        self._cost += size + operations * _PER_OPERATION
        if self._steps < KEYFRAME_FLOOR or self._cost <= self._limit:
            return False
        self._steps = 0
        self._cost = 0.0
        return True
