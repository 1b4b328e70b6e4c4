"""Kills recording agents at random moments: what was acknowledged, and what of it is gone.

`lost` has to be 0 for `process` and `power`; `batch` may lose what is younger than 50 ms (the age
of the oldest event it lost is shown). Then simulated power cuts (see `tests.recorder.power`): there
only `power` may not lose anything.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from pathlib import Path

from tests.recorder import disk, power
from tests.recorder.kills import Left, trial
from tests.recorder.victim import SCENES

DURABILITIES = ("process", "power", "batch")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=240, help="in all")
    parser.add_argument("--cuts", type=int, default=300, help="in all")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    begun = time.monotonic()
    print(f"{'durability':11} {'what':11} times acknowledged  lost  oldest lost, ms  problems")
    kills(asked.kills, asked.seed)
    if disk.library() is not None:
        cuts(asked.cuts, asked.seed)
    print(f"seed {asked.seed}, {time.monotonic() - begun:.0f} s")


def kills(count: int, seed: int) -> None:
    each = max(1, count // (len(DURABILITIES) * len(SCENES)))
    for durability in DURABILITIES:
        total = Left()
        for scene in SCENES:
            found = Left()
            for number in range(each):
                with tempfile.TemporaryDirectory() as folder:
                    os.environ["TTDEBUG_CACHE"] = folder
                    path = Path(folder) / "x.ttd"
                    _add(found, trial(scene, path, durability, seed + number))
            _show(durability, scene, each, found)
            _add(total, found)
        _show(durability, "all kills", each * len(SCENES), total)


def cuts(count: int, seed: int) -> None:
    each = max(1, count // len(DURABILITIES))
    for durability in DURABILITIES:
        total = Left()
        chance = random.Random(seed)
        with tempfile.TemporaryDirectory() as folder:
            entries = power.take_down(Path(folder) / "x.ttd", durability)
        for _ in range(each):
            with tempfile.TemporaryDirectory() as folder:
                os.environ["TTDEBUG_CACHE"] = folder
                at = chance.randrange(len(entries))
                acknowledged = power.cut(entries, at, Path(folder), chance)
                _add(total, power.examine(Path(folder) / "x.ttd", acknowledged))
        _show(durability, "power cuts", each, total)


def _add(total: Left, one: Left) -> None:
    total.acknowledged += one.acknowledged
    total.lost += one.lost
    total.oldest_lost = max(total.oldest_lost, one.oldest_lost)
    total.problems += one.problems


def _show(durability: str, what: str, times: int, left: Left) -> None:
    age = f"{left.oldest_lost * 1e3:.0f}" if left.oldest_lost else "-"
    problems = f"{len(left.problems)} {left.problems[:1]}" if left.problems else "0"
    print(
        f"{durability:11} {what:11} {times:5} {left.acknowledged:12} {left.lost:5} {age:>16}"
        f"  {problems}",
        flush=True,
    )


if __name__ == "__main__":
    main()
