"""How fast foreign logs are imported, against `orjson.loads` of the same lines.

Events per second and ratios are printed as min/median/max of the rounds, in processor time. Each
round measures both sides, one right after the other.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import orjson

from tests.bench.workload import Workload
from tests.formats.rollouts import Rollout
from tests.formats.spans_written import TRACE, export, span
from tests.formats.transcripts import Transcript, text, use
from ttdebug import formats

SHORT_LINES = 100_000
LONG_LINES = 2_000
TURNS = 10_000
SPANS = 50_000
SLICES = 50_000


def short_lines() -> Iterator[bytes]:
    """About 250 bytes each: a step of one of four agents with a small state."""
    kinds = ("tool.call", "tool.result", "message", "state")
    for n in range(SHORT_LINES):
        yield orjson.dumps(
            {
                "seq": n,
                "ts": 1_700_000_000 + n / 100,
                "type": kinds[n % 4],
                "agent": f"agent-{n * 7 % 4}",
                "name": ("search", "edit", "bash")[n % 3],
                "args": {"query": "x" * (n % 60), "n": n},
                "state": {
                    "n": n,
                    "budget": {"remaining": round(1000 - n / 100, 2)},
                    "phase": ("plan", "act")[n // 5 % 2],
                    "last": "y" * 20,
                },
            }
        )


def long_lines() -> Iterator[bytes]:
    """About 20 KB each: the full state of the standard workload at every step."""
    workload = Workload("M")
    for n in range(LONG_LINES):
        workload.apply(workload.writes())
        yield orjson.dumps({"step": n, "type": "step", "agent": "main", "state": workload.state})


def transcript() -> Iterator[bytes]:
    """Prompts, answers, calls and results of a session."""
    script = Transcript()
    for n in range(TURNS):
        script.answer(f"a{n}", text("thinking about it"), use(f"c{n}", "Bash", command=f"run {n}"))
        script.result(f"r{n}", f"c{n}", "output " * 5, {"stdout": "", "stderr": ""})
    return map(orjson.dumps, script.lines)


def rollout() -> Iterator[bytes]:
    """Answers, calls and outputs of a rollout."""
    script = Rollout()
    for n in range(TURNS):
        script.says("assistant", "thinking about it")
        script.call(f"c{n}", "shell", "output " * 5, command=["bash", "-lc", f"run {n}"])
    return map(orjson.dumps, script.lines)


def slices() -> Iterator[bytes]:
    """Complete events of Chrome's format on two threads, nested in pairs, in a list."""
    yield b"["
    for n in range(SLICES):
        start = n // 4 * 100 + n // 2 % 2 * 10
        yield (
            orjson.dumps(
                {
                    "ph": "X",
                    "pid": 1,
                    "tid": n % 2,
                    "name": f"step {n % 10}",
                    "ts": start,
                    "dur": 50 if n // 2 % 2 else 90,
                    "args": {"n": n},
                }
            )
            + b","
        )
    yield b"{}]"


def spans() -> Iterator[bytes]:
    """Traces of a hundred spans of about 500 bytes, fifty spans a line, children first."""
    for n in range(SPANS // 50):
        made = [
            span(
                number + 1,
                "chat m" if number % 2 else "execute_tool search",
                number / 10,
                number / 10 + 0.05,
                parent=0 if number == 99 else 100,
                gen_ai__operation__name="chat" if number % 2 else "execute_tool",
                gen_ai__request__model="m",
                gen_ai__tool__name="search",
                gen_ai__usage__input_tokens=number,
                gen_ai__tool__call__arguments='{"query": "weather"}',
            )
            for number in range(n % 2 * 50, n % 2 * 50 + 50)
        ]
        text = orjson.dumps(export(*made))
        yield text.replace(TRACE.encode(), f"{n // 2:032x}".encode())


CASES: dict[str, Callable[[], Iterator[bytes]]] = {
    "lines of 250 B": short_lines,
    "lines of 20 KB": long_lines,
    "transcript": transcript,
    "rollout": rollout,
    "spans": spans,
    "slices": slices,
}


def parse(path: Path) -> float:
    """Seconds for orjson alone, line by line."""
    began = time.process_time()
    with path.open("rb") as stream:
        for line in stream:
            if value := line.strip(b"[],\n"):
                orjson.loads(value)
    return time.process_time() - began


def convert(path: Path) -> tuple[float, int]:
    """Seconds for the import, and how many events it made."""
    target = path.with_suffix(".ttd")
    began = time.process_time()
    formats.import_file(path, target)
    spent = time.process_time() - began
    with formats.open(target) as trace:
        return spent, trace.last_seq


def peak_memory(path: Path) -> str:
    """Megabytes that a process of its own needs for the import, as Linux counts them.

    `getrusage` would not do: a new process starts with the peak of the one it was forked from.
    """
    script = (
        "import re, sys; from ttdebug import formats;"
        "formats.import_file(sys.argv[1], sys.argv[2]);"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)"
    )
    command = [sys.executable, "-c", script, str(path), str(path.with_suffix(".ttd"))]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    """Print a line per case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    print("min/median/max of", rounds, "rounds")
    with tempfile.TemporaryDirectory() as directory:
        for name, make in CASES.items():
            path = Path(directory) / "log.jsonl"
            path.write_bytes(b"\n".join(make()) + b"\n")
            rates, ratios = [], []
            for _ in range(rounds):
                alone = parse(path)
                spent, events = convert(path)
                rates.append(events / spent)
                ratios.append(spent / alone)
            print(
                f"{name:16} {min(rates):8,.0f}/{median(rates):,.0f}/{max(rates):,.0f} events/s  "
                f"{min(ratios):6.1f}/{median(ratios):.1f}/{max(ratios):.1f} x orjson.loads  "
                f"{path.stat().st_size >> 20} MB read, peak {peak_memory(path)} MB"
            )


if __name__ == "__main__":
    main()
