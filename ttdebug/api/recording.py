"""A recording, opened, and the questions that can be asked of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

from ttdebug import formats, paths
from ttdebug.analyze import check, checkpoints, drift, listing
from ttdebug.analyze.matching import sought
from ttdebug.analyze.rules import KINDS, Rule, load
from ttdebug.api.checkpoints import Checkpoints
from ttdebug.api.diff import Diff
from ttdebug.api.findings import Drift, Hit, Match, Relative, Snapshot, Violation, Write
from ttdebug.api.found import Found
from ttdebug.api.holding import Holding
from ttdebug.api.moment import Moment
from ttdebug.api.own import own
from ttdebug.api.place import Place, part_of, position_at
from ttdebug.errors import NotFoundError, UsageError
from ttdebug.model import JSON, Position
from ttdebug.replay import conditions, names

Conditions: TypeAlias = str | Sequence[str]


def open(  # noqa: A001 - as in gzip.open, zipfile and others
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002 - the option's name
    mapping: str | Mapping[str, str] | None = None,
) -> Recording:
    """Open a recording of any known format; nothing is written beside it, nothing in it is run.

    `mapping` (`time=ts,state=world`) says which field plays which role in a log of your own.
    Raises TraceError where nothing can be read.

    >>> with ttdebug.open("run.ttd") as rec:
    ...     for hit in rec.hits("state.budget.remaining == null"):
    ...         print(hit.seq, hit.name, hit.reason)
    256 apply_discount state.budget.remaining 1657.76 → null
    """
    return Recording(formats.open(path, format=format, mapping=mapping))


class Recording(Holding):
    """A recording; `rec[123]` is the moment after event 123, `len(rec)` the number of events.

    Without `run` or `timeline` a question is about the whole file, each event once; with a
    `timeline` about it and the history it shares. `since` and `until` are places, both inclusive.
    Use it in a `with`, or close it, or let go of it.
    """

    # Where one can stand

    def at(self, place: Place, *, run: str | None = None) -> Moment:
        """A moment; a number is that event on the timeline that recorded it, 0 the start.

        Text is read as by the command line, `rec.at("fork-1:end")`, and times are UTC unless they
        say otherwise. Whatever names no timeline is on that of the newest event (of a `run`).
        Raises UsageError for what is no place, NotFoundError for an event that is not there.
        """
        if isinstance(place, Moment):
            return place
        return Moment(self, position_at(self.trace, place, run))

    def __getitem__(self, seq: int) -> Moment:
        return self.at(seq if seq >= 0 else len(self) + 1 + seq)

    def __iter__(self) -> Iterator[Moment]:
        return iter(self.events())

    def positions(self, timeline: str | None = None, *, run: str | None = None) -> Found[Moment]:
        """Every moment of one timeline, its shared history included; by default of the newest."""
        wanted = part_of(self.trace, run=run, timeline=timeline)
        line = wanted.timeline
        if line is None:
            line = names.newest_timeline(self.trace, wanted.run).id
        name = f"positions of {self.trace.timelines[line].name}"
        return Found(name, partial(self._moments, wanted._replace(timeline=line), None, None))

    # What happened

    def events(
        self,
        where: str | None = None,
        *,
        type: str | None = None,  # noqa: A002 - the word events use
        agent: str | None = None,
        run: str | None = None,
        timeline: str | None = None,
        since: Place | None = None,
        until: Place | None = None,
        reverse: bool = False,
    ) -> Found[Moment]:
        """The moments after events; `where` is a condition that is true there, `type` a glob.

        >>> [moment.seq for moment in rec.events("event.duration > 1", type="tool.result")]
        [163, 246, 330, 483]
        """
        wanted = part_of(self.trace, agent, run, timeline, since, until, reverse=reverse)
        condition = None if where is None else conditions.compile(where)
        name = " ".join(
            ["events", *([type] if type else []), *([f"where {where}"] if where else [])]
        )
        return Found(name, partial(self._moments, wanted, condition, type))

    def checkpoints(
        self,
        kind: str | None = None,
        *,
        name: str | None = None,
        tag: str | None = None,
        agent: str | None = None,
        run: str | None = None,
        timeline: str | None = None,
        since: Place | None = None,
        until: Place | None = None,
    ) -> Checkpoints:
        """Named positions, to restore a state from; `name` may be a glob such as `auto-*`.

        >>> point = rec.checkpoints(tag="money").latest()
        >>> point.seq, point.name, point.restore(path="budget.remaining")
        (252, 'before-discount', 1657.76)
        """
        wanted = part_of(self.trace, agent, run, timeline, since, until)
        which = checkpoints.Filter(kind, tag, name)

        def find(reverse: bool) -> Iterator[checkpoints.Checkpoint]:
            return checkpoints.find(self.trace, wanted._replace(reverse=reverse), which)

        words = [word for word in (kind, name, tag) if word is not None]
        return Checkpoints(self, " ".join(["checkpoints", *words]), find)

    def states(
        self,
        agent: str | None = None,
        *,
        run: str | None = None,
        timeline: str | None = None,
        since: Place | None = None,
        until: Place | None = None,
        reverse: bool = False,
    ) -> Found[Snapshot]:
        """Every state there was: one (moment, agent, state) for each event that changed one.

        >>> [state["phase"] for moment, agent, state in rec.states("planner", reverse=True).take(2)]
        ['done', 'done']
        """
        wanted = part_of(self.trace, agent, run, timeline, since, until, reverse=reverse)

        def start() -> Iterator[Snapshot]:
            for stated in listing.states(self.trace, wanted):
                moment = Moment(self, Position(stated.timeline, stated.seq))
                yield Snapshot(moment, stated.agent, own(stated.state))

        return Found(f"states{f' of {agent}' if agent else ''}", start)

    def history(
        self,
        path: str,
        agent: str | None = None,
        *,
        run: str | None = None,
        timeline: str | None = None,
        since: Place | None = None,
        until: Place | None = None,
        reverse: bool = False,
    ) -> Found[Write]:
        """Every write of a state path: by which event, the old value and the new one.

        >>> rec.history("budget.remaining", reverse=True).first().old
        410.91
        """
        parsed = paths.parse(path)
        wanted = part_of(self.trace, agent, run, timeline, since, until, reverse=reverse)

        def start() -> Iterator[Write]:
            for write in listing.writes(self.trace, wanted, parsed):
                yield Write(self, write, wanted.shown_on(write.event.timeline_id))

        return Found(f"history of {path}", start)

    # What to ask

    def hits(
        self,
        condition: str,
        agent: str | None = None,
        *,
        run: str | None = None,
        timeline: str | None = None,
        since: Place | None = None,
        until: Place | None = None,
        reverse: bool = False,
    ) -> Found[Hit]:
        """Where a condition hits: for one on state alone, where it becomes true.

        >>> rec.hits("changed(state.phase)").count()
        29
        """
        compiled = conditions.compile(condition)
        wanted = part_of(self.trace, agent, run, timeline, since, until, reverse=reverse)

        def start() -> Iterator[Hit]:
            for found in listing.find(self.trace, compiled, wanted):
                yield Hit(self, found)

        return Found(f"hits of {condition}", start)

    def search(
        self,
        text: str,
        agent: str | None = None,
        *,
        states: bool = False,
        run: str | None = None,
        timeline: str | None = None,
        since: Place | None = None,
        until: Place | None = None,
        reverse: bool = False,
    ) -> Found[Match]:
        """Events with a text in them, or a regular expression between slashes.

        >>> rec.search("/F-[0-9]+/", states=True).first().excerpt
        'confirmed F-88213 · 378.50 EUR'
        """
        what = sought(text)
        wanted = part_of(self.trace, agent, run, timeline, since, until, reverse=reverse)

        def start() -> Iterator[Match]:
            for found in listing.matches(self.trace, wanted, what, states=states):
                home = self.trace.event(found.seq).timeline_id
                yield Match(self, found, wanted.shown_on(home))

        return Found(f"search for {text}", start)

    def check(
        self,
        *,
        never: Conditions = (),
        always: Conditions = (),
        eventually: Conditions = (),
        file: str | os.PathLike[str] | None = None,
        agent: str | None = None,
        run: str | None = None,
        since: Place | None = None,
        until: Place | None = None,
        allow_missing: bool = False,
    ) -> Found[Violation]:
        """Where rules are broken, as stretches of events; nothing if they are kept.

        Raises NotFoundError for one that nothing breaks, but that reads a path nobody ever wrote
        outside of exists(...): it may have a typo. `allow_missing` takes such paths.

        >>> assert not rec.check(always="state.budget.remaining >= 0", until=255)
        >>> rec.check(never="state.budget.remaining == null").first().reason
        'state.budget.remaining 1657.76 → null'
        """
        texts = zip(KINDS, map(_listed, (never, always, eventually)), strict=True)
        rules = [Rule.make(kind, text) for kind, given in texts for text in given]
        rules += load(Path(file)) if file is not None else []
        if not rules:
            raise UsageError("No rule to check. Give never, always, eventually or file")
        rules = [rule.narrowed(agent, run, missing_ok=allow_missing) for rule in rules]
        wanted = part_of(self.trace, agent, run, None, since, until)

        def start() -> Iterator[Violation]:
            part = check.Part(wanted.first, wanted.last)
            for rule in rules:
                kept = True
                for found in check.check(self.trace, rule, part):
                    kept = False
                    yield Violation(self, found)
                if kept and (fault := check.unjudged(self.trace, rule)) is not None:
                    raise NotFoundError(f"{rule.name} was not judged: {fault}")

        return Found("check " + ", ".join(rule.name for rule in rules), start)

    def drift(self, *, run: str | None = None) -> Found[Drift]:
        """What went astray: loops, error storms, stalls, fallen and retyped fields, growth.

        The weightiest first; reads the whole.
        """
        chosen = None if run is None else names.find_run(self.trace, run).id

        def start() -> Iterator[Drift]:
            for found in drift.find(self.trace, run=chosen):
                yield Drift(self, found)

        return Found("drift", start)

    def why(self, path: str, at: Place = "end", agent: str | None = None) -> Found[Relative]:
        """Why a value is what it is: its last write, then what led to that, nearest first."""
        return self.at(at).why(path, agent)

    def state(self, at: Place = "end", agent: str | None = None, path: str = "") -> JSON:
        """A state, or one value of it, just after a moment (see `Moment.state`)."""
        return self.at(at).state(agent, path)

    def diff(self, start: Place, stop: Place, agent: str | None = None) -> Diff:
        """How the states at two moments differ (see `Moment.diff` for what to overlook)."""
        return self.at(start).diff(self.at(stop), agent)

    def _moments(
        self,
        wanted: listing.Wanted,
        condition: conditions.AnyCondition | None,
        type_glob: str | None,
    ) -> Iterator[Moment]:
        for event in listing.events(self.trace, wanted, condition=condition, type_glob=type_glob):
            line = wanted.shown_on(event.timeline_id)
            yield Moment(self, Position(line, event.seq), event)


def _listed(given: Conditions) -> Sequence[str]:
    return [given] if isinstance(given, str) else given
