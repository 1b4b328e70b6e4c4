"""The text of `info`: a recording and its runs in a few aligned lines each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from ttdebug.cli.output import width
from ttdebug.model import MAIN
from ttdebug.view import findings, numbers

if TYPE_CHECKING:
    from ttdebug.analyze.drift import Finding
    from ttdebug.store.trace import Trace

LABEL = 11
PATHS = 10
"""Paths listed with their bytes; --json has all."""

JOINED = 24
"""Names in one list; --json has all."""

FINDINGS = 40
"""Findings listed of `--drift`; --json has all."""


def lines(
    trace: Trace, record: Mapping[str, Any], found: Sequence[Finding] | None = None
) -> Iterator[str]:
    """What `info --json` prints as one object, for people; strings are not gated yet.

    `found` is what the rules of drift found, if they were asked.
    """
    name = str(trace.source_path)
    size = record["size_bytes"]
    yield f"{name}  {record['format']}" + (f", {numbers.size(size)}" if size else "")
    for run in record["runs"]:
        yield ""
        yield from _run(run)
    if "stats" in record:
        yield ""
        yield from _stats(record["stats"])
    if found is not None:
        yield ""
        yield from _drift(trace, found)
    if record["warnings"]:
        yield ""
        for warning in record["warnings"]:
            yield from _row("warning", warning)


def _run(run: Mapping[str, Any]) -> Iterator[str]:
    title = run["id"] if run["name"] in (None, run["id"]) else f"{run['id']}  {run['name']}"
    yield from _row("run", title)
    yield from _row("events", f"{run['events']:,}, of which {run['snapshots']:,} hold a snapshot")
    yield from _row("agents", _joined(run["agents"]))
    yield from _row("timelines", _joined(_timelines(run)))
    yield from _row("time", f"{run['start'] or 'unknown'} to {run['end'] or 'unknown'}")
    types = sorted(run["types"].items(), key=lambda item: -item[1])
    yield from _row("types", _joined([f"{name} {count:,}" for name, count in types]))
    if run["fidelity"]:
        yield from _row("fidelity", run["fidelity"])


def _stats(stats: Mapping[str, Any]) -> Iterator[str]:
    compression = stats["compression"]
    told = [numbers.size(compression[key]) for key in ("plain_bytes", "stored_bytes")]
    yield from _row("values", f"{told[0]}, stored in {told[1]}")
    for kept in stats["checkpoints"]:
        sizes = [numbers.size(kept[key]) for key in ("state_bytes", "recorded_bytes")]
        count = f"{numbers.plural(kept['count'], 'checkpoint')} of kind {kept['kind'] or 'none'}"
        yield from _row("marks", f"{count}: states of {sizes[0]}, recorded in {sizes[1]}")
    for agent, size in stats["agents"].items():
        yield from _row("state of", f"{numbers.size(size):>9}  {agent}")
    for path in stats["paths"][:PATHS]:
        yield from _row(
            "written to", f"{numbers.size(path['bytes']):>9}  {path['agent']} {path['path']}"
        )


def _drift(trace: Trace, found: Sequence[Finding]) -> Iterator[str]:
    if not found:
        yield from _row("drift", "no rule found anything")
    for one in found[:FINDINGS]:
        place = [findings.reach(one), *([one.agent] if one.agent else [])]
        timeline = trace.timelines[one.timeline].name
        if timeline != MAIN:
            place.insert(1, timeline)
        yield from _row(one.kind, f"{'  '.join(place)}  {one.rule}")
        yield from _row("", findings.evidence(one))
    if len(found) > FINDINGS:
        yield from _row("", f"{len(found) - FINDINGS:,} more; --json lists all")


def _timelines(run: Mapping[str, Any]) -> list[str]:
    forks = {fork["timeline"]: f" (forks from {fork['parent']} after {fork['at']:,})"
             for fork in run["forks"]}  # fmt: skip
    return [name + forks.get(name, "") for name in run["timelines"]]


def _joined(words: Sequence[str]) -> str:
    more = f" and {len(words) - JOINED:,} more" if len(words) > JOINED else ""
    return (", ".join(words[:JOINED]) + more) or "none"


def _row(label: str, text: str) -> Iterator[str]:
    """A labelled text, its further lines below the first."""
    room = max(width() - LABEL, LABEL)
    parts = wrap(text, room, expand_tabs=False, replace_whitespace=False, break_on_hyphens=False)
    for part in parts or [""]:
        yield f"{label:<{LABEL}}{part}"
        label = ""
