"""What could stand at the cursor of a condition, and which of its paths nobody ever wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from typing import Final, Literal, TypeAlias

from ttdebug.errors import NotFoundError, PathSyntaxError
from ttdebug.model import MISSING, Event, Position, Value
from ttdebug.paths import Ident, Index, Key, Path, Step, dotted, identity, identity_text, parse
from ttdebug.paths import resolve as value_at
from ttdebug.replay.conditions import AnyCondition
from ttdebug.replay.conditions.nodes import StatePath, walk
from ttdebug.replay.conditions.vocabulary import (
    EVENT_FIELDS,
    FUNCTIONS,
    LINKS,
    ROOTS,
    THAT,
    nearest,
)
from ttdebug.replay.writes import ever_written
from ttdebug.store.trace import Trace

Kind: TypeAlias = Literal["root", "function", "link", "field", "agent", "path"]

_CHAIN: Final = re.compile(r"(?P<root>[^\W\d]\w*)(?P<rest>(?:\.[\w$]*|\[[^\[\]]*\]?)*)\Z")
_PARTIAL: Final = re.compile(r"[.\[](?P<word>[^.\[\]]*)\Z")
_MOST: Final = 100
_COUNTED: Final = 12
_MOST_WRITES: Final = 1000


@dataclass(frozen=True, slots=True)
class Candidate:
    """`insert` goes in place of the text from `Completion.start` to the cursor.

    `text` is the same without the dot in front. `value` is what it is worth at the position,
    MISSING if that says nothing; `writes` counts the writes of a state path, up to 1000, None
    where they were not counted.
    """

    text: str
    kind: Kind
    insert: str
    about: str = ""
    value: Value = MISSING
    writes: int | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """Candidates for the text between `start` and the cursor, the best first."""

    start: int
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A path that nothing in the recording ever wrote; `column` is its last step."""

    column: int
    path: str
    suggestion: str | None


def complete(text: str, cursor: int, trace: Trace, at: Position) -> Completion:
    """What could stand at the cursor, with values as of a position."""
    before = text[:cursor]
    chain = _CHAIN.search(before)
    if _in_string(before) or chain is None:
        return Completion(cursor, ())
    rest = chain.group("rest")
    if not rest:
        return Completion(chain.start(), _ranked(chain.group("root"), _words()))
    partial = _PARTIAL.search(rest)
    if partial is None or ".." in rest:
        return Completion(cursor, ())
    try:
        path = parse(rest[: partial.start()].removeprefix("."))
    except PathSyntaxError:
        return Completion(cursor, ())
    start = chain.start("rest") + partial.start()
    below = _Source(trace, at).below(chain.group("root"), path)
    return Completion(start, _ranked(partial.group("word"), below))


def unwritten(trace: Trace, condition: AnyCondition) -> list[Unwritten]:
    """The state paths of a condition that no agent ever wrote; it may be a slip of the pen."""
    found = []
    for node in (node for part in condition.parts for node in walk(part.tree)):
        if not isinstance(node, StatePath) or not node.path:
            continue
        if ever_written(trace, node.path, node.agent):
            continue
        suggestion = _known_instead(trace, node)
        found.append(Unwritten(node.columns[-1], dotted(node.path), suggestion))
    return found


class _Source:
    """What there is at one position."""

    def __init__(self, trace: Trace, at: Position) -> None:
        self._trace = trace
        self._at = at

    def below(self, root: str, path: Path) -> Iterable[Candidate]:
        """What could follow a root and the steps after it."""
        if root in ("event", THAT):
            return self._event(path)
        agents = self._trace.agents_with_state(self._at.timeline)
        if root == "states" and not path:
            return [_candidate(Key(agent), "agent") for agent in agents]
        if root == "states" and isinstance(path[0], Key):
            return self._paths(path[0].text, path[1:], self._state(path[0].text))
        owner = self._trace.owner(max(self._at.seq, 1), self._at.timeline)
        if root not in ("state", "before") or owner is None:
            return []
        if root == "before":
            before = self._trace.before(self._at.seq, owner, self._at.timeline)
            return self._paths(owner, path, before)
        return self._paths(owner, path, self._state(owner))

    def _state(self, agent: str) -> Value:
        return self._trace.state(self._at.seq, agent, self._at.timeline)

    def _event(self, path: Path) -> Iterable[Candidate]:
        event = self._here()
        while path[:1] == (Key("parent"),):
            above = None if event is None else event.parent
            event, path = (None if above is None else self._trace.event(above)), path[1:]
        if not path:
            return [
                Candidate(name, "field", f".{name}", about) for name, about in EVENT_FIELDS.items()
            ]
        if event is None or path[0] not in (Key("data"), Key("source")):
            return []
        inside: Value = event.data if path[0] == Key("data") else event.source
        container = value_at(inside, path[1:])
        return [_candidate(step, "field", value) for step, value in _steps(container)]

    def _here(self) -> Event | None:
        try:
            return self._trace.event(self._at.seq)
        except NotFoundError:
            return None

    def _paths(self, agent: str, path: Path, state: Value) -> Iterable[Candidate]:
        for count, (step, value) in enumerate(_steps(value_at(state, path))):
            writes = None
            if count < _COUNTED:
                touches = self._trace.touches(self._at.timeline, agent, (*path, step))
                writes = sum(1 for _ in islice(touches, _MOST_WRITES))
            yield _candidate(step, "path", value, writes)


def _steps(container: Value) -> list[tuple[Step, Value]]:
    """What lies directly in an object or a list."""
    if isinstance(container, dict):
        return [(Key(key), value) for key, value in islice(container.items(), _MOST)]
    if not isinstance(container, list):
        return []
    field = identity(container)
    if field is None:
        return [(Index(at), value) for at, value in enumerate(container[:_MOST])]
    named = ((identity_text(item, field), item) for item in container[:_MOST])
    return [(Ident(field, text), item) for text, item in named if text is not None]


def _candidate(
    step: Step, kind: Kind, value: Value = MISSING, writes: int | None = None
) -> Candidate:
    """A step behind others: with its dot, or in brackets."""
    insert = dotted((Key("x"), step)).removeprefix("x")
    return Candidate(insert.removeprefix("."), kind, insert, value=value, writes=writes)


def _words() -> list[Candidate]:
    roots = [Candidate(name, "root", name, about) for name, about in ROOTS.items()]
    functions = [
        Candidate(name, "function", f"{name}(", function.usage)
        for name, function in FUNCTIONS.items()
    ]
    return roots + functions + [Candidate(word, "link", word, use) for word, use in LINKS.items()]


def _ranked(word: str, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """What starts with the word first, then what resembles it, then the rest as it is."""
    wanted = word.casefold()

    def distance(candidate: Candidate) -> float:
        text = candidate.text.casefold().lstrip("[")
        if text.startswith(wanted):
            return -1.0
        ratio = SequenceMatcher(None, wanted, text).ratio()
        return -ratio if ratio > 0.5 else 0.0

    found = list(candidates)
    return tuple(sorted(found, key=distance) if wanted else found)


def _in_string(text: str) -> bool:
    quote = ""
    skip = False
    for char in text:
        if skip:
            skip = False
        elif quote:
            skip = char == "\\"
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
    return bool(quote)


def _known_instead(trace: Trace, node: StatePath) -> str | None:
    """The nearest name that stands where the last step was looked for, at the end of a timeline."""
    last = node.path[-1]
    if not isinstance(last, Key):
        return None
    names: dict[str, None] = {}
    for timeline in trace.timelines:
        for agent in trace.agents_with_state(timeline):
            container = value_at(trace.state(trace.last_seq, agent, timeline), node.path[:-1])
            if isinstance(container, dict):
                names.update(dict.fromkeys(container))
    return nearest(last.text, names)
