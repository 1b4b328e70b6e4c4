"""An on-call assistant built with LangGraph looks into an incident; makes checkpoints.sqlite.

    python -m venv /tmp/lg && /tmp/lg/bin/pip install langgraph langgraph-checkpoint-sqlite
    /tmp/lg/bin/python make.py [OUT.sqlite]

No model is called: the assistant's answers are scripted, its tools are small functions. LangGraph
itself is real, and so is the file. Only the ids of checkpoints and their times differ from run to
run.
"""

from __future__ import annotations

import operator
import sqlite3
import sys
from pathlib import Path
from typing import Annotated, TypedDict

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Command, Send, interrupt

MODEL = "oncall-7b"
SERVICES = ("checkout", "payments", "orders", "search")


def merge(old: dict, new: dict) -> dict:
    """The bug: one level deep, so a report that names one fact of a service drops the others."""
    return {**old, **new}


class Incident(TypedDict, total=False):
    """What the graph knows."""

    messages: Annotated[list[AnyMessage], add_messages]
    incident: dict
    services: Annotated[dict, merge]
    timeline: Annotated[list[dict], operator.add]
    hypotheses: list[dict]
    actions: Annotated[list[dict], operator.add]
    verdict: str


class Closing(TypedDict, total=False):
    """What the approval knows."""

    incident: dict
    verdict: str


class Probe(TypedDict):
    """What one probe is asked."""

    service: str


READINGS = {
    "checkout": {"status": "degraded", "error_rate": 0.084, "p99_ms": 2310},
    "payments": {"status": "ok", "error_rate": 0.002, "p99_ms": 240},
    "orders": {"status": "failing", "error_rate": 0.31, "p99_ms": 9800},
    "search": {"status": "ok", "error_rate": 0.001, "p99_ms": 85},
}


def intake(state: Incident) -> dict:
    """Open the incident."""
    return {
        "incident": {"id": "INC-2291", "severity": 2, "customer_impact": "checkout slow"},
        "timeline": [{"id": "t1", "at": "09:02", "what": "alert: checkout p99 over 2 s"}],
        "services": {},
    }


def fan_out(state: Incident) -> list[Send]:
    """One probe per service, all at once."""
    return [Send("probe", {"service": name}) for name in SERVICES]


def probe(state: Probe) -> dict:
    """Ask one service how it is."""
    name = state["service"]
    return {"services": {name: {**READINGS[name], "region": "eu-west-1", "owner": f"team-{name}"}}}


def correlate(state: Incident) -> dict:
    """Rank what may be wrong."""
    bad = [name for name in SERVICES if state["services"][name]["status"] != "ok"]
    return {
        "hypotheses": [
            {"id": f"h{n}", "service": name, "likely": round(0.8 - n * 0.3, 2)}
            for n, name in enumerate(reversed(bad))
        ],
        "timeline": [{"id": "t2", "at": "09:04", "what": f"probes: {', '.join(bad)} not ok"}],
    }


TURNS = [
    ("orders is the likely cause. Looking at its connections.", "db_stats", {"service": "orders"}),
    ("The pool is exhausted. Checking what was deployed.", "deployments", {"since": "08:30"}),
    ("Deployment history timed out; asking again.", "deployments", {"since": "08:30"}),
    ("Release 4.18 halved the pool. Rolling it back.", "rollback", {"service": "orders", "to": "4.17"}),
    ("Noting who owns the order service.", "note_owner", {"service": "orders", "owner": "dana"}),
    ("Checking whether anything is still failing.", "overall_status", {}),
]


def assistant(state: Incident) -> dict:
    """The scripted model: one answer per turn, each with one tool call, then a conclusion."""
    turn = sum(isinstance(message, AIMessage) for message in state["messages"])
    usage = {"input_tokens": 900 + 140 * turn, "output_tokens": 40 + 3 * turn}
    usage["total_tokens"] = sum(usage.values())
    if turn < len(TURNS):
        text, tool, args = TURNS[turn]
        calls = [{"name": tool, "args": args, "id": f"call_{turn + 1:02}"}]
    elif state["messages"][-1].content == "failing: none":
        text, calls = "No service reports a failure any more. Proposing to close INC-2291.", []
    else:
        text, calls = "orders still fails. INC-2291 stays open until the rollback ran.", []
    answer = AIMessage(
        text,
        id=f"ai-{turn + 1}",
        tool_calls=calls,
        usage_metadata=usage,
        response_metadata={"model_name": MODEL},
    )
    return {"messages": [answer]}


def route(state: Incident) -> str:
    """Tools while the assistant asks for them, then the approval if it proposes to close."""
    answer = state["messages"][-1]
    if answer.tool_calls:
        return "tools"
    return "close" if "Proposing" in answer.content else "report"


def tools(state: Incident) -> Command:
    """Run the one tool that was asked for."""
    call = state["messages"][-1].tool_calls[0]
    attempts = sum(getattr(m, "name", None) == call["name"] for m in state["messages"])
    update, text, status = TOOLS[call["name"]](state, call["args"], attempts)
    message = ToolMessage(
        text, name=call["name"], tool_call_id=call["id"], id=f"tool-{call['id']}", status=status
    )
    return Command(update={**update, "messages": [message]})


def db_stats(state: Incident, args: dict, attempts: int) -> tuple[dict, str, str]:
    """Numbers of one service's database."""
    return {}, "connections 100 of 100, waiting 412, replication lag 3.1 s", "success"


def deployments(state: Incident, args: dict, attempts: int) -> tuple[dict, str, str]:
    """What was released lately; fails once."""
    if attempts == 0:
        return {}, "TimeoutError: deploy-api gave no answer within 8 s", "error"
    event = {"id": "t3", "at": "08:57", "what": "release 4.18 of orders, pool 200 to 100"}
    return {"timeline": [event]}, "08:57 orders 4.18 (pool size 200 to 100)", "success"


def rollback(state: Incident, args: dict, attempts: int) -> tuple[dict, str, str]:
    """Ask for an older release; the pipeline queues it."""
    action = {"id": "a1", "kind": "rollback", "service": args["service"], "state": "queued"}
    return {"actions": [action]}, "queued behind 2 other deployments", "success"


def note_owner(state: Incident, args: dict, attempts: int) -> tuple[dict, str, str]:
    """Write down who owns a service: this report is what `merge` takes for the whole service."""
    return {"services": {args["service"]: {"owner": args["owner"]}}}, "noted", "success"


def overall_status(state: Incident, args: dict, attempts: int) -> tuple[dict, str, str]:
    """List what is failing."""
    failing = [n for n, facts in state["services"].items() if facts.get("status") == "failing"]
    return {}, f"failing: {', '.join(failing) or 'none'}", "success"


TOOLS = {
    "db_stats": db_stats,
    "deployments": deployments,
    "rollback": rollback,
    "note_owner": note_owner,
    "overall_status": overall_status,
}


def draft(state: Closing) -> dict:
    """In the subgraph: the sentence to be approved."""
    return {"verdict": "resolved: no service is failing"}


def approve(state: Closing) -> dict:
    """In the subgraph: wait for a person."""
    answer = interrupt({"question": "Close INC-2291?", "verdict": state["verdict"]})
    return {"verdict": state["verdict"] if answer["ok"] else "open"}


def report(state: Incident) -> dict:
    """Close the incident, or say that it stays open."""
    verdict = state.get("verdict", "open")
    incident = {**state["incident"], "verdict": verdict, "closed": verdict != "open"}
    event = {"id": "t4", "at": "09:31", "what": f"verdict: {verdict}"}
    return {"incident": incident, "timeline": [event]}


def build(saver: SqliteSaver):  # noqa: ANN201 - the compiled graph's type is LangGraph's own
    """The graph, and inside it the approval."""
    closing = StateGraph(Closing)
    closing.add_node("draft", draft)
    closing.add_node("approve", approve)
    closing.add_edge(START, "draft")
    closing.add_edge("draft", "approve")

    graph = StateGraph(Incident)
    for node in (intake, probe, correlate, assistant, tools, report):
        graph.add_node(node.__name__, node)
    graph.add_node("close", closing.compile())
    graph.add_edge(START, "intake")
    graph.add_conditional_edges("intake", fan_out, ["probe"])
    graph.add_edge("probe", "correlate")
    graph.add_edge("correlate", "assistant")
    graph.add_conditional_edges("assistant", route, ["tools", "close", "report"])
    graph.add_edge("tools", "assistant")
    graph.add_edge("close", "report")
    graph.add_edge("report", END)
    return graph.compile(checkpointer=saver)


def main(path: Path) -> None:
    """Run the incident, let a person approve its end, repair it on a fork, leave one file."""
    for old in path.parent.glob(path.name + "*"):
        old.unlink()
    connection = sqlite3.connect(path, check_same_thread=False)
    graph = build(SqliteSaver(connection))
    config = {"configurable": {"thread_id": "INC-2291"}}
    alert = HumanMessage("Alert: checkout p99 over 2 s since 09:02. Find out why.", id="human-1")
    graph.invoke({"messages": [alert]}, config, durability="sync")
    graph.invoke(Command(resume={"ok": True, "by": "noor"}), config, durability="sync")

    buggy = next(
        found.config
        for found in graph.get_state_history(config)
        if "status" in found.values.get("services", {}).get("orders", {})
    )
    repaired = {"services": {"orders": {**READINGS["orders"], "owner": "dana"}}}
    fork = graph.update_state(buggy, repaired, as_node="tools")
    graph.invoke(None, fork, durability="sync")
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("VACUUM")
    connection.close()


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else here / "checkpoints.sqlite")
