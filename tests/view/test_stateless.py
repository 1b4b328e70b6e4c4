"""What is said where an event sees no state."""

from __future__ import annotations

from pathlib import Path

from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer
from ttdebug.view.stateless import no_state


def test_a_run_without_states_is_told_from_an_agent_without_one(tmp_path: Path) -> None:
    path = tmp_path / "run.ttd"
    with Writer.create(path) as writer:
        line = writer.run("r")
        writer.append(line, "note", agent="logger\x1b[2J")
        with Trace.open(path) as trace:
            assert no_state(trace, trace.event(1), line) == "No state was recorded in this run"
        for agent in "abcde":
            writer.append(line, "state", agent=agent, state={})
    with Trace.open(path) as trace:
        assert no_state(trace, trace.event(1), line) == (
            "logger\\x1b[2J has no state. There is one of a, b, c and 2 more"
        )
