"""The hunts ttdebug is for, key by key, judged by what the screen shows."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import SAMPLES, SHARED, needs_shared
from tests.whole.conftest import Start
from tests.whole.program import TTDEBUG
from ttdebug.view import tour

DEMO = SAMPLES / "trip_planning" / "run.ttd"
LANGGRAPH = SHARED / "traces" / "generated" / "langgraph_sqlite"
TRIP = LANGGRAPH / "trip_planner.sqlite"
LONG_RUN = LANGGRAPH / "long_run_5000.sqlite.gz"
SESSION = SHARED / "traces" / "claude-code" / "ae4a77f8-aedd-4bc1-888f-c94edc91af04.jsonl"

LOST_BUDGET = "break state.budget.remaining == null"
LOST_TODO = "not exists(state.todo[id=5])"
FAILED = 'event.type == "tool.result" and event.status == "error"'


@needs_shared
def test_the_lost_budget_is_found_in_four_keys_on_a_small_terminal(start: Start) -> None:
    program = start("open", TRIP).shows("Timeline", "0 of 216")
    program.command(LOST_BUDGET).shows("Breakpoint 1 set")
    program.key("c").at(108)

    program.key("D").shows("unchanged", "1657.76").lacks("Changed here")
    program.row("remaining", "1657.76", "null")

    program.key("R").shows("caused by")
    program.row("apply_discount", "PARTNER15")
    assert program.pressed == 4
    program.quit()


@needs_shared
def test_the_same_hunt_backwards_finds_the_same_hits(start: Start) -> None:
    program = start("open", TRIP).shows("Timeline", "0 of 216")
    program.command(LOST_BUDGET).shows("Breakpoint 1 set")
    program.key("G").at(216)
    program.key("C").at(196)
    program.key("C").at(108).shows("budget.remaining", "1657.76")
    program.key("C").shows("No hit before 108")
    assert program.position == 108
    program.key("g").at(0)
    program.key("c").at(108)
    program.key("c").at(196)
    program.key("G").at(216)
    program.key("C").at(196)
    program.quit()


def test_a_whole_hunt_may_be_typed_ahead(start: Start) -> None:
    """What is typed before the screen caught up is taken in order, as from a paste."""
    program = start("demo").shows("Timeline")
    program.type(f":{LOST_BUDGET}\rcDR")
    program.shows("caused by").at(256)
    program.row("apply_discount")
    program.type(":goto 12\r")
    program.at(12)
    program.quit()


@needs_shared
def test_the_dropped_todo_is_found_from_the_shell(env: dict[str, str]) -> None:
    def ask(*words: object) -> list[dict[str, object]]:
        run = subprocess.run(
            [*TTDEBUG, *map(str, words), "--json"],
            env={**env, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        return [json.loads(line) for line in run.stdout.splitlines()]

    before, dropped = ask("break", LONG_RUN, LOST_TODO)
    assert before["seq"] == 1
    assert dropped["source"]["step"] == 3187  # type: ignore[index]  # an object by contract
    assert "missing" in str(dropped["reason"])
    (last,) = ask("history", LONG_RUN, "todo[id=5]", "--reverse", "--limit", "1")
    assert (last["seq"], last["op"]) == (dropped["seq"], "remove")
    assert last["old"]["title"] == "task 5"  # type: ignore[index]  # the lost item


@needs_shared
def test_the_dropped_todo_is_found_on_the_screen(start: Start) -> None:
    program = start("open", LONG_RUN, size=(120, 40)).shows("Timeline", " of 35,")
    program.command(f"break {LOST_TODO}").shows("Breakpoint 1 set")
    program.key("c").at(1)
    program.key("c").at(22_312).shows("step 3187", "todo [12 → 11]")
    program.row("− [id=5]", "{title: ")
    assert program.pressed == 3
    program.key("C").at(1)
    program.quit()


@needs_shared
@pytest.mark.parametrize("asked", [("last todo[id=5]",), ("watch todo[id=5]", "rc")])
def test_the_last_write_of_what_is_gone_is_one_question(
    start: Start, asked: tuple[str, ...]
) -> None:
    program = start("open", LONG_RUN, "--at", "end", size=(120, 40)).shows("Timeline")
    for command in asked:
        program.command(command)
    program.at(22_312)
    assert program.pressed <= 2
    program.quit()


@needs_shared
def test_the_errors_of_a_session_are_walked_one_by_one(start: Start) -> None:
    seqs = (298, 705, 970, 1267, 1361, 1406, 1430, 1454, 1485, 1514, 1530, 2272)
    program = start("open", SESSION, size=(120, 40)).shows("Timeline", "0 of 2,478")
    program.command(f"break {FAILED}").shows("Breakpoint 1 set", "12 hits")
    for seq in seqs:
        program.key("c").at(seq)
    assert program.pressed == 13
    program.key("c").shows("No hit after 2,272")
    for seq in reversed(seqs[:-1]):
        program.key("C").at(seq)
    program.key("T").shows("files", "messages")
    program.quit()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_demo_guides_to_its_bug(start: Start, size: tuple[int, int]) -> None:
    """Every hint is read as a whole, also on a small terminal."""
    program = start("demo", size=size).shows(tour.STEPS[0].text)
    program.command(LOST_BUDGET).shows(tour.STEPS[1].text)
    program.key("c").at(256).shows(tour.STEPS[2].text, "remaining", "1657.76")
    program.key("{").shows(tour.FOUND, "apply_discount")
    program.quit()


def test_the_writes_under_a_diff_are_of_what_it_changed(start: Start) -> None:
    program = start("open", DEMO, size=(120, 40)).shows("Timeline")
    program.command("goto 4").at(4)
    program.command("goto 256").at(256).shows("writes of budget  ", "] writes of budget ")
    program.quit()


def test_where_one_was_is_kept_for_the_next_time(start: Start) -> None:
    program = start("open", DEMO).shows("Timeline")
    program.command(LOST_BUDGET).shows("Breakpoint 1 set")
    program.key("c").at(256)
    program.quit()
    again = start("open", DEMO).at(256)
    again.key("g").at(0)
    again.key("c").at(256)
    again.quit()


def test_a_folder_is_opened_by_choosing_in_it(start: Start, tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copy(DEMO, tmp_path / f"{name}.ttd")
    program = start("open", tmp_path).shows("one.ttd", "two.ttd")
    program.key("\x1b")
    assert program.wait(10.0) == 0
