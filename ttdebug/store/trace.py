"""A recording opened for reading, and everything that can be asked of it."""

from __future__ import annotations

from ttdebug.model import Run
from ttdebug.store import sizes
from ttdebug.store.density import Cell
from ttdebug.store.lineage import Lineage
from ttdebug.store.questions.causality import CausalityQuestions
from ttdebug.store.questions.counts import CountQuestions
from ttdebug.store.questions.events import EventQuestions
from ttdebug.store.questions.outlines import OutlineQuestions
from ttdebug.store.questions.places import PlaceQuestions
from ttdebug.store.questions.states import StateQuestions
from ttdebug.store.questions.texts import TextQuestions
from ttdebug.store.questions.writes import WriteQuestions
from ttdebug.store.reading import told
from ttdebug.store.sizes import Sizes
from ttdebug.store.touch import Touch
from ttdebug.store.verify import Inspection, Progress, Verification

__all__ = ["Cell", "Lineage", "Touch", "Trace", "Verification"]


class Trace(
    EventQuestions,
    PlaceQuestions,
    CountQuestions,
    CausalityQuestions,
    StateQuestions,
    WriteQuestions,
    TextQuestions,
    OutlineQuestions,
):
    """A recording opened for reading; safe to use from several threads.

    Methods raise NotFoundError for what is not there and TraceError for what is damaged.
    """

    def sizes(self) -> Sizes:
        """What takes the room in the file; reads every change once."""
        with told(f"the sizes in {self.path}"):
            return sizes.sizes(self._query, self._catalog.words, self.deltas())

    def run_share(self, run: Run) -> float:
        """About which part of the file a run takes, 0 to 1."""
        with told(f"the sizes in {self.path}"):
            taken = sizes.by_timeline(self._query)
        own = sum(taken[timeline.id] for timeline in run.timelines)
        return own / taken.total() if taken else 0.0

    def verify(self, deep: bool = False, progress: Progress | None = None) -> Verification:
        """Whether the file is what was recorded, and up to which event; never raises for damage.

        `deep` also replays all states and counts the index. `progress` gets (done, total) events.
        """
        path = None if self.live else self._file
        return Inspection(
            path, self._query, self._catalog, self._lookup, self._states, progress
        ).run(deep=deep)
