"""The chosen difference in full: both values, and who wrote each of them last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ttdebug.analyze.history import last_write
from ttdebug.tui.background import Background, Show
from ttdebug.view import side_by_side

if TYPE_CHECKING:
    from ttdebug.analyze.history import Write
    from ttdebug.analyze.sides import Comparison
    from ttdebug.paths import Path
    from ttdebug.replay.work import Work
    from ttdebug.tui.screens.page import Page
    from ttdebug.tui.widgets.lines import LineBox
    from ttdebug.view.entries import Entry
    from ttdebug.view.gate import Safe


class ExplainedPart:
    """Draws into a box of a page; writes are looked for in the background."""

    def __init__(self, page: Page[Any], box: LineBox) -> None:
        self._box = box
        self._busy = Background(page, "explained")
        self._chosen: tuple[Comparison, Entry, Safe] | None = None
        self.writes: tuple[Write | None, Write | None] = (None, None)
        """The last writes of the chosen value, as far as they are found."""
        self.side = 1

    def nothing(self) -> None:
        """No difference is chosen."""
        self._busy.stop()
        self._chosen, self.writes = None, (None, None)
        self._box.show([])

    def explain(self, found: Comparison, entry: Entry, name: Safe, path: Path) -> None:
        """Show a difference, and look for who wrote `path` last on either side."""
        self._chosen, self.writes = (found, entry, name), (None, None)
        self.draw()

        def work(work: Work) -> Show:
            a, b = (
                last_write(side.trace, path, side.position, owner, work=work)
                for side, owner in zip(found.sides, found.owners, strict=True)
            )
            return lambda: self._found((a, b))

        self._busy.run("Looking for writes", work)

    def _found(self, writes: tuple[Write | None, Write | None]) -> None:
        self.writes = writes
        self.draw()

    def draw(self) -> None:
        """Both values above, the writers at the bottom."""
        width, height = self._box.size
        if self._chosen is None or not width:
            return
        found, entry, name = self._chosen
        body = side_by_side.whole(entry, name, width, max(height - 3, 1))
        events = [write.event if write else None for write in self.writes]
        writers = [
            side_by_side.writer(event, named, width, chosen=at == self.side)
            for at, (event, named) in enumerate(zip(events, found.sides.names, strict=True))
        ]
        blank = [()] * max(height - 1 - len(body) - len(writers), 0)
        self._box.show([(), *body, *blank, *writers])
