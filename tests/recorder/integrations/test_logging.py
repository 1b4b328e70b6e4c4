from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

import ttdebug
from tests.recorder.integrations.reading import Recorded
from ttdebug.genai.records import EventSpec
from ttdebug.recorder import Recorder
from ttdebug.recorder.integrations.live import Live
from ttdebug.recorder.integrations.logging import TtdebugHandler


@pytest.fixture
def rec(tmp_path: Path) -> Iterator[Recorder]:
    with ttdebug.record(tmp_path / "run.ttd") as rec:
        yield rec


@pytest.fixture
def log(rec: Recorder) -> Iterator[logging.Logger]:
    log = logging.getLogger("my.agent")
    handler = TtdebugHandler(rec, logging.INFO)
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    yield log
    log.removeHandler(handler)


def test_records_stand_in_the_span_that_logs(rec: Recorder, log: logging.Logger) -> None:
    log.debug("too little")
    with rec.span("step", "one") as step:
        log.info("found %d of %s", 3, "it", extra={"place": "Rome"})
    rec.close()
    with Recorded(rec.path) as found:
        told = found.one("log", "my.agent")
        assert told.parent == step.seq
        assert told.status is None
        at = told.data.pop("at")
        assert told.data == {
            "level": "INFO",
            "message": "found 3 of it",
            "extra": {"place": "Rome"},
        }
        assert "test_logging.py:" in str(at)


def test_a_record_is_of_the_agent_whose_span_it_is_in(rec: Recorder, log: logging.Logger) -> None:
    log.info("before")
    with rec.agent("planner").span("plan"):
        log.info("inside")
    rec.close()
    with Recorded(rec.path) as found:
        assert [event.agent for event in found.all("log")] == ["agent", "planner"]


def test_the_state_is_that_of_whose_span_it_is(tmp_path: Path) -> None:
    states = {"planner": {"n": 0}, "booker": {"n": 0}}
    rec = ttdebug.record(tmp_path / "run.ttd", agent="planner", state=lambda: states["planner"])
    booker = rec.agent("booker", state=lambda: states["booker"])
    silent = rec.agent("silent")
    log = logging.getLogger("my.agent")
    log.addHandler(handler := TtdebugHandler(rec))

    def told() -> None:
        for state in states.values():
            state["n"] += 1
        log.warning("here")

    with booker.span("book"):
        told()
        with rec.span("step"):
            told()
        with silent.span("wait"):
            told()
    told()
    log.removeHandler(handler)
    rec.close()
    with Recorded(rec.path) as found:
        logs = found.all("log")
        whose = ["booker", "planner", "silent", "planner"]
        assert [event.agent for event in logs] == whose
        seen = [[found.state(event, agent) for event in logs] for agent in states]
        numbers = [[state["n"] for state in each if isinstance(state, dict)] for each in seen]
        assert numbers == [[2, 2, 4], [1, 1, 1, 3]]


@pytest.mark.parametrize(("captured", "agents"), [(True, ["me", "me"]), (False, ["root", "root"])])
def test_what_a_framework_runs_is_of_the_agent_whose_state_is_captured(
    tmp_path: Path, *, captured: bool, agents: list[str]
) -> None:
    state = {"n": 0}
    rec = ttdebug.record(
        tmp_path / "run.ttd", agent="me", state=(lambda: state) if captured else None
    )
    live = Live(rec)
    log = logging.getLogger("my.agent")
    log.addHandler(handler := TtdebugHandler(rec))
    live.open("a", EventSpec("node", "add", agent="root"))
    for _ in agents:
        state["n"] += 1
        log.warning("here")
    live.close("a", EventSpec("node.end"))
    log.removeHandler(handler)
    rec.close()
    with Recorded(rec.path) as found:
        assert [event.agent for event in found.all("log")] == agents
        assert all(event.parent == found.one("node").seq for event in found.all("log"))
        assert found.states("me", "n")[-2:] == ([1, 2] if captured else [])


def test_errors_with_what_was_raised(rec: Recorder, log: logging.Logger) -> None:
    try:
        raise LookupError("gone")
    except LookupError:
        log.exception("failed with sk-%s", "a" * 30)
    rec.close()
    with Recorded(rec.path) as found:
        told = found.one("log")
        assert told.status == "error"
        assert isinstance(told.data["error"], dict)
        assert told.data["error"]["message"] == "gone"
        assert "aaaa" not in str(told.data)


def test_what_logs_while_it_is_recorded_is_no_endless_story(tmp_path: Path) -> None:
    log = logging.getLogger("loud")

    def state() -> dict[str, int]:
        log.error("asked for the state")
        return {"n": 1}

    rec = ttdebug.record(tmp_path / "run.ttd", state=state)
    handler = TtdebugHandler(rec)
    log.addHandler(handler)
    log.warning("once")
    logging.getLogger("ttdebug").addHandler(handler)
    logging.getLogger("ttdebug").warning("ours")
    for name in ("loud", "ttdebug"):
        logging.getLogger(name).removeHandler(handler)
    rec.close()
    with Recorded(rec.path) as found:
        assert [event.data["message"] for event in found.all("log")] == ["once"]


def test_a_message_that_cannot_be_made_is_kept_in_parts(rec: Recorder) -> None:
    broken = {"name": "my.agent", "levelno": 20, "msg": "%d", "args": ("no number",)}
    TtdebugHandler(rec).handle(logging.makeLogRecord(broken))
    rec.close()
    with Recorded(rec.path) as found:
        data = found.one("log").data
        assert (data["message"], rec.stats.faults) == ("%d", 0)
        assert "no number" in str(data["args"])
