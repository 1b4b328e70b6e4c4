"""`diff` beyond two positions of one file: whole files, timelines, alignment, what was touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.support import SAMPLES, SHARED, needs_shared
from ttdebug.store.writer import Writer

TRIP = SAMPLES / "trip_planning/run.ttd"


def test_two_timelines_align_by_what_was_done(tt: Run) -> None:
    head, *stretches = tt("diff", TRIP, "main", "fix-budget", "--align", "--json").json
    assert head["record"] == "alignment"
    assert head["first_divergence"] == {
        "kind": "added", "differs": [], "after": {"a": 257, "b": 257}, "a": None, "b": 412,
    }  # fmt: skip
    assert head["counts"]["same"] == sum(
        one["a"]["events"] for one in stretches if one["kind"] == "same"
    )
    assert head["a"]["events"] == sum(one["a"]["events"] for one in stretches if one["a"])
    assert head["b"]["events"] == sum(one["b"]["events"] for one in stretches if one["b"])
    guard = next(one for one in stretches if one["a"] and one["a"]["first"] == 261)
    assert (guard["kind"], guard["differs"], guard["b"]["first"]) == (
        "outcome", ["result", "state"], 416,
    )  # fmt: skip


def test_the_text_says_the_first_divergence_first_and_folds_what_is_same(tt: Run) -> None:
    lines = tt("diff", TRIP, "main:end", "fix-budget:end", "--align").out.splitlines()
    assert lines[0].startswith("aligned 409 of 412 and 416 events")
    assert lines[2] == "First divergence  after 257  only in fix-budget"
    assert any("remaining" in line and "null → 1657.76" in line for line in lines[3:8])
    assert any("⋯ 254 aligned, same" in line for line in lines)
    (edit,) = (line for line in lines if "edit state" in line)
    assert " + " in edit
    assert len(lines) < 150


def test_positions_bound_an_alignment(tt: Run) -> None:
    head = tt("diff", TRIP, "main:200", "main:210", "--align", "--json").json[0]
    assert (head["counts"]["same"], head["counts"]["added"]) == (200, 10)
    same = tt("diff", TRIP, "200", "200", "--align", "--exit-code")
    assert (same.code, same.err.strip()) == (0, "Both did the same")
    assert tt("diff", TRIP, "200", "210", "--align", "--exit-code").code == 1


def test_other_agents_that_differ_are_named(tt: Run) -> None:
    outcome = tt("diff", TRIP, "main", "fix-budget")
    assert "booker differs in 18 paths: --agent booker\n" in outcome.err
    assert "differs in" not in tt("diff", TRIP, "main", "fix-budget", "--agent", "booker").err
    assert "differs in" not in tt("diff", TRIP, "255", "256").err


def test_two_files_with_nothing_in_common_say_so(tt: Run) -> None:
    grid = SAMPLES / "grid_learner/run.ttd"
    outcome = tt("diff", TRIP, grid)
    assert outcome.code == 0
    assert "The two states have no path in common" in outcome.err
    assert "state of planner in" in outcome.err
    aligned = tt("diff", TRIP, grid, "--align")
    assert "Nothing was done in both" in aligned.err
    assert "aligned 0 of" in aligned.out


@needs_shared
def test_a_langgraph_fork_parts_after_step_24(tt: Run) -> None:
    path = SHARED / "traces/generated/langgraph_sqlite/trip_planner.sqlite"
    head = tt("diff", path, "main", "fork-1", "--align", "--json").json[0]
    first = head["first_divergence"]
    (shared,) = tt("events", path, "--from", first["after"]["a"], "--to", first["after"]["a"],
                   "--json").json  # fmt: skip
    assert (shared["type"], shared["data"]["step"]) == ("checkpoint", 24)
    assert head["counts"]["same"] > 150


@pytest.fixture
def rewritten(tmp_path: Path) -> Path:
    """`b` is written twice and ends as it began, `c` once, and `d` not at all."""
    path = tmp_path / "rewritten.ttd"
    with Writer.create(path, durability="batch") as writer:
        line = writer.run("r")
        for b, c, todo in ((1, 1, [1]), (2, 1, [1, 2]), (1, 3, [1])):
            state = {"b": b, "c": c, "d": 0, "todo": todo}
            writer.append(line, "state", agent="bot", state=state)
    return path


def test_what_was_written_and_is_as_before_is_told(tt: Run, rewritten: Path) -> None:
    text = tt("diff", rewritten, "1", "3").out
    assert "touched, equal" in next(line for line in text.splitlines() if " b " in line)
    assert " d " not in text
    listed = tt("diff", rewritten, "1", "3", "--touched", "--json").json
    assert [(one["path"], one["kind"]) for one in listed] == [
        ("/c", "changed"), ("/b", "equal"), ("/todo", "equal"),
    ]  # fmt: skip
    assert [one["kind"] for one in tt("diff", rewritten, "1", "3", "--json").json] == ["changed"]
    nothing = tt("diff", rewritten, "1", "3", "--exclude", "c", "--exit-code")
    assert (nothing.code, nothing.out) == (0, "")
    assert "2 paths were written in between" in nothing.err


def test_stars_and_number_types(tt: Run, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    states = [{"a": {"at": n}, "n": n if n == 1 else 1.0} for n in (1, 2)]
    path.write_text("".join(json.dumps({"ts": 1, "state": one}) + "\n" for one in states))
    options = ("--exclude", "*.at", "--ignore-number-types", "--exit-code")
    assert tt("diff", path, "1", "2", *options).code == 0
    assert tt("diff", path, "1", "2", *options[:2], "--exit-code").code == 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["{trip}", "1"], 2, "B is missing"),
        (["{trip}", "1", "nowhere", "--align"], 2, "nowhere is no position"),
        (["{trip}", "{trip}", "--align", "--format", "html"], 2, "not as html"),
        (["{trip}", "1", "2", "--exclude", "a[*"], 2, "path"),
        (["{trip}", "start", "start"], 1, "No state was recorded at the start of"),
    ],
)
def test_faults(tt: Run, words: list[str], code: int, told: str) -> None:
    outcome = tt("diff", *(word.format(trip=TRIP) for word in words))
    assert (outcome.code, outcome.out) == (code, "")
    assert told in outcome.err


def test_the_context_of_a_call_is_compared_with_the_one_before(tt: Run) -> None:
    (found,) = tt("diff", TRIP, "258", "--context", "--json").json
    assert (found["old"]["seq"], found["new"]["seq"]) == (253, 258)
    assert found["counts"]["kept"] == 7
    kinds = {one["kind"]: one for one in found["messages"]}
    assert kinds["injected"]["new"]["content"] == "Apply the partner code before booking"
    assert kinds["dropped"]["new"] is None
    text = tt("diff", TRIP, "253", "258", "--context").out
    assert "Context  booker  253 → 258" in text
    assert "⋯ 7 kept" in text
    assert "+   7  assistant  injected" in text


def test_the_first_call_has_no_context_to_compare(tt: Run) -> None:
    outcome = tt("diff", TRIP, "3", "--context")
    assert outcome.code == 1
    assert "3 is the first model call of planner" in outcome.err
