"""What a hostile trace may hold, and the bytes of it that must never reach a terminal."""

from __future__ import annotations

import json
from pathlib import Path

MARK = "OWNED"
"""Follows or stands in every payload, so that a leak is told from what the program sends itself."""

PAYLOADS: dict[str, tuple[str, str]] = {
    "title": (f"\x1b]0;{MARK}\x07", f"\x1b]0;{MARK}"),
    "title-st": (f"\x1b]2;{MARK}\x1b\\", f"\x1b]2;{MARK}"),
    "clipboard": ("\x1b]52;c;T1dORUQ=\x07", "\x1b]52;c;T1dO"),
    "link": (f"\x1b]8;;http://{MARK}.example\x07x", "\x1b]8;;http"),
    "clear": (f"\x1b[2J{MARK}", f"\x1b[2J{MARK}"),
    "move": (f"\x1b[9;9H{MARK}", f"\x1b[9;9H{MARK}"),
    "colour": (f"\x1b[41m{MARK}\x1b[0m", f"\x1b[41m{MARK}"),
    "alternate": (f"\x1b[?1049l{MARK}", f"\x1b[?1049l{MARK}"),
    "answerback": ("\x1b[6n\x1b[c\x05", "\x05"),
    "c1-csi": (f"\x9b31m{MARK}", "\x9b"),
    "c1-osc": (f"\x9d0;{MARK}\x9c", "\x9d"),
    "device-string": (f"\x1bP1$r{MARK}\x1b\\", f"\x1bP1$r{MARK}"),
    "program-command": (f"\x1b_G{MARK}\x1b\\", f"\x1b_G{MARK}"),
    "reset": (f"\x1bc{MARK}", "\x1bc"),
    "shift-out": (f"\x0e{MARK}\x0f", f"\x0e{MARK}"),
    "backspace": (f"good\b\b\b\b{MARK}", "\b\b"),
    "return": (f"good\r{MARK}", f"\r{MARK}"),
    "bell": (f"{MARK}\x07\x07", "\x07\x07"),
    "null": (f"a\x00{MARK}", "\x00"),
    "delete": (f"a\x7f{MARK}", "\x7f"),
    "override": (f"\u202e{MARK}\u202c", "\u202e"),
    "isolate": (f"\u2067{MARK}\u2069", "\u2067"),
    "zero-width": (f"a\u200b\ufeff{MARK}", "\u200b"),
    "joiner": (f"a\u200d{MARK}", f"a\u200d{MARK}"),
    "tags": ("".join(chr(0xE0000 + ord(c)) for c in MARK), "\U000e004f"),
    "line-separator": (f"a\u2028{MARK}", "\u2028"),
    "private": (f"\ue000{MARK}", "\ue000"),
    "marks": ("e" + "\u0301" * 99 + MARK, "\u0301" * 9),
    "markup": (f"[/red][bold]{MARK}[/]", ""),
    "action": (f"[@click=app.quit()]{MARK}[/]", ""),
    "format": ("{0.__class__} %s%n", ""),
    "surrogate": (f"\ud83d{MARK}", ""),
    "wide": ("\u754c" * 300 + MARK, ""),
}
"""Name: the text, and what of it must not come out as it is ("" where showing it is right)."""

FORBIDDEN = {
    name: forbidden.encode("utf-8", "surrogatepass")
    for name, (_, forbidden) in PAYLOADS.items()
    if forbidden
}


def write(path: Path) -> Path:
    """A recording whose every field is each payload once; its last event holds all of them."""
    rows: list[dict[str, object]] = [{"type": "run.start", "agent": "a", "state": {"n": 0}}]
    for name, (text, _) in PAYLOADS.items():
        rows += [
            {"type": text, "name": text, "agent": "a", "state": {"n": name, "value": text}},
            {"type": "tool.call", "name": text, "id": text, "data": {"args": {text: text}}},
            {"type": "tool.result", "name": "t", "parent": text, "error": text, "status": "error"},
            {"type": "message", "agent": text, "state": {text: {text: [text]}}},
        ]
    texts = [text for text, _ in PAYLOADS.values()]
    rows.append({"type": "error", "agent": "a", "data": texts, "state": {t: t for t in texts}})
    for index, row in enumerate(rows):
        row["ts"] = 1_700_000_000 + index
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def leaks(raw: bytes) -> list[str]:
    """The payloads of which forbidden bytes are in an output."""
    return [name for name, forbidden in FORBIDDEN.items() if forbidden in raw]
