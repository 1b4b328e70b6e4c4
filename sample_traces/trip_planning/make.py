"""Plans a trip with three agents and records it; makes run.ttd.

    python make.py [OUT.ttd]

The agents' sentences are scripted and the services they ask are tables, but the program really
runs: states change because tools change them, and the budget goes wrong because of a bug in one
of them (see tools.py). Its clock is simulated. Only ids of the run differ from time to time.
"""

from __future__ import annotations

import copy
import sys
from pathlib import Path

import ttdebug
from clock import Clock
from itinerary import LEGS, WISH
from team import Booker, Planner, Researcher, world
from ttdebug.recorder import Handle


def team(recorder: Handle, states: dict[str, dict], clock: Clock) -> tuple[Planner, Researcher, Booker]:
    """The three agents on one timeline."""
    return (
        Planner("planner", recorder, states, clock),
        Researcher("researcher", recorder, states, clock),
        Booker("booker", recorder, states, clock),
    )


def plan(recorder: Handle, clock: Clock) -> Booker:
    """The trip as it happened."""
    planner, researcher, booker = team(recorder, world(), clock)
    planner.hear("user", WISH, sender="travellers")
    wish = planner.rec.message(WISH, role="user", to="planner")
    planner.think("Draft the plan: eleven items, hotels first where they are scarce", cause=wish)
    researcher.rec.snapshot(researcher.state)
    booker.rec.snapshot(booker.state)
    for leg in LEGS:
        planner.lead(leg, researcher, booker)
        if leg.id in (3, 6):
            planner.rec.checkpoint(f"after-item-{leg.id}", kind="milestone", tags=["progress"])
    planner.conclude(booker)
    return booker


def what_if(recorder: Handle, before: Booker, clock: Clock) -> None:
    """The same trip from the discount on, with the budget put right by hand."""
    states = copy.deepcopy(before.saved)
    budget = states["booker"]["budget"]
    repaired = round(budget["limit"] - budget["spent"], 2)
    fork = recorder.fork("fix-budget", at=before.discounted)
    planner, researcher, booker = team(fork, states, clock)
    wrong, budget["remaining"] = budget["remaining"], repaired
    edit = booker.rec.event("edit", "edit state", path="/budget/remaining", old=wrong, new=repaired)
    at = next(place for place, leg in enumerate(LEGS) if leg.code)
    planner.tick(LEGS[at], booker.pay(LEGS[at], planner, LEGS[at].options[0], edit))
    for leg in LEGS[at + 1 :]:
        planner.lead(leg, researcher, booker)
    planner.conclude(booker)


def main(path: Path) -> None:
    """Record both."""
    path.unlink(missing_ok=True)
    clock = Clock(seed=4711)
    with clock.running(), ttdebug.record(path, agent="planner", run="trip-4711") as recorder:
        booker = plan(recorder, clock)
        what_if(recorder, booker, clock)


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else here / "run.ttd")
