"""What is small enough to be read when a file is opened: runs, timelines, agents, kinds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ttdebug.errors import TraceError, UsageError
from ttdebug.model import Run, Timeline
from ttdebug.store import codec, columns
from ttdebug.store.index import Kind
from ttdebug.store.lineage import Lineage, Reach
from ttdebug.store.reading import Query

_WORDS: Final = "SELECT id, text FROM words"
_TRACKS: Final = "SELECT id, timeline, agent, first FROM tracks"
_RUNS: Final = "SELECT id, uid, name, time FROM runs ORDER BY id"
_TIMELINES: Final = "SELECT id, run, name, parent, fork_seq FROM timelines ORDER BY id"
_FIDELITY: Final = "SELECT run, value FROM facts WHERE key = 'fidelity' ORDER BY id"
_TIME: Final = {
    order: "SELECT time FROM events WHERE seq BETWEEN ? AND ? AND time IS NOT NULL"
    f" ORDER BY seq {order} LIMIT 1"
    for order in ("ASC", "DESC")
}


class Track(NamedTuple):
    """An agent's state as far as one timeline recorded it."""

    id: int
    timeline: int
    agent: int
    first: int


class Catalog:
    """Names and numbers of one file, as it was at `last_seq`."""

    def __init__(
        self,
        query: Query,
        last_seq: int,
        kinds: dict[Kind, int],
        stretches: Sequence[tuple[int, int, int]],
    ) -> None:
        """`stretches` are (first, timeline, last), ascending."""
        self.last_seq = last_seq
        self.kinds = kinds
        self.words: dict[int, str] = {}
        for number, text in query(_WORDS, ()):
            self.words[number] = columns.text(text)
        self.numbers = {text: number for number, text in self.words.items()}
        self.tracks = [Track(*map(columns.integer, row)) for row in query(_TRACKS, ())]
        self._by_line: dict[tuple[int, int], Track] = {
            (track.timeline, track.agent): track for track in self.tracks
        }
        self._stretches = stretches
        self._lineages: dict[int, Lineage] = {}
        self.timelines: dict[int, Timeline] = {}
        self.runs: tuple[Run, ...] = ()
        self.run_of: dict[int, int] = {}  # timeline -> run, as numbers: uids may repeat
        self.starts: dict[int, int | None] = {}
        self._read_runs(query)

    def timeline(self, number: int) -> Timeline:
        """A timeline by its id; raises UsageError."""
        try:
            return self.timelines[number]
        except KeyError:
            raise UsageError(f"no timeline {number} in this recording") from None

    def lineage(self, number: int) -> Lineage:
        """The events of a timeline and of the prefix it shares."""
        found = self._lineages.get(number)
        if found is None:
            found = self._lineages[number] = self._trace_back(number)
        return found

    def reaches(self, number: int, last: int) -> list[Reach]:
        """Whose states and events count up to `last`, from the timeline itself to its root."""
        found: list[Reach] = []
        line: Timeline | None = self.timeline(number)
        while line is not None:
            found.append(Reach(line.id, last))
            last = min(last, line.fork_seq)
            line = None if line.parent is None else self.timeline(line.parent)
            if len(found) > len(self.timelines):
                raise TraceError("timelines fork from each other; the file is damaged")
        return found

    def limits(self, timeline: int | None, last: int) -> dict[int, int]:
        """As `reaches`, by timeline; all timelines up to `last` if none is given."""
        if timeline is None:
            return dict.fromkeys(self.timelines, last)
        return dict(self.reaches(timeline, last))

    def track(self, timeline: int, agent: int) -> Track | None:
        """An agent's track on one timeline, without its parents."""
        return self._by_line.get((timeline, agent))

    def agents_with_state(self, timeline: int) -> list[int]:
        """Agents that have a state anywhere on a timeline's lineage, in order of appearance."""
        found: dict[int, int] = {}
        for reach in self.reaches(timeline, self.last_seq):
            for track in self.tracks:
                if track.timeline == reach.timeline and track.first <= reach.last:
                    found[track.agent] = min(track.first, found.get(track.agent, track.first))
        return sorted(found, key=lambda agent: found[agent])

    def agent_name(self, number: int | None) -> str | None:
        """An agent's name; raises TraceError if the file does not say."""
        return None if number is None else self.word(number)

    def word(self, number: int) -> str:
        """The text of a word; raises TraceError if the file does not say."""
        try:
            return self.words[number]
        except KeyError:
            raise TraceError(f"word {number} is missing; the file is damaged") from None

    def _trace_back(self, number: int) -> Lineage:
        reaches = self.reaches(number, self.last_seq)
        limits = {reach.timeline: reach.last for reach in reaches}
        stretches = []
        for first, timeline, last in self._stretches:
            last = min(last, limits.get(timeline, 0))
            if first <= last:
                stretches.append((first, last, timeline))
        return Lineage(number, reaches, stretches)

    def _read_runs(self, query: Query) -> None:
        names: dict[int, str] = {}
        titles: dict[int, str] = {}
        given: dict[int, int | None] = {}
        lines: dict[int, list[Timeline]] = {}
        for number, uid, name, time in query(_RUNS, ()):
            names[number] = columns.text(uid)
            titles[number] = columns.text(name)
            given[number] = columns.optional(time)
            lines[number] = []
        for number, run, name, parent, fork_seq in query(_TIMELINES, ()):
            line = Timeline(
                number,
                names[run],
                columns.text(name),
                columns.optional(parent),
                columns.integer(fork_seq),
            )
            lines[run].append(line)
            self.run_of[line.id] = run
            self.timelines[line.id] = line
        said = _fidelities(query)
        self.runs = tuple(
            self._run(query, run, names[run], titles[run], given[run], own, said.get(run, ""))
            for run, own in lines.items()
        )

    def _run(
        self,
        query: Query,
        number: int,
        uid: str,
        name: str,
        given: int | None,
        lines: Iterable[Timeline],
        fidelity: str,
    ) -> Run:
        own = tuple(lines)
        numbers = {line.id for line in own}
        agents = {kind.agent: None for kind in self.kinds if kind.timeline in numbers}
        start = given
        end: int | None = None
        for first, timeline, last in self._stretches:
            if timeline not in numbers:
                continue
            if start is None:
                start = _edge(query, first, last, "ASC")
            latest = _edge(query, first, last, "DESC")
            end = latest if end is None or (latest is not None and latest > end) else end
        self.starts[number] = start
        texts = [self.word(agent) for agent in agents if agent is not None]
        return Run(uid, name, own, tuple(texts), start, end, fidelity)


def _fidelities(query: Query) -> dict[int, str]:
    """What was said of each run's fidelity, by the run's number; the last word counts."""
    found: dict[int, str] = {}
    for run, value in query(_FIDELITY, ()):
        text = codec.decode(codec.unpack(value))
        found[columns.integer(run)] = text if isinstance(text, str) else ""
    return found


def _edge(query: Query, first: int, last: int, order: str) -> int | None:
    rows = query(_TIME[order], (first, last))
    return columns.optional(rows[0][0]) if rows else None
