"""Numbers that are watched: in the drawer, in the minimap, and as a plot over the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.conftest import Open
from ttdebug.store.writer import Writer
from ttdebug.tui import plot
from ttdebug.view.gate import lit
from ttdebug.view.line import plain


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`up` counts to 60, `down` to -60; both are null for a while, and `up` is NaN after it."""
    path = tmp_path_factory.mktemp("numbers") / "run.ttd"
    not_a_number = {"$ttd": "float", "value": "NaN"}
    with Writer.create(path, durability="batch") as writer:
        main = writer.run("r")
        for n in range(60):
            gap = None if n < 40 else not_a_number
            writer.append(
                main, "state", agent="a",
                state={"up": n if not 20 <= n < 50 else gap, "down": -n, "word": "x"},
            )  # fmt: skip
    return path


async def test_the_person_chooses_the_watch_in_the_minimap(opened: Open) -> None:
    async with opened(30, size=(160, 40), watches=["up", "down", "word"]) as stage:
        assert stage.lines[3].startswith(" up")
        assert "┈" in stage.lines[3]
        stage.page.arrangement.drawer = "watches"
        stage.page.arrangement.focus_zone("drawer")
        await stage.settle()
        await stage.press("j", "V")
        assert stage.lines[3].startswith(" down")
        assert "┈" not in stage.lines[3]
        assert stage.desk.session.mapped == "down"


async def test_the_history_is_a_plot_on_a_narrow_screen_too(opened: Open) -> None:
    async with opened(60, size=(80, 24)) as stage:
        await stage.command("history down")
        assert "History down" in stage.text
        assert "60: -59" in stage.text
        assert [line for line in stage.lines if line.startswith("       0.0 ")]
        await stage.press("escape")
        assert "Changed here" in stage.text


@pytest.mark.parametrize(
    ("samples", "labels"),
    [
        ([0.0, 5.0], ["5.0", "0.0"]),
        ([4.0, 10.0], ["10.0", "0.0"]),
        ([1000.0, 1001.0], ["1001.0", "1000.0"]),
        ([-3.0, 3.0], ["3.0", "-3.0"]),
        ([-1001.0, -1000.0], ["-1000.0", "-1001.0"]),
        ([7.0, 7.0], ["7.0", "0.0"]),
    ],
)
def test_a_plot_begins_at_zero_unless_that_flattens_it(
    samples: list[float], labels: list[str]
) -> None:
    steps = plot.Steps(samples * 20, 0.5, 3, 9, lit("x"))
    rows = [plain(line) for line in plot.lines(steps, 40, 10)]
    assert [rows[0].split()[0], rows[6].split()[0]] == labels
    assert "3: x" in rows[-1]


def test_what_is_no_number_stands_on_a_row_of_its_own() -> None:
    steps = plot.Steps([1.0, 2.0, None, None, 3.0, 4.0] * 10, 0.0, 1, 9, lit("1"))
    rows = [plain(line) for line in plot.lines(steps, 42, 10)]
    (gaps,) = [row for row in rows if "no number" in row]
    assert gaps.count("┈") == 10
