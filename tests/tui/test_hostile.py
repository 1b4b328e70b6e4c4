"""A recording full of terminal escapes, through every pane and dialog in a real terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.support import ROOT

MARK = "TTDPWN"
PAYLOADS = {
    "title": f"\x1b]0;{MARK}\x07",
    "clipboard": "\x1b]52;c;VFREUFdO\x1b\\",
    "link": f"\x1b]8;;http://{MARK}.example/\x1b\\click\x1b]8;;\x1b\\",
    "clear": f"\x1b[2J{MARK}",
    "move": f"\x1b[12;40H{MARK}",
    "c1": f"\x9b31m{MARK}",
    "bell": f"{MARK}\x07",
    "return": f"aaaa\r{MARK}",
    "backspace": f"safe\b\b\b{MARK}",
    "bidi": f"\u202e{MARK}\u202c",
    "zero-width": f"a\u200b\u200d\ufeff{MARK}",
    "tags": "".join(chr(0xE0000 + ord(letter)) for letter in MARK),
    "marks": "e" + "\u0301" * 60 + MARK,
    "markup": f"[/red][bold]{MARK}[@click=app.quit()]x[/]",
    "surrogate": "\ud83d",
    "wide": "\u754c" * 80,
}
FORBIDDEN = [
    f"\x1b]0;{MARK}", "\x1b]52;c;VFREUFdO", f"http://{MARK}.example/\x1b", f"\x1b[2J{MARK}",
    f"\x1b[12;40H{MARK}", f"\x9b31m{MARK}", f"{MARK}\x07", f"\r{MARK}", f"\b\b{MARK}",
    f"\u202e{MARK}", "\u200b\u200d\ufeff", chr(0xE0054),
]  # fmt: skip
KEYS = [
    *"jjjjjjjj", "\t", *"jj", "\t", *"jj", "\x1b[C", "\x1b[C", *"jj", "\t", *"jj", "\t", "\t", "W",
    "\x1b", "H", "H", "/TTDPWN\r", ".", ".", "b", "\x1b", "B", "\x1b", "?", "\x1b", "\x10", "\x1b",
    "y", ":print value\r", ":break x\r", "\x1b", "G", *"kkkkkkkk", "c", "o", "v", "v",
    ":diff 5 60\r", *"jjjj", "?", "\x1b", "\x1b", ":align 40 100\r", *"jjnnN", "o", "c", "\x1b",
    "\x1b", ":context\r", "\x1b",
]  # fmt: skip
SCRIPT = """
import sys
from ttdebug import formats
from ttdebug.tui.app import DebuggerApp
DebuggerApp(formats.open(sys.argv[1]), watches=["value", "list"]).run()
"""


def write(path: Path) -> Path:
    """Every payload in every field that is shown."""
    with path.open("w") as stream:
        for number, text in enumerate(PAYLOADS.values()):
            for field in ("type", "name", "agent", "data", "key", "state", "error"):
                event: dict[str, object] = {
                    "ts": 1_700_000_000 + number,
                    "type": "tool.call",
                    "name": "step",
                    "agent": "main",
                    "state": {"n": number, "field": field},
                }
                if field == "key":
                    event["state"] = {text: {text: [text]}}
                elif field == "state":
                    event["state"] = {"value": text, "list": [text] * 3}
                elif field == "data":
                    event["data"] = {"arg": text, text: [text]}
                else:
                    event[field] = text
                stream.write(json.dumps(event) + "\n")
    return path


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_nothing_from_a_trace_acts_on_the_terminal(tmp_path: Path, size: tuple[int, int]) -> None:
    path = write(tmp_path / "hostile.jsonl")
    raw, code = drive([sys.executable, "-c", SCRIPT, str(path)], size, tmp_path)
    assert code == 0
    assert b"Traceback" not in raw
    assert MARK.encode() in raw, "the payloads were shown, escaped"
    leaked = [text for text in FORBIDDEN if text.encode("utf-8", "surrogatepass") in raw]
    assert leaked == []


def drive(argv: list[str], size: tuple[int, int], home: Path) -> tuple[bytes, int]:
    """Run a program in a pty, press all keys, quit; its output and exit code."""
    columns, rows = size
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", TTDEBUG_STATE=str(home), TTDEBUG_CACHE=str(home))
        os.chdir(ROOT)
        os.execv(argv[0], argv)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    raw = bytearray(read(terminal, until=b"Timeline", seconds=20))
    for keys in KEYS:
        os.write(terminal, keys.encode())
        raw += settle(terminal, 0.2 if keys == "\x1b" else 0.04)
    raw += read(terminal, seconds=0.5)
    os.write(terminal, b"\x1b")
    raw += read(terminal, seconds=0.3)
    os.write(terminal, b"q")
    raw += read(terminal, seconds=8, until=b"\x1b[?1049l")
    code = -1
    for _ in range(100):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            break
        raw += read(terminal, seconds=0.05)
        time.sleep(0.05)
    os.close(terminal)
    return bytes(raw), code


def settle(terminal: int, quiet: float) -> bytes:
    """What arrives until nothing has for a while; a lone escape needs a while to be one."""
    found = b""
    while data := read(terminal, quiet, until=b""):
        found += data
    return found


def read(terminal: int, seconds: float, until: bytes | None = None) -> bytes:
    """What arrives within some seconds, or until a text was seen."""
    found, end = bytearray(), time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([terminal], [], [], left)
        if not ready:
            break
        try:
            data = os.read(terminal, 1 << 16)
        except OSError:
            break
        found += data
        if not data or (until is not None and until in found):
            break
    return bytes(found)
