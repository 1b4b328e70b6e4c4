"""Real home-made logs: the bugs planted in them must be findable."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from tests.support import SHARED, needs_shared
from ttdebug import formats, paths
from ttdebug.store.trace import Trace

pytestmark = needs_shared

GENERIC = SHARED / "traces" / "generic-jsonl"
GENERATED = SHARED / "traces" / "generated"


def writes(trace: Trace, agent: str, path: str) -> list[tuple[int, Any]]:
    steps = paths.parse(path)
    return [
        (touch.seq, paths.resolve(trace.state(touch.seq, agent), steps))
        for touch in trace.touches(1, agent, steps)
    ]


def test_the_learning_rate_that_became_zero() -> None:
    with formats.open(GENERATED / "gymnasium_jsonl" / "taxi_qlearning_2000.jsonl") as trace:
        found = [(seq, value) for seq, value in writes(trace, "taxi", "alpha") if value == 0.0]
        event = trace.event(found[0][0])
        assert (event.source["step"], event.source["line"]) == (1207, 1213)
        before: Any = trace.before(event.seq, "taxi")
        assert before["alpha"] == 0.1
        assert event.name == "dropoff"


def test_the_sheep_that_lived_on_negative_energy() -> None:
    with formats.open(GENERATED / "mesa_jsonl" / "wolf_sheep_200.jsonl") as trace:
        assert trace.last_seq == 5950
        found = [seq for seq, value in writes(trace, "Sheep-23", "energy") if value < 0]
        event = trace.event(found[0])
        assert event.type == "parasite"
        assert event.source == {"line": 3915, "seq": 3913, "step": 97}
        before: Any = trace.before(event.seq, "Sheep-23")
        assert before["energy"] == 20.096


def test_spans_of_raaf_and_atof() -> None:
    with formats.open(GENERIC / "raaf-span-start-end.jsonl") as trace:
        spans = [event for event in trace.events() if event.opens]
        assert (len(spans), trace.last_seq) == (35, 69)
        assert sum(event.closing is not None for event in spans) == 34
        assert len(trace.runs) == 8
    with formats.open(GENERIC / "nat-atof-events.jsonl") as trace:
        assert [(event.type, event.parent) for event in trace.events()] == [
            ("agent", None),
            ("llm.call", 1),
            ("llm.result", 2),
            ("tool.call", 1),
            ("tool.result", 4),
            ("llm.call", 1),
            ("llm.result", 6),
            ("agent.end", 1),
        ]


@pytest.mark.parametrize(
    "name",
    ["generic-jsonl/nemo-relay-atof-redacted.jsonl", "generated/burr/agent/run-main/log.jsonl"],
)
def test_others_load_without_a_word(name: str) -> None:
    path = SHARED / "traces" / name
    with formats.open(path, format="generic") as trace:
        assert trace.last_seq == len(path.read_bytes().splitlines())
        assert trace.warnings == ()


def test_a_compressed_log_opens_the_same(tmp_path: Path) -> None:
    path = GENERATED / "gymnasium_jsonl" / "taxi_qlearning_2000.jsonl"
    packed = tmp_path / "taxi.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    with formats.open(path) as plain, formats.open(packed) as unpacked:
        assert plain.last_seq == unpacked.last_seq
        assert plain.state(1000, "taxi") == unpacked.state(1000, "taxi")
