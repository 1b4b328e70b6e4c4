"""The runs, timelines and states of a file that is being written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from ttdebug.delta import Shadow
from ttdebug.errors import UsageError
from ttdebug.model import JSON, MISSING, Value
from ttdebug.store import chain
from ttdebug.store.lines import Line, Run, Track
from ttdebug.store.states import States


class Registry:
    """What the file says about runs and timelines, and the states that events build on."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        states: States,
        normalise: Callable[[object], JSON] | None,
    ) -> None:
        self._db = connection
        self._states = states
        self._normalise = normalise
        self.runs: dict[int, Run] = {}
        self.lines: dict[int, Line] = {}
        for number, uid in connection.execute("SELECT id, uid FROM runs ORDER BY id"):
            self.runs[number] = Run(number, uid, None)
        for number, run, name, parent, fork_seq in connection.execute(
            "SELECT id, run, name, parent, fork_seq FROM timelines ORDER BY id"
        ):
            base = self.lines.get(parent)
            self.lines[number] = Line(number, self.runs[run], name, base, fork_seq)
            self.runs[run].forks += base is not None

    def add_run(self, uid: str, name: str, time: int | None) -> Run:
        """Store a run."""
        run = Run(len(self.runs) + 1, uid, chain.GENESIS)
        self._db.execute("INSERT INTO runs VALUES (?, ?, ?, ?)", (run.id, uid, name, time))
        self.runs[run.id] = run
        return run

    def add_line(self, run: Run, name: str, parent: Line | None, fork_seq: int) -> Line:
        """Store a timeline."""
        line = Line(len(self.lines) + 1, run, name, parent, fork_seq)
        self._db.execute(
            "INSERT INTO timelines VALUES (?, ?, ?, ?, ?)",
            (line.id, run.id, name, parent.id if parent else None, fork_seq),
        )
        self.lines[line.id] = line
        if parent is not None:
            run.forks += 1
        return line

    def line(self, timeline: int) -> Line:
        """A timeline by its id; raises UsageError."""
        try:
            return self.lines[timeline]
        except KeyError:
            raise UsageError(f"no timeline {timeline} in this recording") from None

    def track(self, line: Line, agent: int, last: int) -> Track:
        """An agent's state after event `last`, read back from the file if need be."""
        track = line.tracks.get(agent)
        if track is None:
            number, state = self._stored(line, agent, last)
            shadow = Shadow(self._normalise)
            if state is not MISSING:
                shadow.advance([{"op": "add", "path": "", "value": state}])
            track = line.tracks[agent] = Track(number, shadow)
        return track

    def add_track(self, line: Line, track: Track, agent: int | None, seq: int) -> int:
        """Store a track whose first change is `seq`; returns its number."""
        cursor = self._db.execute(
            "INSERT INTO tracks (timeline, agent, first) VALUES (?, ?, ?)", (line.id, agent, seq)
        )
        number = track.id = cursor.lastrowid or 0
        return number

    def last_link(self, run: Run) -> bytes:
        """The digest that the run's next event continues."""
        if run.chain is None:
            numbers = [line.id for line in self.lines.values() if line.run is run]
            row = self._db.execute(
                "SELECT chain FROM events WHERE seq = (SELECT max(last) FROM extents"
                " WHERE timeline IN (SELECT value FROM json_each(?)))",
                (str(numbers),),
            ).fetchone()
            run.chain = bytes(row[0]) if row else chain.GENESIS
        return run.chain

    def states(self) -> dict[int, Value]:
        """The newest state of every track that is kept in memory."""
        return {track.id: track.shadow.state for track in self._tracks() if track.id is not None}

    def _tracks(self) -> Iterator[Track]:
        for line in self.lines.values():
            yield from line.tracks.values()

    def _stored(self, line: Line, agent: int, last: int) -> tuple[int | None, Value]:
        own: int | None = None
        at: Line | None = line
        while at is not None:
            row = self._db.execute(
                "SELECT id FROM tracks WHERE timeline = ? AND agent = ?", (at.id, agent)
            ).fetchone()
            if row is not None:
                own = row[0] if at is line else own
                state = self._states.fresh(row[0], last)
                if state is not MISSING:
                    return own, state
            last = min(last, at.fork_seq)
            at = at.parent
        return own, MISSING
