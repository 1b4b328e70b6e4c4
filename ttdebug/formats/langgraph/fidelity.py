"""What a run's recording holds, what was derived and what is missing, in one line."""

from __future__ import annotations

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
        parts = [self._state()]
        if self.rows:
            parts.append("actions from the writes table, without times")
        if self.told:
            parts.append("some actions only from checkpoint metadata")
        if not self.rows and not self.told:
            parts.append("no writes recorded, so no actions and no causes")
        parts.append("a write's tool inferred from the order of writes")
        parts.append("not recorded: model inputs, durations, retries inside a node")
        return "; ".join(parts)

    def _state(self) -> str:
        text = "state recorded in full at every checkpoint"
        if self._undecoded:
            text += f" except {self._undecoded} of {self._checkpoints} that could not be decoded"
        names = ", ".join(sorted(self._rebuilt.channels))
        if names:
            text += f"; {names} rebuilt from writes, assuming append, merge or replace"
            checked = self._rebuilt.agreed + self._rebuilt.differed
            if checked:
                text += f" ({self._rebuilt.agreed} of {checked} snapshots agree)"
        if self._rebuilt.lost:
            text += f"; unknown in part: {', '.join(sorted(self._rebuilt.lost))}"
        return text
