"""Which channels are the graph's own bookkeeping, and which hold the user's state."""

from __future__ import annotations

from collections.abc import Collection

from ttdebug.model import JSON

INPUT = "__start__"
TASKS = "__pregel_tasks"
ERROR = "__error__"
INTERRUPT = "__interrupt__"
RESUME = "__resume__"
BRANCH = "branch:to:"
NULL_TASK = "00000000-0000-0000-0000-000000000000"

_STATE_DESPITE_NAME = {"__root__", "__end__", "__previous__"}


def control(channel: str, value: JSON = None, nodes: Collection[str | None] = ()) -> bool:
    """Whether `channel` only steers the graph.

    The first versions also had one channel per node, holding the node's own name.
    """
    if channel.startswith(("branch:", "start:", "join:")):
        return True
    if channel.startswith("__") and channel not in _STATE_DESPITE_NAME:
        return True
    return channel == value and channel in nodes


def target(channel: str) -> str | None:
    """The node a branch channel leads to: `branch:to:X`, or `branch:FROM:CONDITION:X` of old."""
    if channel.startswith(BRANCH):
        return channel[len(BRANCH) :].partition("::")[0]
    if channel.startswith("branch:"):
        return channel.rpartition(":")[2]
    if channel.startswith("start:"):
        return channel[len("start:") :]
    return None


def sender(channel: str) -> str | None:
    """The node that wrote to a branch channel of the old form."""
    if channel.startswith("start:"):
        return INPUT
    parts = channel.split(":")
    old = parts[0] == "branch" and len(parts) > 3 and parts[1] != "to"
    return parts[1] if old else None
