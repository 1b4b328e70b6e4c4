"""A position in a recording, and everything that can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ttdebug import paths
from ttdebug.analyze import align, causality, history, sides
from ttdebug.analyze.compare import Options
from ttdebug.analyze.standing import value_at
from ttdebug.api import html
from ttdebug.api.diff import Diff
from ttdebug.api.found import Found
from ttdebug.api.happening import Happening
from ttdebug.api.own import own
from ttdebug.model import JSON, MISSING, Change, Position
from ttdebug.replay import hits, names, positions
from ttdebug.store.trace import Trace
from ttdebug.view import entries

if TYPE_CHECKING:
    from ttdebug.api.findings import Hit, Relative, Write
    from ttdebug.api.place import Place


class Moment(Happening):
    """Just after one event of a timeline, or the timeline's start (`seq` 0, without an event).

    >>> moment = rec.at(256)
    >>> moment.name, moment.before(path="budget.remaining"), moment.state(path="budget.remaining")
    ('apply_discount', 1657.76, None)
    >>> moment.causes.first().name
    'apply_discount'
    """

    # States

    def state(self, agent: str | None = None, path: str = "") -> JSON:
        """A state, or one value of it, just after the event; without `agent` the event's own.

        The value is a copy. Raises NotFoundError that says where there is one.
        """
        return own(value_at(self._trace, self.position, paths.parse(path), agent=agent))

    def before(self, agent: str | None = None, path: str = "") -> JSON:
        """The same just before the event."""
        owner = agent or self._trace.owner(self.seq, self.position.timeline)
        position = Position(self.position.timeline, max(self.seq - 1, 0))
        return own(value_at(self._trace, position, paths.parse(path), agent=owner))

    @property
    def changes(self) -> Diff:
        """What the event changed in its agent's state, as it was recorded."""
        name = f"changes at {self.seq:,}"
        agent = self.event.agent if self.event else None
        ops = self._trace.delta(self.seq) if self.event else None
        if agent is None or ops is None:
            return Diff(name, [], MISSING, MISSING)
        old = self._trace.before(self.seq, agent, self.position.timeline)
        new = self._trace.state(self.seq, agent, self.position.timeline)
        if old is MISSING:
            return Diff(name, [Change("", "added", old, new)], old, new)
        changes = [
            Change(entry.pointer, entry.kind, entry.old, entry.new)
            for entry in entries.of_delta(old, new, ops)
            if entry.kind != "equal"
        ]
        return Diff(name, changes, old, new)

    def diff(
        self,
        other: Place,
        agent: str | None = None,
        *,
        ignore_order: bool = False,
        exclude: Sequence[str] = (),
        significant_digits: int | None = None,
        ignore_number_types: bool = False,
    ) -> Diff:
        """How the state here differs from that at another moment, also of another recording.

        `exclude` are state paths, in which `*` is any key. Without `agent` it is the state that
        the other moment shows.
        """
        there = self.recording.at(other)
        ends = (
            sides.Side(one.recording.trace, one.position, str(one.recording.trace.source_path))
            for one in (self, there)
        )
        options = Options(ignore_order, exclude, significant_digits, ignore_number_types)
        found = sides.compare_sides(sides.Sides(*ends), options, agent=agent)
        name = f"{found.owners[1]}: {self.seq:,} → {there.seq:,}"
        return Diff(name, found.changes, found.old, found.new)

    def divergence(self, other: Place) -> tuple[Moment, Moment] | None:
        """Where what was done up to here, and up to another moment, first differs: both places.

        The other may be of another timeline, run or recording. A side without an event of its own
        there stays where both still were. None where the same was done.
        """
        there = self.recording.at(other)
        here = align.Line(self._trace, self.position.timeline, self.seq)
        found = align.align(
            here, align.Line(there.recording.trace, there.position.timeline, there.seq)
        ).first
        if found is None:
            return None
        return Moment(self.recording, found.a), Moment(there.recording, found.b)

    @property
    def owner(self) -> str | None:
        """Whose state it shows: the event's agent's, that of a span around it, or the only one."""
        return self._trace.owner(self.seq, self.position.timeline)

    # Where to go from here

    @property
    def next(self) -> Moment | None:
        """After the next event of the timeline; None at its end."""
        return self._stepped(1)

    @property
    def previous(self) -> Moment | None:
        """Before the event; None at the start."""
        return self._stepped(-1)

    @property
    def parent(self) -> Moment | None:
        """After the opening of the span around the event, or of the one that it closes."""
        parent = self.event.parent if self.event else None
        return None if parent is None else self._at(parent)

    def next_hit(self, condition: str, agent: str | None = None) -> Hit | None:
        """The next event of the timeline at which a condition hits; never this one."""
        index = self.recording.hit_index(condition, self.position.timeline, agent)
        return self._hit(index.next(self.seq))

    def previous_hit(self, condition: str, agent: str | None = None) -> Hit | None:
        """The same backwards."""
        index = self.recording.hit_index(condition, self.position.timeline, agent)
        return self._hit(index.previous(self.seq))

    def next_write(self, path: str, agent: str | None = None) -> Write | None:
        """The next write of a path in a state; without `agent` in the one this shows."""
        return self._write(path, agent, first=self.seq + 1)

    def previous_write(self, path: str, agent: str | None = None) -> Write | None:
        """The same backwards; never that of this event."""
        return self._write(path, agent, last=self.seq - 1, reverse=True)

    # Why

    @property
    def causes(self) -> Found[Relative]:
        """What led to the event, the nearest first, to the root."""
        return self._relatives("causes", causality.ancestors)

    @property
    def effects(self) -> Found[Relative]:
        """What the event led to on this timeline, as a tree told from the top."""
        here = partial(causality.descendants, timeline=self.position.timeline)
        return self._relatives("effects", here)

    def why(self, path: str, agent: str | None = None) -> Found[Relative]:
        """Why a path has its value here: its last write, then what led to that."""
        parsed = paths.parse(path)

        def start() -> Iterator[Relative]:
            from ttdebug.api.findings import Relative

            for one in causality.why(self._trace, parsed, self.position, agent=agent):
                yield Relative(self.recording, one)

        return Found(f"why {path} at {self.seq:,}", start)

    def _repr_html_(self) -> str:
        event, cells = self.event, self.cells()
        parts = [
            html.title(f"{self.seq:,} on {self.timeline}"),
            html.table(list(cells), [list(cells.values())]),
        ]
        if event is not None and event.data:
            parts += [html.note("data"), html.value(event.data)]
        if changes := self.changes:
            parts += [html.note("changes"), changes.rows()]
        return html.block(*parts, html.note(self.command))

    def _at(self, seq: int) -> Moment:
        return Moment(self.recording, Position(self.position.timeline, seq))

    def _stepped(self, events: int) -> Moment | None:
        found = positions.step(self._trace, self.position, events)
        return None if found == self.position else Moment(self.recording, found)

    def _hit(self, found: hits.Hit | None) -> Hit | None:
        from ttdebug.api.findings import Hit

        return None if found is None else Hit(self.recording, found)

    def _write(
        self, path: str, agent: str | None, *, first: int = 1, last: int | None = None,
        reverse: bool = False,
    ) -> Write | None:  # fmt: skip
        from ttdebug.api.findings import Write

        if agent is not None:
            names.check_agent(self._trace, agent)
        found = history.history(
            self._trace,
            paths.parse(path),
            timeline=self.position.timeline,
            agent=agent or self.owner,
            first=first,
            last=last,
            reverse=reverse,
        )
        write = next(found, None)
        return None if write is None else Write(self.recording, write, self.position.timeline)

    def _relatives(
        self, name: str, ask: Callable[[Trace, int], list[causality.Relative]]
    ) -> Found[Relative]:
        def start() -> Iterator[Relative]:
            from ttdebug.api.findings import Relative

            for one in ask(self._trace, self.seq) if self.seq else ():
                yield Relative(self.recording, one)

        return Found(f"{name} of {self.seq:,}", start)
