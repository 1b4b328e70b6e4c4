"""Names for the graphs of a thread: the root, and a subgraph by the nodes that lead to it."""

from __future__ import annotations

ROOT = "root"


class Agents:
    """Agent names by checkpoint namespace, `node:task|node:task`.

    A second task that runs the same subgraph is a second instance: `booking`, `booking-2`.
    """

    def __init__(self) -> None:
        self._names: dict[str, str] = {"": ROOT}
        self._taken: dict[str, int] = {}

    def name(self, ns: str) -> str:
        """The agent that owns the state in namespace `ns`."""
        known = self._names.get(ns)
        if known is None:
            outer, node = enclosing(ns)
            within = self.name(outer)
            wanted = node if within == ROOT else f"{within}/{node}"
            count = self._taken[wanted] = self._taken.get(wanted, 0) + 1
            known = wanted if count == 1 else f"{wanted}-{count}"
            self._names[ns] = known
        return known


def enclosing(ns: str) -> tuple[str, str]:
    """The namespace around `ns`, and the node in it that runs the subgraph."""
    outer, _, last = ns.rpartition("|")
    return outer, last.partition(":")[0]


def inside(ns: str, node: str | None, task: str) -> str:
    """The namespace of the subgraph that a task of `node` runs inside `ns`."""
    return f"{ns}|{node}:{task}" if ns else f"{node}:{task}"
