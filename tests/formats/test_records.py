"""Values out of text files, whatever holds them together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ttdebug.formats import source as sources
from ttdebug.formats.reader import Report
from ttdebug.formats.records import Damage, Record, read_records
from ttdebug.formats.source import Source
from ttdebug.formats.splitter import Splitter
from ttdebug.model import JSON

EVENTS: list[JSON] = [{"n": 1, "text": 'a "quoted] {brace'}, {"n": 2, "list": [1, [2]]}, {"n": 3}]


def read(path: Path, content: bytes) -> tuple[list[Record | Damage], Report]:
    file = path / "log"
    file.write_bytes(content)
    report = Report()
    return list(read_records(Source(file, file), report)), report


def values(records: list[Record | Damage]) -> list[JSON]:
    return [record.value for record in records if isinstance(record, Record)]


LINES = b"\n".join(json.dumps(event).encode() for event in EVENTS)


@pytest.mark.parametrize(
    "content",
    [
        LINES,
        LINES + b"\n",
        b"\xef\xbb\xbf" + LINES.replace(b"\n", b"\r\n"),
        b"\n\n" + LINES.replace(b"\n", b"\n\n \n"),
        json.dumps(EVENTS).encode(),
        json.dumps(EVENTS, indent=2).encode(),
        b"[\n" + LINES.replace(b"\n", b",\n") + b"\n]\n",
        b"\n".join(json.dumps(event, indent=2).encode() for event in EVENTS),
        b"".join(json.dumps(event, indent=2).encode() for event in EVENTS),
    ],
    ids=["lines", "ended", "bom-crlf", "blank", "list", "pretty-list", "row-list", "rows", "glued"],
)
def test_events_are_found_in_every_container(tmp_path: Path, content: bytes) -> None:
    records, report = read(tmp_path, content)
    assert values(records) == EVENTS
    assert report.warnings == ()


def test_records_know_their_line(tmp_path: Path) -> None:
    records, _ = read(tmp_path, b"\n\n" + LINES)
    assert [record.line for record in records] == [3, 4, 5]
    pretty = b"\n".join(json.dumps(event, indent=2).encode() for event in EVENTS)
    records, _ = read(tmp_path, pretty)
    assert [record.line for record in records] == [
        pretty[: pretty.index(b'"n": %d' % n)].count(b"\n") for n in (1, 2, 3)
    ]


def test_a_document_is_one_record(tmp_path: Path) -> None:
    records, _ = read(tmp_path, json.dumps({"events": EVENTS}, indent=1).encode())
    assert values(records) == [{"events": EVENTS}]


def test_garbage_is_stepped_over(tmp_path: Path) -> None:
    first, second, third = LINES.split(b"\n")
    content = b"\n".join([first, b"not json at all", second, b"[1,2", third])
    records, _ = read(tmp_path, content)
    assert values(records) == EVENTS
    assert [record.line for record in records if isinstance(record, Damage)] == [2, 4]


def test_a_cut_off_line_is_told(tmp_path: Path) -> None:
    records, _ = read(tmp_path, LINES[:-3])
    assert values(records) == EVENTS[:2]
    assert records[-1] == Damage(3, '{"n":', "cut off", data=b'{"n":')


def test_a_list_without_its_end_is_read_up_to_there(tmp_path: Path) -> None:
    records, report = read(tmp_path, b"[\n" + LINES.replace(b"\n", b",\n") + b",\n")
    assert values(records) == EVENTS
    assert "not closed" in report.warnings[0]


def test_a_damaged_first_line_does_not_hide_the_rest(tmp_path: Path) -> None:
    records, _ = read(tmp_path, b'{"broken": \n' + LINES)
    assert values(records) == EVENTS


def test_nul_bytes_at_the_end_are_told_once(tmp_path: Path) -> None:
    records, report = read(tmp_path, LINES + b"\n" + b"\0" * 4096)
    assert values(records) == EVENTS
    assert len(report.warnings) == 1
    assert "NUL" in report.warnings[0]


def test_lines_beyond_the_limit_are_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MAX_LINE", 1 << 20)
    long = b'{"n": "' + b"x" * (3 << 20) + b'"}\n'
    records, report = read(tmp_path, b'{"n": 0}\n' + long + LINES)
    assert values(records) == [{"n": 0}, *EVENTS]
    assert report.warnings[0].startswith("line 2: skipped")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_the_splitter_does_not_care_where_chunks_end(size: int) -> None:
    text = json.dumps(EVENTS, indent=1).encode() + b'\n{"\\\\": "\\"[\\\\"}'
    splitter = Splitter()
    found = [
        json.loads(line.data)
        for start in range(0, len(text), size)
        for line in splitter.feed(text[start : start + size])
    ]
    assert found == [*EVENTS, {"\\": '"[\\'}]
