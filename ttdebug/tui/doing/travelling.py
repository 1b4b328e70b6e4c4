"""Motions: along events, spans, changes, errors, writes, causes, and the jump history."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from ttdebug import paths
from ttdebug.replay.navigator import Navigator
from ttdebug.replay.outcome import Moved, Outcome
from ttdebug.replay.work import Work
from ttdebug.tui.doing.base import Doing
from ttdebug.view.frame import Stop

Count = int | None
Motion = Callable[[Navigator, Work], Outcome]


class TravelDoing(Doing):
    """Moves the desk's navigator; long ways are travelled in a worker."""

    def _quick(self, move: Callable[[Navigator], Outcome]) -> None:
        self.showing.follow(move(self.desk.navigator))

    def _long(self, move: Motion) -> None:
        self.screen.scans.travel(move)

    def do_next_event(self, count: Count) -> None:
        """One event on."""
        self._quick(lambda nav: nav.step(1, count or 1))

    def do_previous_event(self, count: Count) -> None:
        """One event back."""
        self._quick(lambda nav: nav.step(-1, count or 1))

    def do_page_down(self, count: Count) -> None:
        """A page of this pane on."""
        self._page(1)

    def do_page_up(self, count: Count) -> None:
        """A page of this pane back."""
        self._page(-1)

    def _page(self, direction: int) -> None:
        zone = self.arrangement.zone
        if zone == "timeline":
            page = max(1, self.screen.lines("timeline").page - 2)
            self._quick(lambda nav: nav.step(direction, page))
            return
        lines = self.screen.lines(zone if zone != "drawer" else "list")
        lines.scroll_lines(direction * max(1, lines.page - 2))

    def do_next_change(self, count: Count) -> None:
        """The next event that changed a state."""
        self._quick(lambda nav: nav.next_change(1, count or 1))

    def do_previous_change(self, count: Count) -> None:
        """The event before that changed a state."""
        self._quick(lambda nav: nav.next_change(-1, count or 1))

    def do_step_over(self, count: Count) -> None:
        """Over what lies deeper."""
        self._long(lambda nav, work: nav.over(1, count or 1, work))

    def do_step_over_back(self, count: Count) -> None:
        """Over what lies deeper, backwards."""
        self._long(lambda nav, work: nav.over(-1, count or 1, work))

    def do_step_in(self, count: Count) -> None:
        """Into the span."""
        self._long(lambda nav, work: nav.into(1, count or 1, work))

    def do_step_in_back(self, count: Count) -> None:
        """Into the span that ended here."""
        self._long(lambda nav, work: nav.into(-1, count or 1, work))

    def do_step_out(self, count: Count) -> None:
        """To the end of the span around this event."""
        self._quick(lambda nav: nav.out(1, count or 1))

    def do_step_out_back(self, count: Count) -> None:
        """To the opening of the span around this event."""
        self._quick(lambda nav: nav.out(-1, count or 1))

    def do_parent(self, count: Count) -> None:
        """To the enclosing span."""
        self._quick(lambda nav: nav.parent(count or 1))

    def do_next_of_agent(self, count: Count) -> None:
        """The next event of the agent that acts here."""
        self._quick(lambda nav: nav.next_of_agent(1, count or 1))

    def do_previous_of_agent(self, count: Count) -> None:
        """The event before of the agent that acts here."""
        self._quick(lambda nav: nav.next_of_agent(-1, count or 1))

    def do_next_error(self, count: Count) -> None:
        """The next error."""
        self._long(lambda nav, work: nav.next_error(1, count or 1, work))

    def do_previous_error(self, count: Count) -> None:
        """The error before."""
        self._long(lambda nav, work: nav.next_error(-1, count or 1, work))

    def do_next_write(self, count: Count) -> None:
        """The next write of the selected path."""
        self._write(1, count)

    def do_previous_write(self, count: Count) -> None:
        """The write of the selected path before."""
        self._write(-1, count)

    def _write(self, direction: int, count: Count) -> None:
        pointer = self.desk.selection.pin()
        if pointer is None:
            return
        path, agent = paths.parse(pointer), self.desk.owner
        self._long(lambda nav, work: nav.write(path, direction, count or 1, agent=agent, work=work))

    def no_next_write(self) -> str | None:
        """Needs a path."""
        if self.desk.selection.path is None:
            return "No path is selected. tab to State and choose one"
        return None

    no_previous_write = no_next_write

    def do_cause(self, count: Count) -> None:
        """To what caused this."""
        self._quick(lambda nav: nav.cause(count or 1))

    def do_effect(self, count: Count) -> None:
        """To what this caused."""
        self._quick(lambda nav: nav.effect(count or 1))

    def do_back(self, count: Count) -> None:
        """Back in the jump history."""
        self._quick(lambda nav: nav.back(count or 1))

    def do_forward(self, count: Count) -> None:
        """Forward in the jump history."""
        self._quick(lambda nav: nav.forward(count or 1))

    def do_start(self, count: Count) -> None:
        """The start, or with a number that event."""
        self._end(count, lambda nav: nav.start())

    def do_end(self, count: Count) -> None:
        """The end, or with a number that event."""
        self._end(count, lambda nav: nav.end())

    def _end(self, count: Count, otherwise: Callable[[Navigator], Outcome]) -> None:
        if count is None:
            self._quick(otherwise)
        else:
            self._quick(lambda nav: nav.seek(str(count)))

    def do_next_hit(self, count: Count) -> None:
        """The next event the search found."""
        self._hit(1, count)

    def do_previous_hit(self, count: Count) -> None:
        """The event before that the search found."""
        self._hit(-1, count)

    def _hit(self, direction: int, count: Count) -> None:
        """To a hit, with why it is one in the header."""
        outcome = self.desk.navigator.hit(self.desk.found, direction, count or 1)
        stop = None
        if isinstance(outcome, Moved):
            index = bisect_left(self.desk.found, outcome.position.seq)
            told = f"hit {index + 1:,} of {len(self.desk.found):,}"
            found = self.desk.hit_list[index]
            reason = found.reason
            if found.finding is not None and found.finding.path is not None:
                self.desk.selection.pin_path(found.finding.path)
            narrow = self.arrangement.shape is not None and self.arrangement.shape.narrow
            stop = Stop(f"{told}  {reason}") if narrow else Stop(told, reason)
        self.showing.follow(outcome, stop=stop)

    def no_next_hit(self) -> str | None:
        """Needs a search."""
        return None if self.desk.found else "There are no hits. / searches"

    no_previous_hit = no_next_hit
