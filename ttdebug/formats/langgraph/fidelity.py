"""What a run's recording holds, what was derived and what is missing, in one line."""

from __future__ import annotations

from ttdebug.formats import fidelity
from ttdebug.formats.langgraph.checkpoints import Checkpoint
from ttdebug.formats.langgraph.deltas import Rebuilt


class Tally:
    """Counts while a run is read: `rows` of writes, and whether metadata `told` of others."""

    def __init__(self, rebuilt: Rebuilt) -> None:
        self._rebuilt = rebuilt
        self._checkpoints = 0
        self._undecoded = 0
        self.rows = 0
        self.told = False

    def checkpoint(self, made: Checkpoint) -> None:
        """Count one checkpoint."""
        self._checkpoints += 1
        self._undecoded += made.state is None

    def line(self) -> str:
        """The fidelity line."""
        acted = self.rows or self.told
        parts = (
            self._state(),
            "derived: a write's tool, from the order of writes" if acted else None,
            "not recorded: model inputs, durations, retries inside a node"
            if acted
            else "not recorded: writes, so no actions and no causes",
            "actions from the writes table, without times" if self.rows else None,
            "some actions only from checkpoint metadata" if self.told else None,
        )
        return fidelity.line(parts)

    def _state(self) -> str:
        text = "recorded: state in full at every checkpoint"
        if self._undecoded:
            text += f" except {self._undecoded} of {self._checkpoints} that could not be decoded"
        names = ", ".join(sorted(self._rebuilt.channels))
        if names:
            text += f"; derived: {names}, from writes, assuming append, merge or replace"
            checked = self._rebuilt.agreed + self._rebuilt.differed
            if checked:
                text += f" ({self._rebuilt.agreed} of {checked} snapshots agree)"
        if self._rebuilt.lost:
            text += f"; unknown in part: {', '.join(sorted(self._rebuilt.lost))}"
        return text
