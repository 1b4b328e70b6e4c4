"""Langfuse traces: whatever their values are wrapped in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.formats.spans_written import events, written
from ttdebug import formats


def observation(identity: str, kind: str, at: int, **more: Any) -> dict[str, Any]:
    """An observation from second `at` on, for a second."""
    return {
        "id": identity,
        "traceId": "t1",
        "parentObservationId": None,
        "type": kind,
        "name": identity,
        "startTime": f"2026-03-09T12:25:{at:02}.000Z",
        "endTime": f"2026-03-09T12:25:{at + 1:02}.000Z",
        "level": "DEFAULT",
        "statusMessage": None,
        "input": None,
        "output": None,
        "metadata": None,
        **more,
    }


ASKED = [{"role": "user", "content": "hi"}]
WRAPPINGS: dict[str, Callable[[Any], Any]] = {
    "values": lambda value: value,
    "strings": json.dumps,
    "strings in strings": lambda value: json.dumps(json.dumps(value)),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_values_are_the_same_however_they_are_wrapped(tmp_path: Path, wrapping: str) -> None:
    wrap = WRAPPINGS[wrapping]
    held = {"attributes": {"gen_ai.agent.name": "planner"}, "topic": "jokes"}
    call = observation(
        "call", "GENERATION", 1,
        model="m",
        input=wrap(ASKED),
        output=wrap({"role": "assistant", "content": "well"}),
        metadata=wrap(held),
        usageDetails={"input": 7, "output": 2, "input_cache_read": 3},
        costDetails={"input": 0.25, "total": 0.5},
        modelParameters={"temperature": 0},
    )  # fmt: skip
    with written(tmp_path / "t.json", {"trace": {"id": "t1"}, "observations": [call]}) as trace:
        assert trace.format == "langfuse"
        _, asked, answered = trace.events()
        assert (asked.type, asked.name, asked.agent) == ("llm.call", "m", "planner")
        assert asked.data["messages"] == ASKED
        assert asked.data["metadata"] == {"topic": "jokes"}
        assert asked.data["modelParameters"] == {"temperature": 0}
        assert answered.data == {
            "output": "well",
            "usage": {"input_tokens": 7, "output_tokens": 2, "cache_read_input_tokens": 3},
            "cost_usd": 0.5,
        }


def test_a_session_joins_traces_and_scores_stand_by_their_observation(tmp_path: Path) -> None:
    score = {"id": "s1", "traceId": "t1", "observationId": "work", "name": "good", "value": 1,
             "timestamp": "2026-03-09T12:25:02.000Z"}  # fmt: skip
    lines = [
        {"id": "t1", "name": "first", "sessionId": "s", "scores": [score],
         "observations": [observation("work", "SPAN", 1)]},
        {"id": "t2", "name": "second", "sessionId": "s",
         "observations": [observation("more", "AGENT", 5, traceId="t2")]},
    ]  # fmt: skip
    with written(tmp_path / "t.jsonl", *lines) as trace:
        assert [run.id for run in trace.runs] == ["s"]
        (found,) = events(trace, "score")
        assert (found.name, found.parent, found.data["value"]) == ("good", 2, 1)
        (start,) = events(trace, "run.start")
        told: Any = start.data["traces"]
        assert [one["name"] for one in told] == ["first", "second"]


def test_levels_events_and_what_never_ended(tmp_path: Path) -> None:
    observations = [
        observation("work", "SPAN", 1, endTime=None),
        observation("said", "EVENT", 2, parentObservationId="work", output={"n": 1}),
        observation("failed", "TOOL", 3, level="ERROR", statusMessage="no", input={"q": 1}),
        observation("odd", "SPAN", 4, level="WARNING", statusMessage="slow"),
        observation("lost", "SPAN", 5, parentObservationId="absent"),
    ]
    with written(tmp_path / "t.json", {"trace": {}, "observations": observations}) as trace:
        found = {event.name: event for event in trace.events() if event.opening is None}
        assert found["work"].status == "open"
        assert (found["said"].type, found["said"].parent) == ("event", found["work"].seq)
        assert (found["failed"].type, found["failed"].status) == ("tool.call", "error")
        assert (found["odd"].data["level"], found["odd"].data["status_message"]) == (
            "WARNING",
            "slow",
        )
        assert found["lost"].parent is None
        (result,) = events(trace, "tool.result")
        assert result.data["error"] == "no"
        assert trace.runs[0].fidelity.endswith(
            "1 span whose parent is not in the file; 1 span without an end"
        )


def test_a_damaged_download_gives_its_sound_observations(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    observations = [observation(f"o{n}", "SPAN", n) for n in range(4)]
    text = json.dumps({"observations": observations, "trace": {"id": "t1"}})
    path.write_text(text.replace('"name": "o1"', '"name": oops')[:-25])
    with formats.open(path) as trace:
        assert [event.name for event in events(trace, "span")] == ["o0", "o2", "o3"]
        assert trace.warnings
