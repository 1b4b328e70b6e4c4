from __future__ import annotations

import importlib
import re
import shlex
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import ttdebug
from tests.cli.test_record import GRAPH, LOGS
from tests.docs.tables import README, with_tables
from tests.support import ROOT, SAMPLES
from ttdebug.cli.app import run
from ttdebug.replay import conditions


@pytest.fixture(scope="module")
def text() -> str:
    return README.read_text("utf-8")


def test_tables_are_those_the_code_makes(text: str) -> None:
    assert with_tables(text) == text, "run: python -m tests.docs.tables"


def test_every_local_link_and_picture_exists(text: str) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", text)
    assert targets
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert not missing


@pytest.mark.parametrize("name", ["demo", "test"])
def test_each_setup_is_one_line(text: str, name: str) -> None:
    block = text.split(f"<!-- {name}-command -->", 1)[1].split("```")[1]
    lines = block.strip().split("\n")[1:]
    assert len(lines) == 1
    assert lines[0].startswith("python3 -m venv ")


def test_the_recorder_example_records(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    example = text.split("## Record your own agent")[1].split("```python")[1].split("```")[0]
    agent = SimpleNamespace(state={"hits": 0})

    def search(query: str) -> str:
        agent.state["hits"] += 1
        return query.upper()

    exec(example, {"agent": agent, "search": search, "query": "fares"})
    with ttdebug.open(tmp_path / "run.ttd") as rec:
        types = [event.type for event in rec.events()]
        assert types[1:-1] == ["tool.call", "tool.result", "decision", "checkpoint"]
        assert rec.state("end", "planner") == {"hits": 1}


def test_the_framework_example_records_a_graph(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    chapter = text.split("### Record a program as it is")[1].split("\n### ")[0]
    names: dict[str, Any] = {}
    exec(GRAPH, names)
    given = {"graph": names["graph"].compile(), "question": {"n": 1}}
    exec(chapter.split("```python")[1].split("```")[0], given)
    with ttdebug.open("run.ttd") as rec:
        assert [event.name for event in rec.events(type="node")] == ["add"]
        assert rec.state("end", "root") == {"n": 2}
    for module, how in re.findall(r"\| `(\w+)`(?:, `\w+`)? \| .*?(Ttdebug\w+)\(rec\)", chapter):
        assert hasattr(importlib.import_module(f"ttdebug.recorder.integrations.{module}"), how)


def test_the_program_example_records_it(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    Path("agent.py").write_text(LOGS)
    chapter = text.split("### Record a program as it is")[1].split("\n### ")[0]
    line = chapter.split("```sh\n")[1].split("  #")[0]
    assert run(shlex.split(line)[1:]) == 0
    with ttdebug.open("run.ttd") as rec:
        assert [event.data["message"] for event in rec.events(type="log")] == [
            "said ['--goal', 'a trip']"
        ]


def test_the_restore_example_starts_where_the_checkpoint_was(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with ttdebug.record("run.ttd", agent="planner") as rec:
        rec.checkpoint("before-payment", kind="pre-operation", state={"steps": (1, 2)})
        rec.checkpoint("later", state={"steps": ()})
    agent = SimpleNamespace(state={"steps": ()})
    agent.carry_on = lambda: agent.state.update(done=True)
    chapter = text.split("### Go back to a checkpoint")[1].split("\n## ")[0]
    example = chapter.split("```python")[1].split("```")[0]
    for runs in (2, 3):
        exec(example, {"agent": agent})
        assert agent.state == {"steps": (1, 2), "done": True}
        with ttdebug.open("run.ttd") as rec:
            assert len(rec.runs) == runs
            assert [one.kind for one in rec.checkpoints(run="last")] == ["recovery"] * 2
    with pytest.raises(SystemExit, match="no checkpoint"):
        exec(example.replace("pre-operation", "none"), {"agent": agent})
    lines = chapter.split("```sh\n")[1].split("```")[0].replace("recordings/", "run.ttd")
    for line in lines.splitlines():
        assert run(line.split()[1:]) == 0


def test_the_rules_shown_find_the_bug_of_the_sample(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    chapter = text.split("## Guard an agent in CI")[1].split("\n## ")[0]
    Path("rules.toml").write_text(chapter.split("```toml\n")[1].split("```")[0])
    shutil.copy(SAMPLES / "trip_planning/run.ttd", "run.ttd")
    (line,) = re.findall(r"- run: ttdebug (check .*)", chapter)
    assert run(line.split()) == 1
    outcome = capsys.readouterr()
    assert "the budget stays known" in outcome.out
    assert "a hotel is booked" not in outcome.out
    assert "4 rules: 2 broken" in outcome.err
    assert Path("report.xml").exists()
    (following,) = re.findall(r"`ttdebug (check .* --follow)`", chapter)
    assert run(following.split()) == 1


def test_the_python_shown_runs_on_the_sample(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(SAMPLES / "trip_planning/run.ttd", "run.ttd")
    example = text.split("## From Python")[1].split("```python")[1].split("```")[0]
    found: dict[str, list[object]] = {}
    exec(example, found)
    assert capsys.readouterr().out.splitlines()[:2] == [
        "256 apply_discount state.budget.remaining 1657.76 → null",
        "1657.76 became None",
    ]
    assert len(found["spent"]) > 100
    assert found["slow"]


def test_every_condition_shown_is_one(text: str) -> None:
    section = text.split("## Conditions")[1].split("\n## ")[0]
    blocks = [part.split("```")[0] for part in section.split("```text\n")[1:]]
    assert len(blocks) == 2
    for line in "".join(blocks).strip().splitlines():
        assert conditions.compile(line).text == line


def test_top_level_holds_only_what_it_should() -> None:
    allowed = {
        "pyproject.toml", "ttdebug", "tests", "screenshots", "sample_traces", "README.md", "LICENSE"
    }  # fmt: skip
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert names - {"build", "dist"} <= allowed
