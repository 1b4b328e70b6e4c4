"""SIGKILL at random moments loses nothing that was acknowledged, and leaves sound files.

`python -m tests.bench.crash` runs as many kills as asked for and prints figures.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.recorder.kills import trial
from tests.recorder.victim import SCENES

_PROMISES = ("process", "power")
_LATE = 1.0  # seconds: a group is written after 50 ms, given that its thread gets to run


@pytest.mark.parametrize("seed", range(20))
def test_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    scene = list(SCENES)[seed % len(SCENES)]
    left = trial(scene, tmp_path / "x.ttd", _PROMISES[seed // len(SCENES) % 2], seed)
    assert (left.lost, left.problems) == (0, [])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 325))
def test_many_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    scenes = list(itertools.product(SCENES, ("process", "power", "batch")))
    scene, durability = scenes[seed % len(scenes)]
    left = trial(scene, tmp_path / "x.ttd", durability, seed)
    assert left.problems == []
    assert left.oldest_lost < (_LATE if durability == "batch" else 0.0) or not left.lost
