"""What is held in memory of a span list: when each span was there, and what belongs together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ttdebug.formats.spans.spool import Spool, packed
from ttdebug.model import JSON, Object

MAX_RUNS = 10_000


class Moment(NamedTuple):
    """Something inside a span; `place` is where its event waits."""

    time: int | None
    place: int


class Node(NamedTuple):
    """A span, its events waiting in the spool at `opening` and `closing`."""

    trace: str
    id: str | None
    parent: str | None
    start: int | None
    end: int | None
    opening: int
    closing: int | None
    moments: tuple[Moment, ...]
    process: str | None
    stand_in: str | None
    is_point: bool

    @property
    def closes(self) -> bool:
        """Whether its end is known."""
        return self.closing is not None

    @property
    def times(self) -> Sequence[int | None]:
        """When things happened inside."""
        return [moment.time for moment in self.moments] if self.moments else ()


class Batch:
    """Spans in file order, by trace, and the sessions that join traces."""

    def __init__(self) -> None:
        self.spool = Spool()
        self.size = 0
        self.twice = 0
        self._traces: dict[str, dict[str | int, Node]] = {}
        self._sessions: dict[str, str] = {}
        self._facts: dict[str, dict[bytes, tuple[str, JSON]]] = {}
        self._words: dict[str, str] = {}

    def word(self, text: str) -> str:
        """`text` as the one string of it that is held, however often it comes."""
        return self._words.setdefault(text, text)

    @property
    def first(self) -> str | None:
        """The trace that the file has first."""
        return next(iter(self._traces), None)

    def add(self, node: Node) -> None:
        """Keep a span; of one that comes twice, the one whose end is known."""
        self.size += 1
        trace = self._traces.setdefault(node.trace, {})
        key = self.size if node.id is None else node.id
        known = trace.get(key)
        if known is not None:
            self.twice += 1
            if known.closing is not None and node.closing is None:
                return
        trace[key] = node

    def join(self, trace: str, session: str) -> None:
        """The first session that a trace names is its own."""
        self._sessions.setdefault(trace, session)

    def note(self, trace: str, key: str, value: JSON) -> None:
        """Something said of a whole trace, kept once."""
        self._facts.setdefault(trace, {}).setdefault(packed([key, value]), (key, value))

    def runs(self) -> Iterator[Group]:
        """The runs in order of their first start; beyond MAX_RUNS traces share the last."""
        groups: dict[str, Group] = {}
        for trace, nodes in self._traces.items():
            uid = self._sessions.get(trace, trace)
            if uid not in groups and len(groups) >= MAX_RUNS:
                uid = next(reversed(groups))
            group = groups.setdefault(uid, Group(uid, [], [], {}))
            group.traces.append(trace)
            group.nodes.extend(nodes.values())
            group.facts.update(self._facts.get(trace, {}))
        yield from sorted(groups.values(), key=lambda group: group.start or 0)


class Group(NamedTuple):
    """One run to be."""

    uid: str
    traces: list[str]
    nodes: list[Node]
    facts: dict[bytes, tuple[str, JSON]]

    @property
    def start(self) -> int | None:
        """When the first span started."""
        return min((node.start for node in self.nodes if node.start is not None), default=None)

    @property
    def top(self) -> Node:
        """The earliest span without a parent that is here, of all else the one the file has last.

        It names the run; files mostly hold children first.
        """
        here = {(node.trace, node.id) for node in self.nodes}
        return min(
            reversed(self.nodes),
            key=lambda node: (node.is_point, (node.trace, node.parent) in here, node.start or 0),
        )

    def about(self) -> Object:
        """What was said of its traces: a list of different values for each key."""
        found: Object = {}
        for key, value in self.facts.values():
            values = found.setdefault(key, [])
            if isinstance(values, list):
                values.append(value)
        return found

    def parents(self) -> list[int | None]:
        """The index of each node's parent, found by id within their trace."""
        places: dict[str, dict[str, int]] = {}
        for at, node in enumerate(self.nodes):
            if node.id is not None and not node.is_point:
                places.setdefault(node.trace, {})[node.id] = at
        return [
            None if node.parent is None else places.get(node.trace, {}).get(node.parent)
            for node in self.nodes
        ]
