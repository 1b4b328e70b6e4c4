"""Files that are damaged, lying or made to be slow: one clear line or a usable screen, soon."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT, SHARED, needs_shared
from tests.whole.conftest import Start

SECONDS = 5.0  # of the processor: how busy the machine is decides nothing
MEGABYTES = 500
CLEARED = "\r\x1b[K"  # what takes a progress line away

NAMES = (
    "big-ints.jsonl", "bom-crlf.jsonl", "cycle-parents.jsonl", "deep-nesting.json",
    "deep-objects.jsonl", "empty.jsonl", "evil-views.db", "garbage-between.jsonl",
    "gzip-bomb.jsonl.gz", "latin1.jsonl", "nan-dupkeys.jsonl", "not-sqlite.db", "nul-tail.jsonl",
    "one-long-line.jsonl", "only-newlines.jsonl", "time-chaos.jsonl", "tiny.ttd",
    "truncated-line.jsonl", "wrong-types.jsonl", "zip-bomb.eval", "zip-renamed.ttd",
    "zip-slip.eval",
)  # fmt: skip

ASK = """
import json, sys, time
from tests.support import peak_megabytes
from ttdebug.cli.app import run
told = []
for command in ("info", "events", "verify"):
    began = time.process_time()
    code = run([command, sys.argv[1]])
    told.append([command, code, time.process_time() - began])
told.append(peak_megabytes())
open(sys.argv[2], "w").write(json.dumps(told))
"""


@needs_shared
def test_no_trick_is_left_out(hostile: Path) -> None:
    assert {path.name for path in (hostile / "broken").iterdir()} == set(NAMES)


@needs_shared
@pytest.mark.parametrize("name", NAMES)
def test_commands_say_what_is_wrong_in_bounded_time_and_memory(
    hostile: Path, env: dict[str, str], tmp_path: Path, name: str
) -> None:
    told = tmp_path / "told.json"
    asked = subprocess.run(
        [sys.executable, "-c", ASK, str(hostile / "broken" / name), str(told)],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    *outcomes, megabytes = json.loads(told.read_text())
    for command, code, seconds in outcomes:
        assert code in (0, 1, 3), (command, asked.stderr)
        assert seconds < SECONDS, command
    assert megabytes < MEGABYTES
    assert "Traceback" not in asked.stderr
    assert "internal error" not in asked.stderr
    if any(code == 3 for _, code, _ in outcomes):
        assert "ttdebug: " in asked.stderr
    assert not (SHARED.parent / "slipped.json").exists()


@needs_shared
@pytest.mark.parametrize("name", NAMES)
def test_open_shows_a_screen_or_one_line(start: Start, hostile: Path, name: str) -> None:
    program = start("open", hostile / "broken" / name)
    program.until(lambda shown: "Timeline" in shown or not program.alive, "a screen or the end")
    if program.alive:
        program.key("j").settle(0.1)
        program.key("D").settle(0.1)
        program.quit()
        return
    assert program.wait() == 3
    said = bytes(program.raw).decode().strip().split(CLEARED)[-1].splitlines()
    assert len(said) == 1, said
    assert "ttdebug: " in said[0]
    assert "Traceback" not in program.text
    assert "internal error" not in program.text
