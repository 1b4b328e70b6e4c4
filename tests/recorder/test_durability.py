from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ttdebug
from ttdebug.store.trace import Trace


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_records_to_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "x.ttd"
    with ttdebug.record(path, agent="a", run="main") as rec, rec.span("step") as step:
        pid = os.fork()
        if pid == 0:
            try:
                with rec.span("child") as child:
                    rec.event("inner")
                rec.close()
                os._exit(0 if child.seq and rec.stats.faults == 0 else 1)
            finally:
                os._exit(2)
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        rec.event("after")
    with Trace.open(path) as trace:
        kinds = [event.type for event in trace.events()]
        assert kinds == ["run.start", "step", "after", "step.end", "run.end"]
        assert trace.event(3).parent == step.seq
        assert list(trace.verify(deep=True).problems) == []
    with Trace.open(tmp_path / f"x.{pid}.ttd") as trace:
        kinds = [event.type for event in trace.events()]
        assert kinds == ["run.start", "child", "inner", "child.end", "run.end"]
        assert trace.event(2).parent is None
        assert trace.runs[0].name == f"main (process {pid})"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_that_records_nothing_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import os, sys, ttdebug\n"
        "with ttdebug.record(sys.argv[1]) as rec:\n"
        "    rec.event('x')\n"
        "    if os.fork() == 0:\n"
        "        sys.exit(0)\n"  # unwinds through the recorder and runs all finalizers
        "    os.wait()\n"
        "    rec.event('y')\n"
    )
    path = tmp_path / "x.ttd"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    with Trace.open(path) as trace:
        assert [event.type for event in trace.events()] == ["run.start", "x", "y", "run.end"]
        assert list(trace.verify(deep=True).problems) == []
    assert [file.name for file in tmp_path.iterdir()] == ["x.ttd"]


def test_leaving_without_closing_seals(tmp_path: Path) -> None:
    code = "import sys, ttdebug; ttdebug.record(sys.argv[1], durability='batch').event('x')"
    path = tmp_path / "x.ttd"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    assert [file.name for file in tmp_path.iterdir()] == ["x.ttd"]
    with Trace.open(path) as trace:
        assert (trace.last_seq, trace.sealed) == (2, True)
        assert [event.type for event in trace.events()] == ["run.start", "x"]
