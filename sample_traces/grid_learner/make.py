"""A small learner finds its way through a grid and records every step; makes run.ttd.

    python make.py [OUT.ttd]

Plain Q-learning, no libraries, seeded. The clock is simulated: a step takes 10 ms. Only the id of
the run differs from time to time.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from unittest import mock

import ttdebug

SIZE = 6
START, GOAL = (0, 0), (5, 5)
WALL = 3
EPISODES = 88
STEPS = 50
MOVES = {"north": (-1, 0), "south": (1, 0), "west": (0, -1), "east": (0, 1)}
DOOR_MOVES_AT = 54

PHASES = {
    0: {"alpha": 0.5, "epsilon": 0.30},
    20: {"alpha": 0.3, "epsilon": 0.12},
    40: {"aplha": 0.2, "epsilon": 0.05},
}
"""The bug: a slip of the pen at episode 40. The schedule below makes 0.0 of what it cannot find."""


class Learner:
    """A table of what each move is worth in each cell, learnt by walking."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        cells = [(row, column) for row in range(SIZE) for column in range(SIZE)]
        self.state = {
            "episode": 0,
            "step": 0,
            "at": list(START),
            "alpha": 0.0,
            "epsilon": 0.0,
            "door": 1,
            "return": 0.0,
            "best": None,
            "values": {name(cell): dict.fromkeys(MOVES, 0.0) for cell in cells},
        }

    def schedule(self, episode: int) -> None:
        """Set the rates of the phase that begins with this episode."""
        if episode in PHASES:
            phase = PHASES[episode]
            self.state["alpha"] = phase.get("alpha", 0.0)
            self.state["epsilon"] = phase.get("epsilon", 0.0)

    def choose(self, cell: tuple[int, int]) -> tuple[str, bool]:
        """A move, and whether it was tried out rather than known to be best."""
        if self.random.random() < self.state["epsilon"]:
            return self.random.choice(list(MOVES)), True
        known = self.state["values"][name(cell)]
        best = max(known.values())
        return self.random.choice([move for move in MOVES if known[move] == best]), False

    def learn(self, cell: tuple[int, int], move: str, reward: float, after: tuple[int, int]) -> float:
        """Move the value of a move towards what it led to; returns by how much."""
        values = self.state["values"]
        target = reward + 0.95 * max(values[name(after)].values())
        step = self.state["alpha"] * (target - values[name(cell)][move])
        values[name(cell)][move] = round(values[name(cell)][move] + step, 4)
        return round(step, 4)


def name(cell: tuple[int, int]) -> str:
    """A cell as it is called in the table."""
    return f"r{cell[0]}c{cell[1]}"


def walk(cell: tuple[int, int], move: str, door: int) -> tuple[tuple[int, int], float]:
    """Where a move leads and what it costs: a wall crosses the grid, with one door in it."""
    row, column = cell[0] + MOVES[move][0], cell[1] + MOVES[move][1]
    outside = not (0 <= row < SIZE and 0 <= column < SIZE)
    if outside or (row == WALL and column != door):
        return cell, -1.0
    return (row, column), 10.0 if (row, column) == GOAL else -0.1


def episode(learner: Learner, recorder: ttdebug.Recorder) -> None:
    """From the start to the goal, or until the steps are used up."""
    state = learner.state
    learner.schedule(state["episode"])
    if state["episode"] == DOOR_MOVES_AT:
        state["door"] = 4
    state.update({"step": 0, "at": list(START), "return": 0.0})
    with recorder.span("episode", f"episode {state['episode']}", door=state["door"]) as span:
        cell = START
        while cell != GOAL and state["step"] < STEPS:
            move, tried = learner.choose(cell)
            after, reward = walk(cell, move, state["door"])
            changed = learner.learn(cell, move, reward, after)
            cell = after
            state.update({"step": state["step"] + 1, "at": list(cell)})
            state["return"] = round(state["return"] + reward, 1)
            recorder.event("step", move, tried=tried, reward=reward, learnt=changed)
        if cell == GOAL:
            state["best"] = max(state["return"], state["best"] or state["return"])
        span.result("goal" if cell == GOAL else "gave up", steps=state["step"], total=state["return"])
    if state["episode"] % 18 == 17:
        recorder.checkpoint(f"after-episode-{state['episode']}", kind="milestone")
    state["episode"] += 1


def main(path: Path) -> None:
    """Record all episodes."""
    path.unlink(missing_ok=True)
    now = iter(range(1_795_600_800_000_000_000, 2**62, 10_000_000)).__next__
    learner = Learner(seed=7)
    with mock.patch("time.time_ns", now), mock.patch("time.perf_counter_ns", now):
        recorder = ttdebug.record(
            path, agent="learner", state=lambda: learner.state, run="grid", durability="batch"
        )
        with recorder:
            for _ in range(EPISODES):
                episode(learner, recorder)


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else here / "run.ttd")
