"""DBOS databases: order, children, forks, states, and what older versions lack."""

from __future__ import annotations

import base64
import json
import pickle
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support import SHARED, needs_shared
from ttdebug import formats
from ttdebug.errors import TraceError
from ttdebug.store.trace import Trace

REAL = SHARED / "traces" / "generated" / "dbos_sqlite" / "agent_workflow.sqlite"

TABLES = """
CREATE TABLE workflow_status (workflow_uuid TEXT PRIMARY KEY, status TEXT, name TEXT,
    created_at INTEGER, completed_at INTEGER, forked_from TEXT, parent_workflow_id TEXT,
    serialization TEXT);
CREATE TABLE operation_outputs (workflow_uuid TEXT, function_id INTEGER, function_name TEXT,
    output TEXT, error TEXT, child_workflow_id TEXT, started_at_epoch_ms INTEGER,
    completed_at_epoch_ms INTEGER, serialization TEXT, PRIMARY KEY (workflow_uuid, function_id));
CREATE TABLE workflow_events_history (workflow_uuid TEXT, function_id INTEGER, key TEXT,
    value TEXT, serialization TEXT);
CREATE TABLE workflow_input (workflow_uuid TEXT, inputs TEXT);
CREATE TABLE workflow_output (workflow_uuid TEXT, output TEXT, error TEXT);
"""


def pickled(value: Any) -> str:
    return base64.b64encode(pickle.dumps(value)).decode()


class Database:
    """Fills the tables of one database; times are in ms."""

    def __init__(self, path: Path, tables: str = TABLES) -> None:
        self.path = path
        self._db = sqlite3.connect(path)
        self._db.executescript(tables)

    def workflow(self, uid: str, status: str = "SUCCESS", **more: Any) -> None:
        row = {"workflow_uuid": uid, "name": uid, "status": status, "created_at": 0, **more}
        self._insert("workflow_status", row)

    def step(self, workflow: str, number: int, name: str, output: Any = None, **more: Any) -> None:
        row = {
            "workflow_uuid": workflow,
            "function_id": number,
            "function_name": name,
            "output": pickled(output),
            "started_at_epoch_ms": number * 10,
            "completed_at_epoch_ms": number * 10 + 5,
            "serialization": "py_pickle",
        }
        self._insert("operation_outputs", row | more)

    def event(self, workflow: str, number: int, key: str, value: Any) -> None:
        self.step(workflow, number, "DBOS.setEvent", output=None, error=None)
        self._insert(
            "workflow_events_history",
            {
                "workflow_uuid": workflow,
                "function_id": number,
                "key": key,
                "value": json.dumps(value),
                "serialization": "portable_json",
            },
        )

    def run(self, script: str) -> None:
        self._db.executescript(script)

    def opened(self) -> Trace:
        self._db.commit()
        self._db.close()
        return formats.open(self.path)

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        marks = ", ".join("?" * len(row))
        self._db.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", [*row.values()]
        )


@pytest.fixture
def made(tmp_path: Path) -> Database:
    return Database(tmp_path / "app.sqlite")


def told(trace: Trace) -> list[tuple[str, str | None, str | None]]:
    return [(event.type, event.name, event.agent) for event in trace.events()]


def fidelity(trace: Trace) -> str:
    return str(trace.facts(trace.runs[0].id)["fidelity"])


def test_a_workflow_is_a_run_of_steps(made: Database) -> None:
    made.workflow("agent", serialization="portable_json")
    made.run("""INSERT INTO workflow_input VALUES ('agent', '{"args": [1]}')""")
    made.run("""INSERT INTO workflow_output VALUES ('agent', '"done"', NULL)""")
    made.step("agent", 1, "plan", {"n": 1})
    made.step("agent", 2, "boom", error=pickled(ValueError("x")), output=None)
    with made.opened() as trace:
        assert trace.format == "dbos"
        assert told(trace) == [
            ("workflow", "agent", "agent"),
            ("step", "plan", "agent"),
            ("step.end", "plan", "agent"),
            ("step", "boom", "agent"),
            ("step.end", "boom", "agent"),
            ("workflow.end", "agent", "agent"),
        ]
        assert trace.event(1).data == {"args": {"args": [1]}}
        done, failed, end = trace.event(3), trace.event(5), trace.event(6)
        assert (done.data, done.duration, done.parent) == ({"output": {"n": 1}}, 5_000_000, 2)
        assert done.source == {"workflow_id": "agent", "function_id": 1}
        assert failed.status == "error"
        assert failed.data["error"] == {"@type": "builtins.ValueError", "args": ["x"]}
        assert end.data == {"output": "done", "status": "SUCCESS"}
        assert (3, "the step before") in {(edge.seq, edge.rule) for edge in trace.causes(4)}
        assert trace.warnings == ()


def test_steps_keep_their_numbers_when_clocks_go_back(made: Database) -> None:
    made.workflow("agent")
    made.step("agent", 1, "late", started_at_epoch_ms=900, completed_at_epoch_ms=950)
    made.step("agent", 2, "early", started_at_epoch_ms=100, completed_at_epoch_ms=90)
    with made.opened() as trace:
        steps = [event.name for event in trace.events() if event.type == "step"]
        assert steps == ["late", "early"]


def test_events_are_the_state(made: Database) -> None:
    made.workflow("agent")
    made.event("agent", 1, "state", {"n": 1, "m": 0})
    made.event("agent", 2, "mood", "fine")
    made.step("agent", 3, "work", {"n": 2, "m": 0})
    made.step("agent", 4, "other", {"n": 5})
    made.event("agent", 5, "state", {"n": 2, "m": 0})
    with made.opened() as trace:
        states = {event.seq: trace.state(event.seq, "agent") for event in trace.events()}
        assert states[2] == {"n": 1, "m": 0}
        assert states[3] == {"mood": "fine", "n": 1, "m": 0}
        assert states[5] == {"mood": "fine", "n": 2, "m": 0}
        assert trace.event(5).type == "step.end"
        assert [event.seq for event in trace.events() if event.changes] == [3, 5]
        assert trace.event(2).name == "state"
        assert "derived" in fidelity(trace)


def test_a_child_is_an_agent_inside_its_parent(made: Database) -> None:
    made.workflow("agent")
    made.workflow("child", parent_workflow_id="agent")
    made.step("agent", 1, "child", child_workflow_id="child")
    made.step("child", 1, "fetch", started_at_epoch_ms=12, completed_at_epoch_ms=13)
    made.step("agent", 2, "DBOS.getResult", 7, child_workflow_id="child")
    with made.opened() as trace:
        assert told(trace)[1:6] == [
            ("handoff", "child", "agent"),
            ("workflow", "child", "child"),
            ("step", "fetch", "child"),
            ("step.end", "fetch", "child"),
            ("workflow.end", "child", "child"),
        ]
        assert trace.event(3).parent == 1
        assert [edge.seq for edge in trace.causes(3)] == [2]
        assert (6, "result of workflow") in {(edge.seq, edge.rule) for edge in trace.causes(8)}


def test_workflows_of_one_name_are_agents_of_their_own(made: Database) -> None:
    made.workflow("a", name="agent")
    made.workflow("b", name="agent-2", parent_workflow_id="a")
    made.workflow("c", name="agent", parent_workflow_id="a")
    with made.opened() as trace:
        agents = [event.agent for event in trace.events(types={"workflow"})]
        assert agents == ["agent", "agent-2", "agent-3"]


def test_a_fork_repeats_its_origin_from_a_step_on(made: Database) -> None:
    made.workflow("first")
    made.workflow("second", forked_from="first", status="PENDING")
    for name, value in (("first", 3), ("second", 4)):
        made.event(name, 1, "state", {"n": 1, "m": 0})
        made.step(name, 2, "work", {"n": 2, "m": 0})
        more = {"started_at_epoch_ms": 999, "completed_at_epoch_ms": 1001}
        made.step(name, 3, "work", {"n": value, "m": 0}, **(more if name == "second" else {}))
    with made.opened() as trace:
        _, fork = trace.runs[0].timelines
        assert trace.event(fork.fork_seq).source == {"workflow_id": "first", "function_id": 2}
        ours = [event for event in trace.events() if event.timeline == "fork-1"]
        assert [(event.type, event.agent) for event in ours] == [
            ("workflow", "first"), ("step", "first"), ("step.end", "first"),
        ]  # fmt: skip
        assert trace.state(ours[0].seq, "first", fork.id) == {"n": 2, "m": 0}
        assert trace.state(ours[2].seq, "first", fork.id) == {"n": 4, "m": 0}
        assert ours[0].status == "open"


def test_older_tables_hold_less(tmp_path: Path) -> None:
    made = Database(
        tmp_path / "old.sqlite",
        """
        CREATE TABLE workflow_status (workflow_uuid TEXT, status TEXT, name TEXT, inputs TEXT,
            output TEXT, created_at INTEGER, updated_at INTEGER);
        CREATE TABLE operation_outputs (workflow_uuid TEXT, function_id INTEGER,
            function_name TEXT, output TEXT, error TEXT, child_workflow_id TEXT);
        CREATE TABLE workflow_events (workflow_uuid TEXT, key TEXT, value TEXT);
        INSERT INTO workflow_status VALUES ('w', 'ERROR', 'agent', '[1]', '"out"', 1500, 2500);
        INSERT INTO operation_outputs VALUES ('w', 1, 'plan', 'plain text', NULL, NULL);
        INSERT INTO workflow_events VALUES ('w', 'mood', '"fine"');
        """,
    )
    with made.opened() as trace:
        assert told(trace)[-1] == ("workflow.end", "agent", "agent")
        assert trace.event(1).data == {"args": [1]}
        assert trace.event(3).data == {"output": "plain text"}
        assert trace.state(4, "agent") == {"mood": "fine"}
        assert (trace.event(4).status, trace.event(4).duration) == ("error", 10**9)


def test_what_cannot_be_decoded_is_named(made: Database) -> None:
    made.workflow("agent")
    made.step("agent", 1, "plan", output="gASV!")
    made.run("UPDATE operation_outputs SET output = 'gASV!'")
    with made.opened() as trace:
        assert trace.event(3).data["output"] == {
            "$opaque": "py_pickle", "size": 5, "reason": trace.warnings[0].split(": ", 1)[1],
        }  # fmt: skip
        assert trace.warnings[0].startswith("step 1 of agent: not base64")


def test_workflows_that_name_each_other_are_all_there(made: Database) -> None:
    made.workflow("a", parent_workflow_id="b")
    made.workflow("b", forked_from="a")
    made.workflow("c", parent_workflow_id="c")
    made.step("a", 1, "b", child_workflow_id="b")
    made.step("b", -5, "a", child_workflow_id="a")
    with made.opened() as trace:
        assert sum(event.type == "workflow" for event in trace.events()) == 3


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("CREATE VIEW workflow_status AS SELECT 1 AS workflow_uuid", "a view"),
        ("CREATE TABLE workflow_status (workflow_uuid TEXT)", "is empty"),
        ("CREATE TABLE workflow_status (name TEXT)", "no table workflow_status"),
    ],
)
def test_other_databases_are_refused(tmp_path: Path, script: str, says: str) -> None:
    path = tmp_path / "app.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    with pytest.raises(TraceError, match=says):
        formats.open(path, format="dbos")


@needs_shared
def test_the_real_database() -> None:
    with formats.open(REAL) as trace:
        assert [run.id for run in trace.runs] == ["agent-run-a", "agent-fail-a"]
        assert [line.name for line in trace.runs[0].timelines] == ["main", "fork-1"]
        lost = [e for e in trace.events() if e.name == "normalize" and e.type == "step.end"]
        for event in lost:
            before: Any = trace.before(event.seq, "agent", event.timeline_id)
            after: Any = trace.state(event.seq, "agent", event.timeline_id)
            assert (before["total"], after["total"]) == (32.0, None)
            assert event.source["function_id"] == 23
        assert trace.warnings == ()
