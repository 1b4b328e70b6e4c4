"""The Agent Trajectory Interchange Format, version 1.7: a run as the steps of its agents.

A trajectory is one agent on one timeline. The first stands at the root, the others are embedded as
its sub-agents, so that a file holds one run. A step is a message, or an answer of the model with
the calls it led to and their results; all else is kept in the `extra` of the step it followed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from ttdebug.errors import UsageError
from ttdebug.formats.export.jsonl import encode
from ttdebug.formats.export.part import Part
from ttdebug.model import JSON, Event, Object, iso

_SOURCES: Final = {"user": "user", "human": "user", "system": "system", "developer": "system"}
_METRICS: Final = {
    "input_tokens": "prompt_tokens",
    "output_tokens": "completion_tokens",
    "cached_tokens": "cached_tokens",
}


def lines(part: Part) -> Iterator[bytes]:
    """The document, in one piece. Raises UsageError where there is more than one run."""
    if len(part.runs) > 1:
        names = ", ".join(run.id for run in part.runs[:5])
        raise UsageError(f"an ATIF file holds one run; choose one with --run: {names} ...")
    found: dict[tuple[int, str], _Trajectory] = {}
    for event in part.events():
        key = (event.timeline_id, event.agent or "agent")
        if key not in found:
            found[key] = _Trajectory(part, *key)
        found[key].take(event)
    documents = [trajectory.document() for trajectory in found.values()]
    if not documents:
        raise UsageError("nothing is left to export; widen --from, --to, --agent or --tag")
    root, *others = documents
    yield encode(root | ({"subagent_trajectories": others} if others else {})) + b"\n"


class _Trajectory:
    """The steps of one agent on one timeline."""

    def __init__(self, part: Part, timeline: int, agent: str) -> None:
        self._part = part
        self._timeline = part.trace.timelines[timeline]
        self._agent = agent
        self._steps: list[Object] = []
        self._calls: dict[int, tuple[Object, str]] = {}
        self._totals: dict[str, float] = {}
        self._model: str | None = None

    def document(self) -> Object:
        """The trajectory as the format has it."""
        main = self._timeline.parent is None
        agent: Object = {"name": self._agent, "version": "unknown"}
        return {
            "schema_version": "ATIF-v1.7",
            "session_id": self._timeline.run,
            "trajectory_id": self._agent if main else f"{self._agent}@{self._timeline.name}",
            "agent": agent | ({"model_name": self._model} if self._model else {}),
            "steps": list(self._steps),
            "final_metrics": {
                "total_steps": len(self._steps),
                **{f"total_{name}": total for name, total in self._totals.items()},
            },
        }

    def take(self, event: Event) -> None:
        """Make a step of an event, or a part of one."""
        if event.type == "message":
            self._message(event)
        elif event.type == "llm.result":
            self._answer(event)
        elif event.type == "llm.call" and event.closing is not None:
            return  # told with its answer
        elif event.type == "tool.call":
            self._call(event)
        elif event.type == "tool.result" and event.opening in self._calls:
            self._result(event, *self._calls[event.opening])
        else:
            self._aside(event)

    def _message(self, event: Event) -> None:
        role = event.data.get("role")
        source = _SOURCES.get(role if isinstance(role, str) else "", "agent")
        step = self._step(event, source, event.data.get("content"))
        if source == "agent":
            step["llm_call_count"] = 0
        step["extra"] = _about(self._part, event, {"content", "role"})

    def _answer(self, event: Event) -> None:
        step = self._step(event, "agent", event.data.get("output"))
        step["llm_call_count"] = 1
        if event.name:
            step["model_name"] = event.name
            self._model = self._model or event.name
        metrics = self._metrics(event)
        if metrics:
            step["metrics"] = metrics
        step["extra"] = _about(self._part, event, {"output", "usage", "cost_usd"})

    def _metrics(self, event: Event) -> Object:
        usage = event.data.get("usage")
        found: Object = {}
        for key, name in _METRICS.items():
            value = usage.get(key) if isinstance(usage, dict) else None
            if isinstance(value, int) and not isinstance(value, bool):
                found[name] = value
        cost = event.data.get("cost_usd")
        if isinstance(cost, int | float) and not isinstance(cost, bool):
            found["cost_usd"] = cost
        for name, value in found.items():
            if isinstance(value, int | float):
                self._totals[name] = self._totals.get(name, 0) + value
        return found

    def _call(self, event: Event) -> None:
        step = self._steps[-1] if self._steps else None
        if step is None or step["source"] != "agent" or "observation" in step:
            step = self._step(event, "agent", "")
            step |= {"llm_call_count": 0, "extra": {}}
        given = event.data.get("call_id")
        name = given if isinstance(given, str) else f"event-{event.seq}"
        args = event.data.get("args")
        call: Object = {
            "tool_call_id": name,
            "function_name": event.name or "unknown",
            "arguments": args if isinstance(args, dict) else {"value": args},
            "extra": _about(self._part, event, {"args", "call_id"}),
        }
        _list(step, "tool_calls").append(call)
        self._calls[event.seq] = (step, name)

    def _result(self, event: Event, step: Object, call: str) -> None:
        value = event.data.get("result", event.data.get("error"))
        observation = step.setdefault("observation", {"results": []})
        assert isinstance(observation, dict)
        _list(observation, "results").append(
            {
                "source_call_id": call,
                "content": _text(value),
                "extra": _about(self._part, event, {"result"}) | {"status": event.status},
            }
        )

    def _aside(self, event: Event) -> None:
        """An event that the format has no word for."""
        if not self._steps:
            self._step(event, "system", "")["extra"] = {}
        extra = self._steps[-1]["extra"]
        assert isinstance(extra, dict)
        about = _about(self._part, event, set()) | {"type": event.type}
        for key, value in (("name", event.name), ("status", event.status)):
            if value is not None:
                about[key] = value
        _list(extra, "events").append(about)

    def _step(self, event: Event, source: str, message: JSON) -> Object:
        step: Object = {
            "step_id": len(self._steps) + 1,
            "source": source,
            "message": _text(message) or "",
            "extra": {"seq": event.seq},
        }
        if event.time is not None and (time := iso(event.time)):
            step["timestamp"] = time
        self._steps.append(step)
        return step


def _about(part: Part, event: Event, told: set[str]) -> Object:
    """Where an event stood, what else it held, and what it changed in its agent's state."""
    found: Object = {"seq": event.seq}
    rest: Object = {key: value for key, value in event.data.items() if key not in told}
    if rest:
        found["data"] = rest
    if event.source:
        found["source"] = event.source
    if delta := part.delta(event):
        found["delta"] = [dict(op) for op in delta]
    return found


def _list(holder: Object, key: str) -> list[JSON]:
    found = holder.setdefault(key, [])
    assert isinstance(found, list)
    return found


def _text(value: JSON) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
