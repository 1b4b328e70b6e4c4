"""What must not be imported by whom, proved in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

HEAVY = ("textual", "rich", "deepdiff", "jsonpatch", "click", "re2", "msgpack")
LINTER = Path(sys.executable).with_name("lint-imports")


def loaded(statement: str, modules: tuple[str, ...] = HEAVY) -> set[str]:
    """Those of `modules`, the heavy packages, that are imported after a statement."""
    code = f"{statement}\nimport sys\nprint(*[n for n in {modules!r} if n in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=ROOT,
    )
    return set(run.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import ttdebug",
        "import ttdebug; ttdebug.record",
        "import ttdebug; ttdebug.TraceError, ttdebug.restore, dir(ttdebug)",
        "import ttdebug.recorder",
        "import ttdebug.store.writer, ttdebug.store.trace",
    ],
)
def test_recording_stays_light(statement: str) -> None:
    assert loaded(statement) == set()


@pytest.mark.parametrize("module", ["replay.navigator", "analyze.history", "view.timeline"])
def test_the_engine_knows_no_screen(module: str) -> None:
    assert not loaded(f"import ttdebug.{module}") & {"textual", "rich", "deepdiff"}


def test_opening_a_recording_from_python_loads_no_screen() -> None:
    heavy = loaded("import ttdebug; ttdebug.open('sample_traces/trip_planning/run.ttd').state()")
    assert heavy <= {"re2"}


def test_what_is_ours_opens_without_what_converts() -> None:
    opening = "from ttdebug import formats; formats.open('sample_traces/trip_planning/run.ttd')"
    assert not loaded(opening, ("ttdebug.store.writer", "ttdebug.formats.generic"))


def test_opening_a_recording_loads_no_comparison_library() -> None:
    assert "deepdiff" not in loaded("import ttdebug.tui.app")


def test_import_contracts_hold() -> None:
    run = subprocess.run(
        [str(LINTER), "--no-cache"], capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stdout
