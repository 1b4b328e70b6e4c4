"""Which run and which timeline a name means; timeline names are unique only within their run."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from ttdebug.errors import NotFoundError, UsageError
from ttdebug.model import Run, Timeline
from ttdebug.store.trace import Trace

_SHOWN = 6


def find_run(trace: Trace, text: str) -> Run:
    """The run of that id, name, or unambiguous start of an id; `last` is the newest."""
    if not trace.runs:
        raise NotFoundError("This recording holds no run yet")
    if text == "last":
        return newest_run(trace)
    exact = [run for run in trace.runs if text in (run.id, run.name)]
    found = exact or [run for run in trace.runs if text and run.id.startswith(text)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"Run {text} could be {_list([run.id for run in found])}")
    ids = [run.id for run in trace.runs]
    raise UsageError(f"No run {text}. {_nearest(text, ids, 'This recording holds')}")


def newest_run(trace: Trace) -> Run:
    """The run of the newest event, or the run declared last while there is no event."""
    if not trace.runs:
        raise NotFoundError("This recording holds no run yet")
    return _run_of(trace, newest_timeline(trace))


def newest_timeline(trace: Trace, run: Run | None = None) -> Timeline:
    """The timeline that recorded the newest event, of the file or of one run."""
    if run is not None:
        return max(run.timelines, key=lambda line: (_last_own(trace, line), -line.id))
    if trace.last_seq:
        return trace.timelines[trace.event(trace.last_seq).timeline_id]
    if not trace.runs:
        raise NotFoundError("This recording holds no run yet")
    return trace.runs[-1].timelines[0]


def named_timelines(trace: Trace, name: str) -> list[Timeline]:
    """The timelines that `NAME` or `RUN/NAME` may mean; several where runs share the name.

    RUN is the id or the name of a run.
    """
    return [
        line
        for run in trace.runs
        for line in run.timelines
        if name in (line.name, f"{run.id}/{line.name}", f"{run.name}/{line.name}")
    ]


def find_timeline(trace: Trace, name: str, run: Run | None = None) -> Timeline:
    """The timeline of that name, of a run if one is given; raises UsageError."""
    about = run.id if run else None
    candidates = named_timelines(trace, name)
    if not candidates:
        raise no_timeline(trace, name, about)
    return choose_timeline(trace, candidates, name, about, None)


def check_agent(trace: Trace, agent: str) -> None:
    """Raise UsageError for an agent the recording does not know, naming those it does."""
    known = sorted({name for run in trace.runs for name in run.agents})
    if agent not in known:
        hint = _nearest(agent, known, "It knows:")
        raise UsageError(f"No agent {agent!r} in this recording. {hint}")


def choose_timeline(
    trace: Trace, candidates: Sequence[Timeline], name: str, run: str | None, seq: int | None
) -> Timeline:
    """The one of several timelines of one name that is meant.

    `run` is the run the question is about, `seq` an event that is asked for; without either the
    newest event's run decides.
    """
    if len(candidates) > 1 and run is not None:
        candidates = [line for line in candidates if line.run == run] or candidates
    if len(candidates) > 1 and seq is not None and 0 < seq <= trace.last_seq:
        wanted = trace.event(seq).run
        candidates = [line for line in candidates if line.run == wanted] or candidates
    if len(candidates) > 1:
        newest = newest_run(trace).id
        candidates = [line for line in candidates if line.run == newest] or candidates
    if len(candidates) > 1:
        full = _list([f"{line.run}/{line.name}" for line in candidates])
        raise UsageError(f"Timeline {name} is in several runs: {full}")
    return candidates[0]


def no_timeline(trace: Trace, name: str, run: str | None) -> UsageError:
    """The error for a timeline nobody recorded, naming those that come near."""
    lines = [line for line in trace.timelines.values() if run in (None, line.run)]
    known = list(dict.fromkeys(line.name for line in lines))
    return UsageError(f"No timeline {name}. {_nearest(name, known, 'There is')}")


def timeline_name(trace: Trace, timeline: int) -> str:
    """The name as one types it: with its run in front where the name alone means another one."""
    line = trace.timelines[timeline]
    same = named_timelines(trace, line.name)
    return line.name if len(same) == 1 else f"{line.run}/{line.name}"


def _run_of(trace: Trace, timeline: Timeline) -> Run:
    return next(run for run in trace.runs if run.id == timeline.run)


def _last_own(trace: Trace, timeline: Timeline) -> int:
    """The newest event that this timeline itself recorded, 0 if none."""
    last = trace.lineage(timeline.id).last
    return last if last > timeline.fork_seq else 0


def _nearest(text: str, known: list[str], otherwise: str) -> str:
    near = get_close_matches(text, known, n=3)
    return f"The nearest: {_list(near)}" if near else f"{otherwise} {_list(known)}"


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
