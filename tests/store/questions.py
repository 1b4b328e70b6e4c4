"""Every question there is, asked of one recording."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from ttdebug.paths import parse
from ttdebug.store.crossings import Range
from ttdebug.store.trace import Trace


def ask_everything(
    trace: Trace, forgiving: AbstractContextManager[object] | None = None
) -> dict[str, object]:
    """Answers by question; one that fails in a way that is forgiven has none."""
    found: dict[str, object] = {}
    for name, question in _QUESTIONS.items():
        with forgiving or nullcontext():
            found[name] = question(trace)
    return found


def _seqs(trace: Trace) -> range:
    return range(1, min(trace.last_seq, 500) + 1)


def _crossings(trace: Trace) -> list[object]:
    within = Range.of("<", 5)
    found = within and trace.crossings(1, "a", parse("n"), within)
    return list(found or ())


_QUESTIONS: dict[str, Callable[[Trace], object]] = {
    "runs": lambda trace: (trace.runs, trace.timelines, trace.warnings, trace.facts("r")),
    "events": lambda trace: list(trace.events()),
    "events of a fork": lambda trace: trace.window(trace.lineage(2), 0, 50),
    "failures": lambda trace: list(trace.events(timeline=2, statuses=["error"], reverse=True)),
    "by name": lambda trace: list(trace.named(["n"], timeline=1)),
    "briefs": lambda trace: list(trace.briefs(timeline=2)),
    "count": lambda trace: (trace.count_types(), trace.count_types(2)),
    "count of runs": lambda trace: [trace.count_run(run) for run in trace.runs],
    "density": lambda trace: trace.density(1, 9),
    "next": lambda trace: trace.next(trace.lineage(2), 0, statuses=["error"]),
    "next delta": lambda trace: trace.next_delta(trace.lineage(2), 3, agent="a"),
    "next outside": lambda trace: trace.next_outside(trace.lineage(1), 2, 1),
    "first later": lambda trace: trace.first_later(trace.lineage(1), 0),
    "causes": lambda trace: [trace.causes(seq) for seq in _seqs(trace)],
    "effects": lambda trace: [trace.effects(seq) for seq in _seqs(trace)],
    "children": lambda trace: trace.children(1, limit=3),
    "owners": lambda trace: [trace.owner(seq) for seq in _seqs(trace)],
    "far states": lambda trace: [trace.state(seq, "a") for seq in _seqs(trace)[::7]],
    "states": lambda trace: [trace.state(seq, "a") for seq in _seqs(trace)],
    "changes": lambda trace: [trace.delta(seq) for seq in _seqs(trace)],
    "all changes": lambda trace: list(trace.deltas(keys=["n"])),
    "element": lambda trace: list(trace.touches(1, "a", parse("todo[id=3].s"))),
    "writes": lambda trace: list(trace.touches(2, "a", parse("n"), reverse=True)),
    "crossings": _crossings,
    "sizes": lambda trace: trace.sizes(),
}
