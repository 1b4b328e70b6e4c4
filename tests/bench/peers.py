"""The debugger's questions, asked of the tools people have today over the same recording.

Workload M, one full state a step, as most agents keep it: LangGraph's SqliteSaver (its own API), a
SQLite table asked with json_extract, and the same states as JSON Lines for DuckDB and jq; a peer
that is not installed is left out. All answer the same questions, checked to be the same answers,
taking turns in one process; ratios are the peer's time over ours, as min/median/max over rounds.
Ours is asked of the same steps and, where `travel` has made it, of its million.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Final

import orjson

from tests.bench.travel import AGENT, build
from tests.bench.workload import Workload, private
from ttdebug.analyze.history import history
from ttdebug.paths import parse
from ttdebug.replay import conditions, hits
from ttdebug.store.trace import Trace

ROUNDS: Final = 5
LIMIT: Final = 0.06
Answer = Callable[[], object]

LOW = "where budget.remaining fell below 0.06"
LAST = "the last write of budget.remaining"
TRAVEL = "the whole state at a random step"


def random_seqs(last: int) -> Iterator[int]:
    """The steps that everybody is asked about, one a round."""
    chance = random.Random(5)
    while True:
        yield chance.randrange(2, last + 1)


class Ours:
    """ttdebug over a recording."""

    def __init__(self, path: Path) -> None:
        self.trace = Trace.open(path)
        self._seqs = random_seqs(self.trace.last_seq)

    def low(self) -> list[int]:
        found = hits.find(
            self.trace, conditions.compile(f"state.budget.remaining < {LIMIT}"), timeline=1
        )
        return [hit.seq for hit in found]

    def last(self) -> int:
        writes = history(
            self.trace, parse("budget.remaining"), timeline=1, agent=AGENT, reverse=True
        )
        return next(write.seq for write in writes if not write.equal)

    def travel(self) -> object:
        return self.trace.state(next(self._seqs), AGENT, 1)


class Saver:
    """LangGraph's SqliteSaver, by the calls it offers: `list`, newest first, and `get_tuple`."""

    def __init__(self, folder: Path, count: int) -> None:
        module = importlib.import_module("langgraph.checkpoint.sqlite")
        ids = importlib.import_module("langgraph.checkpoint.base.id")
        connection = sqlite3.connect(folder / "saver.db", check_same_thread=False)
        self._saver = module.SqliteSaver(connection)
        self._saver.setup()
        connection.execute("PRAGMA synchronous = OFF")
        config: Any = {"configurable": {"thread_id": "1", "checkpoint_ns": ""}}
        self._configs = [config]
        self._seqs = random_seqs(count)
        for seq, state in states(count):
            checkpoint = {
                "v": 4,
                "id": str(ids.uuid6(clock_seq=seq)),
                "ts": "2026-01-01T00:00:00+00:00",
                "channel_values": state,
                "channel_versions": {},
                "versions_seen": {},
                "updated_channels": None,
            }
            config = self._saver.put(config, checkpoint, {"source": "loop", "step": seq}, {})
            self._configs.append(config)

    def _history(self) -> Any:
        for item in self._saver.list(self._configs[0]):
            yield item.metadata["step"], item.checkpoint["channel_values"]["budget"]["remaining"]

    def low(self) -> list[int]:
        steps = pairwise(list(self._history())[::-1])
        return [seq for (_, old), (seq, new) in steps if new < LIMIT <= old]

    def last(self) -> int:
        found = self._history()
        seq, value = next(found)
        for earlier, old in found:
            if old != value:
                break
            seq = earlier
        return int(seq)

    def travel(self) -> object:
        config = self._configs[next(self._seqs)]
        return self._saver.get_tuple(config).checkpoint["channel_values"]


_WITH_OLD: Final = (
    "SELECT seq, value, lag(value) OVER (ORDER BY seq) AS old FROM"
    " (SELECT seq, {value} AS value FROM {table})"
)
_LOW: Final = f"SELECT seq FROM ({_WITH_OLD}) WHERE value < {LIMIT} AND old >= {LIMIT} ORDER BY seq"
_LAST: Final = f"SELECT max(seq) FROM ({_WITH_OLD}) WHERE value <> old"


class Extracting:
    """A SQLite table of full states, asked with json_extract."""

    def __init__(self, folder: Path, count: int) -> None:
        self._connection = sqlite3.connect(folder / "states.db")
        self._connection.execute("CREATE TABLE states (seq INTEGER PRIMARY KEY, state TEXT)")
        rows = ((seq, orjson.dumps(state).decode()) for seq, state in states(count))
        self._connection.executemany("INSERT INTO states VALUES (?, ?)", rows)
        self._connection.commit()
        self._parts = {"value": "json_extract(state, '$.budget.remaining')", "table": "states"}
        self._seqs = random_seqs(count)

    def low(self) -> list[int]:
        return [seq for (seq,) in self._connection.execute(_LOW.format(**self._parts))]

    def last(self) -> int:
        return int(self._connection.execute(_LAST.format(**self._parts)).fetchone()[0])

    def travel(self) -> object:
        query = "SELECT state FROM states WHERE seq = ?"
        return orjson.loads(self._connection.execute(query, (next(self._seqs),)).fetchone()[0])


class Lines:
    """JSON Lines with a full state each, as DuckDB and jq read them."""

    def __init__(self, folder: Path, count: int) -> None:
        self.path = folder / "states.jsonl"
        self.count = count
        with self.path.open("wb") as file:
            for seq, state in states(count):
                file.write(orjson.dumps({"seq": seq, "state": state}) + b"\n")


class Duck:
    """DuckDB over the lines."""

    def __init__(self, lines: Lines) -> None:
        self._connection = importlib.import_module("duckdb").connect()
        self._connection.execute("SET threads = 1")
        self._table = f"read_ndjson_objects('{lines.path}', maximum_object_size = 67108864)"
        self._parts = {
            "value": "CAST(json_extract(json, '$.state.budget.remaining') AS DOUBLE)",
            "table": f"(SELECT CAST(json_extract(json, '$.seq') AS BIGINT) AS seq, json"
            f" FROM {self._table})",
        }
        self._seqs = random_seqs(lines.count)

    def low(self) -> list[int]:
        return [seq for (seq,) in self._connection.execute(_LOW.format(**self._parts)).fetchall()]

    def last(self) -> int:
        return int(self._connection.execute(_LAST.format(**self._parts)).fetchone()[0])

    def travel(self) -> object:
        query = (
            f"SELECT json_extract(json, '$.state') FROM {self._table}"
            f" WHERE CAST(json_extract(json, '$.seq') AS BIGINT) = {next(self._seqs)}"
        )
        return orjson.loads(self._connection.execute(query).fetchone()[0])


_FALLS: Final = (
    "foreach (inputs | [.seq, .state.budget.remaining]) as $now ({}; {old: .now, now: $now};"
    " select(.old != null and %s) | .now[0])"
)


class Jq:
    """The jq program over the lines, its own start included."""

    def __init__(self, lines: Lines) -> None:
        self._path = lines.path
        self._seqs = random_seqs(lines.count)

    def _ask(self, program: str) -> list[object]:
        argv = ["jq", "-cn", program, str(self._path)]
        found = subprocess.run(argv, capture_output=True, check=True).stdout
        return [orjson.loads(line) for line in found.splitlines()]

    def low(self) -> list[object]:
        return self._ask(_FALLS % f".now[1] < {LIMIT} and .old[1] >= {LIMIT}")

    def last(self) -> object:
        return self._ask(_FALLS % ".now[1] != .old[1]")[-1]

    def travel(self) -> object:
        (state,) = self._ask(f"inputs | select(.seq == {next(self._seqs)}) | .state")
        return state


def states(count: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """(seq, state) after each event of the recording that `travel.build` makes."""
    agent = Workload("M", 1)
    yield 1, agent.state
    for seq in range(2, count + 1):
        agent.apply(private(agent.writes()))
        agent.event()
        yield seq, agent.state


def peers(folder: Path, count: int) -> dict[str, Any]:
    """Those that are installed, each with its own file of the same states."""
    found: dict[str, Any] = {"json_extract": Extracting(folder, count)}
    if importlib.util.find_spec("langgraph") is not None:
        found["SqliteSaver"] = Saver(folder, count)
    lines = Lines(folder, count)
    if importlib.util.find_spec("duckdb") is not None:
        found["DuckDB"] = Duck(lines)
    if shutil.which("jq"):
        found["jq"] = Jq(lines)
    return found


def timed(question: Answer) -> tuple[float, object]:
    began = time.perf_counter()
    answer = question()
    return time.perf_counter() - began, answer


def compare(title: str, ours: Answer, others: dict[str, Answer], rounds: int) -> float:
    """Ask everybody in turn; print what each peer took as a multiple of ours."""
    ratios: dict[str, list[float]] = {name: [] for name in others}
    mine: list[float] = []
    for _ in range(rounds):
        took, expected = timed(ours)
        mine.append(took)
        for name, ask in others.items():
            their, answer = timed(ask)
            assert answer == expected, f"{name} answers {title} otherwise"
            ratios[name].append(their / took)
    print(f"{title}: ours {median(mine) * 1e3:.2f} ms")
    for name, found in ratios.items():
        print(f"  {name:14} {min(found):9,.1f} / {median(found):9,.1f} / {max(found):9,.1f} times")
    return median(mine)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "run.ttd", options.steps)
        ours = Ours(folder / "run.ttd")
        others = peers(folder, options.steps)
        print(f"{options.steps} steps; the peer's time over ours     min / median / max")
        for title, question in ((LOW, "low"), (LAST, "last"), (TRAVEL, "travel")):
            asked = {name: getattr(peer, question) for name, peer in others.items()}
            compare(title, getattr(ours, question), asked, options.rounds)
    long = Path(tempfile.gettempdir()) / "ttdebug-bench" / "travel-1000000.ttd"
    if long.exists():
        ours = Ours(long)
        print(f"ours over {ours.trace.last_seq:,} steps")
        for title, question in ((LOW, "low"), (LAST, "last"), (TRAVEL, "travel")):
            compare(f"  {title}", getattr(ours, question), {}, options.rounds)


if __name__ == "__main__":
    main()
