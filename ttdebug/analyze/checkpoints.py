"""Checkpoints: named, tagged positions, found by what they say or by when they were made."""

from __future__ import annotations

import heapq
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from itertools import accumulate
from operator import itemgetter
from typing import Final, NamedTuple, cast

from ttdebug.analyze.listing import Wanted, events
from ttdebug.errors import NotFoundError, UsageError
from ttdebug.model import JSON, MISSING, Event, Position
from ttdebug.replay import clock, names
from ttdebug.store import codec
from ttdebug.store.trace import Trace

TYPE: Final = "checkpoint"
ANY: Final = "any"
_SHOWN: Final = 8


class Checkpoint(NamedTuple):
    """A checkpoint's event, and what its data say; `kind` is None where a format knows none."""

    event: Event
    timeline: int
    kind: str | None
    tags: tuple[str, ...]
    description: str | None

    @property
    def seq(self) -> int:
        """Its event."""
        return self.event.seq

    @property
    def position(self) -> Position:
        """Just after it."""
        return Position(self.timeline, self.event.seq)


class Filter(NamedTuple):
    """Which checkpoints: of a kind, with a tag, with a name or one that fits a glob (`auto-*`)."""

    kind: str | None = None
    tag: str | None = None
    name: str | None = None

    def takes(self, checkpoint: Checkpoint) -> bool:
        """Whether one is meant."""
        name = checkpoint.event.name or ""
        return (
            self.kind in (None, ANY, checkpoint.kind)
            and (self.tag is None or self.tag in checkpoint.tags)
            and (self.name is None or name == self.name or fnmatchcase(name, self.name))
        )


EVERY: Final = Filter()


def find(trace: Trace, wanted: Wanted, which: Filter = EVERY) -> Iterator[Checkpoint]:
    """Checkpoints in the order asked for."""
    for event in events(trace, wanted, type_glob=TYPE):
        found = read(event, wanted.shown_on(event.timeline_id))
        if which.takes(found):
            yield found


def read(event: Event, timeline: int) -> Checkpoint:
    """What a checkpoint's event says; foreign ones may say anything."""
    kind, tags, words = (event.data.get(key) for key in ("kind", "tags", "description"))
    return Checkpoint(
        event,
        timeline,
        kind if isinstance(kind, str) else None,
        tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        words if isinstance(words, str) else None,
    )


def said_of(checkpoint: Checkpoint, text: str) -> bool:
    """Whether a word, or a glob of its name, is said of a checkpoint, whatever it may mean."""
    name = checkpoint.event.name or ""
    return text in (checkpoint.kind, name, *checkpoint.tags) or fnmatchcase(name, text)


def nearest(found: Iterable[Checkpoint], time: int) -> Checkpoint | None:
    """The one made nearest to a time (ns since the epoch), the earlier of two; None if none is."""
    timed = [(abs(one.event.time - time), one.seq, one) for one in found if one.event.time]
    return min(timed, key=lambda item: item[:2])[2] if timed else None


def merged(
    files: Sequence[Sequence[Checkpoint]], *, reverse: bool = False
) -> Iterator[tuple[int, Checkpoint]]:
    """Checkpoints of several recordings as they were made, each with its recording's number.

    Each recording keeps the order it comes in, whatever its clock says; `reverse` is that of all.
    """

    def timed(number: int) -> Iterator[tuple[int, int, Checkpoint]]:
        found = list(files[number])[:: -1 if reverse else 1]
        times = accumulate((one.event.time or -sys.maxsize for one in found), max)
        made = [(time, number, one) for time, one in zip(times, found, strict=True)]
        return ((-time, number, one) for time, _, one in made[::-1]) if reverse else iter(made)

    for _, number, one in heapq.merge(*map(timed, range(len(files))), key=itemgetter(0)):
        yield number, one


def parse_time(trace: Trace, text: str, run: str | None = None) -> int:
    """A time as people write it, ISO or `+90s` after the run's start, as ns since the epoch."""
    time = clock.parse_time(text)
    if time is not None:
        return time
    elapsed = clock.parse_elapsed(text)
    if elapsed is None:
        raise UsageError(f"{text} is no time. Write 2026-01-31T10:00:00Z, or +90s after the start")
    chosen = names.newest_run(trace) if run is None else names.find_run(trace, run)
    if chosen.start is None:
        raise NotFoundError(f"Run {chosen.id} recorded no times, so that {text} is unknown")
    return chosen.start + elapsed


def state_bytes(trace: Trace, checkpoint: Checkpoint) -> int | None:
    """How large the state at a checkpoint is as JSON; None where there is none."""
    position = checkpoint.position
    owner = trace.owner(position.seq, position.timeline)
    state = MISSING if owner is None else trace.state(position.seq, owner, position.timeline)
    return None if state is MISSING else len(codec.encode(state))


class Kept(NamedTuple):
    """Checkpoints of a kind: bytes of their states as JSON, and of what was recorded for them."""

    made: int = 0
    states: int = 0
    recorded: int = 0


def sizes(trace: Trace) -> dict[str | None, Kept]:
    """What checkpoints take by kind, the most frequent first; reads the state at each."""
    found: dict[str | None, Kept] = {}
    for one in find(trace, Wanted(1, trace.last_seq)):
        known = found.get(one.kind, Kept())
        delta = cast("list[JSON]", trace.delta(one.seq) or [])
        found[one.kind] = Kept(
            known.made + 1,
            known.states + (state_bytes(trace, one) or 0),
            known.recorded + len(codec.encode(delta)) + len(codec.encode(one.event.data)),
        )
    return dict(sorted(found.items(), key=lambda item: -item[1].made))


def nothing(there: Sequence[Checkpoint], which: Filter) -> str:
    """Why nothing was found: the nearest word, and what there is."""
    if not there:
        return 'No checkpoint was recorded there. `rec.checkpoint("name")` makes one'
    for said, typed, known in (
        ("kind", which.kind, Counter(one.kind for one in there if one.kind)),
        ("tag", which.tag, Counter(tag for one in there for tag in one.tags)),
        ("name", which.name, Counter(one.event.name for one in there if one.event.name)),
    ):
        if typed is not None and typed != ANY and typed not in known:
            near = get_close_matches(typed, known, n=1)
            words = ", ".join(word for word, _ in known.most_common(_SHOWN)) or "none"
            hint = f"Did you mean {near[0]}?" if near else f"There is {words}"
            return f"No checkpoint has the {said} {typed}. {hint}"
    return f"None of {len(there):,} checkpoints is all that was asked for"
