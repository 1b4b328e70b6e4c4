"""The words of the condition language: roots, event fields, functions, and what each is for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final, NamedTuple

ROOTS: Final = {
    "event": "the event itself: event.type, event.data.x",
    "state": "the state of the event's agent, after the event",
    "before": "the same agent's state before the event",
    "states": 'the state of another agent: states["name"].x',
}

EVENT_FIELDS: Final = {
    "seq": "number of the event in the file",
    "type": "tool.call, llm.result, ...",
    "name": "tool or model",
    "agent": "who acted",
    "status": "ok, error, open, cancelled or null",
    "time": 'as "2026-11-20T20:31:00Z" or in seconds since 1970',
    "elapsed": "seconds since the run's first known time",
    "duration": "seconds; the same on both ends of a span",
    "depth": "how many spans enclose the event",
    "cause_depth": "length of the longest chain of causes that led to the event",
    "run": "id of the run",
    "timeline": "name of the timeline",
    "changes": "changes.added, changes.changed and changes.removed count paths",
    "data": "the event's own data",
    "source": "where the event stood in a foreign file",
    "parent": "the event that opened the enclosing span; alone, its seq",
}

NESTED_FIELDS: Final = frozenset({"data", "source", "changes", "parent"})
LINKS: Final = {
    "then": "A then B, A then not B: what follows an event",
    "no": "no B after A: the same as A then not B",
    "without": "A without B before it: what has to precede an event",
    "within": "within 10 (events), within 5s: how far a temporal form looks",
    "after": "no B after A",
}
THAT: Final = "that"
"""In the B of a temporal form: the event of its A."""
TIME_FIELD: Final = "time"
ELEMENT: Final = "it"


class Function(NamedTuple):
    """How a function is called: fewest and most arguments (None: any number), and its use."""

    least: int
    most: int | None
    usage: str
    about: str


FUNCTIONS: Final = {
    "changed": Function(1, 1, "changed(state.path)", "this event changed the value"),
    "exists": Function(1, 1, "exists(path)", "the path is there, even if null"),
    "type": Function(1, 1, "type(x)", '"number", "string", "boolean", "null", "object", "list"'),
    "len": Function(1, 1, "len(x)", "length of a text, list or object"),
    "any": Function(2, 2, "any(list, condition)", "some element fits; its fields by bare name"),
    "all": Function(2, 2, "all(list, condition)", "every element fits"),
    "contains": Function(2, 2, "contains(a, b)", "b is in the list, text or object a"),
    "glob": Function(2, 2, 'glob(x, "tool.*")', "the whole text fits the pattern"),
    "matches": Function(2, 2, 'matches(x, "regex")', "the RE2 expression is found in the text"),
    "abs": Function(1, 1, "abs(x)", "absolute value"),
    "min": Function(1, None, "min(list) or min(a, b)", "the smallest"),
    "max": Function(1, None, "max(list) or max(a, b)", "the largest"),
    "sum": Function(1, None, "sum(list) or sum(a, b)", "the sum"),
    "isnan": Function(1, 1, "isnan(x)", "not a number, as arithmetic makes it"),
}

VALUED: Final = frozenset({"len", "abs", "min", "max", "sum", "type"})
"""Functions that make another value of one, so that theirs tells why a comparison failed."""


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name most like `word`, None if none is close."""
    by_case = {name.casefold(): name for name in names}
    found = difflib.get_close_matches(word.casefold(), by_case, n=1, cutoff=0.6)
    return by_case[found[0]] if found else None
