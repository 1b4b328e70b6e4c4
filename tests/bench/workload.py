"""The standard workload, ttbench-1: what an agent with a budget, a memory and a conversation does.

The classes S, M and L keep states of about 2, 20 and 200 KB. Only `random.Random(seed).random()`
is used, so a seed names one recording; `checksum` tells whether this is still the same workload.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from ttdebug.delta import Delta
from ttdebug.paths import pointer

RIMES = ["a", "e", "i", "o", "u", "an", "er", "in", "or", "un"]
RIMES += ["ate", "ing", "ion", "ment", "ous", "ity"]
WORDS = [
    onset + rime + ending
    for onset in "bcdfghjklmnprstv"
    for rime in [
        "a",
        "e",
        "i",
        "o",
        "u",
        "an",
        "er",
        "in",
        "or",
        "un",
        "ate",
        "ing",
        "ion",
        "ment",
        "ous",
        "ity",
    ]
    for ending in ("", "s", "ed", "ly")
]
TYPES = [
    ("llm_call", 0.30),
    ("tool_call", 0.25),
    ("tool_result", 0.25),
    ("state_write", 0.12),
    ("plan", 0.05),
    ("checkpoint", 0.015),
    ("error", 0.01),
    ("human", 0.005),
]
TOOLS = ["read_file", "write_file", "shell", "search", "fetch", "test", "edit", "ask"]
ROLES = ["assistant", "tool", "user"]
STATUSES = ["open", "doing", "blocked", "done"]
PHASES = ["plan", "act", "observe", "reflect"]
WRITES = [0.30, 0.60, 0.80, 0.92, 1.0]  # cumulated odds of 1 to 5 writes in a step
CHECKSUMS = {"S": "0ab17c9e68e19247", "M": "73d9fce732f987b1", "L": "07c077914098a272"}

SET, APPEND, DELETE = 0, 1, 2


@dataclass(frozen=True)
class Size:
    """Memory keys, conversation cap, characters per message, todo items, plan items."""

    memory: int
    cap: int
    low: int
    high: int
    todo: int
    plan: int


SIZES = {
    "S": Size(8, 6, 40, 160, 4, 4),
    "M": Size(200, 32, 60, 300, 12, 8),
    "L": Size(2000, 300, 60, 300, 40, 40),
}


class Write(NamedTuple):
    """One write of a step; `path` are keys and list indexes."""

    code: int
    path: tuple[Any, ...]
    value: Any


class Workload:
    """An agent at work: `writes` decides the next step, `apply` does it to `state` in place."""

    def __init__(self, size: str = "M", seed: int = 1) -> None:
        self.size = SIZES[size]
        self.random = random.Random(seed).random
        self.step = 0
        self._key = self.size.memory
        self._message = 0
        self._todo = 0
        plan = self.size.plan
        self.state: dict[str, Any] = {
            "run_id": f"run-{seed:08d}",
            "step": 0,
            "phase": "plan",
            "goal": self.text(160),
            "budget": {
                "limit_usd": 25.0,
                "spent_usd": 0.0,
                "remaining": 1.0,
                "tokens_in": 0,
                "tokens_out": 0,
                "calls": 0,
            },
            "todo": [self.todo() for _ in range(self.size.todo)],
            "scratch": {
                "cwd": "/repo/" + self.word(),
                "last_tool": "shell",
                "retry": 0,
                "cursor": 0,
                "plan": [self.text(40) for _ in range(plan)],
            },
            "memory": {f"k{at:06d}": self.fact() for at in range(self.size.memory)},
            "messages": [self.message() for _ in range(self.size.cap // 2)],
        }
        self._keys = list(self.state["memory"])

    def below(self, limit: int) -> int:
        return int(self.random() * limit)

    def word(self) -> str:
        return WORDS[int(1024 * self.random() ** 2)]

    def text(self, length: int) -> str:
        words: list[str] = []
        size = 0
        while size < length:
            words.append(self.word())
            size += len(words[-1]) + 1
        return " ".join(words)[:length]

    def todo(self) -> dict[str, Any]:
        self._todo += 1
        return {
            "id": self._todo,
            "title": self.text(32),
            "status": "open",
            "prio": self.below(5),
        }

    def fact(self) -> dict[str, Any]:
        return {"v": self.text(24), "score": round(self.random(), 4), "hits": self.below(10)}

    def message(self) -> dict[str, Any]:
        self._message += 1
        length = self.size.low + self.below(self.size.high - self.size.low)
        return {
            "id": self._message,
            "role": ROLES[self.below(3)],
            "content": self.text(length),
            "tokens": length // 4,
        }

    def writes(self) -> list[Write]:
        """What the next step writes; not applied yet."""
        self.step += 1
        odds = self.random()
        count = 1
        while odds >= WRITES[count - 1]:
            count += 1
        found = [Write(SET, ("step",), self.step)]
        for _ in range(count - 1):
            found += self._write()
        todo = [write for write in found if write.path[0] == "todo"]
        if len(todo) > 1:
            found = [write for write in found if write.path[0] != "todo" or write is todo[0]]
        messages = self.state["messages"]
        if len(messages) >= self.size.cap:
            found = [write for write in found if write.path[0] != "messages"]
            summary = {"id": 0, "role": "system", "content": self.text(200), "tokens": 50}
            kept = messages[-(self.size.cap // 2) + 1 :]
            found.append(Write(SET, ("messages",), [summary, *kept]))
        return found

    def _write(self) -> list[Write]:
        odds = self.random()
        if odds < 0.30:
            return [self._budget()]
        if odds < 0.54:
            key = self._keys[self.below(len(self._keys))]
            if self.random() < 0.5:
                return [Write(SET, ("memory", key, "score"), round(self.random(), 4))]
            return [Write(SET, ("memory", key, "hits"), self.below(1000))]
        if odds < 0.70:
            return [Write(APPEND, ("messages",), self.message())]
        if odds < 0.80:
            todo = self.state["todo"]
            if not todo:
                return []
            at = self.below(len(todo))
            return [Write(SET, ("todo", at, "status"), STATUSES[self.below(4)])]
        if odds < 0.90:
            return [self._scratch()]
        if odds < 0.94:
            at = self.below(len(self._keys))
            old = self._keys[at]
            self._key += 1
            new = self._keys[at] = f"k{self._key:06d}"
            return [Write(DELETE, ("memory", old), None), Write(SET, ("memory", new), self.fact())]
        if odds < 0.97:
            key = self._keys[self.below(len(self._keys))]
            return [Write(SET, ("memory", key, "v"), self.text(24))]
        if odds < 0.99:
            return [self._todo_list()]
        return [Write(SET, ("scratch", "plan"), [self.text(40) for _ in range(self.size.plan)])]

    def _budget(self) -> Write:
        budget = self.state["budget"]
        names = ("tokens_in", "tokens_out", "calls", "spent_usd", "remaining")
        name = names[self.below(5)]
        if name == "remaining":
            value = round(budget[name] - self.random() * 0.01, 6)
            value = 1.0 if value < 0.05 else value
        elif name == "spent_usd":
            value = round(budget[name] + self.random() * 0.01, 6)
        else:
            value = budget[name] + 1 + self.below(2000 if name != "calls" else 1)
        return Write(SET, ("budget", name), value)

    def _scratch(self) -> Write:
        choice = self.below(4)
        if choice == 0:
            return Write(SET, ("scratch", "last_tool"), TOOLS[self.below(8)])
        if choice == 1:
            return Write(SET, ("scratch", "retry"), self.below(4))
        if choice == 2:
            return Write(SET, ("scratch", "cursor"), self.below(10000))
        return Write(SET, ("phase",), PHASES[self.below(4)])

    def _todo_list(self) -> Write:
        todo = self.state["todo"]
        most = self.size.todo
        if self.below(2) and len(todo) > most // 2:
            write = Write(DELETE, ("todo", self.below(len(todo))), None)
        else:
            write = Write(APPEND, ("todo",), self.todo())
        return Write(SET, ("todo",), todo[-most:]) if len(todo) > 2 * most else write

    def event(self) -> dict[str, Any]:
        """What happens besides the state: type, cause, latency, tool or model."""
        odds = self.random()
        total = 0.0
        for name, share in TYPES:  # noqa: B007 - the last one is meant
            total += share
            if odds < total:
                break
        event: dict[str, Any] = {
            "type": name,
            "cause": max(0, self.step - 1 - self.below(20)),
            "latency_ms": round(self.random() * 900, 2),
        }
        if name.startswith("tool"):
            event["tool"] = TOOLS[self.below(8)]
            path = f"/repo/{self.word()}/{self.word()}.py"
            event["args"] = {"path": path, "n": self.below(500)}
        elif name == "llm_call":
            event["model"] = f"m-{self.below(3)}"
            event["tokens"] = self.below(4000)
        return event

    def apply(self, writes: list[Write]) -> Delta:
        """Change `state` in place, as most agents do; returns the same as RFC 6902 operations.

        Their values are objects of the state.
        """
        delta: Delta = []
        for code, path, value in writes:
            node: Any = self.state
            for key in path[:-1]:
                node = node[key]
            last = path[-1]
            if code == APPEND:
                at = len(node[last])
                delta.append({"op": "add", "path": pointer(map(str, (*path, at))), "value": value})
                node[last].append(value)
                continue
            where = pointer(map(str, path))
            if path == ("messages",):  # as an edit: the oldest make room for a summary of them
                gone = len(node[last]) - len(value) + 1
                delta += [{"op": "remove", "path": where + "/0"} for _ in range(gone)]
                delta.append({"op": "add", "path": where + "/0", "value": value[0]})
                node[last] = value
            elif code == DELETE:
                delta.append({"op": "remove", "path": where})
                del node[last]
            else:
                there = isinstance(node, list) or last in node
                kind = "replace" if there else "add"
                delta.append({"op": kind, "path": where, "value": value})
                node[last] = value
        return delta


def private(writes: list[Write]) -> list[Write]:
    """The writes with values of their own, so that nothing shares objects with the agent."""
    return [
        Write(
            code,
            path,
            orjson.loads(orjson.dumps(value)) if isinstance(value, (dict, list)) else value,
        )
        for code, path, value in writes
    ]


def checksum(size: str, count: int) -> str:
    """Identifies the first `count` steps of a size with seed 1."""
    agent = Workload(size, 1)
    digest = hashlib.sha256()
    for _ in range(count):
        writes = agent.writes()
        agent.apply(private(writes))
        digest.update(orjson.dumps([[tuple(write) for write in writes], agent.event()]))
    return digest.hexdigest()[:16]
