"""Drift behind the screen: marks as soon as it is found, and the hit list on demand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.conftest import Open
from ttdebug.store.writer import Writer


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A number that becomes null at event 24 of 40, with a name that is no plain text."""
    path = tmp_path_factory.mktemp("drift") / "run.ttd"
    with Writer.create(path, durability="batch") as writer:
        main = writer.run("r")
        for n in range(40):
            left = 40 - n if n < 23 else None
            writer.append(main, "state", agent="a\x1b[31m", state={"m": {"left": left}})
    return path


async def test_drift_is_marked_without_being_asked(opened: Open) -> None:
    async with opened(1) as stage:
        assert "▲" in stage.lines[1]
        assert [line for line in stage.lines if "▲" in line and " 24 " in line]


async def test_findings_are_hits_with_rule_and_evidence(opened: Open) -> None:
    async with opened(1, size=(200, 45)) as stage:
        await stage.command("drift")
        assert stage.page.arrangement.drawer == "hits"
        assert "1 finding of drift" in stage.header
        (row,) = [line for line in stage.lines if "▲ fallen" in line]
        assert "a\\x1b[31m  m.left became null after 23 writes" in row
        await stage.press(".")
        assert stage.seq == 24
        assert "hit 1 of 1   m.left became null" in stage.header
        await stage.press("g")
        stage.page.arrangement.focus_zone("drawer")
        await stage.settle()
        await stage.press("enter")
        assert stage.seq == 24


async def test_the_path_of_a_finding_is_selected_where_one_arrives(opened: Open) -> None:
    async with opened(1, size=(80, 24)) as stage:
        await stage.command("drift")
        await stage.press("D", ".")
        assert stage.desk.selection.path == "/m/left"
        await stage.press("H")
        assert "History m.left" in stage.text
        await stage.press("H")
        assert "History m.left" not in stage.text


async def test_the_legend_says_what_the_marks_mean(opened: Open) -> None:
    async with opened(1, size=(120, 90)) as stage:
        await stage.press("f1")
        for _ in range(4):
            await stage.press("pagedown")
        assert "▲ drift begins" in stage.text
