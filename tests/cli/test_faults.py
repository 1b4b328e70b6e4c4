from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["info", "no-such.ttd"], 3, "no-such.ttd"),
        (["no-such.jsonl"], 3, "no-such.jsonl"),
        (["brake", "x"], 2, "Did you mean 'break'"),
        (["break", "{trip}", "state.budget.remaining =="], 2, "^"),
        (["break", "{trip}", "event.typ == 'x'"], 2, "event.type"),
        (["break", "{trip}", "state.budget.remaining == 7"], 1, ""),
        (["history", "{trip}", "budget.remainin"], 1, "budget.remaining ("),
        (["history", "{trip}", "budget["], 2, ""),
        (["state", "{trip}", "--at", "99"], 1, "99"),
        (["state", "{trip}", "--at", "tomorrow"], 2, "tomorrow"),
        (["state", "{trip}", "--at", "5", "--path", "budget.nope"], 1, "nope"),
        (["state", "{trip}", "--at", "start"], 1, "start"),
        (["events", "{trip}", "--agent", "ghost"], 2, "booker"),
        (["events", "{trip}", "--run", "other"], 2, "trip-1"),
        (["events", "{trip}", "--type", "nothing.*"], 1, ""),
        (["diff", "{trip}", "1"], 2, "B"),
        (["open", "{trip}", "--timeline", "fork-9"], 2, "fork-1"),
    ],
)
def test_every_fault_is_one_clear_line(
    tt: Run, trip: Path, words: list[str], code: int, says: str
) -> None:
    outcome = tt(*[word.format(trip=trip) for word in words])
    assert outcome.code == code
    assert says in outcome.err
    assert "Traceback" not in outcome.err
    assert outcome.out == ""


def test_debug_shows_the_traceback(tt: Run) -> None:
    with pytest.raises(Exception, match=r"no-such\.ttd"):
        tt("info", "no-such.ttd", "--debug")


def test_off_a_terminal_open_prints_the_report(tt: Run, trip: Path) -> None:
    outcome = tt("open", trip, "--break", "state.budget.remaining == null")
    assert outcome.code == 0
    assert "discount" in outcome.out
    assert "remaining" in outcome.out
    assert tt(trip).code == 0


def test_without_arguments_off_a_terminal_help_is_shown(tt: Run) -> None:
    outcome = tt()
    assert outcome.code == 0
    assert "ttdebug demo" in outcome.out


@pytest.mark.parametrize(
    "command",
    ["open", "info", "events", "state", "diff", "break", "history", "tree", "import", "verify"],
)
def test_help_teaches_with_examples(tt: Run, command: str) -> None:
    outcome = tt(command, "--help")
    assert outcome.code == 0
    assert "Examples:" in outcome.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(tt: Run, shell: str) -> None:
    assert "_TTDEBUG_COMPLETE" in tt("completion", shell).out


def test_a_reader_that_leaves_early_is_no_fault(trip: Path) -> None:
    line = f"{sys.executable} -m ttdebug events {trip} --json | head -n 1"
    run = subprocess.run(line, shell=True, capture_output=True, text=True, check=False, timeout=60)
    assert run.stderr == ""
    assert run.stdout.count("\n") == 1


def test_stdin_is_a_path_like_any_other(trip: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "ttdebug", "events", "-", "--json"],
        input=b'{"type": "x", "state": {"a": 1}}\n',
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    assert b'"type":"x"' in run.stdout


def test_no_payload_byte_reaches_stdout_or_stderr(tt: Run, tmp_path: Path) -> None:
    source = tmp_path / "evil.jsonl"
    payload = "\\u001b]0;OWNED\\u0007\\u009b31m\\u202e\\u200b"
    source.write_text(
        f'{{"type": "{payload}", "name": "{payload}", "agent": "{payload}",'
        f' "state": {{"{payload}": "{payload}"}}}}\n'
    )
    for words in (
        ["info"], ["info", "--json"], ["events"], ["events", "--json"], ["state"],
        ["state", "--json"], ["tree"], ["open"], ["history", "/x"], ["break", "true"],
        ["state", "--path", "x"], ["events", "--agent", "nobody"],
    ):  # fmt: skip
        outcome = tt(words[0], source, *words[1:])
        leaked = {c for c in outcome.out + outcome.err if c in "\x1b\x07\x9b\u202e\u200b"}
        assert not leaked, words
