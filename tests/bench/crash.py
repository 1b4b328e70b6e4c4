"""Kills recording agents at random moments: what was acknowledged, and what of it is gone.

`lost` has to be 0 for `process` and `power`; `batch` may lose what is younger than 50 ms (the age
of the oldest event it lost is shown).
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from tests.recorder.kills import Left, trial
from tests.recorder.victim import SCENES

DURABILITIES = ("process", "power", "batch")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=240, help="in all")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    begun = time.monotonic()
    print(f"{'durability':11} {'scene':11} kills acknowledged  lost  oldest lost, ms  problems")
    each = max(1, asked.kills // (len(DURABILITIES) * len(SCENES)))
    for durability in DURABILITIES:
        total = Left()
        for scene in SCENES:
            found = Left()
            for number in range(each):
                with tempfile.TemporaryDirectory() as folder:
                    os.environ["TTDEBUG_CACHE"] = folder
                    path = Path(folder) / "x.ttd"
                    _add(found, trial(scene, path, durability, asked.seed + number))
            _show(durability, scene, each, found)
            _add(total, found)
        _show(durability, "all", each * len(SCENES), total)
    print(f"seed {asked.seed}, {time.monotonic() - begun:.0f} s")


def _add(total: Left, one: Left) -> None:
    total.acknowledged += one.acknowledged
    total.lost += one.lost
    total.oldest_lost = max(total.oldest_lost, one.oldest_lost)
    total.problems += one.problems


def _show(durability: str, scene: str, kills: int, left: Left) -> None:
    age = f"{left.oldest_lost * 1e3:.0f}" if left.lost else "-"
    problems = f"{len(left.problems)} {left.problems[:1]}" if left.problems else "0"
    print(
        f"{durability:11} {scene:11} {kills:5} {left.acknowledged:12} {left.lost:5} {age:>16}"
        f"  {problems}",
        flush=True,
    )


if __name__ == "__main__":
    main()
