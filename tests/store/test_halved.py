from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ttdebug.errors import TraceError
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer


def test_a_recording_without_its_log_says_what_is_missing(tmp_path: Path) -> None:
    source, target = tmp_path / "run.ttd", tmp_path / "elsewhere" / "run.ttd"
    writer = Writer.create(source)
    line = writer.run("r")
    writer.append(line, "x")
    target.parent.mkdir()
    shutil.copyfile(source, target)
    writer.close()
    with Trace.open(target) as trace:
        assert trace.last_seq == 0
        assert "run.ttd-wal" in trace.warnings[0]
    with Trace.open(source) as trace:
        assert (trace.last_seq, trace.warnings) == (1, ())


def test_an_empty_file_is_told_from_a_foreign_one(tmp_path: Path) -> None:
    path = tmp_path / "run.ttd"
    path.touch()
    with pytest.raises(TraceError, match="is empty"):
        Trace.open(path)
    path.write_bytes(os.urandom(200))
    with pytest.raises(TraceError, match="no trace file"):
        Trace.open(path)
