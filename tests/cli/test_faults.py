from __future__ import annotations

import gzip
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import zstandard

from tests.cli.conftest import Run
from tests.support import SHARED, needs_shared
from ttdebug.store.writer import Writer


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
        ["check", "--never", "true"], ["check", "--always", "len(state) == 0", "--json"],
        ["state", "--path", "x"], ["events", "--agent", "nobody"],
    ):  # fmt: skip
        outcome = tt(words[0], source, *words[1:])
        leaked = {c for c in outcome.out + outcome.err if c in "\x1b\x07\x9b\u202e\u200b"}
        assert not leaked, words


def run_program(*words: object, **more: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ttdebug", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **more)


def test_a_full_disk_is_one_line(trip: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "ttdebug", "events", str(trip)]
        run = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert (run.returncode, run.stderr) == (3, "ttdebug: No space left on device\n")


@pytest.mark.parametrize(
    ("words", "code"),
    [(["events"], 0), (["events", "--json"], 0), (["tree"], 0),
     (["check", "--never", "event.seq > 0"], 1)],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)  # fmt: skip
def test_a_reader_that_leaves_early_is_no_fault(trip: Path, words: list[str], code: int) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    for unbuffered in ("", "1"):
        command = [sys.executable, "-m", "ttdebug", words[0], str(trip), *words[1:]]
        environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
        run = subprocess.run(
            command, stdout=theirs, stderr=subprocess.PIPE, text=True, env=environment, timeout=60
        )
        assert (run.returncode, "ttdebug:" in run.stderr) == (code, False), run.stderr
    os.close(theirs)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_every_encoding_can_say_everything(trip: Path, encoding: str) -> None:
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    for words in (["history", trip, "budget"], ["events", trip], ["tree", trip]):
        run = run_program(*words, env=environment, encoding=encoding)
        assert (run.returncode, run.stderr) == (0, "")
    run = run_program("events", trip, "--json", env=environment, encoding=encoding)
    assert [json.loads(line)["seq"] for line in run.stdout.splitlines()] == list(range(1, 10))


@pytest.mark.parametrize("name", ["with space.ttd", "ünï 日本.ttd", "a\nb.ttd", "\x1b[31mred.ttd"])
def test_a_file_may_have_any_name(tt: Run, trip: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(trip.read_bytes())
    for words in (["info"], ["events", "--json"], ["open"], ["verify"]):
        outcome = tt(words[0], path, *words[1:])
        assert (outcome.code, "\x1b" in outcome.out) == (0, False)
    path.unlink()
    missing = tt("info", path)
    assert (missing.code, missing.err.count("\n"), "\x1b" in missing.err) == (3, 1, False)


def test_what_is_no_file_is_refused(tt: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "empty.jsonl").touch()
    for path in (pipe, tmp_path, tmp_path / "empty.jsonl", tmp_path / "none.ttd", "/dev/null"):
        outcome = tt("info", path)
        assert (outcome.code, outcome.out, outcome.err.count("\n")) == (3, "", 1), path


@pytest.mark.parametrize(
    "words",
    [["info"], ["events"], ["state", "--at", "5"], ["break", "true"], ["history", "budget"],
     ["why", "budget"], ["tree"], ["search", "code"], ["verify"], ["open"], ["diff", "4", "5"],
     ["diff", "4", "-@5"]],
    ids=" ".join,
)  # fmt: skip
def test_every_command_reads_standard_input(trip: Path, words: list[str]) -> None:
    with trip.open("rb") as piped:
        rest = ["--", *words[1:]] if "-@5" in words else words[1:]
        run = run_program(words[0], "-", *rest, stdin=piped)
    assert run.returncode == 0, run.stderr
    assert run.stdout


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_compressed_recordings_answer_alike(tt: Run, trip: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"trip.ttd.{kind}"
    data = trip.read_bytes()
    path.write_bytes(gzip.compress(data) if kind == "gz" else zstandard.compress(data))
    assert tt("events", path, "--json").out == tt("events", trip, "--json").out


def test_damage_costs_what_is_damaged_and_nothing_else(tt: Run, trip: Path, tmp_path: Path) -> None:
    path = tmp_path / "damaged.ttd"
    whole = trip.read_bytes()
    at = whole.index(b"use the code")
    path.write_bytes(whole[:at] + b"\xff\xfe" + whole[at + 2 :])
    outcome = tt("events", path, "--json")
    assert outcome.code == 0
    assert [event["seq"] for event in outcome.json] == [1, 2, 4, 5, 6, 7, 8, 9]
    assert "1 of the events 1 to 9" in outcome.err
    assert tt("verify", path).code == 3


def test_import_never_destroys_a_file(tt: Run, tmp_path: Path) -> None:
    source = tmp_path / "log.jsonl"
    text = '{"ts": 1, "type": "x", "state": {"a": 1}}\n'
    source.write_text(text)
    link = tmp_path / "link.jsonl"
    link.symlink_to(source)
    for target in (source, link, tmp_path, tmp_path / "no" / "x.ttd", "-"):
        assert tt("import", source, "-o", target, "--force").code == 2
    broken = tmp_path / "broken.jsonl"
    broken.write_text("what is this\n")
    assert tt("import", broken, "-o", tmp_path / "x.ttd").code == 3
    assert source.read_text() == text
    assert {path.name for path in tmp_path.iterdir()} == {
        "log.jsonl", "link.jsonl", "broken.jsonl",
    }  # fmt: skip


def test_interrupting_an_import_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "long.jsonl"
    line = '{"ts": %d, "type": "x", "state": {"a": %d}}\n'
    with source.open("w") as file:
        file.writelines(line % (number, number) for number in range(300_000))
    process = subprocess.Popen(
        [sys.executable, "-m", "ttdebug", "import", str(source), "-o", str(tmp_path / "x.ttd")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while len(list(tmp_path.iterdir())) == 1 and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, out, err.strip()) == (130, "", "ttdebug: stopped")
    assert [path.name for path in tmp_path.iterdir()] == ["long.jsonl"]


@pytest.mark.parametrize("trace", ["langgraph-sqlite/create-agent-msgpack-v4.db",
                                   "claude-code/rewind-then-compact-small.jsonl"])  # fmt: skip
@needs_shared
def test_an_import_is_an_exact_copy_of_what_opens(tt: Run, tmp_path: Path, trace: str) -> None:
    source, target = SHARED / "traces" / trace, tmp_path / "copy.ttd"
    assert tt("import", source, "-o", target).code == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    for words in (["events"], ["tree"], ["break", "true"], ["history", "messages"], ["state"]):
        expected = tt(words[0], source, *words[1:], "--json").out
        assert tt(words[0], target, *words[1:], "--json").out == expected
        assert expected


@pytest.mark.parametrize("command", ["events", "history", "break", "search", "checkpoints"])
def test_a_limit_of_any_size_is_a_limit(tt: Run, trip: Path, command: str) -> None:
    words = {"history": ["plan"], "break": ["event.seq == 1"], "search": ["book"]}.get(command, [])
    outcome = tt(command, trip, *words, "--limit", 10**30)
    assert outcome.code in (0, 1)
    assert "error" not in outcome.err
    assert tt("break", trip, "event.seq == 99", "--why-not", "--limit", 10**30).code in (0, 1)


def test_what_may_have_been_meant_is_said_once(tt: Run, trip: Path) -> None:
    assert tt("break", trip, "state.plan = 1").err.count("did you mean") == 1


def test_a_span_of_milliseconds_is_told_in_them(tt: Run, trip: Path) -> None:
    told = tt("break", trip, 'event.name == "pay" then event.name == "nope" within 10ms')
    assert "10ms" in told.err
    assert " 0s" not in told.err


def test_many_agents_are_counted_and_a_pipe_has_no_size(tt: Run, tmp_path: Path) -> None:
    with Writer.create(tmp_path / "many.ttd", durability="batch") as writer:
        line = writer.run("r")
        for at in range(40):
            writer.append(line, "message", agent=f"agent-{at}")
    told = tt("info", tmp_path / "many.ttd").out
    assert "agent-23 and 16 more" in told
    assert "agent-24" not in told
    assert "agent-39" in tt("info", tmp_path / "many.ttd", "--json").out


def test_a_terminal_without_our_glyphs_gets_stand_ins(trip: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    words = [sys.executable, "-m", "ttdebug", "history", str(trip), "budget.remaining"]
    told = subprocess.run(words, env=environment, capture_output=True, check=True).stdout
    assert b"60.5  > null" in told
    assert b"\\u" not in told


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["tree", "5"], "A position is given with --at"),
        (["state", "budget"], "a path in the state with --path"),
        (["history", "state.budget.remaining"], "without `state.`: budget.remaining was written"),
        (["events", "--type", "eror"], "No event has the type eror"),
        (["events", "--type", "tool.cal"], "The nearest: tool.call"),
        (["events", "--from", "7", "--to", "3"], "--from 7 comes after --to 3"),
    ],
)
def test_a_dead_end_says_where_to_go(tt: Run, trip: Path, words: list[str], says: str) -> None:
    command, *rest = words
    outcome = tt(command, trip, *rest)
    assert outcome.code != 0
    assert says in outcome.err


def test_the_column_of_places_is_headed_by_what_it_names(
    tt: Run, trip: Path, tmp_path: Path
) -> None:
    assert "timeline" in tt("break", trip, "event.seq > 0").out.splitlines()[0].split()
    path = tmp_path / "runs.ttd"
    with Writer.create(path, durability="batch") as writer:
        for name in ("first", "second"):
            line = writer.run(name)
            writer.append(line, "checkpoint", agent="a", name="here")
    for words in (["break", path, "event.seq > 0"], ["events", path], ["checkpoints", path]):
        head, *rows = tt(*words).out.splitlines()
        assert "run" in head.split()
        assert "timeline" not in head
        assert "second" in rows[1]
