"""`check --follow` beside a process that records, until it breaks a rule, closes, or dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from tests.support import ROOT

AGENT = """
import sys
import ttdebug

state = {"left": 3}
with ttdebug.record(sys.argv[1], agent="booker", state=lambda: state) as rec:
    for line in sys.stdin:
        state["left"] = int(line)
        rec.event("decision", "spend")
        print(line, end="", flush=True)
"""
NEVER = ("--never", "state.left < 0")


class Process(subprocess.Popen[str]):
    """A program one talks to line by line."""

    def tell(self, line: str) -> None:
        """Write a line, and wait for its echo."""
        assert self.stdin is not None
        assert self.stdout is not None
        self.stdin.write(f"{line}\n")
        self.stdin.flush()
        assert self.stdout.readline() == f"{line}\n"

    def until(self, text: str) -> str:
        """Read stderr until a line has a text."""
        assert self.stderr is not None
        for line in self.stderr:
            if text in line:
                return line
        raise AssertionError(f"it ended without {text!r}")

    def ended(self) -> tuple[int, str, str]:
        """Its exit code, and what else it said."""
        out, err = self.communicate(timeout=60)
        return self.returncode, out, err


class Start(Protocol):
    def __call__(self, *words: object) -> Process: ...


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts Python with our package; whatever still runs is killed afterwards."""
    with ExitStack() as stack:

        def begin(*words: object) -> Process:
            process = Process(
                [sys.executable, *map(str, words)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield begin


def check(start: Start, *words: str) -> Process:
    return start("-m", "ttdebug", "check", "run.ttd", "--follow", *words)


def test_it_waits_follows_and_exits_at_the_first_violation(start: Start) -> None:
    checking = check(start, *NEVER, "--eventually", "state.left == 9", "--json", "--junit", "r.xml")
    checking.until("waiting for run.ttd")
    agent = start("-c", AGENT, "run.ttd")
    agent.tell("2")
    checking.until("following")
    agent.tell("-1")
    code, out, err = checking.ended()
    assert agent.poll() is None, "the agent is still recording"
    assert code == 1
    (record,) = map(json.loads, out.splitlines())
    assert (record["kind"], record["first"], record["reason"]) == ("never", 3, "state.left 2 → -1")
    assert "2 rules: 1 broken, 1 not judged to the end" in err
    agent.tell("5")
    assert agent.ended()[0] == 0


def test_it_ends_with_the_recording_and_judges_the_whole(start: Start) -> None:
    agent = start("-c", AGENT, "run.ttd")
    agent.tell("2")
    checking = check(start, *NEVER, "--eventually", "state.left == 9")
    checking.until("following")
    agent.tell("9")
    assert agent.ended()[0] == 0
    code, out, err = checking.ended()
    assert (code, out) == (0, "")
    assert "the recording was closed after event 4" in err
    assert "2 rules: 0 broken" in err


def test_a_writer_that_was_killed_is_told(start: Start) -> None:
    agent = start("-c", AGENT, "run.ttd")
    agent.tell("2")
    checking = check(start, *NEVER, "--eventually", "state.left == 9")
    checking.until("following")
    agent.kill()
    code, out, err = checking.ended()
    assert code == 1
    assert "eventually state.left == 9" in out
    assert "without being closed: its writer is gone" in err


def test_ctrl_c_ends_it_with_a_summary(start: Start) -> None:
    agent = start("-c", AGENT, "run.ttd")
    agent.tell("2")
    checking = check(start, *NEVER)
    checking.until("following")
    checking.send_signal(signal.SIGINT)
    code, _, err = checking.ended()
    assert code == 130
    assert "1 rule: 0 broken, 1 not judged to the end" in err


def test_silence_ends_it_if_one_says_so(start: Start, tmp_path: Path) -> None:
    code, _, err = check(start, *NEVER, "--timeout", "0.2").ended()
    assert code == 3
    assert "run.ttd holds nothing to read after 0.2 s" in err
    agent = start("-c", AGENT, "run.ttd")
    agent.tell("2")
    code, _, err = check(start, *NEVER, "--timeout", "0.2").ended()
    assert code == 0
    assert "nothing came for 0.2 s after event 2" in err
    log = tmp_path / "log.jsonl"
    log.write_text('{"ts": 1, "type": "x", "world": {"left": 1}}\n')
    words = ("log.jsonl", "--map", "state=world", "--follow", "--timeout", "5", *NEVER)
    checking = start("-m", "ttdebug", "check", *words)
    checking.until("following")
    with log.open("a") as file:
        file.write('{"ts": 2, "type": "x", "world": {"left": -1}}\n')
    assert checking.ended()[0] == 1


def test_a_recording_that_is_deleted_meanwhile_is_one_line(start: Start, tmp_path: Path) -> None:
    agent = start("-c", AGENT, "run.ttd")
    agent.tell("2")
    checking = check(start, *NEVER)
    checking.until("following")
    for file in tmp_path.glob("run.ttd*"):
        file.unlink()
    code, out, err = checking.ended()
    assert (code, out) == (3, "")
    assert "run.ttd was deleted" in err
    assert len(err.splitlines()) == 1
