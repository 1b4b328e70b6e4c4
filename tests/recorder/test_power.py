"""A power cut takes nothing from `power`; `process` shows that the cuts are real.

`python -m tests.bench.crash` runs as many cuts as asked for and prints figures.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.recorder import disk, power
from tests.recorder.kills import Left

needs_library = pytest.mark.skipif(disk.library() is None, reason="Python has its own SQLite")


def _cut(folder: Path, durability: str, cuts: int) -> list[Left]:
    work = folder / "agent"
    work.mkdir()
    entries = power.take_down(work / "x.ttd", durability)
    found = []
    for seed in range(cuts):
        chance = random.Random(seed)
        left = folder / f"cut-{seed}"
        left.mkdir()
        acknowledged = power.cut(entries, chance.randrange(len(entries)), left, chance)
        found.append(power.examine(left / "x.ttd", acknowledged))
    return found


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))


@needs_library
@pytest.mark.parametrize("cuts", [20, pytest.param(1000, marks=pytest.mark.slow)])
def test_power_loses_nothing(tmp_path: Path, cuts: int) -> None:
    found = _cut(tmp_path, "power", cuts)
    assert [problem for left in found for problem in left.problems] == []
    assert sum(left.lost for left in found) == 0
    assert sum(left.acknowledged for left in found) > 20 * cuts


@needs_library
@pytest.mark.parametrize("cuts", [10, pytest.param(300, marks=pytest.mark.slow)])
def test_process_loses_the_newest_and_leaves_the_rest_sound(tmp_path: Path, cuts: int) -> None:
    found = _cut(tmp_path, "process", cuts)
    assert [problem for left in found for problem in left.problems] == []
    assert sum(left.lost > 0 for left in found) > cuts / 4
