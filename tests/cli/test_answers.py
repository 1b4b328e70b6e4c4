from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from ttdebug.model import JSON
from ttdebug.store.writer import Writer

EVENT_KEYS = [
    "run", "seq", "time", "elapsed", "type", "name", "agent", "timeline", "parent", "causes",
    "status", "duration", "changes", "data", "source",
]  # fmt: skip


def test_info_names_what_the_file_holds(tt: Run, trip: Path) -> None:
    outcome = tt("info", trip, "--json")
    assert outcome.code == 0
    (record,) = outcome.json
    assert record["format"] == "ttd"
    assert record["size_bytes"] == trip.stat().st_size
    assert record["warnings"] == []
    (found,) = record["runs"]
    assert found["id"] == "trip-1"
    assert found["agents"] == ["planner", "booker"]
    assert found["timelines"] == ["main", "fork-1"]
    assert (found["events"], found["snapshots"]) == (9, 4)
    assert found["start"] == "2025-11-20T22:00:00.000000Z"
    assert found["types"]["tool.call"] == 2


def test_info_lists_drift_with_its_evidence(tt: Run, strayed: Path) -> None:
    (finding,) = tt("info", strayed, "--drift", "--json").json[0]["drift"]
    assert finding["kind"] == "fallen"
    assert (finding["path"], finding["agent"], finding["timeline"]) == ("left", "a", "main")
    assert (finding["first"], finding["last"]) == (4, 6)
    assert finding["evidence"][-1] == {"seq": 4, "what": "left", "value": None}
    out = tt("info", strayed, "--drift").out
    assert "fallen     4 to 6  a  left became null after 3 writes of something else" in out
    assert "3: left 3  4: left null" in out
    assert "drift" not in tt("info", strayed, "--json").json[0]


def test_info_says_that_no_rule_found_anything(tt: Run, trip: Path) -> None:
    assert "no rule found anything" in tt("info", trip, "--drift").out


@pytest.fixture
def strayed(tmp_path: Path) -> Path:
    """A number that became null and stayed so."""
    path = tmp_path / "strayed.ttd"
    with Writer.create(path, durability="batch") as writer:
        main = writer.run("r")
        for left in (5, 4, 3, None, None, None):
            writer.append(main, "state", agent="a", state={"left": left})
    return path


def test_events_carry_every_field_of_the_contract(tt: Run, trip: Path) -> None:
    outcome = tt("events", trip, "--json")
    assert [list(record) for record in outcome.json] == [EVENT_KEYS] * 9
    result = outcome.json[4]
    assert result["seq"] == 5
    assert result["time"] == "2025-11-20T22:00:04.000000Z"
    assert (result["elapsed"], result["duration"], result["status"]) == (4.0, 1.0, "ok")
    assert result["parent"] == 4
    assert {"seq": 4, "kind": "recorded"} in result["causes"]
    assert result["changes"] == {"added": 1, "changed": 1, "removed": 0}
    assert outcome.json[3]["status"] == "ok"
    assert outcome.json[3]["duration"] == 1.0


def test_events_can_be_narrowed_and_turned_round(tt: Run, trip: Path) -> None:
    def seqs(*words: str) -> list[int]:
        return [record["seq"] for record in tt("events", trip, "--json", *words).json]

    assert seqs("--type", "tool.*") == [4, 5, 6, 7]
    assert seqs("--type", "tool.*", "--reverse", "--limit", "2") == [7, 6]
    assert seqs("--agent", "planner") == [1, 3, 8]
    assert seqs("--from", "7", "--to", "8") == [7, 8]
    assert seqs("--where", 'event.status == "error"') == [6, 7]
    assert seqs("--where", "state.budget.remaining == null") == [5, 6, 7]


def test_break_hits_where_it_becomes_true(tt: Run, trip: Path) -> None:
    condition = "state.budget.remaining == null"
    for words in ([], ["--reverse"], ["--agent", "booker"]):
        outcome = tt("break", trip, condition, "--json", *words)
        assert outcome.code == 0
        (hit,) = outcome.json
        assert (hit["seq"], hit["hits"]) == (5, 1)
        assert "null" in hit["reason"]
        assert list(hit) == [*EVENT_KEYS, "hits", "reason"]


def test_hit_ordinals_count_from_the_start_of_the_timeline(tt: Run, trip: Path) -> None:
    outcome = tt("break", trip, 'event.type == "tool.call"', "--from", "5", "--json")
    assert [(hit["seq"], hit["hits"]) for hit in outcome.json] == [(6, 2)]
    backwards = tt("break", trip, 'event.type == "tool.call"', "--reverse", "--json")
    assert [(hit["seq"], hit["hits"]) for hit in backwards.json] == [(6, 2), (4, 1)]


def test_history_lists_every_write(tt: Run, trip: Path) -> None:
    outcome = tt("history", trip, "budget.remaining", "--json")
    assert [(w["seq"], w["op"], w["old"], w["new"], w["timeline"]) for w in outcome.json] == [
        (2, "add", None, 60.5, "main"),
        (5, "replace", 60.5, None, "main"),
        (9, "replace", None, 60.5, "fork-1"),
    ]
    keys = ["seq", "path", "op", "old", "new", "type", "name", "agent", "timeline", "source"]
    assert list(outcome.json[0]) == keys
    assert outcome.json[0]["path"] == "/budget/remaining"
    assert [w["seq"] for w in tt("history", trip, "todo[id=5].done", "--json").json] == [5, 9]


def test_state_is_the_one_after_the_event(tt: Run, trip: Path) -> None:
    def value(*words: str) -> object:
        return tt("state", trip, "--json", *words).json[0]

    assert value("--at", "4", "--path", "budget.remaining") == 60.5
    assert value("--at", "5", "--path", "/budget/remaining") is None
    assert value("--at", "fork-1:end", "--path", "budget.remaining") == 60.5
    assert value("--at", "main:end", "--agent", "booker", "--path", "budget.remaining") is None
    assert value("--at", "3") == {"plan": "book"}


@pytest.mark.parametrize("style", ["text", "json", "jsonpatch", "html"])
def test_diff_between_any_two_positions(tt: Run, trip: Path, style: str) -> None:
    outcome = tt("diff", trip, "4", "5", "--format", style)
    assert outcome.code == 0
    assert "remaining" in outcome.out


def test_diff_as_html_is_a_page_that_cannot_act(tt: Run, tmp_path: Path) -> None:
    source = tmp_path / "evil.jsonl"
    evil = "<script>alert(1)</script>\x1b[31m\u202e\n<img src=x onerror=alert(2)>"
    states = [{"safe": "a\nb"}, {"safe": "a\nc", evil: evil}]
    lines = [json.dumps({"type": "x", "state": state}) for state in states]
    source.write_text("\n".join(lines))
    page = tt("diff", source, "1", "2", "--format", "html").out
    assert page.startswith("<!doctype html>\n<html")
    assert page.rstrip().endswith("</html>")
    assert "\n<style>\n" in page
    for harm in ("<script", "<img", "\x1b", "\u202e", "http:", "https:", "src=", "href="):
        assert harm not in page.replace("src=x", "")
    assert "&lt;script&gt;" in page


def test_a_tree_may_be_deeper_than_json_readers_like(tt: Run, tmp_path: Path) -> None:
    path = tmp_path / "deep.ttd"
    writer = Writer.create(path, durability="batch")
    main, inside = writer.run("deep"), None
    for _ in range(1500):
        inside = writer.append(main, "task", agent="a", parent=inside, opens=True)
    writer.close()
    assert tt("tree", path, "--json").out.count('"seq":') == 1500
    assert len(tt("tree", path).out.splitlines()) == 1500


def test_an_empty_recording_answers_that_there_is_nothing(tt: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.ttd"
    Writer.create(path).close()
    assert tt("info", path, "--json").json[0]["runs"] == []
    assert tt("verify", path).code == 0
    for words in (["events"], ["state"], ["break", "true"], ["history", "a"], ["why", "a"],
                  ["tree"], ["search", "a"], ["diff", "start", "end"]):  # fmt: skip
        outcome = tt(words[0], path, *words[1:])
        assert (outcome.code, outcome.out) == (1, "")
        assert outcome.err


def test_diff_as_json_names_path_kind_old_and_new(tt: Run, trip: Path) -> None:
    outcome = tt("diff", trip, "2", "5", "--json")
    assert {"path": "/budget/remaining", "kind": "changed", "old": 60.5, "new": None} in (
        outcome.json
    )
    assert tt("diff", trip, "2", "9").out == ""
    assert tt("diff", trip, "4", "5", "--exit-code").code == 1
    assert tt("diff", trip, "2", f"{trip}@5", "--json").json == outcome.json


def test_tree_shows_causes_and_effects(tt: Run, trip: Path) -> None:
    assert "discount" in tt("tree", trip).out
    (record,) = tt("tree", trip, "--at", "5", "--json").json
    assert record["event"]["seq"] == 5
    assert 4 in [cause["seq"] for cause in record["causes"]]


def test_verify_says_intact_to_which_event(tt: Run, trip: Path, tmp_path: Path) -> None:
    (record,) = tt("verify", trip, "--deep", "--json").json
    assert (record["intact_to"], record["events"], record["problems"]) == (9, 9, [])
    damaged = tmp_path / "damaged.ttd"
    damaged.write_bytes(trip.read_bytes().replace(b"declined", b"approved"))
    outcome = tt("verify", damaged)
    assert outcome.code == 3
    assert "6" in outcome.out


def test_import_writes_a_recording_that_opens(tt: Run, tmp_path: Path) -> None:
    source, target = tmp_path / "log.jsonl", tmp_path / "log.ttd"
    source.write_text('{"ts": 1, "type": "x", "state": {"a": 1}}\n{"ts": 2, "type": "y"}\n')
    outcome = tt("import", source, "-o", target, "--json")
    assert outcome.code == 0
    assert outcome.json[0]["events"] == 2
    assert len(tt("events", target, "--json").json) == 2
    assert tt("import", source, "-o", target).code == 2
    assert tt("import", source, "-o", target, "--force").code == 0


def test_break_says_why_an_event_is_no_hit(tt: Run, trip: Path) -> None:
    condition = 'event.type == "tool.result" and state.budget.remaining == 60.5'
    outcome = tt("break", trip, condition, "--why-not", "--at", 7, "--json")
    assert outcome.code == 0
    first = outcome.json[0]
    assert (first["seq"], first["held"]) == (7, ['event.type == "tool.result"'])
    assert first["failed"] == [
        {
            "term": "state.budget.remaining == 60.5",
            "values": {"state.budget.remaining": None},
            "hint": None,
        }
    ]
    table = tt("break", trip, condition, "--why-not", "--limit", 3).out
    assert "state.budget.remaining == 60.5 (it is null)" in table


def test_break_without_a_hit_tells_what_came_near(tt: Run, trip: Path) -> None:
    outcome = tt("break", trip, 'event.type == "tool.resutl" and event.status == "error"')
    assert (outcome.code, outcome.out) == (1, "")
    assert "No event has the type tool.resutl. The nearest: tool.result" in outcome.err
    assert "Nearest: event 7 tool.result pay. Failed: event.type == " in outcome.err
    nothing = tt("break", trip, "event.data.nothing > 1", "--why-not")
    assert (nothing.code, nothing.out) == (1, "")
    assert "Nothing came near" in nothing.err


def test_break_explains_its_plan(tt: Run, trip: Path) -> None:
    indexed = tt("break", trip, "state.budget.remaining == null", "--explain")
    assert "touches: reads the writes of one path from the index" in indexed.err
    assert "of 9 events" in indexed.err
    scanned = tt("break", trip, "event.data.args.amount > 80", "--explain")
    assert "every event is looked at" in scanned.err
    assert "looked at 9 of 9 events" in scanned.err
    filtered = tt("events", trip, "--where", 'event.type == "error"', "--explain")
    assert "no event of this recording can fit" in filtered.err
    assert tt("events", trip, "--explain").code == 2
    assert tt("break", trip, "event.seq > 1", "--at", 3).code == 2


def test_break_finds_what_did_not_follow(tt: Run, trip: Path) -> None:
    late = 'event.type == "tool.call" then not event.status == "ok" within 2'
    found = tt("break", trip, late, "--json").json
    assert [(hit["seq"], hit["reason"]) for hit in found] == [
        (6, "no event.status == \"ok\" of booker by event 8 (2 events)"),
    ]  # fmt: skip
    backwards = tt("break", trip, late, "--reverse", "--json").json
    assert backwards == found


def test_a_history_tells_whose_state_it_is_and_what_changed_inside(tt: Run, tmp_path: Path) -> None:
    path = tmp_path / "two.ttd"
    with Writer.create(path, durability="batch") as writer:
        main = writer.run("r")
        for agent, who in (("pm", "dev0"), ("dev", "dev0"), ("pm", None)):
            tickets: JSON = {"T1": {"open": True}, "T3": {"who": who, "n": who}}
            writer.append(main, "state", agent=agent, name="work", state={"tickets": tickets})
        writer.append(main, "state", agent="pm", state={"tickets": {}, "own": 1})
    lines = tt("history", path, "tickets").out.splitlines()
    assert [line.split()[0] for line in lines] == ["pm", "dev", "pm", "pm"]
    assert "T3.n “dev0”  → null, +1 more" in lines[2] or "T3.who “dev0”  → null, +1" in lines[2]
    assert tt("history", path, "own").out.split()[0] == "4"
    assert tt("history", path, "tickets", "--agent", "pm").out.split()[0] == "1"
