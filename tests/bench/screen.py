"""The screen in a real terminal: start, and key to last painted byte, beside the least Textual app.

`python -m tests.bench.screen [EVENTS]`; the files of `tests.bench.travel` are made if missing.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import Final

from tests.bench.travel import build
from tests.support import ROOT, SAMPLES
from ttdebug.model import JSON
from ttdebug.store.writer import Writer

FOLDER: Final = Path(tempfile.gettempdir()) / "ttdebug-bench"
SIZE: Final = (120, 40)
ROUNDS: Final = 3
KEYS: Final = "j" * 20 + "k" * 20
QUIET: Final = 0.12

LEAST: Final = """
from rich.segment import Segment
from textual.app import App
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

class Line(Widget):
    count = 0
    def render_line(self, y):
        return Strip([Segment((f"Timeline {self.count}" if y == 0 else "").ljust(40))], 40)

class Least(App):
    ENABLE_COMMAND_PALETTE = False
    def compose(self):
        yield Line()
    def on_key(self, event):
        if event.character == "q":
            self.exit()
            return
        line = self.query_one(Line)
        line.count += 1
        line.refresh(Region(0, 0, 40, 1))

Least().run()
"""
DEBUGGER: Final = ("-m", "ttdebug", "open", "--watch", "budget.remaining")


class Terminal:
    """A program in a pty."""

    def __init__(self, argv: list[str], home: str) -> None:
        self.began = time.perf_counter()
        self.child, self.handle = pty.fork()
        if self.child == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", TTDEBUG_STATE=home)
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled
            os.chdir(ROOT)
            os.execv(argv[0], argv)
        size = struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0)
        fcntl.ioctl(self.handle, termios.TIOCSWINSZ, size)

    def until(self, text: bytes) -> float:
        """Seconds from the start to the frame that shows a text."""
        seen = b""
        while text not in seen:
            data = self._read(20.0)
            if not data:
                raise RuntimeError(f"no {text!r} on the screen: {seen[-500:]!r}")
            seen += data
        return time.perf_counter() - self.began

    def settle(self) -> float:
        """When the last byte came, after which it is quiet."""
        last = time.perf_counter()
        while self._read(QUIET):
            last = time.perf_counter()
        return last

    def press(self, key: str) -> float:
        """Seconds from a key to the last byte of its repaint."""
        sent = time.perf_counter()
        os.write(self.handle, key.encode())
        return self.settle() - sent

    def _read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self.handle], [], [], seconds)
        try:
            return os.read(self.handle, 1 << 16) if ready else b""
        except OSError:
            return b""

    def memory(self) -> float:
        """The most memory it ever had, in MB."""
        for line in Path(f"/proc/{self.child}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
        return 0.0

    def close(self) -> None:
        """Quit it, or end it."""
        os.write(self.handle, b"q")
        self.settle()
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        os.close(self.handle)


def big_state(path: Path) -> None:
    """A hundred events on a state of 10 MB."""
    state: dict[str, JSON] = {"budget": {"remaining": 100.0}}
    state["memory"] = {f"k{number:06}": "x" * 90 for number in range(100_000)}
    with Writer.create(path, durability="batch") as writer:
        line = writer.run("big", "a state of 10 MB")
        for at in range(100):
            state = {**state, "budget": {"remaining": float(at)}}
            writer.append(line, "state", agent="one", time=at * 10**9, state=state)


def debugger(path: Path, at: int) -> list[str]:
    """The command of somebody who opens a recording at an event."""
    return [*DEBUGGER, str(path), "--at", str(at)]


def measure(argv: list[str], home: str) -> tuple[float, float, float]:
    """Start, middle key and memory of one run."""
    terminal = Terminal([sys.executable, *argv], home)
    start = terminal.until(b"Timeline")
    terminal.settle()
    keys = [terminal.press(key) for key in KEYS]
    memory = terminal.memory()
    terminal.close()
    return start, statistics.median(keys), memory


def compare(title: str, path: Path, at: int, home: str) -> None:
    """Both apps in turn, so that both see the same machine."""
    ratios = []
    for _ in range(ROUNDS):
        least = measure(["-c", LEAST], home)
        ours = measure(debugger(path, at), home)
        ratios.append([mine / theirs for mine, theirs in zip(ours, least, strict=True)])
    for name, column in zip(("start", "key", "memory"), zip(*ratios, strict=True), strict=True):
        low, middle, high = min(column), statistics.median(column), max(column)
        print(f"{title:16} {name:7} {low:5.2f} {middle:5.2f} {high:5.2f}  times the least app")


def main() -> None:
    """Print ratios as min, median, max."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    FOLDER.mkdir(parents=True, exist_ok=True)
    long = FOLDER / f"travel-{count}.ttd"
    if not long.exists():
        build(long, count)
    with tempfile.TemporaryDirectory() as home:
        sample = SAMPLES / "trip_planning" / "run.ttd"
        measure(debugger(sample, 1), home)  # compiles
        compare("sample", sample, 200, home)
        compare(f"{count:,} events", long, count // 2, home)
        big = Path(home) / "big.ttd"
        big_state(big)
        compare("10 MB state", big, 50, home)


if __name__ == "__main__":
    main()
