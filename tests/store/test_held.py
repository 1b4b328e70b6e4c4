"""An open file whose name is gone is read on, if it was held."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.recordings import trip
from ttdebug.errors import GoneError, OverwrittenError
from ttdebug.store.trace import Trace


def test_what_was_held_is_read_on_in_place_of_whatever_came(tmp_path: Path) -> None:
    path = trip(tmp_path / "run.ttd")
    with Trace.open(path) as trace:
        trace.hold()
        trace.rest()
        (tmp_path / "other").write_text("no recording\n" * 100)
        (tmp_path / "other").replace(path)
        assert trace.event(19).agent == "planner"
        with pytest.raises(GoneError, match="replaced"):
            trace.refresh()
        assert trace.last_seq == 19


def test_what_was_not_held_says_what_became_of_it(tmp_path: Path) -> None:
    path = trip(tmp_path / "run.ttd")
    with Trace.open(path) as trace:
        trace.rest()
        path.unlink()
        with pytest.raises(GoneError, match="deleted"):
            trace.event(19)


def test_other_content_is_not_taken_for_growth(tmp_path: Path) -> None:
    path = trip(tmp_path / "run.ttd")
    with Trace.open(path) as trace:
        other = Path(__file__).parents[2] / "sample_traces" / "grid_learner" / "run.ttd"
        path.write_bytes(other.read_bytes())
        with pytest.raises(OverwrittenError):
            trace.relocate(path)
