"""The person's breakpoints with what is known of their hits; counting happens in a worker."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ttdebug.tui.session import Stop


@dataclass(slots=True)
class Entry:
    """One breakpoint; `hits` are seqs on the counted timeline, None while they are counted."""

    number: int
    stop: Stop
    hits: Sequence[int] | None = None

    @property
    def kind(self) -> Literal["on", "off", "log"]:
        """How its mark looks."""
        if self.stop.log is not None:
            return "log"
        return "on" if self.stop.enabled else "off"

    @property
    def text(self) -> str:
        """What it waits for, as it was typed."""
        stop = self.stop
        return stop.condition if stop.log is None else f'log "{stop.log}"'

    def hits_at(self, seq: int) -> bool:
        """Whether an event is one of its hits, as far as that is known."""
        if not self.hits:
            return False
        at = bisect_left(self.hits, seq)
        return at < len(self.hits) and self.hits[at] == seq

    def strip(self, ends: Sequence[int]) -> list[int]:
        """Hits per cell, for cells that end at ascending seqs."""
        found, before = [], 0
        for end in ends:
            after = bisect_right(self.hits or (), end)
            found.append(after - before)
            before = after
        return found
