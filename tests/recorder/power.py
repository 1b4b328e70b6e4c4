"""Cutting the power while an agent records: what a disk may hold then.

A recording agent runs to its end, and all it asks of the disk is taken down. A power cut is a point
in that list; what was synced before it is on the disk, of every later write each sector of 512
bytes may be there, be missing, or be garbage, cuts may have happened or not, and files came and
went in order, but perhaps not all of them.
"""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import ttdebug
from tests.recorder.disk import Ack, Cut, Disk, Entry, Gone, Made, Sync, Write
from tests.recorder.kills import Left
from ttdebug.errors import TraceError
from ttdebug.store import journal
from ttdebug.store.trace import Trace

SECTOR = 512


def take_down(path: Path, durability: str) -> list[Entry]:
    """What a recording agent asks of the disk, and what it acknowledges meanwhile."""
    command = [sys.executable, "-m", "tests.recorder.power", str(path), durability]
    done = subprocess.run(command, capture_output=True, check=True)
    entries: list[Entry] = pickle.loads(done.stdout)
    return entries


def cut(entries: list[Entry], at: int, folder: Path, chance: random.Random) -> int:
    """Write what may be left after a power cut before entry `at`; the last event acknowledged."""
    past = entries[:at]
    synced: dict[str, int] = {}
    folder_synced = 0
    for entry in past:
        if isinstance(entry, Sync):
            synced[entry.file] = max(entry.since, synced.get(entry.file, 0))
            folder_synced = max(entry.since, folder_synced) if entry.folder else folder_synced
    mood = chance.choice(("none", "some", "torn"))
    files: dict[str, bytearray] = {"x.ttd": bytearray()}
    listed = chance.randint(folder_synced, at)  # files that come and go later do not
    present = {"x.ttd"}
    for number, entry in enumerate(past):
        if isinstance(entry, (Made, Gone)):
            if number < listed:
                (present.add if isinstance(entry, Made) else present.discard)(entry.file)
            files[entry.file] = bytearray() if isinstance(entry, Made) else files[entry.file]
        elif isinstance(entry, (Write, Cut)):
            safe = number < synced.get(entry.file, 0)
            _write(files[entry.file], entry, "all" if safe else mood, chance)
    for name in present:
        (folder / name).write_bytes(files[name])
    return max((entry.seq for entry in past if isinstance(entry, Ack)), default=0)


def _write(file: bytearray, entry: Write | Cut, mood: str, chance: random.Random) -> None:
    """Do what was asked, or a part of it: all of it, none, as a whole or not, or by sectors."""
    if mood == "none" or (mood == "some" and chance.random() < 0.5):
        return
    if isinstance(entry, Cut):
        if mood != "torn" or chance.random() < 0.5:
            del file[entry.size :]
            file.extend(bytes(entry.size - len(file)))
        return
    for start in range(0, len(entry.data), SECTOR):
        data = entry.data[start : start + SECTOR]
        if mood == "torn":
            fate = chance.random()
            if fate < 0.3:
                continue
            data = chance.randbytes(len(data)) if fate < 0.4 else data
        offset = entry.offset + start
        file.extend(bytes(max(0, offset - len(file))))
        file[offset : offset + len(data)] = data


def examine(path: Path, acknowledged: int) -> Left:
    """What is lost of what was acknowledged, and whether the rest is sound."""
    left = Left(acknowledged)
    try:
        with Trace.open(path) as trace:
            left.lost = max(0, acknowledged - trace.last_seq)
            verified = trace.verify(deep=True)
            if not verified.sound:
                left.problems.append(f"damaged: {list(verified.problems)[:3]}")
    except TraceError as error:
        left.lost = acknowledged
        if acknowledged:
            left.problems.append(str(error))
    with ttdebug.record(path) as rec:
        rec.event("more")
    if rec.stats.faults:
        left.problems.append(f"cannot be recorded to again: {rec.stats.last_fault}")
    return left


def agent(path: Path, durability: Any) -> list[Entry]:
    """Record two runs, copying the log into the file now and then; runs in its own process."""
    journal._CHECKPOINT_BYTES = 1 << 16  # type: ignore[misc]  # final for everyone but us
    journal._LOOK_EVERY = 8  # type: ignore[misc]
    disk = Disk(path.parent)
    disk.watch()
    for run in range(2):
        with ttdebug.record(path, agent="a", durability=durability) as rec:
            for n in range(60):
                seq = rec.snapshot({"n": n, "run": run, "log": ["x" * n, {"id": n}]})
                disk.entries.append(Ack(seq))
        assert rec.stats.faults == 0, rec.stats
    return disk.entries


if __name__ == "__main__":
    pickle.dump(agent(Path(sys.argv[1]), sys.argv[2]), sys.stdout.buffer)
