"""Search outward from a position agrees with looking through every event."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.recordings import Act, acts, recorded
from ttdebug.analyze.matching import sought
from ttdebug.analyze.search import Scan, leaves, search
from ttdebug.errors import Cancelled, UsageError
from ttdebug.model import JSON, Object, Position
from ttdebug.paths import split_pointer
from ttdebug.replay.work import Work
from ttdebug.store.codec import LONG
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

MAIN, FORK = 1, 2


def seqs(trace: Trace, query: str, at: Position, *, states: bool = False) -> list[int]:
    return [hit.seq for hit in search(trace, query, at, states=states)]


def test_nearest_first(trace: Trace) -> None:
    assert seqs(trace, "tool.", Position(MAIN, 7)) == [7, 4, 11, 12]
    assert seqs(trace, "tool.", Position(MAIN, 0)) == [4, 7, 11, 12]
    assert seqs(trace, "tool.", Position(FORK, 15)) == [15, 14, 7, 4]


def test_of_two_as_near_the_later_is_first(trace: Trace) -> None:
    everything = [event.seq for event in trace.events(timeline=MAIN)]
    here = everything.index(7)
    earlier, later = everything[here - 1], everything[here + 1]
    found = seqs(trace, "/./", Position(MAIN, 7))
    assert found[:3] == [7, later, earlier]


def test_capitals_count_once_there_is_one(trace: Trace) -> None:
    at = Position(MAIN, 1)
    assert seqs(trace, "flight", at) == [2]
    assert seqs(trace, "Flight", at) == [2]
    assert not seqs(trace, "FLIGHT", at)
    assert seqs(trace, "/^find.*oslo$/", at) == [2]
    assert not seqs(trace, "/^Find.*oslo$/", at)


def test_where_and_what_was_found(trace: Trace) -> None:
    (hit,) = search(trace, "oslo", Position(MAIN, 1))
    assert hit.where == "/data/content"
    assert hit.excerpt[hit.start : hit.stop] == "Oslo"
    (hit, *_) = search(trace, "content", Position(MAIN, 1))
    assert (hit.where, hit.excerpt) == ("/data/content", "content")
    (hit, *_) = search(trace, "book", Position(MAIN, 11))
    assert hit.where == "name"


def test_states_are_looked_at_where_they_were_written(trace: Trace) -> None:
    at = Position(MAIN, 16)
    assert not seqs(trace, "remaining", at)
    assert seqs(trace, "remaining", at, states=True) == [12, 1]
    (hit, *_) = search(trace, "null", at, states=True)
    assert hit.where == "/state/budget/remaining"


def test_an_agent_and_a_timeline_narrow_a_scan(trace: Trace) -> None:
    def found(**only: object) -> list[int]:
        scan = Scan(trace, sought("/./"), **only)  # type: ignore[arg-type]  # as it is tested
        return [hit.seq for hit in scan.between(1, trace.last_seq)]

    assert found() == list(range(1, 17))
    assert found(agent="booker") == [4, 5, 6, 7]
    assert found(timelines={FORK}) == [13, 14, 15]


@pytest.mark.parametrize("query", ["", "/a(/", "x" * 501, "/" + "(a{1000}){1000}" + "/"])
def test_queries_that_cannot_be_used(query: str) -> None:
    with pytest.raises(UsageError):
        sought(query)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("b", "äöBb", (2, 3)),
        ("i̇x", "aİİX", (2, 4)),
        ("/[ab]+/", "xxABy", (2, 4)),
        ("/é/", "\ud800é", (1, 2)),
        ("/", "a/b", (1, 2)),
        ("//", "a//b", (1, 3)),
    ],
)
def test_where_a_match_is(query: str, text: str, expected: tuple[int, int]) -> None:
    assert sought(query).find(text) == expected


def test_long_texts_are_excerpted() -> None:
    assert sought("needle").find("x" * 10_000 + "needle") == (10_000, 10_006)


def test_a_search_can_be_stopped(trace: Trace) -> None:
    with pytest.raises(Cancelled):
        list(search(trace, "nowhere", Position(MAIN, 1), work=Work(lambda: True)))


@settings(max_examples=40, deadline=None)
@given(
    actions=acts,
    query=st.sampled_from(["word1", "Word1", "a", "b", "tool.", "/n[12]$/", "state", "nothing"]),
    row=st.integers(0, 40),
)
def test_search_is_a_scan(actions: list[Act], query: str, row: int) -> None:
    with recorded(actions) as trace:
        lineage = trace.lineage(1)
        if not len(lineage):
            return
        row = min(row, len(lineage) - 1)
        rows = [lineage.index_of(seq) for seq in looked_through(trace, query)]
        expected = sorted(rows, key=lambda at: (abs(at - row), at < row))
        found = seqs(trace, query, Position(1, lineage.seq_at(row)), states=True)
        assert found == [lineage.seq_at(at) for at in expected]


ODD_TEXTS = [
    'say "hi"\\n',
    "line\nΑΣ",
    "ΑΣ\nnext ΣΑ",
    "\u212aelvin \u017fet İx",
    "a/b~c",
    "\ud800 alone é",
    "\x1b[31mred\x7f",
    "2**70",
    "long " + "wörd " * LONG,
    "Kiss",
]
ODD_NUMBERS: list[JSON] = [1e-5, 1.5e-7, 1e16, -0.0, 2**70, 1234567.25, True, None]
QUERIES = [
    '"', "\\", "\\n", "\n", "σ", "ς", "ας", "σα", "kel", "set", "i̇x", "a/b", "b~c", "/a.b/",
    "é", "\x1b[31", "1e-05", "e-07", "00001", "1180591620717411303424", "67.2", "-0", "true",
    "null",
    "wörd", "/w.rd/", "long", "Kiss", "/ki(ss|nd)/", "/kis+|kelvin/", "/set/", "/[0-9]e/", "$blob",
    "hash", "$ttd", "deep", "gone",
]  # fmt: skip
values = st.recursive(
    st.sampled_from([*ODD_TEXTS, *ODD_NUMBERS]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*ODD_TEXTS[:8], "$blob", "deep"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(values, values), min_size=1, max_size=6))
@example([({"$blob": "hash"}, {"$blob": "hash"})])
@example([("line\nΑΣ", ODD_TEXTS[3])])
@example([(ODD_TEXTS[0], {"a/b~c": 1e-5}), ("long " + "wörd " * LONG, "gone")])
def test_what_is_stored_oddly_is_found(written: list[tuple[JSON, JSON]]) -> None:
    with holding(written) as trace:
        for query in QUERIES:
            assert seqs(trace, query, Position(1, 0), states=True) == looked_through(trace, query)


@contextmanager
def holding(written: list[tuple[JSON, JSON]]) -> Iterator[Trace]:
    """A recording with one event per (data, state)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "odd.ttd"
        with Writer.create(path, durability="batch") as writer:
            main = writer.run("r")
            for data, state in written:
                held: Object = {"kept": state}
                writer.append(main, "state", agent="a", data={"d": data}, state=held)
        with Trace.open(path) as trace:
            yield trace


def looked_through(trace: Trace, query: str) -> list[int]:
    """What reading every event of the first timeline finds."""
    find = sought(query).find
    found = []
    for event in trace.events(timeline=1):
        texts = [event.type, event.name or "", event.agent or ""]
        texts += [text for value in (event.data, event.source) for _, text in leaves("", value)]
        for op in trace.delta(event.seq) or ():
            texts += split_pointer(str(op["path"]))
            texts += [text for _, text in leaves("", op["value"])] if "value" in op else []
        if any(find(text) for text in texts):
            found.append(event.seq)
    return found


def test_leaves_are_keys_and_scalars_in_order() -> None:
    value: JSON = {"a": [1, {"b/c": None}], "d": "e"}
    assert list(leaves("/x", value)) == [
        ("/x/a", "a"), ("/x/d", "d"), ("/x/a/0", "1"), ("/x/a/1/b~1c", "b/c"),
        ("/x/a/1/b~1c", "null"), ("/x/d", "e"),
    ]  # fmt: skip
    assert json.dumps(1e-5) in dict(leaves("", 1e-5)).values()
