"""Help that teaches: it fits a terminal, and what it shows really runs."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.support import ROOT, SAMPLES
from ttdebug.cli.app import COMMANDS

PAGES = [[], *([name] for name in COMMANDS)]


def examples(text: str) -> list[list[str]]:
    """The command lines of a help page, as words after `ttdebug`, without pipes and notes."""
    found = []
    for line in text.splitlines():
        if line.startswith("    ttdebug "):
            words = shlex.split(line.strip().split("   ")[0])[1:]
            ends = [words.index(end) for end in ("|", ">", ">>") if end in words]
            found.append(words[: min(ends, default=len(words))])
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page[0] if page else "ttdebug")
def test_a_page_fits_80_columns(tt: Run, page: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = tt(*page, "--help").out
    assert [line for line in text.splitlines() if len(line) > 80] == []
    assert not [line for line in text.splitlines()[1:] if line.endswith("...")]
    assert examples(text), "a page without an example"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page[0] if page else "ttdebug")
def test_examples_run_on_the_sample(
    tt: Run, page: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(SAMPLES / "trip_planning/run.ttd", tmp_path / "run.ttd")
    shutil.copy(SAMPLES / "trip_planning/run.ttd", tmp_path / "other.ttd")
    shutil.copy(SAMPLES / "trip_planning/run.ttd", tmp_path / "old.ttd")
    (tmp_path / "session.jsonl").write_text('{"ts": 1, "type": "x", "world": {"a": 1}}\n')
    shutil.copy(tmp_path / "session.jsonl", tmp_path / "log.jsonl")
    (tmp_path / "rules.toml").write_text("[[rule]]\nnever = 'state.budget.remaining == null'\n")
    (tmp_path / "agent.py").write_text("memory = {}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for programs that `record` starts
    for words in examples(tt(*page, "--help").out):
        outcome = tt(*words)
        assert outcome.code in (0, 1), (words, outcome.err)
        if (
            "run.ttd" in words
            and not {"other.ttd", "other.ttd@256"} & {*words}
            and "state.x == null" not in words
        ):
            code = 1 if words[0] == "check" else 0  # the sample's bug breaks every rule shown
            assert (outcome.code, bool(outcome.out)) == (code, True), (words, outcome.err)
