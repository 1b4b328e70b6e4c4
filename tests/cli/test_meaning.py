"""Answers worked out by hand for a recording in which everything that can be confused is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonpatch
import pytest

import ttdebug
from tests.cli.conftest import SECOND, START, Run
from ttdebug.store.writer import Writer

A, B = {"id": 1, "v": "a"}, {"id": 2, "v": "b"}
FIRST = {"x": None, "flag": True, "list": [A, B], "n": 5}
SECONDLY = {"flag": 1, "list": [A, B], "n": 5}


@pytest.fixture(scope="module")
def tricky(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs; in the first a fork of a fork, and agents with, without, and before a state.

    Run r1, main: 1 to 10, 15, 16. fork-1 leaves it after 6: 11, 12. deep leaves fork-1 after 11:
    13, 14. Run r2: 17. Span 2 is never closed; span 3 is closed by 6. Event n is n - 1 s late.
    """
    path = tmp_path_factory.mktemp("meaning") / "tricky.ttd"
    writer = Writer.create(path, durability="batch")
    seq = 0

    def add(line: int, type_: str, agent: str | None, **more: Any) -> int:
        nonlocal seq
        seq += 1
        return writer.append(line, type_, agent=agent, time=START + (seq - 1) * SECOND, **more)

    main = writer.run("r1", "one")
    add(main, "run.start", None)
    task = add(main, "task", "lead", opens=True)
    call = add(main, "tool.call", "lead", name="look", parent=task, opens=True)
    add(main, "message", "tool", parent=call)
    add(main, "state", "lead", parent=call, state=FIRST)
    add(main, "tool.result", "lead", name="look", closes=call, status="ok",
        duration=3 * SECOND, state=SECONDLY)  # fmt: skip
    add(main, "state", "aux", state={"n": 10})
    add(main, "message", "tool", parent=task)
    add(main, "message", "other")
    add(main, "state", "lead", state={"flag": 1, "list": [B | {"v": "B"}], "n": 3})
    fork = writer.fork(main, 6)
    add(fork, "state", "lead", parent=task, state=SECONDLY | {"n": 2})
    add(fork, "state", "lead", delta=[{"op": "replace", "path": "/n", "value": 2}])
    deep = writer.fork(fork, 11, "deep")
    add(deep, "state", "aux", state={"n": 1})
    add(deep, "state", "lead", state=SECONDLY | {"n": 7})
    add(main, "state", "lead", state={"flag": 1, "list": [B | {"v": "B"}], "n": 3, "x": 0})
    add(main, "run.end", "lead")
    add(writer.run("r2", "two"), "state", "lead", state={"n": 4})
    writer.close()
    return path


def hits(tt: Run, path: Path, *words: str) -> list[tuple[int, str, int]]:
    found = tt("break", path, *words, "--json").json
    return [(hit["seq"], hit["timeline"], hit["hits"]) for hit in found]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("state.n < 5", [(10, "main", 1), (11, "fork-1", 1), (13, "deep", 2), (17, "main", 1)]),
        ('event.type == "message"', [(4, "main", 1), (8, "main", 2), (9, "main", 3)]),
        ("exists(state.x)", [(5, "main", 1), (15, "main", 2)]),
        ("state.x == null", [(5, "main", 1)]),
        ("state.flag == true", [(5, "main", 1)]),
        ("state.flag == 1", [(6, "main", 1)]),
        ("changed(state.flag)", [(6, "main", 1)]),
        ("changed(state.n)", [(10, "main", 1), (11, "fork-1", 1), (14, "deep", 2)]),
        ("before.n == 5 and state.n == 3", [(10, "main", 1)]),
        ('state.n == 5 and event.agent == "tool"', [(8, "main", 1)]),
        ("state.list[id=2].v == 'B'", [(10, "main", 1)]),
        ("state.list[0].v == 'B'", [(10, "main", 1)]),
    ],
)
def test_hits_are_those_of_the_definition(
    tt: Run, tricky: Path, condition: str, expected: list[tuple[int, str, int]]
) -> None:
    assert hits(tt, tricky, condition) == expected
    assert hits(tt, tricky, condition, "--reverse") == expected[::-1]
    assert hits(tt, tricky, condition, "--reverse", "--limit", "1") == expected[-1:]
    bounded = [hit for hit in expected if 6 <= hit[0] <= 13]
    assert hits(tt, tricky, condition, "--from", "6", "--to", "13") == bounded
    assert hits(tt, tricky, condition, "--run", "r1") == [hit for hit in expected if hit[0] < 17]
    assert hits(tt, tricky, condition, "--run", "last") == [hit for hit in expected if hit[0] > 16]


def test_where_is_true_at_every_event_that_sees_it(tt: Run, tricky: Path) -> None:
    found = tt("events", tricky, "--where", "state.n == 5", "--json").json
    assert [event["seq"] for event in found] == [5, 6, 8]
    found = tt("events", tricky, "--where", "state.n == 5", "--agent", "tool", "--json").json
    assert [event["seq"] for event in found] == [8]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("5", FIRST),
        ("6", SECONDLY),
        ("8", SECONDLY),
        ("7", {"n": 10}),
        ("12", SECONDLY | {"n": 2}),
        ("13", {"n": 1}),
        ("14", SECONDLY | {"n": 7}),
        ("deep:12", SECONDLY | {"n": 2}),
        ("deep:end", SECONDLY | {"n": 7}),
        ("fork-1:end", SECONDLY | {"n": 2}),
        ("fork-1:9", SECONDLY),
        ("deep:7", SECONDLY),
        ("r1/main:14", {"flag": 1, "list": [{"id": 2, "v": "B"}], "n": 3}),
        ("one/fork-1:end", SECONDLY | {"n": 2}),
        ("end", {"n": 4}),
        ("2025-11-20T22:00:16Z", {"n": 4}),
        ("+0s", {"n": 4}),
        ("100%", {"n": 4}),
    ],
)
def test_a_position_has_one_state(tt: Run, tricky: Path, at: str, expected: object) -> None:
    assert tt("state", tricky, "--at", at, "--json").json == [expected]


@pytest.mark.parametrize(
    ("at", "seq"),
    [("50%", 6), ("+5s", 6), ("+5.9s", 6), ("2025-11-20T22:00:05.5Z", 6), ("end", 16)],
)
def test_times_and_shares_count_on_the_newest_timeline_of_the_run(
    tt: Run, tricky: Path, at: str, seq: int
) -> None:
    outcome = tt("events", tricky, "--run", "r1", "--from", at, "--limit", "1", "--json")
    assert outcome.json[0]["seq"] == seq
    state = tt("state", tricky, "--run", "one", "--at", at, "--agent", "lead", "--json")
    assert state.json == tt("state", tricky, "--at", str(seq), "--agent", "lead", "--json").json
    assert "run r1, timeline main" in state.err


def test_a_position_without_a_state_says_why(tt: Run, tricky: Path) -> None:
    for at, says in [
        ("4", "The first is at event 5"),
        ("9", "an agent: lead, aux"),
        ("0", "start"),
    ]:
        outcome = tt("state", tricky, "--at", at)
        assert (outcome.code, outcome.out) == (1, "")
        assert says in outcome.err
    assert tt("state", tricky, "--at", "13", "--agent", "lead", "--json").json[0]["n"] == 2
    assert tt("state", tricky, "--at", "fork-1:end", "--agent", "aux").code == 1
    assert tt("state", tricky, "--run", "r2", "--at", "6").code == 2
    wrong = tt("state", tricky, "--at", "7", "--path", "list")
    assert "agent lead" in wrong.err


def test_the_default_timeline_is_told_only_where_it_decided(tt: Run, tricky: Path) -> None:
    assert "newest" in tt("state", tricky, "--at", "end").err
    for at in ("6", "deep:end"):
        assert "newest" not in tt("state", tricky, "--at", at).err


def writes(tt: Run, path: Path, *words: str) -> list[tuple[object, ...]]:
    found = tt("history", path, *words, "--json").json
    return [(w["seq"], w["path"], w["op"], w["old"], w["new"], w["timeline"]) for w in found]


def test_history_is_every_write_once_on_its_own_timeline(tt: Run, tricky: Path) -> None:
    expected = [
        (5, "/n", "add", None, 5, "main"),
        (10, "/n", "replace", 5, 3, "main"),
        (11, "/n", "replace", 5, 2, "fork-1"),
        (12, "/n", "replace", 2, 2, "fork-1"),
        (14, "/n", "replace", 2, 7, "deep"),
        (17, "/n", "add", None, 4, "main"),
    ]
    assert writes(tt, tricky, "n", "--agent", "lead") == expected
    assert writes(tt, tricky, "/n", "--agent", "lead", "--reverse") == expected[::-1]
    assert writes(tt, tricky, "n", "--agent", "lead", "--from", "11", "--to", "14") == expected[2:5]
    both = [write[0] for write in writes(tt, tricky, "n", "--run", "r1")]
    assert both == [5, 7, 10, 11, 12, 13, 14]


@pytest.mark.parametrize(
    "question",
    [
        ["events", "{}"],
        ["events", "{}", "--where", "state.n < 5"],
        ["events", "{}", "--agent", "lead"],
        ["break", "{}", "state.n < 5 or event.depth > 0"],
        ["break", "{}", "changed(state)"],
        ["break", "{}", 'event.type == "state" then not event.type == "message" within 3'],
        ["history", "{}", "n"],
        ["history", "{}", "list[id=2]"],
        ["search", "{}", "a", "--states"],
    ],
    ids=" ".join,
)
def test_every_list_is_cut_and_turned_round_alike(
    tt: Run, tricky: Path, question: list[str]
) -> None:
    words = [str(tricky) if word == "{}" else word for word in question]

    def found(*more: object) -> list[Any]:
        return tt(*words, "--json", *more).json

    whole = found()
    assert len(whole) > 1
    for first, last in ((1, 17), (6, 11), (11, 14), (12, 12), (14, 6)):
        part = [one for one in whole if first <= one["seq"] <= last]
        bounds = ("--from", first, "--to", last)
        assert found(*bounds) == part
        assert found(*bounds, "--reverse") == part[::-1]
        assert found(*bounds, "--limit", 2) == part[:2]
        assert found(*bounds, "--reverse", "--limit", 1) == part[::-1][:1]
        assert tt(*words, *bounds).code == (0 if part else 1)


def test_history_tells_null_from_missing_and_one_from_true(tt: Run, tricky: Path) -> None:
    assert writes(tt, tricky, "x") == [
        (5, "/x", "add", None, None, "main"),
        (6, "/x", "remove", None, None, "main"),
        (15, "/x", "add", None, 0, "main"),
    ]
    flags = tt("history", tricky, "flag", "--json").out.splitlines()
    assert '"old":true,"new":1' in flags[1]


def test_history_follows_identity_or_position(tt: Run, tricky: Path) -> None:
    assert writes(tt, tricky, "list[id=2].v") == [
        (5, "/list/1/v", "add", None, "b", "main"),
        (10, "/list/0/v", "replace", "b", "B", "main"),
    ]
    assert writes(tt, tricky, "list[0].v") == [
        (5, "/list/0/v", "add", None, "a", "main"),
        (10, "/list/0/v", "replace", "a", "B", "main"),
    ]
    whole = writes(tt, tricky, "list")
    assert [(write[0], write[2]) for write in whole] == [(5, "add"), (10, "replace")]
    assert whole[1][4] == [{"id": 2, "v": "B"}]
    gone = writes(tt, tricky, "list[id=1]")
    assert [(write[0], write[2], write[4]) for write in gone] == [
        (5, "add", A),
        (10, "remove", None),
    ]


@pytest.mark.parametrize(
    ("start", "stop", "agent"),
    [("5", "6", "lead"), ("6", "10", "lead"), ("10", "5", "lead"), ("deep:end", "16", "lead"),
     ("13", "7", "aux"), ("17", "14", "lead")],
)  # fmt: skip
def test_a_json_patch_makes_b_of_a(
    tt: Run, tricky: Path, start: str, stop: str, agent: str
) -> None:
    (patch,) = tt("diff", tricky, start, stop, "--agent", agent, "--format", "jsonpatch").json
    (old,) = tt("state", tricky, "--at", start, "--agent", agent, "--json").json
    (new,) = tt("state", tricky, "--at", stop, "--agent", agent, "--json").json
    patched = jsonpatch.apply_patch(old, patch)
    assert json.dumps(patched, sort_keys=True) == json.dumps(new, sort_keys=True)


def test_diff_tells_removed_from_null_and_types_apart(tt: Run, tricky: Path) -> None:
    found = tt("diff", tricky, "5", "6", "--json").out.splitlines()
    assert sorted(found) == [
        '{"path":"/flag","kind":"changed","old":true,"new":1}',
        '{"path":"/x","kind":"removed","old":null,"new":null}',
    ]
    listed = tt("diff", tricky, "6", "10", "--json").json
    assert {"path": "/list/0", "kind": "removed", "old": A, "new": None} in listed
    assert {"path": "/list/0/v", "kind": "changed", "old": "b", "new": "B"} in listed
    assert {"path": "/n", "kind": "changed", "old": 5, "new": 3} in listed
    assert len(listed) == 3


def test_diff_takes_the_agent_of_b_at_both_ends(tt: Run, tricky: Path) -> None:
    added = {"path": "", "kind": "added", "old": None, "new": {"n": 1}}
    assert tt("diff", tricky, "6", "13", "--json").json == [added]
    same = tt("diff", tricky, "14", "13", "--json", "--exit-code")
    assert (same.code, same.out) == (0, "")
    assert (
        tt("diff", tricky, "5", "8", "--json").json == tt("diff", tricky, "5", "6", "--json").json
    )


def test_why_starts_at_the_last_write_that_changed_the_value(tt: Run, tricky: Path) -> None:
    def first(*words: str) -> int:
        return int(tt("why", tricky, *words, "--json").json[0]["seq"])

    assert first("n", "--at", "16") == 10
    assert first("n", "--at", "fork-1:end") == 11
    assert first("flag", "--at", "deep:end") == 6
    assert first("flag", "--run", "r1", "--at", "9") == 6
    chain = tt("why", tricky, "flag", "--at", "8", "--json").json
    assert [(event["seq"], event["relation"]) for event in chain] == [
        (6, "last write"), (3, "result of call"), (2, "parent"),
    ]  # fmt: skip


def test_spans_close_once_or_stay_open(tt: Run, tricky: Path) -> None:
    events = {event["seq"]: event for event in tt("events", tricky, "--json").json}
    assert (events[2]["status"], events[2]["duration"]) == ("open", None)
    for seq in (3, 6):
        assert (events[seq]["status"], events[seq]["duration"]) == ("ok", 3.0)
    assert (events[6]["parent"], events[6]["causes"]) == (3, [{"seq": 3, "kind": "recorded"}])
    assert (events[1]["agent"], events[1]["status"], events[1]["parent"]) == (None, None, None)
    assert [events[seq]["elapsed"] for seq in (1, 16, 17)] == [0.0, 15.0, 0.0]
    assert events[5]["changes"] == {"added": 0, "changed": 0, "removed": 0}
    assert events[6]["changes"] == {"added": 0, "changed": 1, "removed": 1}


def test_the_tree_holds_every_event_once_forks_too(tt: Run, tricky: Path) -> None:
    def walk(record: dict[str, Any]) -> list[int]:
        return [record["seq"], *(seq for child in record["children"] for seq in walk(child))]

    roots = tt("tree", tricky, "--json").json
    assert sorted(seq for root in roots for seq in walk(root)) == list(range(1, 18))
    task = next(root for root in roots if root["seq"] == 2)
    assert [child["seq"] for child in task["children"]] == [3, 8, 11]
    assert [child["seq"] for child in task["children"][0]["children"]] == [4, 5, 6]
    assert len(tt("tree", tricky).out.splitlines()) == 17


def test_info_counts_by_run(tt: Run, tricky: Path) -> None:
    (record,) = tt("info", tricky, "--stats", "--json").json
    one, two = record["runs"]
    assert (one["id"], one["name"], one["events"], one["snapshots"]) == ("r1", "one", 16, 9)
    assert one["timelines"] == ["main", "fork-1", "deep"]
    assert [(fork["parent"], fork["at"]) for fork in one["forks"]] == [("main", 6), ("fork-1", 11)]
    assert sorted(one["agents"]) == ["aux", "lead", "other", "tool"]
    only = "2025-11-20T22:00:16.000000Z"
    assert (two["events"], two["start"], two["end"]) == (1, only, only)
    assert two["fidelity"] is None
    stats = record["stats"]
    assert set(stats["agents"]) == {"lead", "aux"}
    assert {"lead", "aux"} == {path["agent"] for path in stats["paths"]}
    assert stats["compression"]["stored_bytes"] > 0


def test_tables_name_the_run_and_the_timeline(tt: Run, tricky: Path) -> None:
    for words in (["events"], ["history", "n"], ["break", "state.n < 5"], ["search", "lead"]):
        text = tt(words[0], tricky, *words[1:]).out
        assert "one/deep" in text, words
        assert "two" in text, words


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs by the hook into one file: 8 events each, the same but for `n`; a fork after 4."""
    path = tmp_path_factory.mktemp("twice") / "twice.ttd"
    for number in range(2):
        state: dict[str, Any] = {"n": number, "todo": [{"id": number}]}
        name, shown = f"try-{number}", state.copy
        with ttdebug.record(path, agent="planner", state=shown, run=name) as rec:
            with rec.span("tool.call", "search", query="q") as call:
                call.result({"hits": 3})
            rec.checkpoint("mid")
            fork = rec.fork("what-if")
            state["n"] += 10
            fork.event("note", "on the fork")
            state["n"] -= 10
            rec.event("decision", "book", cause=call)
            rec.agent("booker").snapshot({"n": number})
    return path


def test_a_run_is_chosen_by_id_name_or_last(tt: Run, twice: Path) -> None:
    first, second = tt("info", twice, "--json").json[0]["runs"]
    assert (first["name"], second["name"]) == ("try-0", "try-1")
    for chosen in (first["id"], "try-0", first["id"][:12]):
        seqs = [event["seq"] for event in tt("events", twice, "--run", chosen, "--json").json]
        assert seqs == list(range(1, 9))
        assert tt("info", twice, "--run", chosen, "--json").json[0]["runs"] == [first]
    assert {event["run"] for event in tt("events", twice, "--run", "last", "--json").json} == {
        second["id"]
    }
    unknown = tt("events", twice, "--run", "try-7")
    assert (unknown.code, unknown.out) == (2, "")


def test_positions_keep_to_the_run(tt: Run, twice: Path) -> None:
    def value(*words: str) -> object:
        return tt("state", twice, "--path", "n", "--agent", "planner", "--json", *words).json[0]

    assert value("--at", "'mid") == 1
    assert value("--at", "'mid", "--run", "try-0") == 0
    assert value("--at", "try-0/main:'mid") == 0
    assert value("--at", "what-if:end") == 11
    assert value("--at", "what-if:end", "--run", "try-0") == 10
    changed = tt("diff", twice, "try-0/main:end", "try-1/main:end", "--agent", "planner", "--json")
    assert {"path": "/n", "kind": "changed", "old": 0, "new": 1} in changed.json
    assert hits(tt, twice, "state.n >= 10") == [(5, "what-if", 1), (13, "what-if", 1)]
