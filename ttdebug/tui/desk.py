"""What the debugger has on its desk: the recording, where we stand, and what the person added.

No screen in here: handlers change the desk, the screen shows it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ttdebug import paths
from ttdebug.errors import TtdebugError
from ttdebug.model import JSON, Position
from ttdebug.replay import positions
from ttdebug.replay.breakpoints import BreakpointSet
from ttdebug.replay.names import newest_timeline
from ttdebug.replay.navigator import Navigator
from ttdebug.replay.points import AnyPoint, from_json
from ttdebug.tui.naming import looked_at
from ttdebug.tui.selection import Selection
from ttdebug.tui.session import Session, load_session, save_session, session_path
from ttdebug.tui.stops import Counted, kind_of
from ttdebug.tui.writers import Writers
from ttdebug.view import drawer, frame, values
from ttdebug.view.timeline import Gutter, Written

if TYPE_CHECKING:
    from ttdebug.analyze.drift import Finding
    from ttdebug.analyze.history import Write
    from ttdebug.analyze.matching import Sought
    from ttdebug.model import Event, Run, Timeline
    from ttdebug.paths import Path as StatePath
    from ttdebug.store.lineage import Lineage
    from ttdebug.store.trace import Trace
    from ttdebug.tui.panes import Seen
    from ttdebug.tui.searching import Found
    from ttdebug.view.gate import Safe
    from ttdebug.view.line import Rows
    from ttdebug.view.writes import Writes

STRIP: Final = 24
"""Stretches of the timeline in a hit strip."""
_WATCHES_IN_ROWS: Final = 4


class Desk:
    """One open recording and a person's view of it."""

    def __init__(
        self,
        trace: Trace,
        *,
        at: Position | None = None,
        timeline: int | None = None,
        session_file: Path | None = None,
    ) -> None:
        self.trace = trace
        self._totals: dict[int, float | None] = {}
        self._watched_here: list[str] = []
        self.writers = Writers(trace)
        self.session_file = session_file or session_path(trace)
        self.session: Session = load_session(self.session_file)
        self.navigator = Navigator(trace, at or self._begin(timeline), self.session.marks)
        self.anchor: Position | None = None
        self.selection = Selection()
        self.points = self._load_points()
        self.counted = Counted(self.points)
        self.log: list[tuple[int, str]] = []
        self.hit_list: Sequence[Found] = ()
        """What the last search or scan found, for the Hits tab."""
        self.found: Sequence[int] = ()
        """Events the last search found, ascending."""
        self.searched = ""
        self.sought: Sought | None = None
        """The text that is marked wherever it is seen."""
        self.drift: Sequence[Finding] | None = None
        """What the rules of drift found, None while they have not been applied."""
        self.unfolded = False
        self.last_seen: int | None = None
        """The last event there was when the person left the end of a growing recording."""
        self.waterfall = False
        self.marks_version = 0
        """Grows with every bookmark, breakpoint and watch; rows made for an older one are stale."""

    def _begin(self, timeline: int | None) -> Position:
        """Where the person left, else the start of a timeline."""
        left = self.session.position
        if left is not None and left.timeline in self.trace.timelines:
            return positions.on_timeline(self.trace, left.timeline, left.seq)
        if timeline is None and self.trace.last_seq:
            timeline = newest_timeline(self.trace).id
        return Position(timeline or next(iter(self.trace.timelines)), 0)

    def _load_points(self) -> BreakpointSet:
        """The session's breakpoints; one that no longer means anything is left out."""
        kept: list[JSON] = []
        for raw in self.session.points:
            with contextlib.suppress(TtdebugError):
                from_json(raw)
                kept.append(raw)
        return BreakpointSet.from_json(self.trace, kept)

    def add(self, conditions: Sequence[str], watches: Sequence[str]) -> None:
        """Put breakpoints and watches of the command line on top of the session's."""
        have = {point.text for point in self.points}
        for text in conditions:
            if text not in have:
                self.points.add("break", condition=text)
        for text in watches:
            if text not in self.session.watches:
                self.session.watches.append(text)

    def save(self) -> None:
        """Write the session for the next time."""
        self.session.position = self.position
        points = self.points.to_json()
        self.session.points = points if isinstance(points, list) else []
        save_session(self.session_file, self.session, str(self.trace.source_path))

    @property
    def position(self) -> Position:
        """Where we stand."""
        return self.navigator.position

    @property
    def timeline(self) -> Timeline:
        """The timeline we are on."""
        return self.trace.timelines[self.position.timeline]

    @property
    def run(self) -> Run:
        """The run we are in."""
        return next(run for run in self.trace.runs if run.id == self.timeline.run)

    @property
    def lineage(self) -> Lineage:
        """The rows of the timeline we are on."""
        return self.trace.lineage(self.position.timeline)

    @property
    def last_seq(self) -> int:
        """The last event of the timeline we are on, 0 if it has none."""
        return self.lineage.last

    @property
    def total_elapsed(self) -> float | None:
        """Elapsed time at the last event of the timeline."""
        timeline = self.position.timeline
        if timeline not in self._totals:
            last = self.last_seq
            self._totals[timeline] = self.trace.event(last).elapsed if last else None
        return self._totals[timeline]

    def grown(self, *, seen: int | None) -> None:
        """The recording holds more; `seen` is the last event somebody who looks back knows of."""
        if seen is None or self.last_seen is None:
            self.last_seen = seen
        self._totals.clear()
        self.writers.forget()
        self.counted.outdate()
        self.marks_version += 1

    @property
    def strip_ends(self) -> list[int]:
        """The last events of the stretches that hit strips and sparklines are made of."""
        lineage = self.lineage
        count = min(STRIP, len(lineage))
        return [lineage.seq_at((step + 1) * len(lineage) // count - 1) for step in range(count)]

    @property
    def owner(self) -> str | None:
        """Whose state we see here."""
        position = self.position
        return self.trace.owner(position.seq, position.timeline) if position.seq else None

    def follow_change(self, rows: Rows | None) -> None:
        """Select the first path the diff shows, a watched one before others."""
        self.selection.follow(rows, self._watched_here)

    # Watches

    def watched_pointers(self, seen: Seen) -> list[str]:
        """Where watched paths, and those breakpoints look at, stand in the state an event sees."""
        wanted = [paths.parse(text) for text in self.session.watches]
        for point in self.points:
            wanted += looked_at(point) if point.enabled else []
        found = [paths.concrete(seen.after, path) for path in wanted]
        self._watched_here = [paths.pointer(one) for one in found if one is not None]
        return self._watched_here

    def watch_owner(self, watch: str, timeline: int) -> str | None:
        """The agent whose state has a watched path: the one here, else the first that wrote it."""
        here = self.owner if timeline == self.position.timeline else None
        return self.writers.owner(watch, timeline, here)

    def last_write(self, path: StatePath, agent: str) -> Write | None:
        """The last write of a path here, whether or not it changed the value."""
        return self.writers.last(path, agent, self.position)

    def latest_writes(self, seen: Seen) -> Writes | None:
        """The newest writes of the selected path up to here, for the list under the diff."""
        if self.selection.path is None or seen.owner is None:
            return None
        return self.writers.latest(paths.parse(self.selection.path), seen.owner, self.position)

    @property
    def mapped_watch(self) -> str | None:
        """The watch whose value stands in the minimap: the chosen one, else the first."""
        watches = self.session.watches
        chosen = self.session.mapped
        return chosen if chosen in watches else next(iter(watches), None)

    def add_watch(self, text: str) -> bool:
        """Watch a path; False if it is watched already. Raises PathSyntaxError."""
        name = paths.dotted(paths.parse(text))
        if name in self.session.watches:
            return False
        self.session.watches.append(name)
        self.marks_version += 1
        return True

    def value_text(self, watch: str) -> Safe | None:
        """A watched path's value here as text for the end of the minimap."""
        agent = self.watch_owner(watch, self.position.timeline)
        write = self.last_write(paths.parse(watch), agent) if agent else None
        return None if write is None else values.short(write.new, 12)

    def change_counts(self) -> str:
        """What this event changed, in marks."""
        counts = self.selection.seen.event.changes if self.selection.seen else None
        if not counts:
            return ""
        parts = (("~", counts.changed), ("+", counts.added), ("−", counts.removed))
        return " ".join(f"{mark}{count}" for mark, count in parts if count)

    # Breakpoints

    def stops_at(self, seq: int) -> frame.Stop | None:
        """What would stop playing at an event, as far as hits are counted."""
        timeline = self.position.timeline
        for point in self.points:
            if kind_of(point) == "on" and self.counted.hits_at(point, timeline, seq):
                told = f"stopped by breakpoint {point.number}"
                return frame.Stop(told, "", "breakpoint", f"breakpoint {point.number}")
        return None

    @property
    def next_number(self) -> int:
        """The number a new breakpoint will have."""
        return max((point.number for point in self.points), default=0) + 1

    def points_changed(self) -> None:
        """Breakpoints were added, edited, switched or deleted."""
        self.marks_version += 1

    def stop_items(self) -> list[tuple[AnyPoint, drawer.Breakpoint]]:
        """The breakpoints as the drawer shows them."""
        return self.counted.items(self.position.timeline, self.position.seq, self.strip_ends)

    # Hits

    def list_hits(
        self, found: Sequence[Found], searched: str, sought: Sought | None = None
    ) -> None:
        """Put events (ascending) into the list of hits; `sought` is marked wherever it is seen."""
        self.hit_list, self.searched, self.sought = found, searched, sought
        self.found = [one.seq for one in found]

    def strays(self, timeline: int) -> list[int]:
        """Events of a timeline at which drift begins."""
        lineage = self.trace.lineage(timeline)
        return [one.first for one in self.drift or () if lineage.contains(one.first)]

    # Marks

    def gutter(self, event: Event) -> Gutter:
        """The marks left of an event's row."""
        return Gutter(
            breakpoint=self.counted.mark_at(event.seq, self.position.timeline),
            bookmark=self._letters.get(event.seq),
            checkpoint=event.type == "checkpoint",
            drift=any(one.first == event.seq for one in self.drift or ()),
            seen=event.seq == self.last_seen,
        )

    @property
    def _letters(self) -> dict[int, str]:
        here = self.position.timeline
        marks = self.navigator.bookmarks.items()
        return {at.seq: letter for letter, at in marks if at.timeline == here}

    def written(self, events: Sequence[Event]) -> dict[int, Written]:
        """Which of these events wrote a watched path, the first watch winning."""
        found: dict[int, Written] = {}
        timeline = self.position.timeline
        for watch in self.session.watches[:_WATCHES_IN_ROWS] if events else ():
            agent = self.watch_owner(watch, timeline)
            if agent is not None:
                found = self.writers.among(events, watch, agent, timeline) | found
        return found

    def mark(self, letter: str) -> None:
        """Bookmark this position."""
        self.navigator.mark(letter)
        self.session.marks[letter] = self.position
        self.marks_version += 1

    def at(self, seq: int) -> Position:
        """An event on the timeline we are on, or else on the one that recorded it."""
        if seq == 0 or self.lineage.contains(seq):
            return Position(self.position.timeline, seq)
        return Position(self.trace.event(seq).timeline_id, seq)
