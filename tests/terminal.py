"""A real pseudo-terminal around a program, and pyte as the person looking at it."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

KEYS = {
    "enter": "\r", "esc": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "space": " ",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
    "home": "\x1b[H", "end": "\x1b[F", "pageup": "\x1b[5~", "pagedown": "\x1b[6~",
    "f5": "\x1b[15~", "shift+f5": "\x1b[15;2~", "ctrl+p": "\x10", "ctrl+c": "\x03",
}  # fmt: skip

_PRIVATE = re.compile(r"\x1b\[[?>=<][0-9;]*[a-zA-Z$]*|\x1b[P_^X][^\x1b]*\x1b\\")
"""Sequences of the program's own that pyte does not know and would print."""


class Terminal:
    """Runs a program in a pty of a fixed size; `raw` is every byte that reached the terminal."""

    def __init__(
        self,
        argv: Sequence[str],
        columns: int = 80,
        rows: int = 24,
        *,
        folder: Path | None = None,
        env: Mapping[str, str],
    ) -> None:
        self.raw = bytearray()
        self.alive = True
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            size = {"COLUMNS": str(columns), "LINES": str(rows)}
            colour = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
            os.environ.pop("NO_COLOR", None)
            if folder is not None:
                os.chdir(folder)
            os.execvpe(argv[0], list(argv), {**os.environ, **size, **colour, **env})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.kill()

    @property
    def text(self) -> str:
        """What a person sees, line by line."""
        return "\n".join(self.screen.display)

    def wait_for(self, text: str, limit: float = 20.0) -> None:
        """Read until the screen shows a text; raises AssertionError with the screen if not."""
        end = time.monotonic() + limit
        while text not in self.text:
            assert self.alive, f"the program ended before showing {text!r}:\n{self.text}"
            assert time.monotonic() < end, f"{text!r} never appeared:\n{self.text}"
            self._read(0.05)

    def settle(self, quiet: float = 0.25, limit: float = 10.0) -> None:
        """Read until nothing has arrived for `quiet` seconds."""
        end = time.monotonic() + limit
        while self.alive and time.monotonic() < end and self._read(quiet):
            pass

    def press(self, *keys: str, quiet: float = 0.25) -> None:
        """Press named keys or single characters, letting the screen settle after each."""
        for key in keys:
            self._send(KEYS.get(key, key))
            self.settle(quiet)

    def type(self, text: str) -> None:
        """Type a text at once."""
        self._send(text)
        self.settle()

    def wait(self, limit: float = 5.0) -> int | None:
        """The exit code once the program ends; None if it does not within the limit."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            self._read(0.05)
            done, status = os.waitpid(self._pid, os.WNOHANG)
            if done:
                self.alive = False
                self._pid = 0
                return os.waitstatus_to_exitcode(status)
        return None

    def kill(self) -> None:
        """End the program, whatever it does."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = 0
        os.close(self._fd)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            data = b""
        if not data:
            self.alive = False
            return False
        self.raw += data
        if b"\x1b[6n" in data:
            self._send("\x1b[1;1R")
        self._stream.feed(_PRIVATE.sub("", self._decoder.decode(data)))
        return True

    def _send(self, text: str) -> None:
        os.write(self._fd, text.encode())
