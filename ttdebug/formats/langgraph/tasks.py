"""Tasks: which node a group of writes came from, and which tool call each write belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ttdebug.formats.langgraph import channels, meaning
from ttdebug.formats.langgraph.checkpoints import Checkpoint
from ttdebug.formats.langgraph.rows import Write
from ttdebug.model import JSON, Object

_PULL = "~__pregel_pull, "
_PUSH = "~__pregel_push, "


@dataclass(frozen=True, slots=True)
class Written:
    """One row of `writes`, decoded."""

    row: Write
    value: JSON


@dataclass(frozen=True, slots=True)
class Task:
    """Writes that one task stored together; `calls` are their tool call ids, where inferred."""

    id: str
    node: str | None
    sent: int | None
    writes: tuple[Written, ...]
    calls: tuple[str | None, ...]


def tasks(written: Sequence[Written], before: Checkpoint, after: Checkpoint | None) -> list[Task]:
    """The tasks that ran after one checkpoint, as far as they led to the next.

    A task that failed and ran again appears twice.
    """
    made: list[Task] = []
    for task, rows in groupby(written, key=lambda item: item.row.task):
        group = tuple(rows)
        sent = _sent(group[0].row.path)
        node = None if task == channels.NULL_TASK else _node(group, before, after)
        made.append(Task(task, node, sent, group, _calls(group)))
    return made


def _sent(path: str) -> int | None:
    """The position of the `Send` that started the task, from its path."""
    if not path.startswith(_PUSH):
        return None
    digits = path[len(_PUSH) :].partition(",")[0]
    return int(digits) if digits.isdecimal() else None


def _node(group: Sequence[Written], before: Checkpoint, after: Checkpoint | None) -> str | None:
    path = group[0].row.path
    if path.startswith(_PULL):
        return path[len(_PULL) :]
    sent = _sent(path)
    if sent is not None and sent < len(before.sends):
        return _send_node(before.sends[sent])
    for item in group:
        named = channels.sender(item.row.channel)
        if named is not None:
            return named
        if before.version == 1 and item.row.channel == item.value:
            return item.row.channel
    return _only_candidate(group, before, after)


def _only_candidate(
    group: Sequence[Written], before: Checkpoint, after: Checkpoint | None
) -> str | None:
    """The node, where files without task paths leave only one that can have run."""
    if before.source == "input":
        return channels.INPUT
    if after is not None:
        nodes = list(after.writes)
        if len(nodes) == 1:
            return nodes[0]
        fitting = [node for node in nodes if _wrote(after.writes[node], group)]
        if len(fitting) == 1:
            return fitting[0]
        ran = [node for node in after.seen if after.seen[node] != before.seen.get(node)]
        ran = [node for node in ran if not node.startswith("__")]
        if len(ran) == 1:
            return ran[0]
    due = {*before.next, *filter(None, map(_send_node, before.sends))}
    return due.pop() if len(due) == 1 else None


def _wrote(returned: JSON, group: Sequence[Written]) -> bool:
    """Whether a node that returned this made exactly these writes."""
    names = {item.row.channel for item in group if not channels.control(item.row.channel)}
    return isinstance(returned, dict) and set(returned) == names


def _send_node(send: JSON) -> str | None:
    node = send.get("node") if isinstance(send, dict) else None
    return node if isinstance(node, str) else None


def _calls(group: Sequence[Written]) -> tuple[str | None, ...]:
    """Per write the call of the tool whose command it is part of.

    A tool that returns a command writes its channels and its message one after another, either
    first or last. Which of the two is seen at the ends of the task's writes.
    """
    results = [meaning.tool_results(item.row.channel, item.value) for item in group]
    places = [place for place, found in enumerate(results) if len(found) == 1]
    calls: list[str | None] = [None] * len(group)
    state = [p for p, item in enumerate(group) if not channels.control(item.row.channel)]
    if not places or any(len(found) > 1 for found in results):
        return tuple(calls)
    leads = state[0] == places[0] and state[-1] != places[-1]
    for place in state:
        if results[place]:
            continue
        if leads or place > places[-1]:
            nearest = max((p for p in places if p < place), default=places[0])
        else:
            nearest = min(p for p in places if p > place)
        calls[place] = results[nearest][0]
    return tuple(calls)


def remaining(returned: Object, written: Sequence[Written]) -> list[tuple[str, str, JSON]]:
    """What nodes returned, as old checkpoints tell, beyond what the rows already say.

    As `(node, channel, value)`; a node that ran several times returned a list.
    """
    known = [(item.row.channel, item.value) for item in written]
    left: list[tuple[str, str, JSON]] = []
    for node, results in returned.items():
        for result in results if isinstance(results, list) else [results]:
            if not isinstance(result, dict):
                continue
            for channel, value in result.items():
                if (channel, value) in known:
                    known.remove((channel, value))
                else:
                    left.append((node, channel, value))
    return left
