"""The JSON objects that tell of events, and of what was found at them; unknown is null."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttdebug.analyze import causality, checkpoints
from ttdebug.model import MISSING, Event, Position, Value, iso, seconds
from ttdebug.view import places

if TYPE_CHECKING:
    from ttdebug.analyze.check import Violation
    from ttdebug.analyze.checkpoints import Checkpoint
    from ttdebug.analyze.drift import Finding
    from ttdebug.analyze.history import Write
    from ttdebug.analyze.misses import NearMiss
    from ttdebug.analyze.search import Hit as Found
    from ttdebug.replay.hits import Hit
    from ttdebug.store.trace import Trace

Record = dict[str, object]

DEEPEST = 200
"""Levels of nested objects; what reads JSON may not take many more."""


def event_record(trace: Trace, event: Event) -> Record:
    """An event with its causes and the size of its change."""
    return {
        "run": event.run,
        "seq": event.seq,
        "time": iso(event.time),
        "elapsed": event.elapsed,
        "type": event.type,
        "name": event.name,
        "agent": event.agent,
        "timeline": event.timeline,
        "parent": event.parent,
        "causes": [{"seq": edge.seq, "kind": edge.kind} for edge in trace.causes(event.seq)],
        "status": event.status,
        "duration": seconds(event.duration),
        "changes": {
            "added": event.changes.added,
            "changed": event.changes.changed,
            "removed": event.changes.removed,
        },
        "data": event.data,
        "source": event.source,
    }


def checkpoint_record(trace: Trace, checkpoint: Checkpoint) -> Record:
    """A checkpoint's event, what it says, how large the state there is, and how to go there."""
    return event_record(trace, checkpoint.event) | {
        "kind": checkpoint.kind,
        "tags": list(checkpoint.tags),
        "description": checkpoint.description,
        "state_bytes": checkpoints.state_bytes(trace, checkpoint),
        "open": places.command(trace, checkpoint.position),
    }


def drift_record(trace: Trace, finding: Finding) -> Record:
    """What went astray, by which rule, and what speaks for it."""
    return {
        "kind": finding.kind,
        "rule": finding.rule,
        "run": finding.run,
        "timeline": trace.timelines[finding.timeline].name,
        "agent": finding.agent,
        "path": finding.path,
        "first": finding.first,
        "last": finding.last,
        "weight": round(finding.weight, 3),
        "evidence": [
            {"seq": one.seq, "what": one.what, "value": present(one.value)}
            for one in finding.evidence
        ],
    }


def search_record(trace: Trace, hit: Found) -> Record:
    """An event in which something was found, where in it, and the text around it."""
    return event_record(trace, trace.event(hit.seq)) | {"where": hit.where, "excerpt": hit.excerpt}


def present(value: Value) -> object:
    """JSON has no word for missing; it becomes null."""
    return None if value is MISSING else value


def hit_record(trace: Trace, hit: Hit) -> Record:
    """The event a condition hit, which hit of its timeline it is, and why."""
    event = event_record(trace, trace.event(hit.seq))
    return event | {"hits": hit.hits, "reason": hit.reason}


def miss_record(trace: Trace, miss: NearMiss) -> Record:
    """An event at which a condition did not hit: the terms that failed, and those that held.

    A hint says what spoke against a term where values do not, or what may be wrong with it.
    """
    failed = [
        {
            "term": failed.term,
            "values": {label: present(value) for label, value in failed.values.items()},
            "hint": failed.evidence or failed.hint or None,
        }
        for failed in miss.failed
    ]
    return event_record(trace, miss.event) | {"failed": failed, "held": list(miss.held)}


def write_record(write: Write) -> Record:
    """One write of a path; a value that did not exist is null."""
    return {
        "seq": write.seq,
        "path": write.path,
        "op": write.op,
        "old": present(write.old),
        "new": present(write.new),
        "type": write.event.type,
        "name": write.event.name,
        "agent": write.event.agent,
        "timeline": write.event.timeline,
        "source": write.event.source,
    }


def violation_record(violation: Violation) -> Record:
    """Where a rule is broken; `seq` and what follows it tell the event to look at."""
    event, rule = violation.event, violation.rule
    return {
        "rule": rule.name,
        "kind": rule.kind,
        "condition": rule.condition.text,
        "run": violation.run,
        "timeline": violation.trace.timelines[violation.timeline].name,
        "agent": violation.agent,
        "first": violation.first,
        "last": violation.last,
        "until": violation.until,
        "seq": event.seq,
        "time": iso(event.time),
        "elapsed": event.elapsed,
        "type": event.type,
        "name": event.name,
        "source": event.source,
        "reason": violation.reason,
        "open": places.command(violation.trace, violation.position),
    }


def tree_record(trace: Trace, event: Event) -> Record:
    """An event with everything inside it, on whatever timeline, as nested objects.

    Below DEEPEST levels everything hangs from the span at that level.
    """
    root = event_record(trace, event) | {"children": []}
    waiting = [(event, root, 1)]
    while waiting:
        opening, record, level = waiting.pop()
        inside = causality.inside_anywhere(trace, opening) if opening.opens else []
        children = record["children"]
        assert isinstance(children, list)
        below = []
        for child in inside:
            found = event_record(trace, child) | {"children": []}
            children.append(found)
            below.append((child, found if level < DEEPEST else record, level + 1))
        waiting += reversed(below)
    return root


def causality_record(trace: Trace, position: Position) -> Record:
    """The event at a position with what led to it, nearest first, and what it led to."""
    seq = position.seq
    return {
        "event": event_record(trace, trace.event(seq)),
        "causes": [relative_record(trace, one) for one in causality.ancestors(trace, seq)],
        "effects": [
            relative_record(trace, one)
            for one in causality.descendants(trace, seq, timeline=position.timeline)
        ],
    }


def relative_record(trace: Trace, relative: causality.Relative) -> Record:
    """An event and how it hangs together with the one asked about."""
    return event_record(trace, relative.event) | {
        "relation": relative.relation,
        "kind": relative.kind,
        "depth": relative.depth,
    }
