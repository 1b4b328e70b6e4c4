"""Large foreign files, shown while they are read."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ttdebug import formats
from ttdebug.errors import Cancelled, TraceError
from ttdebug.formats import streaming
from ttdebug.formats.streaming import StreamedTrace

LINES = 3_000


@pytest.fixture(autouse=True)
def _everything_is_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "LARGE", 0)
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))


def log(path: Path, count: int = LINES) -> Path:
    with path.open("w") as file:
        for at in range(count):
            record = {"ts": at, "type": "step", "agent": "a", "state": {"n": at, "text": "x" * 200}}
            file.write(json.dumps(record) + "\n")
    return path


def opened(path: Path) -> StreamedTrace:
    conversion = streaming.begin(path)
    assert conversion is not None
    trace = conversion.opened(lambda done, total: None)
    assert isinstance(trace, StreamedTrace)
    return trace


def until(holds: Callable[[], bool], limit: float = 30.0) -> None:
    end = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def left_behind(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "cache" / "conversions").glob(".work*")]


def test_a_file_is_there_before_it_was_read_and_whole_in_the_end(tmp_path: Path) -> None:
    path = log(tmp_path / "run.jsonl")
    with opened(path) as trace:
        assert trace.last_seq > 0
        assert (trace.source_path, trace.format) == (path, "generic")
        first = trace.event(1)

        def whole() -> bool:
            trace.refresh()
            return not trace.live

        until(whole)
        assert (trace.last_seq, trace.share, trace.fault) == (LINES, None, "")
        assert trace.event(1) == first
        assert trace.state(LINES, "a") == {"n": LINES - 1, "text": "x" * 200}
    assert left_behind(tmp_path) == []
    assert streaming.begin(path) is None, "the conversion was not kept"
    with formats.open(path) as again:
        assert again.last_seq == LINES


def test_what_is_packed_tells_its_format_once_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl.gz"
    path.write_bytes(gzip.compress(log(tmp_path / "run.jsonl").read_bytes()))
    with opened(path) as trace:

        def whole() -> bool:
            trace.refresh()
            return not trace.live

        until(whole)
        assert trace.format == "generic"


def test_reading_can_be_stopped_and_leaves_what_was_read(tmp_path: Path) -> None:
    with opened(log(tmp_path / "run.jsonl", 60_000)) as trace:
        trace.stop_reading()

        def ended() -> bool:
            trace.refresh()
            return not trace.live

        until(ended)
        assert 0 < trace.last_seq < 60_000
        assert trace.fault.startswith("Stopped")
        assert len(list(trace.events())) == trace.last_seq
    assert left_behind(tmp_path) == []


def test_leaving_gives_the_conversion_up(tmp_path: Path) -> None:
    path = log(tmp_path / "run.jsonl", 60_000)
    opened(path).close()
    assert left_behind(tmp_path) == []
    again = streaming.begin(path)
    assert again is not None
    with pytest.raises(Cancelled):
        again.opened(lambda done, total: None, cancelled=lambda: True)
    assert left_behind(tmp_path) == []


def test_what_cannot_be_read_is_said_as_ever(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text('{"trace": []}')
    conversion = streaming.begin(path, format="langgraph")
    assert conversion is not None
    with pytest.raises(TraceError, match=r"run\.json"):
        conversion.opened(lambda done, total: None)
    assert left_behind(tmp_path) == []
    with pytest.raises(TraceError, match="does not exist"):
        streaming.begin(tmp_path / "none.jsonl")


def test_ours_and_small_files_are_simply_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "LARGE", 1 << 20)
    assert streaming.begin(log(tmp_path / "small.jsonl", 10)) is None
    formats.import_file(tmp_path / "small.jsonl", tmp_path / "ours.ttd")
    monkeypatch.setattr(streaming, "LARGE", 0)
    assert streaming.begin(tmp_path / "ours.ttd") is None
