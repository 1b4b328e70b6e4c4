"""What of recordings may go: whole runs, and the marks of checkpoints in runs that stay.

Everything is decided from what the recordings say, nothing is written here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from ttdebug.analyze import checkpoints, runs
from ttdebug.analyze.checkpoints import Checkpoint
from ttdebug.analyze.listing import Wanted
from ttdebug.formats.reader import counted
from ttdebug.model import Position
from ttdebug.store.trace import Trace

Guard: TypeAlias = Literal["errors", "forks", "bookmarks"]
GUARDS: Final[tuple[Guard, ...]] = ("errors", "forks", "bookmarks")
DAY: Final = 86_400 * 10**9  # nanoseconds


class Rules(NamedTuple):
    """What may go; None and False ask for nothing. What `guards` name stays whatever they say.

    `keep` newest runs over all recordings, `per_kind` and `most` newest marks per run, `max_age`
    nanoseconds since a run ended or a mark was made.
    """

    keep: int | None = None
    max_age: int | None = None
    per_kind: int | None = None
    most: int | None = None
    tagged_only: bool = False
    guards: Collection[Guard] = GUARDS


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run as retention sees it: the marks it holds, which of them and what else is guarded."""

    file: str
    told: runs.Told
    marks: Sequence[Checkpoint] = ()
    guarded: Mapping[int, Guard] = field(default_factory=dict)
    bookmarks: int = 0

    @property
    def id(self) -> str:
        """The run's id."""
        return self.told.run.id


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a run: why it would go, what keeps it all the same, which marks go."""

    candidate: Candidate
    rule: str | None = None
    guard: str | None = None
    marks: tuple[int, ...] = ()

    @property
    def goes(self) -> bool:
        """Whether the whole run goes."""
        return self.rule is not None and self.guard is None


def survey(trace: Trace, file: str, bookmarks: Collection[Position]) -> Iterator[Candidate]:
    """The runs of a recording; `bookmarks` are positions somebody marked while looking.

    Checkpoints without a kind are a framework's own steps, and no marks.
    """
    for run in trace.runs:
        own = {line.id for line in run.timelines}
        marked = {place.seq for place in bookmarks if place.timeline in own}
        forks = {line.fork_seq for line in run.timelines if line.parent is not None}
        found = checkpoints.find(trace, Wanted(1, trace.last_seq, run))
        marks = [one for one in found if one.kind is not None]
        guarded: dict[int, Guard] = {}
        for one in marks:
            if "error" in one.tags:
                guarded[one.seq] = "errors"
            elif one.seq in forks:
                guarded[one.seq] = "forks"
            elif one.seq in marked:
                guarded[one.seq] = "bookmarks"
        yield Candidate(file, runs.tell(trace, run), marks, guarded, len(marked))


def judge(candidates: Iterable[Candidate], rules: Rules, now: int) -> list[Verdict]:
    """What becomes of each run, in the order given; `now` is nanoseconds since the epoch."""
    given = list(candidates)
    newest = sorted(given, key=lambda one: one.told.run.start or 0, reverse=True)
    beyond = set() if rules.keep is None else {id(one) for one in newest[rules.keep :]}
    verdicts = []
    for one in given:
        rule = _rule(one, rules, now, beyond=id(one) in beyond)
        guard = None if rule is None else _guard(one, rules)
        goes = rule is not None and guard is None
        verdicts.append(Verdict(one, rule, guard, () if goes else _marks(one, rules, now)))
    return verdicts


def _rule(one: Candidate, rules: Rules, now: int, *, beyond: bool) -> str | None:
    """Why a run may go; one whose time is unknown is not too old."""
    if beyond:
        return f"beyond the newest {rules.keep:,}"
    ended = one.told.run.end
    if rules.max_age is not None and ended is not None and now - ended > rules.max_age:
        return f"ended more than {rules.max_age / DAY:g} days ago"
    return None


def _guard(one: Candidate, rules: Rules) -> str | None:
    if one.told.failed and "errors" in rules.guards:
        return counted(one.told.errors, "error") if one.told.errors else "it failed"
    if one.told.forked and "forks" in rules.guards:
        return counted(len(one.told.run.timelines) - 1, "fork")
    if one.bookmarks and "bookmarks" in rules.guards:
        return counted(one.bookmarks, "bookmark")
    return None


def _marks(one: Candidate, rules: Rules, now: int) -> tuple[int, ...]:
    """The marks of a run that stays which go, ascending."""
    seen: dict[str | None, int] = {}
    gone = []
    for place, mark in enumerate(reversed(one.marks), 1):
        seen[mark.kind] = seen.get(mark.kind, 0) + 1
        time = mark.event.time
        goes = (
            (rules.per_kind is not None and seen[mark.kind] > rules.per_kind)
            or (rules.most is not None and place > rules.most)
            or (rules.tagged_only and not mark.tags)
            or (rules.max_age is not None and time is not None and now - time > rules.max_age)
        )
        if goes and one.guarded.get(mark.seq) not in rules.guards:
            gone.append(mark.seq)
    return tuple(reversed(gone))
