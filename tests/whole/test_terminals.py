"""Small, plain, colourless and dying terminals; and what is left of one afterwards."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support import SAMPLES
from tests.whole.conftest import Start
from tests.whole.program import TTDEBUG, Program

TRIP = SAMPLES / "trip_planning" / "run.ttd"
COLOUR = re.compile(rb"\x1b\[[0-9;]*[34]8;[25];")


def left_as_found(program: Program) -> bool:
    """The alternate screen was left, the cursor is shown, mouse and paste modes are off."""
    raw = bytes(program.raw)
    modes = {mode: (raw.rfind(b"\x1b[?%dh" % mode), raw.rfind(b"\x1b[?%dl" % mode))
             for mode in (1049, 1000, 1003, 1006, 2004)}  # fmt: skip
    off = all(on < out for on, out in modes.values() if on >= 0)
    return off and raw.rfind(b"\x1b[?25h") > raw.rfind(b"\x1b[?25l")


@pytest.mark.parametrize("size", [(60, 16), (60, 24), (100, 16), (99, 30), (300, 80)])
def test_every_size_from_the_smallest_on_is_usable(start: Start, size: tuple[int, int]) -> None:
    program = start("open", TRIP, "--at", "256", size=size).shows("Timeline", "256")
    program.key("D").shows("1657.76")
    program.key("R").shows("caused by")
    program.key("L").shows("apply_discount", "ttdebug")
    assert "ttdebug" in program.screen.display[0]
    program.quit()


def test_too_small_a_terminal_says_what_it_needs_and_grows_back(start: Start) -> None:
    program = start("open", TRIP, "--at", "256", size=(40, 10)).shows("Needs 60x16")
    program.resize(80, 24).shows("Timeline", "256 of").lacks("Needs 60x16")
    program.resize(40, 10).shows("Needs 60x16").lacks("Timeline")
    program.resize(120, 40).shows("Timeline", "caused by", "1657.76")
    program.quit()


def test_a_resize_lays_everything_out_again(start: Start) -> None:
    program = start("open", TRIP, "--at", "256", size=(200, 50)).shows("caused by", "1657.76")
    program.resize(80, 24).shows("Timeline", "Changed here").lacks("caused by")
    program.key("R").shows("caused by")
    program.resize(120, 40).shows("caused by", "1657.76", "Breakpoints")
    assert program.position == 256
    program.quit()


def test_no_color_means_no_colour(start: Start) -> None:
    program = start("open", TRIP, "--at", "256", size=(120, 40), extra={"NO_COLOR": "1"})
    program.shows("Timeline", "1657.76")
    program.key("b").shows("New breakpoint")
    program.key("esc").lacks("New breakpoint")
    program.quit()
    assert not COLOUR.search(bytes(program.raw))


def test_ascii_means_no_glyphs_of_ours(start: Start) -> None:
    program = start("open", TRIP, "--at", "256", size=(120, 40), extra={"TTDEBUG_ASCII": "1"})
    program.shows("Timeline", "1657.76")
    for key in ("T", "I", "R", "v", "L", "a", "g"):
        program.press(key, quiet=0.1)
        assert program.text.isascii()
    for key, dialog in (("?", "Keys"), ("b", "New breakpoint"), ("B", "Breakpoints")):
        program.key(key).shows(dialog, "esc").settle(0.1)
        assert program.text.isascii()
        program.key("esc").lacks("esc ")
    program.quit()


def test_a_dumb_terminal_gets_a_usable_answer(start: Start) -> None:
    program = start("open", TRIP, "--at", "256", extra={"TERM": "dumb"})
    program.until(lambda shown: "1657.76" in shown or not program.alive, "a screen or a report")
    assert "Traceback" not in program.text
    if program.alive:
        program.quit()


def test_ctrl_c_stops_and_never_leaves_a_mess(start: Start) -> None:
    program = start("open", TRIP).shows("Timeline")
    program.key("ctrl+c").shows("q quits")
    program.key(":").shows("break, watch")
    program.key("ctrl+c").lacks("break, watch")
    program.quit()
    assert left_as_found(program)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_the_terminal_as_it_was(start: Start, number: signal.Signals) -> None:
    program = start("open", TRIP, size=(120, 40)).shows("Timeline", "Causality")
    program.signal(number)
    code = program.wait(5.0)
    assert code is not None
    assert code == 128 + number
    assert left_as_found(program)


def test_what_was_set_survives_a_signal(start: Start) -> None:
    program = start("open", TRIP).shows("Timeline")
    program.command("break state.budget.remaining == null").shows("Breakpoint 1 set")
    program.signal(signal.SIGTERM)
    assert program.wait(5.0) is not None
    again = start("open", TRIP).shows("Timeline")
    again.key("c").at(256)
    again.quit()


def test_a_trace_may_come_through_a_pipe(start: Start, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"type": "x", "state": {"a": 1}}\n{"type": "y", "state": {"a": 2}}\n')
    line = f"cat {log} | {' '.join(TTDEBUG)} open -"
    program = start(line, program=("sh", "-c")).shows("Timeline", "0 of 2")
    program.key("j").at(1)
    program.key("j").at(2).shows("1 → 2")
    program.quit()
    assert left_as_found(program)


def test_a_pipe_out_gets_a_report_without_any_control_byte(env: dict[str, str]) -> None:
    run = subprocess.run(
        [*TTDEBUG, "open", str(TRIP), "--at", "256"], env=env, capture_output=True, check=True
    )
    assert b"1657.76" in run.stdout
    assert b"\x1b" not in run.stdout + run.stderr
    assert not [byte for byte in run.stdout if byte < 32 and byte != 10]


def test_stderr_may_go_into_a_file(start: Start, tmp_path: Path) -> None:
    line = f"{' '.join(TTDEBUG)} {TRIP} 2>{tmp_path / 'said'}"
    program = start(line, program=("sh", "-c")).shows("Timeline", "ttdebug")
    program.key("j").at(1)
    program.quit()
    assert left_as_found(program)
    assert (tmp_path / "said").read_bytes() == b""


def test_all_is_painted_again_after_a_stop(start: Start) -> None:
    program = start("open", TRIP, "--at", "256", size=(120, 40)).shows("Timeline", "1657.76")
    program.signal(signal.SIGTSTP)
    program.settle()
    program.screen.reset()
    program.signal(signal.SIGCONT)
    program.shows("Timeline", "1657.76", "ttdebug", "256 of", "Breakpoints")
    program.quit()


def test_an_overwritten_file_is_opened_again(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "live.ttd"
    shutil.copyfile(TRIP, path)
    program = start("open", path, "--at", "256").shows("Timeline", "256 of")
    shutil.copyfile(SAMPLES / "grid_learner" / "run.ttd", path)
    program.shows("overwritten", "Timeline").lacks("256 of")
    path.unlink()
    program.shows("deleted")
    program.command("reopen")
    assert program.wait(10.0) == 3
    assert "does not exist" in program.text
    assert "Traceback" not in program.text


def test_no_path_opens_the_picker(start: Start) -> None:
    program = start(size=(120, 40)).shows("trip_planning")
    program.key("ctrl+c")
    assert program.wait(5.0) == 0
    assert left_as_found(program)
