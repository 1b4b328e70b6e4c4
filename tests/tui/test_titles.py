"""What the header calls a recording that nobody named."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from ttdebug.formats.opening import open_trace
from ttdebug.tui.titles import file_title, run_title

ID = "ae4a77f8-aedd-4bc1-888f-c94edc91af04"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))


def session(path: Path, said: str) -> Path:
    record = {
        "type": "user", "uuid": "1", "parentUuid": None, "sessionId": ID, "version": "2.0.0",
        "timestamp": "2026-01-01T00:00:00.000Z", "cwd": "/src/app",
        "message": {"role": "user", "content": said},
    }  # fmt: skip
    path.write_bytes(orjson.dumps(record) + b"\n")
    return path


def test_a_session_is_called_by_what_it_was_about(tmp_path: Path) -> None:
    path = session(tmp_path / f"{ID}.jsonl", "Mend the parser\nplease, it fails on empty lines")
    with open_trace(path) as trace:
        assert run_title(trace, trace.runs[0]) == "Mend the parser please, it fail…"
    assert file_title(path) == "ae4a77f8….jsonl"


def test_an_id_is_shown_short_and_never_twice(tmp_path: Path) -> None:
    with open_trace(session(tmp_path / f"{ID}.jsonl", "<command>")) as trace:
        assert run_title(trace, trace.runs[0]) == ""
    with open_trace(session(tmp_path / "mine.jsonl", "<command>")) as trace:
        assert run_title(trace, trace.runs[0]) == "ae4a77f8…"
