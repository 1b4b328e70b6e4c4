"""The program in a terminal, driven like a person does it: press, look, press again."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.terminal import KEYS, Terminal

TTDEBUG = (sys.executable, "-m", "ttdebug")
_POSITION = re.compile(r"([\d,]+) of ([\d,]+)")


class Program(Terminal):
    """`pressed` counts what was done: a key, or a typed command with its Enter, is one."""

    def __init__(
        self, argv: Sequence[str], size: tuple[int, int] = (80, 24), *, env: Mapping[str, str]
    ) -> None:
        super().__init__(argv, size[0], size[1], env=env)
        self.pressed = 0

    def until(self, holds: Callable[[str], object], what: str = "", limit: float = 30.0) -> Self:
        """Read until something holds of the screen's text."""
        end = time.monotonic() + limit
        while not holds(self.text):
            assert self.alive or holds(self.text), (
                f"it ended while waiting for {what}:\n{self.text}"
            )
            assert time.monotonic() < end, f"waited in vain for {what}:\n{self.text}"
            self._read(0.05)
        return self

    def shows(self, *texts: str) -> Self:
        """Wait until the screen shows all these texts at once."""
        return self.until(lambda shown: all(text in shown for text in texts), f"{texts}")

    def lacks(self, *texts: str) -> Self:
        """Wait until the screen shows none of these texts."""
        return self.until(lambda shown: not any(text in shown for text in texts), f"not {texts}")

    def row(self, *words: str) -> Self:
        """Wait until one row of the screen has all these words."""

        def found(_: str) -> bool:
            return any(all(word in row for word in words) for row in self.screen.display)

        return self.until(found, f"a row of {words}")

    def key(self, name: str) -> Self:
        """Press one key."""
        self.pressed += 1
        self._send(KEYS.get(name, name))
        return self

    def command(self, text: str) -> Self:
        """Type a command and Enter, as fast as a paste."""
        self.pressed += 1
        self._send(f":{text}\r")
        return self

    @property
    def position(self) -> int:
        """The event the header names, 0 at the start."""
        found = _POSITION.search(self.screen.display[0])
        return int(found[1].replace(",", "")) if found else -1

    def at(self, seq: int) -> Self:
        """Wait until the header names an event."""
        return self.until(lambda _: self.position == seq, f"event {seq}")

    def resize(self, columns: int, rows: int) -> Self:
        """Give the terminal another size, as dragging its window does."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        return self

    def signal(self, number: signal.Signals) -> Self:
        """Send a signal to the program."""
        os.kill(self._pid, number)
        return self

    def quit(self) -> None:
        """Leave with q; asserts that this is no fault."""
        self.key("q")
        assert self.wait(10.0) == 0, self.text


def environment(folder: Path, cache: Path) -> dict[str, str]:
    """Nothing of the person who runs the tests; the size is asked of the terminal itself."""
    return {
        "TTDEBUG_STATE": str(folder / "state"),
        "TTDEBUG_CONFIG": str(folder / "config"),
        "TTDEBUG_CACHE": str(cache),
        "TTDEBUG_THEME": "",
        "TTDEBUG_ASCII": "",
        "LANG": "C.UTF-8",
        "COLUMNS": "",
        "LINES": "",
    }
