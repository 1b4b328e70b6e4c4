"""`ttdebug cache`: what is kept of foreign files."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))


def log(path: Path) -> Path:
    path.write_text('{"ts": 1, "type": "a"}\n{"ts": 2, "type": "b"}\n')
    return path


def test_conversions_are_listed_with_where_they_came_from(tt: Run, tmp_path: Path) -> None:
    assert tt("cache", "--json").out == ""
    for name in ("one.jsonl", "two.jsonl"):
        assert tt("events", log(tmp_path / name)).code == 0
    found = tt("cache", "--json").json
    assert {entry["source"] for entry in found} == {
        str(tmp_path / "one.jsonl"), str(tmp_path / "two.jsonl")
    }  # fmt: skip
    assert {entry["format"] for entry in found} == {"generic"}
    told = tt("cache")
    assert "one.jsonl" in told.out or "…" in told.out
    assert all(row.endswith(("used", "now")) for row in told.out.splitlines())
    assert "2 conversions" in told.err


def test_a_cleared_conversion_is_made_again(tt: Run, tmp_path: Path) -> None:
    old, new = log(tmp_path / "old.jsonl"), log(tmp_path / "new.jsonl")
    assert tt("events", old).code == 0
    (entry,) = tt("cache", "--json").json
    month = time.time() - 40 * 86_400
    os.utime(entry["path"], (month, month))
    assert tt("events", new).code == 0
    assert tt("cache", "--clear", "--older-than", "30").out.startswith("1 removed")
    assert [one["source"] for one in tt("cache", "--json").json] == [str(new)]
    assert tt("cache", "--clear").out.startswith("1 removed")
    assert not [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert tt("events", old).code == 0


def test_an_age_alone_removes_nothing(tt: Run) -> None:
    assert tt("cache", "--older-than", "3").code == 2
