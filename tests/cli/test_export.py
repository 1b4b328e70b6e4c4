"""`ttdebug export`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer

HOSTILE = "\x1b[31m\x9b\u202e<script>|`x`\x7f"
SECRET = "sk-" + "ant-" + "api03-" + "Zm9vYmFyYmF6cXV4" * 2


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    path = tmp_path / "hostile.ttd"
    with Writer.create(path) as writer:
        line = writer.run("r", HOSTILE)
        data = {"password": "hunter22hunter22", "text": f"{HOSTILE} {SECRET}", HOSTILE: 1}
        writer.append(line, "note", agent=HOSTILE, name=HOSTILE, data=data)  # type: ignore[arg-type]  # JSON
        writer.append(line, "state", agent=HOSTILE, state={"key": SECRET, HOSTILE: HOSTILE})
        writer.append(line, "state", agent=HOSTILE, state={"key": SECRET, HOSTILE: "gone"})
    return path


@pytest.mark.parametrize("style", ["jsonl", "otlp", "chrome", "atif", "html", "md"])
def test_nothing_in_an_export_acts_on_a_terminal(tt: Run, hostile: Path, style: str) -> None:
    found = tt("export", hostile, "-o", "-", "--format", style)
    assert found.code == 0
    assert not set("\x1b\x9b\u202e\x7f") & set(found.out)
    if style in ("html", "md"):
        assert "<script>" not in found.out


@pytest.mark.parametrize("style", ["jsonl", "otlp", "chrome", "atif", "html", "md"])
def test_secrets_are_hidden_on_the_way(tt: Run, hostile: Path, style: str, tmp_path: Path) -> None:
    target = tmp_path / "out"
    found = tt("export", hostile, "-o", target, "--format", style, "--redact", "--json")
    (told,) = found.json
    assert told["events"] == 3
    assert told["redacted"] >= 3
    text = target.read_text("utf-8")
    assert SECRET not in text
    assert "hunter22" not in text
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_part_is_chosen_by_position_agent_and_run(tt: Run, trip: Path, tmp_path: Path) -> None:
    out = tmp_path / "part.jsonl"
    assert tt("export", trip, "-o", out, "--from", "2", "--to", "5", "--agent", "booker").code == 0
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    seqs = [line["seq"] for line in lines if "seq" in line]
    with Trace.open(trip) as trace:
        assert seqs == [event.seq for event in trace.events(2, 5) if event.agent == "booker"]
    again = tt("events", out, "--json")
    assert [event["source"]["seq"] for event in again.json if event["source"]] == [
        seq for new, seq in enumerate(seqs, 1) if new != seq
    ]


def test_what_cannot_be_written_is_said_before_reading(tt: Run, trip: Path, tmp_path: Path) -> None:
    out = tmp_path / "run.xyz"
    found = tt("export", trip, "-o", out)
    assert found.code == 2
    assert "--format" in found.err
    (tmp_path / "there.md").write_text("mine")
    found = tt("export", trip, "-o", tmp_path / "there.md")
    assert (found.code, (tmp_path / "there.md").read_text()) == (2, "mine")
    assert "--force" in found.err
    found = tt("export", trip, "-o", tmp_path / "no" / "x.md")
    assert found.code == 2
    assert not list(tmp_path.glob(".ttdebug*"))


def test_nothing_to_export_exits_1(tt: Run, trip: Path, tmp_path: Path) -> None:
    found = tt("export", trip, "-o", tmp_path / "x.jsonl", "--tag", "never")
    assert found.code == 1
    assert "No event" in found.err
