"""Search in the text of all events, outward from where one stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import re2

from ttdebug.delta import Delta
from ttdebug.errors import UsageError
from ttdebug.model import JSON, Event, Position
from ttdebug.paths import escape, split_pointer
from ttdebug.replay.work import Work
from ttdebug.store.trace import Trace

_LONGEST_QUERY: Final = 500
_BEFORE: Final = 30
_EXCERPT: Final = 120

Find: TypeAlias = Callable[[str], "tuple[int, int] | None"]
Text: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """An event whose text holds what was searched, told by the first place.

    `where` is `type`, `name`, `agent`, or a JSON Pointer into `{data, source, state}`; `excerpt`
    is the text around the match, which is excerpt[start:stop].
    """

    seq: int
    where: str
    excerpt: str
    start: int
    stop: int


def search(
    trace: Trace,
    query: str,
    position: Position,
    *,
    states: bool = False,
    work: Work | None = None,
) -> Iterator[Hit]:
    """Events of the position's timeline whose text matches, nearest to the position first.

    `query` is text, or a regular expression (RE2) between slashes; capitals count once it holds
    one. `states` looks at what each event wrote into its agent's state as well, paths and values.
    Raises UsageError for a query that cannot be used, Cancelled when stopped.
    """
    find = matcher(query)
    work = work or Work(total=len(trace.lineage(position.timeline)))
    for event in outward(trace, position):
        work.tick()
        hit = in_event(event, find, trace.delta(event.seq) if states and event.has_state else None)
        if hit is not None:
            yield hit


def matcher(query: str) -> Find:
    """A function that gives the first match in a text as (start, stop). Raises UsageError."""
    if not query:
        raise UsageError("Nothing to search for; write some text, or /a regular expression/")
    if len(query) > _LONGEST_QUERY:
        raise UsageError(
            f"A search of {len(query):,} characters; at most {_LONGEST_QUERY} are read"
        )
    exact = any(char.isupper() for char in query)
    if len(query) > 2 and query[0] == query[-1] == "/":
        return _expression(query[1:-1], exact)
    return _plain(query, exact)


def outward(trace: Trace, position: Position) -> Iterator[Event]:
    """The events of a timeline by their distance from a position, the later of two first."""
    line = position.timeline
    later = trace.events(position.seq + 1, timeline=line)
    earlier = trace.events(last=position.seq, timeline=line, reverse=True)
    if position.seq:
        yield from _take(earlier)
    while True:
        pair = [*_take(later), *_take(earlier)]
        if not pair:
            return
        yield from pair


def in_event(event: Event, find: Find, written: Delta | None = None) -> Hit | None:
    """The first place of an event's text that matches."""
    for where, text in _texts(event, written):
        found = find(text)
        if found is not None:
            return _hit(event.seq, where, text, *found)
    return None


def _take(events: Iterator[Event]) -> list[Event]:
    event = next(events, None)
    return [] if event is None else [event]


def _texts(event: Event, written: Delta | None) -> Iterator[Text]:
    """Every piece of text an event holds, with where it stands."""
    yield "type", event.type
    if event.name is not None:
        yield "name", event.name
    if event.agent is not None:
        yield "agent", event.agent
    yield from _leaves("/data", event.data)
    yield from _leaves("/source", event.source)
    for op in written or ():
        where = f"/state{op['path']}"
        for segment in split_pointer(str(op["path"])):
            yield where, segment
        if "value" in op:
            yield from _leaves(where, op["value"])


def _leaves(where: str, value: JSON) -> Iterator[Text]:
    """Keys and scalars of a value in the order they stand in it."""
    pending = [(where, value)]
    while pending:
        where, value = pending.pop()
        if isinstance(value, dict):
            inner = [(f"{where}/{escape(key)}", key, item) for key, item in value.items()]
            for place, key, _ in inner:
                yield place, key
            pending.extend((place, item) for place, _, item in reversed(inner))
        elif isinstance(value, list):
            pending.extend((f"{where}/{at}", value[at]) for at in range(len(value) - 1, -1, -1))
        else:
            yield where, value if isinstance(value, str) else json.dumps(value)


def _plain(query: str, exact: bool) -> Find:
    def find(text: str) -> tuple[int, int] | None:
        lowered = text if exact else text.lower()
        at = lowered.find(query)
        if at < 0:
            return None
        stop = at + len(query)
        if len(lowered) != len(text):  # some capitals are longer in lower case
            at, stop = _unlowered(text, at), _unlowered(text, stop)
        return at, stop

    return find


def _unlowered(text: str, at: int) -> int:
    """The index in `text` of the character that ends up at index `at` of text.lower()."""
    length = 0
    for index, char in enumerate(text):
        if length >= at:
            return index
        length += len(char.lower())
    return len(text)


def _expression(pattern: str, exact: bool) -> Find:
    options = re2.Options()
    options.case_sensitive = exact
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise UsageError(f"/{pattern}/ is no regular expression: {reason}") from None

    def find(text: str) -> tuple[int, int] | None:
        try:
            match = compiled.search(text)
        except UnicodeEncodeError:  # a lone surrogate, which no pattern can name
            match = compiled.search(text.encode("utf-8", "replace").decode())
        return None if match is None else (match.start(), match.end())

    return find


def _hit(seq: int, where: str, text: str, start: int, stop: int) -> Hit:
    low = max(start - _BEFORE, 0)
    excerpt = text[low : low + _EXCERPT]
    return Hit(seq, where, excerpt, start - low, min(stop - low, len(excerpt)))
