"""Nothing a trace holds acts on the terminal, whatever is looked at and however it is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.whole import payloads
from tests.whole.conftest import Start
from tests.whole.program import Program
from ttdebug import formats
from ttdebug.cli.app import run

EVENTS = 2 + 4 * len(payloads.PAYLOADS)
SIZES = ((80, 24), (120, 40), (200, 50))
PANES = "DTIRL"
COMMAND = re.compile(rb"\x1b\](\d+);")
OURS = {b"22", b"52"}
"""Commands to the terminal that are right: the pointer's shape, and a copy that was asked for."""

DIALOGS: tuple[tuple[str, ...], ...] = (
    ("b", "tab", "tab"),
    ("B",),
    ("w", "W", "enter"),
    ("?",),
    ("ctrl+p", *"watch"),
    (":", *"break state.", "tab"),
    (":", *"watch ", "tab"),
    (":", *"print ", "tab", "enter"),
    ("/", *"OWNED", "enter", "."),
    ("t", *"nowhere", "enter"),
    ("m", "a"),
    ("H",),
    ("y",),
    ("D", "j", "y", "L"),
)
"""Keys that open what a trace's text is shown in; esc leaves each."""


@dataclass(frozen=True)
class Trap:
    """A recording full of payloads, and the bytes of them that must not come out."""

    path: Path
    forbidden: dict[str, bytes]

    def leaks(self, raw: bytes) -> list[str]:
        return [name for name, text in self.forbidden.items() if text in raw]


@pytest.fixture
def ours(tmp_path: Path) -> Trap:
    return Trap(payloads.write(tmp_path / "trap.jsonl"), payloads.FORBIDDEN)


@pytest.fixture
def reference(hostile: Path) -> Trap:
    table = json.loads((hostile / "payloads.json").read_text())
    forbidden = {
        f"{row['name']} {part}": bytes.fromhex(part) for row in table for part in row["forbid"]
    }
    return Trap(hostile / "hostile.jsonl", forbidden)


@pytest.fixture(params=["ours", "reference"])
def trap(request: pytest.FixtureRequest) -> Trap:
    found: Trap = request.getfixturevalue(request.param)
    return found


def judge(program: Program, trap: Trap) -> None:
    """No byte of a payload came through, and the title is what it was."""
    raw = bytes(program.raw)
    assert trap.leaks(raw) == []
    assert set(COMMAND.findall(raw)) <= OURS
    assert "Traceback" not in program.text


def events_of(path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("TTDEBUG_CACHE", str(cache))
    with formats.open(path) as trace:
        return trace.last_seq


def look_around(program: Program, trap: Trap, seqs: Iterable[int]) -> None:
    """Every pane at these events, then folding, comparing, copying, and the way out."""
    for seq in seqs:
        program.command(f"goto {seq}").at(seq)
        for key in PANES:
            program.press(key, quiet=0.0)
    for key in ("T", "right", "j", "right", "j", "R", "v", "L", "a", "g", "D", "G", "A", "esc"):
        program.press(key, quiet=0.02)
    judge(program, trap)
    program.quit()
    judge(program, trap)


@pytest.mark.parametrize("size", SIZES)
def test_no_pane_lets_a_payload_through(start: Start, ours: Trap, size: tuple[int, int]) -> None:
    program = start("open", ours.path, size=size).shows("Timeline")
    nth = SIZES.index(size)
    look_around(program, ours, [*range(1 + nth, EVENTS, (11, 31, 61)[nth]), EVENTS])


def test_no_pane_lets_a_known_attack_through(start: Start, reference: Trap) -> None:
    program = start("open", reference.path).shows("Timeline")
    look_around(program, reference, range(4, 134, 13))


def test_no_dialog_lets_a_payload_through(start: Start, trap: Trap) -> None:
    program = start("open", trap.path, size=(120, 40)).shows("Timeline")
    for number, dialog in enumerate(DIALOGS):
        seq = 7 + 9 * number
        program.command(f"goto {seq}").at(seq)
        for key in dialog:
            program.press(key, quiet=0.0)
        program.settle(0.05)
        if number % 4 == 3:
            program.resize(*SIZES[number % 3]).settle(0.05)
        judge(program, trap)
        for _ in range(2):
            program.press("esc", quiet=0.1)
    program.quit()
    judge(program, trap)


@pytest.fixture
def asked(
    trap: Trap, cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> list[list[str]]:
    """Every command, on the trap."""
    monkeypatch.setenv("TTDEBUG_CACHE", str(cache))
    path = str(trap.path)
    text = payloads.PAYLOADS["title"][0]
    last = events_of(trap.path, cache, monkeypatch)
    return [
        ["info", path],
        ["events", path],
        ["events", path, "--where", 'exists(event.data.error) or event.type == "x"'],
        ["events", path, "--agent", text],
        ["events", path, "--type", text],
        ["state", path, "--at", str(last)],
        ["state", path, "--at", "7", "--path", "value"],
        ["state", path, "--path", text],
        ["diff", path, "1", str(last)],
        *(["diff", path, "1", "end", "--format", kind] for kind in ("json", "jsonpatch", "html")),
        ["diff", path, str(last // 2), "end", "--align"],
        ["diff", path, "end", "--context"],
        ["diff", path, "1", text, "--align"],
        ["break", path, "changed(state.value)"],
        ["break", path, f'state.value == "{text}'],
        ["check", path, "--never", "exists(state.value)", "--junit", str(tmp_path / "junit.xml")],
        ["check", path, "--always", "event.seq == 0", "--eventually", f'state.value == "{text}"'],
        ["history", path, "value"],
        ["history", path, text],
        ["why", path, "value"],
        ["why", path, "value", "--at", text],
        ["tree", path],
        ["tree", path, "--at", str(last - 1)],
        ["import", path, "-o", str(tmp_path / "out.ttd"), "--force"],
        ["verify", path],
        ["open", path, "--at", str(last), "--watch", "value"],
        ["open", path, "--timeline", text],
        ["info", text],
        [text],
    ]


@pytest.mark.parametrize("as_json", [False, True])
def test_no_command_lets_a_payload_through(
    trap: Trap, asked: list[list[str]], capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    for words in asked:
        if as_json and words[0] in ("open", payloads.PAYLOADS["title"][0]):
            continue
        code = run([*words, *(["--json"] if as_json else [])])
        out, err = capsys.readouterr()
        said = (out + err).encode("utf-8", "surrogatepass")
        html = "html" in words
        assert [name for name in trap.leaks(said) if not html] == [], words
        assert "\x1b" not in out + err, words
        assert code in (0, 1, 2, 3), words
        assert "Traceback" not in err, words
        assert "internal error" not in err, (words, err)
