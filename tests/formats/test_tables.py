"""CSV as a home-made log: what a table is, and what its cells say."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttdebug import formats
from ttdebug.errors import TraceError
from ttdebug.formats.generic import tables
from ttdebug.model import JSON, not_finite
from ttdebug.store.trace import Trace

ROWS = [
    ["ts", "type", "agent", "state.budget", "state.plan", "note"],
    ["1700000000", "start", "planner", "100", '"[""a""]"', '"two\nlines"'],
    ["1700000001", "spend", "planner", "", "[]", ""],
]


def opened(folder: Path, text: str | bytes, name: str = "log.csv", mapping: str = "") -> Trace:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return formats.open(path, mapping=mapping)


def joined(mark: str, end: str = "\n") -> str:
    return "".join(mark.join(row) + end for row in ROWS)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_is_a_log(tmp_path: Path, mark: str, end: str) -> None:
    with opened(tmp_path, joined(mark, end)) as trace:
        first, second = trace.events()
        assert (trace.format, trace.warnings) == ("generic", ())
        assert (first.type, first.agent, second.elapsed) == ("start", "planner", 1)
        assert (first.source, second.source) == ({"line": 2}, {"line": 4})
        assert first.data == {"note": "two\nlines"}
        assert trace.state(1, "planner") == {"budget": 100, "plan": ["a"]}
        assert trace.state(2, "planner") == {"budget": None, "plan": []}


def test_guessed_columns_are_told_and_corrected(tmp_path: Path) -> None:
    text = "when,what,source\n2026-01-01T00:00:00Z,go,mail\n2026-01-01T00:00:01Z,stop,web\n"
    with opened(tmp_path, text) as trace:
        assert trace.facts(trace.runs[0].id)["fidelity"] == [
            "derived: state (the last value of every plain field); "
            "fields (--map corrects them): agent from source"
        ]
    mapping = "time=when,type=what,agent=-"
    with opened(tmp_path, text, mapping=mapping) as trace:
        assert [event.type for event in trace.events()] == ["go", "stop"]
        assert {event.agent for event in trace.events()} == {"main"}
        assert "time from when, type from what" in str(trace.facts(trace.runs[0].id)["fidelity"])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("", None), ("7", 7), ("-0.5", -0.5), ("1e3", 1000.0), ("007", "007"), ("1e999", "1e999"),
        ("True", True), ("nan", not_finite(float("nan"))), ("12 mm", "12 mm"),
        ('{"a": [1]}', {"a": [1]}), ("{broken", "{broken"), ("9" * 30, int("9" * 30)),
    ],
)  # fmt: skip
def test_cells_are_values(cell: str, value: JSON) -> None:
    assert tables.value_of(cell) == value
    assert type(tables.value_of(cell)) is type(value)


def test_a_data_frame_has_a_column_without_name(tmp_path: Path) -> None:
    with opened(tmp_path, ",ts,state\n0,1700000000,{}\n1,1700000001,{}\n") as trace:
        assert [event.source["index"] for event in trace.events()] == [0, 1]


def test_a_dotted_name_beside_what_would_be_its_object_stays_whole(tmp_path: Path) -> None:
    with opened(tmp_path, "ts,a,a.b,c.d\n1700000000,1,2,3\n") as trace:
        assert trace.event(1).data == {"a": 1, "a.b": 2, "c": {"d": 3}}


def test_odd_rows_are_told_and_kept(tmp_path: Path) -> None:
    rows = [
        "ts,type,x",
        "1700000000,go",
        "1700000001,look,1,2",
        '1700000002,"s"ee,3',
        "1700000003,rest,4",
    ]
    text = "\n".join(rows)
    with opened(tmp_path, text) as trace:
        assert [event.type for event in trace.events()] == ["go", "look", "rest"]
        assert trace.event(2).data == {"x": 1, tables.BEYOND: [2]}
        short, long, damaged = trace.warnings
        assert short == "line 2: 2 cells under 3 names"
        assert long == "line 3: 4 cells under 3 names"
        assert damaged.startswith("line 4: not a row")


def test_a_cell_without_end_is_told(tmp_path: Path) -> None:
    with opened(tmp_path, 'ts,type\n1700000000,a\n1700000001,"b\n') as trace:
        assert [event.type for event in trace.events()] == ["a"]
        assert trace.warnings[0].startswith("line 3: not a row")


@pytest.mark.parametrize(
    "text",
    [
        "Dear all,\nthis is prose, with commas,\nand lines.\n",
        "a,a\n1,2\n",
        "1,2\n3,4\n",
        "no table at all\n",
    ],
)
def test_what_is_no_log_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(TraceError, match="not a recording"):
        opened(tmp_path, text, "notes.txt")


def test_columns_of_any_name_are_a_log_if_the_file_is_called_so(tmp_path: Path) -> None:
    with opened(tmp_path, "x,y\n1,2\n3,4\n") as trace:
        assert trace.state(2, "main") == {"x": 3, "y": 4}


@given(st.binary(max_size=200))
def test_any_bytes_are_sniffed(data: bytes) -> None:
    assert tables.delimiter_of(data) in (None, *tables.DELIMITERS)
    assert isinstance(tables.head_rows(b"ts,type\n" + data), list)
