"""Files that are damaged, lying or made to be slow: each opens in part or says why not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT, SHARED, needs_shared
from ttdebug import formats
from ttdebug.errors import TraceError

pytestmark = needs_shared

MAKER = SHARED / "hostile" / "make.py"
SECONDS = 5.0
MEGABYTES = 500

PROBE = """
import json, sys, time
from pathlib import Path
from tests.support import peak_megabytes
from ttdebug import errors, formats

for path in sorted(Path(sys.argv[1]).iterdir()):
    began, found = time.process_time(), {"name": path.name}
    try:
        with formats.open(path) as trace:
            list(trace.events())
            found |= {"events": trace.last_seq, "warnings": trace.warnings}
    except errors.TraceError as error:
        found["error"] = str(error)
    found["seconds"] = time.process_time() - began
    found["megabytes"] = peak_megabytes()
    print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hostile files, made anew."""
    directory = tmp_path_factory.mktemp("hostile")
    subprocess.run([sys.executable, str(MAKER), str(directory)], check=True)
    return directory


def listing(directory: Path) -> list[str]:
    return sorted(str(path) for path in directory.rglob("*"))


def test_every_broken_file_is_bounded(hostile: Path, cache: Path) -> None:
    before = listing(hostile)
    probe = subprocess.run(
        [sys.executable, "-c", PROBE, str(hostile / "broken")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert probe.returncode == 0, probe.stderr
    assert listing(hostile) == before
    found: list[dict[str, Any]] = [json.loads(line) for line in probe.stdout.splitlines()]
    assert len(found) == len(list((hostile / "broken").iterdir()))
    slow = [one["name"] for one in found if one["seconds"] > SECONDS]
    assert not slow
    assert max(one["megabytes"] for one in found) < MEGABYTES
    assert not list(cache.rglob("slipped*"))


@pytest.mark.parametrize(
    ("name", "events", "warned"),
    [
        ("truncated-line.jsonl", 20, "line 21: cut off; 20 events before it"),
        ("nul-tail.jsonl", 20, "line 21: NUL"),
        ("bom-crlf.jsonl", 9, None),
        ("latin1.jsonl", 3, "line 1: bytes that are not UTF-8"),
        ("garbage-between.jsonl", 3, "line 2: not JSON"),
        ("deep-objects.jsonl", 1, "line 1: nested deeper"),
        ("nan-dupkeys.jsonl", 2, "line 1: NaN"),
        ("big-ints.jsonl", 1, "line 1: a number out of range"),
        ("one-long-line.jsonl", 1, None),
        ("wrong-types.jsonl", 5, None),
        ("cycle-parents.jsonl", 3, None),
        ("time-chaos.jsonl", 7, "line 3: the time could not be read"),
        ("gzip-bomb.jsonl.gz", 1, "were blank"),
    ],
)
def test_what_can_be_read_is_read(
    hostile: Path, name: str, events: int, warned: str | None
) -> None:
    with formats.open(hostile / "broken" / name) as trace:
        assert trace.last_seq == events
        assert bool(trace.warnings) == bool(warned)
        if warned:
            assert warned in trace.warnings[0]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("empty.jsonl", "is empty"),
        ("only-newlines.jsonl", "nothing but blanks"),
        ("deep-nesting.json", "--format"),
        ("not-sqlite.db", "looked for"),
        ("tiny.ttd", "tiny.ttd"),
        ("zip-renamed.ttd", "zip-renamed.ttd"),
    ],
)
def test_what_cannot_be_read_says_why(hostile: Path, name: str, says: str) -> None:
    with pytest.raises(TraceError, match=says):
        formats.open(hostile / "broken" / name)


def test_exact_values_survive(hostile: Path) -> None:
    with formats.open(hostile / "broken" / "big-ints.jsonl") as trace:
        state = trace.state(1, "main")
    assert state == {"id": 2**200, "f": {"$ttd": "float", "value": "Infinity"}}


def test_every_payload_arrives_as_data(hostile: Path) -> None:
    lines = (hostile / "hostile.jsonl").read_text().splitlines()
    with formats.open(hostile / "hostile.jsonl") as trace:
        assert trace.last_seq == len(lines)
        assert trace.warnings == ()
        for line, event in zip(lines, trace.events(), strict=True):
            record = json.loads(line)
            assert event.data["case"] == record["case"]
            assert event.agent is not None
            assert trace.state(event.seq, event.agent) == record["state"]
