"""Whatever the file: a readable recording, or one sentence that says why not."""

from __future__ import annotations

import random
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.store.questions import ask_everything
from ttdebug.delta import equal
from ttdebug.errors import TraceError, TtdebugError
from ttdebug.model import Edge
from ttdebug.store import schema
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer


def _make(path: Path) -> None:
    with Writer.create(path) as writer:
        line = writer.run("r", "a name", time=5)
        state = {"n": 0, "todo": [{"id": at, "s": "open"} for at in range(30)], "t": "x" * 3000}
        call = writer.append(line, "tool.call", agent="a", opens=True, state=state)
        for at in range(120):
            state = {**state, "n": at, "t": f"{at} " * 900}
            causes = [Edge(call, "recorded", "because")]
            writer.append(line, "state", agent="a", state=state, causes=causes, data={"at": at})
        writer.append(line, "tool.result", closes=call, status="error", data={"r": "y" * 2000})
        writer.append(writer.fork(line, 60), "state", agent="a", state={"n": -1})


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "a.ttd"
    _make(path)
    return path


@pytest.mark.parametrize("rounds", [60, pytest.param(2000, marks=pytest.mark.slow)])
def test_flipped_bytes_are_refused_or_told(sound: Path, tmp_path: Path, rounds: int) -> None:
    original = sound.read_bytes()
    with Trace.open(sound) as trace:
        events = ask_everything(trace)["events"]
    chance = random.Random(rounds)
    silent = 0
    for _ in range(rounds):
        data = bytearray(original)
        for _ in range(chance.choice([1, 1, 4, 64])):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path = tmp_path / "b.ttd"
        path.write_bytes(data)
        with suppress(TtdebugError), Trace.open(path) as trace:
            report = trace.verify(deep=True)
            changed = ask_everything(trace)["events"] != events
            silent += report.sound and changed
    assert silent == 0


def test_cut_files_are_refused(sound: Path, tmp_path: Path) -> None:
    data = sound.read_bytes()
    path = tmp_path / "b.ttd"
    for size in (0, 1, 15, 50, 100, 4000, 4096, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:size])
        with suppress(TraceError), Trace.open(path) as trace:
            assert not trace.verify().sound


def test_half_of_a_copy_says_what_to_do(sound: Path, tmp_path: Path) -> None:
    data = sound.read_bytes()
    path = tmp_path / "half.ttd"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(TraceError, match=f"of its {len(data):,} bytes are there; copy it again"):
        Trace.open(path)


def _altered(sound: Path, tmp_path: Path, *statements: str) -> Path:
    path = tmp_path / "evil.ttd"
    shutil.copyfile(sound, path)
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()
    return path


@pytest.mark.parametrize(
    "statements",
    [
        (
            "ALTER TABLE events RENAME TO other",
            "CREATE VIEW events AS WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM t)"
            " SELECT x AS seq FROM t",
        ),
        ("CREATE VIEW more AS SELECT hex(zeroblob(400000000))",),
        ("CREATE TRIGGER t AFTER INSERT ON events BEGIN DELETE FROM events; END",),
        ("CREATE INDEX extra ON events (json_extract(data, '$.x'))",),
        ("CREATE TABLE more (x)",),
        ("ALTER TABLE events ADD COLUMN boom TEXT AS (hex(zeroblob(seq))) VIRTUAL",),
        ("CREATE VIRTUAL TABLE more USING fts5(x)",),
        ("DROP TABLE touch",),
        ("PRAGMA user_version = 99",),
        ("PRAGMA application_id = 1",),
    ],
)
def test_anything_but_our_tables_is_refused(
    sound: Path, tmp_path: Path, statements: tuple[str, ...]
) -> None:
    path = _altered(sound, tmp_path, *statements)
    before = path.read_bytes()
    with pytest.raises(TraceError, match=r"evil\.ttd"):
        Trace.open(path)
    with pytest.raises(TraceError, match=r"evil\.ttd"):
        Writer.create(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET data = '{' WHERE seq = 50",
        "UPDATE events SET data = x'28b52ffd' WHERE seq = 50",
        "UPDATE events SET data = '[1]' WHERE seq = 50",
        "UPDATE events SET type = 999 WHERE seq = 50",
        "UPDATE events SET timeline = 7 WHERE seq = 50",
        "UPDATE events SET status = 12 WHERE seq = 50",
        "UPDATE events SET name = 1.5 WHERE seq = 50",
        "UPDATE deltas SET ops = '[1]' WHERE seq = 50",
        "UPDATE deltas SET ops = '[[\"/nothing/here\", 1]]' WHERE seq = 50",
        "UPDATE deltas SET ops = '[[\"/n\"]],[[' WHERE seq = 50",
        "UPDATE deltas SET ops = x'00' WHERE seq = 50",
        "UPDATE keyframes SET state = x'00'",
        "UPDATE keyframes SET state = '{'",
        "DELETE FROM keyframes",
        "DELETE FROM words",
        "DELETE FROM blobs",
        "DELETE FROM timelines",
        "DELETE FROM events WHERE seq = 50",
        "UPDATE timelines SET parent = 2, fork_seq = 99 WHERE id = 2",
        "UPDATE extents SET last = 900000000000000 WHERE last > 100",
    ],
)
def test_odd_rows_are_told_as_damage(sound: Path, tmp_path: Path, statement: str) -> None:
    path = _altered(sound, tmp_path, statement)
    with suppress(TtdebugError), Trace.open(path) as trace:
        assert not trace.verify(deep=True).sound
        ask_everything(trace)


def test_an_altered_past_is_found_by_the_chain(sound: Path, tmp_path: Path) -> None:
    path = _altered(sound, tmp_path, "UPDATE events SET data = '{\"at\":1}' WHERE seq = 50")
    with Trace.open(path) as trace:
        report = trace.verify()
        assert (report.intact_to, report.total) == (49, trace.last_seq)
        assert report.problems == ("event 50 is not as it was recorded",)
    path = _altered(sound, tmp_path, "UPDATE edges SET cause = 2 WHERE effect = 70")
    with Trace.open(path) as trace:
        assert trace.verify().intact_to == 69


@pytest.mark.parametrize("table", ["members", "touch", "keyframes"])
def test_what_is_derived_is_checked_in_depth(sound: Path, tmp_path: Path, table: str) -> None:
    path = _altered(sound, tmp_path, f"DELETE FROM {table} WHERE seq > 30")
    with Trace.open(path) as trace:
        assert trace.verify().sound
        assert not trace.verify(deep=True).sound


@pytest.mark.parametrize("writable", [True, False])
def test_reading_leaves_nothing_behind(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writable: bool
) -> None:
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "traces"
    folder.mkdir()
    path = folder / "a.ttd"

    def as_it_is() -> None:
        shutil.copyfile(sound, path)

    def with_wal_header() -> None:
        data = bytearray(sound.read_bytes())
        data[18] = data[19] = 2
        path.write_bytes(data)

    makes: list[Callable[[], None]] = [as_it_is, with_wal_header]
    for make in makes:
        make()
        path.chmod(0o600 if writable else 0o400)
        folder.chmod(0o700 if writable else 0o500)
        before = path.read_bytes(), path.stat().st_mtime_ns
        with Trace.open(path) as trace:
            ask_everything(trace)
            assert trace.verify(deep=True).sound
        assert [item.name for item in folder.iterdir()] == ["a.ttd"]
        assert (path.read_bytes(), path.stat().st_mtime_ns) == before
        folder.chmod(0o700)
        path.chmod(0o600)
    assert not (tmp_path / "cache").exists()


def test_a_journal_that_names_other_files_is_refused(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "a.ttd"
    shutil.copyfile(sound, path)
    magic = bytes.fromhex("d9d505f920a163d7")
    path.with_name("a.ttd-journal").write_bytes(magic + bytes(600) + b"/etc/passwd" + magic)
    with pytest.raises(TraceError, match="names other files"):
        Trace.open(path)


def test_what_is_no_file_is_said_to_be_none(tmp_path: Path) -> None:
    for path, reason in ((tmp_path, "no regular file"), (tmp_path / "x.ttd", "does not exist")):
        with pytest.raises(TraceError, match=reason):
            Trace.open(path)


def test_a_closed_trace_says_so(sound: Path) -> None:
    trace = Trace.open(sound)
    trace.close()
    with pytest.raises(TraceError, match="was closed"):
        trace.event(1)


def test_names_with_odd_characters(sound: Path, tmp_path: Path) -> None:
    path = tmp_path / "a?mode=rwc#%41 ü.ttd"
    shutil.copyfile(sound, path)
    with Trace.open(path) as trace:
        assert trace.last_seq > 100
    assert stat.S_ISREG(path.stat().st_mode)
    assert len(list(tmp_path.iterdir())) == 1


def test_the_file_says_what_it_is(sound: Path) -> None:
    header = sound.read_bytes()[:100]
    assert int.from_bytes(header[68:72]) == schema.APPLICATION_ID
    assert int.from_bytes(header[60:64]) == schema.VERSION
    with Trace.open(sound) as one, Trace.open(sound) as other:
        assert equal(one.state(100, "a"), other.state(100, "a"))
