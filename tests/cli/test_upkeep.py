"""`seal`, `migrate`, `formats` and `config`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from ttdebug import formats
from ttdebug.formats import registry
from ttdebug.store.trace import Trace

KILLED = """
import os, signal, sys
from ttdebug.store.writer import Writer
writer = Writer.create(sys.argv[1])
line = writer.run("r")
for n in range(100):
    writer.append(line, "state", agent="a", state={"n": n})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    path = tmp_path / "killed.ttd"
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert path.with_name("killed.ttd-wal").exists()
    return path


def test_seal_leaves_one_file_with_all_events(tt: Run, killed: Path) -> None:
    assert "100 events" in tt("seal", killed).out
    assert [path.name for path in killed.parent.iterdir()] == ["killed.ttd"]
    with Trace.open(killed) as trace:
        assert not trace.live
        assert trace.state(100, "a") == {"n": 99}
    assert "nothing to do" in tt("seal", killed).out
    assert tt("verify", killed, "--deep").code == 0


def test_seal_takes_recordings_that_nobody_writes(tt: Run, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"ts": 1, "type": "a"}\n')
    assert tt("seal", log).code == 3
    from ttdebug.store.writer import Writer

    with Writer.create(tmp_path / "live.ttd") as writer:
        writer.append(writer.run("r"), "note")
        found = tt("seal", tmp_path / "live.ttd")
        assert found.code == 3
        assert "is being written" in found.err


def test_migrate_writes_the_same_anew(tt: Run, trip: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.ttd"
    assert tt("migrate", trip, "-o", new).code == 0
    assert tt("events", new, "--json").json == tt("events", trip, "--json").json
    assert tt("verify", new, "--deep").code == 0
    assert tt("migrate", trip, "-o", new).code == 2


def test_every_reader_is_listed_with_what_it_recovers(tt: Run) -> None:
    found = {one["name"]: one for one in tt("formats", "--json").json}
    assert set(found) == {"ttd", *(reader.name for reader in registry.readers())}
    assert all(one["recovers"] and one["title"] for one in found.values())
    text = tt("formats").out
    assert all(one["recovers"].split()[0] in text for one in found.values())


def test_a_file_tells_as_what_it_opens(tt: Run, trip: Path, tmp_path: Path) -> None:
    (ours,) = tt("formats", trip, "--json").json
    assert (ours["name"], ours["chosen"]) == ("ttd", True)
    log = tmp_path / "log.jsonl"
    log.write_text('{"ts": 1, "type": "a", "agent": "x"}\n' * 3)
    chosen = [one["name"] for one in tt("formats", log, "--json").json if one["chosen"]]
    with formats.open(log) as trace:
        assert chosen == [trace.format]
    noise = tmp_path / "noise.bin"
    noise.write_bytes(bytes(range(256)) * 20)
    found = tt("formats", noise)
    assert found.code == 1
    assert "--format" in found.err


def test_config_tells_what_was_changed(
    tt: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTDEBUG_CONFIG", str(tmp_path))
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    (told,) = tt("config", "--json").json
    assert told["keys"] == str(tmp_path / "keys.toml")
    assert told["changed_keys"] == {}
    whole = tt("config", "--keys").out
    (tmp_path / "keys.toml").write_text(whole.replace('next-event = "j down"', 'next-event = "ö"'))
    (told,) = tt("config", "--json").json
    assert told["changed_keys"] == {"next-event": "ö"}
    assert "warning" not in tt("config").err
