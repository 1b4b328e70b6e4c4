"""Bugs planted in recordings of other frameworks, each found with three commands at most."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.support import SHARED, needs_shared
from ttdebug import formats

pytestmark = needs_shared

GENERATED = SHARED / "traces" / "generated"
Ask = Callable[..., list[Any]]


@pytest.fixture
def ask(tt: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """What a command prints with --json; the fourth question is one too many."""
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    asked: list[object] = []

    def ask_one(*words: object) -> list[Any]:
        asked.append(words)
        assert len(asked) <= 3
        outcome = tt(*words, "--json")
        assert outcome.code == 0, outcome.err
        return outcome.json

    return ask_one


@pytest.mark.parametrize(("name", "line"), [("run-main", 120), ("run-fork", 36)])
def test_burr_lost_its_wallet_in_settle(ask: Ask, name: str, line: int) -> None:
    path = GENERATED / "burr" / "agent" / name
    hit = ask("break", path, "state.wallet == null")[0]
    assert (hit["name"], hit["source"]["line"]) == ("settle", line)
    assert hit["source"]["sequence_id"] == 29
    write = ask("history", path, "wallet", "--to", hit["seq"], "--reverse", "--limit", 1)[0]
    assert (write["old"], write["new"]) == (72.0, None)
    causes = ask("why", path, "wallet", "--at", hit["seq"])
    assert [cause["name"] for cause in causes[:3]] == ["settle", "settle", "act"]


def test_burr_crashed_in_act_and_went_on(ask: Ask) -> None:
    path = GENERATED / "burr" / "agent" / "run-main"
    (crash,) = ask("break", path, 'event.status == "error" and event.type == "action.end"')
    assert (crash["source"]["line"], crash["source"]["sequence_id"]) == (72, 17)
    assert "ConnectionError: grid API 503" in crash["data"]["error"]
    after = ask("events", path, "--from", crash["seq"] + 1, "--limit", 1)[0]
    assert (after["name"], after["source"]["sequence_id"]) == ("act", 18)


REDUX = GENERATED / "redux_devtools"


@pytest.mark.parametrize("name", ["lifted_state", "lifted_state_jsan", "lifted_with_reducer_error"])
def test_redux_lost_what_remained_of_its_budget(ask: Ask, name: str) -> None:
    path = REDUX / f"{name}.json"
    (hit,) = ask("break", path, "not exists(state.budget.remaining)")
    assert (hit["name"], hit["source"]["action_id"]) == ("memory/compact", 49)
    lost, nothing = ask("history", path, "budget.remaining", "--from", hit["seq"])[:2]
    assert (lost["op"], lost["old"]) == ("remove", 419.5)
    assert (nothing["source"]["index"], nothing["new"]) == (55, None)


def test_redux_threw_in_a_reducer(ask: Ask) -> None:
    (error,) = ask("break", REDUX / "lifted_with_reducer_error.json", 'event.status == "error"')
    assert (error["name"], error["source"]["action_id"]) == ("sub/merge", 62)
    assert error["data"]["error"].startswith("TypeError: parts is not iterable")
    (skipped,) = ask("events", REDUX / "lifted_state.json", "--where", "event.data.skipped")
    assert skipped["source"]["action_id"] == 62
    (current,) = ask("events", REDUX / "lifted_state.json", "--where", "event.data.current")
    assert current["source"]["index"] == 40


INSPECT = GENERATED / "inspect_ai"


@pytest.mark.parametrize(
    ("name", "uuid"),
    [("*fbDFN*.eval", "e93WQFioDRcRwit8KgoUZ3"), ("*cipf8*.json", "mGhNqFWzBVNcgCDndGMfyE")],
)
def test_inspect_lost_a_todo_when_it_merged_shelves(ask: Ask, name: str, uuid: str) -> None:
    (path,) = INSPECT.glob(name)
    (hit,) = ask("break", path, "len(state.todo) < len(before.todo)")
    assert (hit["source"]["uuid"], hit["source"]["index"]) == (uuid, 66)
    (lost,) = ask("history", path, "todo[id=B-12]", "--reverse", "--limit", 1)
    assert (lost["seq"], lost["op"], lost["old"]["title"]) == (hit["seq"], "remove", "Box B2")
    causes = ask("why", path, "todo[id=B-12]")
    assert [cause["name"] for cause in causes[:2]] == ["store", "merge_shelf"]
    assert causes[1]["data"]["args"] == {"src": "B", "dst": "A"}
    assert causes[1]["source"]["index"] == 65


def test_inspect_failed_for_want_of_a_tokenizer(ask: Ask) -> None:
    path = INSPECT / "archive_failed_env.eval"
    errors = ask("break", path, 'event.type == "error"')
    assert len(errors) == 1
    assert errors[0]["data"]["error"]["message"].startswith("ConnectionError(MaxRetryError")
    (end,) = ask("events", path, "--type", "run.end")
    assert end["status"] == "error"


def test_dbos_lost_its_total_in_normalize(ask: Ask) -> None:
    path = GENERATED / "dbos_sqlite" / "agent_workflow.sqlite"
    first, again = ask("break", path, "state.total == null", "--agent", "agent")
    assert (first["name"], first["timeline"], again["timeline"]) == ("normalize", "main", "fork-1")
    assert first["source"] == {"workflow_id": "agent-run-a", "function_id": 23}
    assert again["source"]["function_id"] == 23
    (write,) = ask("history", path, "total", "--from", first["seq"], "--limit", 1)
    assert (write["old"], write["new"]) == (32.0, None)
    cause = ask("why", path, "total", "--run", "agent-run-a", "--at", first["seq"])[2]
    assert (cause["name"], cause["source"]["function_id"]) == ("apply", 22)


def test_pydantic_ai_subtracted_a_return(ask: Ask) -> None:
    path = GENERATED / "pydantic_ai" / "restock_all_messages.json"
    (hit,) = ask("break", path, 'state.stock["SKU-3"] < 0')
    assert (hit["name"], hit["source"]["message"], hit["source"]["part"]) == ("apply_return", 22, 0)
    write = ask("history", path, 'stock["SKU-3"]', "--reverse", "--limit", 1)[0]
    assert (write["old"], write["new"]) == (6, -4)
    causes = ask("why", path, 'stock["SKU-3"]', "--at", hit["seq"])
    assert causes[1]["data"]["args"] == {"sku": "SKU-3", "qty": 10}
    assert (causes[1]["source"]["message"], causes[1]["source"]["part"]) == (21, 1)


SMOLAGENTS = GENERATED / "smolagents"


@pytest.mark.parametrize("name", ["memory_full_steps", "memory_succinct_steps"])
def test_smolagents_printed_a_ledger_without_cash(ask: Ask, name: str) -> None:
    """Variables are not recorded; what was printed can be asked for."""
    path = SMOLAGENTS / f"{name}.json"
    printed = 'event.type == "tool.result" and contains(event.data.result, "\\"cash\\": null")'
    hit = ask("break", path, printed)[0]
    assert hit["source"] == {"index": 7, "step": 7}
    call = ask("events", path, "--where", f"event.seq == {hit['parent']}")[0]
    assert ".get('eur')" in call["data"]["args"]
    found = ask("search", path, '"cash": null')[0]
    assert found["seq"] == hit["seq"]


def test_smolagents_tried_again_after_a_timeout(ask: Ask) -> None:
    path = SMOLAGENTS / "memory_fx_agent.json"
    (hit,) = ask("break", path, 'event.type == "tool.result" and event.status == "error"')
    assert (hit["name"], hit["source"]["index"]) == ("get_rate", 2)
    assert "TimeoutError" in hit["data"]["error"]["message"]


AUTOGEN = GENERATED / "autogen" / "team_stream.jsonl"


def test_autogen_lost_an_assignee_when_another_ticket_was_closed(ask: Ask) -> None:
    hit, later = ask("break", AUTOGEN, "state.tickets.T3.assignee == null")
    assert (hit["agent"], hit["name"], hit["source"]["line"]) == ("dev", "close_ticket", 24)
    assert (hit["data"]["call_id"], later["agent"]) == ("c8_1", "pm")
    (write,) = ask("history", AUTOGEN, "tickets.T3.assignee", "--from", 40, "--agent", "dev")
    assert (write["seq"], write["old"], write["new"]) == (hit["seq"], "dev0", None)
    causes = ask("why", AUTOGEN, "tickets.T3.assignee", "--at", hit["seq"])
    assert causes[1]["data"]["args"] == {"ticket": "T4"}


def test_autogen_never_retried_what_failed(ask: Ask) -> None:
    (failed,) = ask(
        "events", AUTOGEN, "--type", "tool.result", "--where", "event.status == 'error'"
    )
    assert (failed["source"]["line"], failed["data"]["error"]) == (18, "CI runner lost")
    (end,) = ask("state", AUTOGEN, "--at", "end", "--agent", "dev", "--path", "queue")
    assert end == ["T3"]


OPENAI = GENERATED / "openai_agents"


@pytest.mark.parametrize("name", ["claim_trace.jsonl", "claim_ingest_payload.json"])
def test_openai_agents_replaced_the_documents_of_a_claim(ask: Ask, name: str) -> None:
    path = OPENAI / name
    (hit,) = ask("break", path, "changed(state.claim.documents)")
    assert hit["source"]["span_id"] == "span_45dec0f0c3d4470e8d189e81"
    assert hit["source"]["line"] == 29
    writes = ask("history", path, "claim.documents[1]", "--reverse", "--limit", 1)
    assert (writes[0]["old"], writes[0]["new"]) == ("police_report", "repair_estimate")
    causes = ask("why", path, "claim.documents", "--at", hit["seq"])
    assert [cause["name"] for cause in causes[:2]] == ["attach_documents", "attach_documents"]
    assert causes[1]["data"]["call_id"] == "call_012"


@pytest.mark.parametrize("name", ["claim_session.sqlite", "claim_input_list.json"])
def test_a_session_of_openai_agents_tells_the_same(ask: Ask, name: str) -> None:
    path = OPENAI / name
    _, hit = ask("break", path, "changed(state.claim.documents)")
    assert (hit["name"], hit["data"]["call_id"]) == ("attach_documents", "call_012")
    (call,) = ask("events", path, "--where", f"event.seq == {hit['parent']}")
    assert call["source"].get("id", 14) == 14
    assert call["data"]["args"] == {"names": ["photos", "repair_estimate"]}


def test_viztracer_lost_its_budget_after_a_rebate(ask: Ask) -> None:
    path = GENERATED / "viztracer" / "agent_trace.json"
    (hit,) = ask("break", path, "state.budget == null")
    assert (hit["data"]["args"]["why"], hit["source"]["ts"]) == ("after t6", 1819969487.692)
    before, lost = ask("history", path, "budget", "--to", hit["seq"], "--limit", 99)[-2:]
    assert (lost["old"], lost["new"]) == (87.0, None)
    rebate = "event.name == 'Agent.tool_rebate' and event.type == 'function'"
    (call,) = ask("break", path, rebate, "--from", before["seq"], "--to", hit["seq"])
    assert (call["source"]["ts"], call["data"]["args"]["code"]) == (1819969417.546, "'Z'")


def test_a_wolf_sheep_log_holds_a_sheep_that_lives_on_below_zero(ask: Ask) -> None:
    path = GENERATED / "mesa_jsonl" / "wolf_sheep_200.jsonl"
    hit = ask("break", path, 'state.energy < 0 and event.type != "died"')[0]
    assert (hit["agent"], hit["type"], hit["source"]["line"]) == ("Sheep-23", "parasite", 3915)
    assert hit["source"]["step"] == 97
    writes = ask("history", path, "energy", "--agent", "Sheep-23", "--from", hit["seq"])
    assert (writes[0]["old"], writes[0]["new"]) == (20.096, -19.904)
    last = ask("events", path, "--agent", "Sheep-23", "--reverse", "--limit", 1)[0]
    assert last["source"]["step"] == 105


def test_a_q_learning_log_holds_a_learning_rate_that_became_zero(ask: Ask) -> None:
    path = GENERATED / "gymnasium_jsonl" / "taxi_qlearning_2000.jsonl"
    hit = ask("break", path, "state.alpha == 0")[0]
    assert (hit["source"]["step"], hit["source"]["line"]) == (1207, 1213)
    (write,) = ask("history", path, "alpha", "--from", hit["seq"], "--limit", 1)
    assert (write["old"], write["new"]) == (0.1, 0.0)


OTLP = GENERATED / "otlp_json"


@pytest.mark.parametrize(
    "encoding", ["otlp.jsonl", "otlp.pb", "proto_MessageToJson.json", "console.json"]
)
def test_opentelemetry_saw_a_return_subtracted(ask: Ask, encoding: str) -> None:
    path = OTLP / f"pydantic_ai_restock.{encoding}"
    (hit,) = ask("break", path, 'state.stock["SKU-3"] < 0')
    assert (hit["name"], hit["source"]["span_id"]) == ("apply_return", "82b6108f7d8683e9")
    (write,) = ask("history", path, 'stock["SKU-3"]', "--reverse", "--limit", 1)
    assert (write["old"], write["new"]) == (6, -4)
    causes = ask("why", path, 'stock["SKU-3"]')
    assert causes[1]["data"]["args"] == {"sku": "SKU-3", "qty": 10}
    assert causes[1]["data"]["call_id"] == "call_017"


def test_opentelemetry_saw_a_graph_lose_its_budget(ask: Ask) -> None:
    path = OTLP / "openinference_langgraph_trip.otlp.jsonl"
    hit = ask("break", path, "state.budget.remaining == null")[0]
    (write,) = ask(
        "history", path, "budget.remaining", "--to", hit["seq"], "--reverse", "--limit", 1
    )
    assert (write["old"], write["new"]) == (1657.76, None)
    causes = ask("why", path, "budget.remaining", "--at", hit["seq"])
    tool = next(cause for cause in causes if cause["name"] == "apply_discount")
    assert tool["source"]["span_id"] == "a950ba734ae5d573"
    assert tool["relation"] == "returned before this state"


def test_opentelemetry_names_the_tool_that_returned_null(ask: Ask) -> None:
    path = OTLP / "openinference_langgraph_trip.otlp.jsonl"
    returned = 'event.type == "tool.result" and event.data.result.update.budget.remaining == null'
    hit = ask("break", path, returned)[0]
    assert (hit["name"], hit["source"]["span_id"]) == ("apply_discount", "a950ba734ae5d573")


LANGGRAPH = GENERATED / "langgraph_sqlite"


def test_langgraph_lost_its_budget_to_a_discount(ask: Ask) -> None:
    path = LANGGRAPH / "trip_planner.sqlite"
    hit = ask("break", path, "state.budget.remaining == null", "--agent", "root")[0]
    assert hit["source"]["checkpoint_id"] == "1f1e51f8-13eb-6d33-8018-54823911f9ac"
    assert hit["source"]["step"] == 24
    causes = ask("why", path, "budget.remaining", "--at", hit["seq"])
    (write,) = [cause for cause in causes if cause["type"] == "write" and cause["name"] == "budget"]
    assert write["source"]["checkpoint_id"] == "1f1e51f8-13e1-6163-8017-c700408ad2da"
    assert (write["source"]["task_id"], write["source"]["idx"]) == (
        "1f002008-0e25-a3b5-e5f5-37b28d70032b", 0
    )  # fmt: skip
    called = [cause for cause in causes if cause["type"] == "tool.call"]
    assert {"apply_discount", "remember"} <= {cause["name"] for cause in called}
    assert any(cause["data"]["args"].get("code") == "PARTNER15" for cause in called)


def test_langgraph_overspent_later(ask: Ask) -> None:
    path = LANGGRAPH / "trip_planner.sqlite"
    hit = ask("break", path, "state.budget.spent > state.budget.limit", "--agent", "root")[0]
    assert (hit["source"]["step"], hit["source"]["checkpoint_id"]) == (
        42, "1f1e51f8-144c-6c7b-802a-afbc6db80835"
    )  # fmt: skip


def test_langgraph_crashed_was_interrupted_and_was_repaired_on_a_fork(ask: Ask) -> None:
    path = LANGGRAPH / "trip_planner.sqlite"
    (crash,) = ask("break", path, 'event.type == "error"')
    assert crash["source"]["task_id"] == "2ab75107-33a6-cdb6-4aef-7cb41cc3fd12"
    stops = ask("break", path, 'event.type == "interrupt"', "--agent", "root")
    assert [(stop["timeline"], stop["name"]) for stop in stops] == [
        ("main", "booking"), ("fork-1", "booking")
    ]  # fmt: skip
    divergence = ask("diff", path, "main", "fork-1", "--align")[0]["first_divergence"]
    assert divergence["after"] == {"a": 108, "b": 108}
    with formats.open(path) as trace:
        repair = trace.event(divergence["b"])
    assert repair.source["checkpoint_id"] == "1f1e51f8-154c-6ba1-8019-c35c7ff6e76c"


def test_langgraph_dropped_a_todo_among_five_thousand_steps(ask: Ask) -> None:
    path = LANGGRAPH / "long_run_5000.sqlite.gz"
    (last,) = ask("history", path, "todo[id=5]", "--reverse", "--limit", "1")
    assert (last["op"], last["source"]["step"]) == ("remove", 3187)
    assert last["source"]["checkpoint_id"] == "1f1e51fd-5afc-6d01-8c73-5fc6f07beca7"
    assert last["old"] == {"id": 5, "title": "task 5", "done": True, "tries": 266}


def test_langgraph_let_a_patrol_go_on_below_zero(ask: Ask) -> None:
    path = LANGGRAPH / "delta_channel.sqlite"
    (hit,) = ask("break", path, "state.health < 0")
    assert hit["source"]["checkpoint_id"] == "1f1e5202-7014-6d84-802c-5e574b003815"
    assert (hit["source"]["step"], hit["reason"]) == (44, "state.health 70 → -90")
    assert len(ask("state", path, "--at", hit["seq"], "--path", "notes")[0]) == 44


@pytest.mark.parametrize(
    ("version", "checkpoint"),
    [
        ("0.2.20", "1f1e5229-2bc3-6396-8008-0e879f5ca76a"),
        ("0.3.34", "1f1e5229-36aa-6b1d-8008-ce9f838dd678"),
    ],
)
def test_langgraph_let_a_hero_explore_to_death(ask: Ask, version: str, checkpoint: str) -> None:
    path = LANGGRAPH / f"dungeon_langgraph_{version}.sqlite"
    hit = ask("break", path, "state.health < 0")[0]
    assert (hit["source"]["checkpoint_id"], hit["source"]["step"]) == (checkpoint, 8)
    write = ask("history", path, "health", "--to", hit["seq"], "--reverse", "--limit", 1)[0]
    assert (write["old"], write["new"]) == (10, -4)
