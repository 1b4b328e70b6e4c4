"""Opening anything, and what is said when it cannot be opened."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import sys
from pathlib import Path

import pytest
import zstandard

from ttdebug import formats
from ttdebug.errors import Cancelled, TraceError, UsageError
from ttdebug.formats import cache as caches
from ttdebug.formats import compressed, registry
from ttdebug.formats.generic.reader import GenericReader
from ttdebug.formats.heads import read_head
from ttdebug.formats.reader import Head, Report
from ttdebug.formats.source import Source
from ttdebug.store.writer import Writer

LOG = b"".join(
    json.dumps({"ts": 1700000000 + n, "type": "step", "agent": "a", "state": {"n": n}}).encode()
    + b"\n"
    for n in range(5)
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "run.jsonl"
    path.write_bytes(LOG)
    return path


def entries(cache: Path) -> list[Path]:
    return sorted(path for path in cache.rglob("*.ttd") if path.is_file())


def test_a_foreign_file_is_converted(log: Path) -> None:
    with formats.open(log) as trace:
        assert (trace.format, trace.last_seq) == ("generic", 5)
        assert trace.source_path == log
        assert trace.state(5, "a") == {"n": 4}
        assert trace.warnings == ()
        assert "state from state" in str(trace.facts(trace.runs[0].id)["fidelity"])


def test_it_is_converted_once(log: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    formats.open(log).close()
    [entry] = entries(cache)
    assert stat.S_IMODE(entry.parent.stat().st_mode) == 0o700
    monkeypatch.setattr("ttdebug.formats.conversion.convert", None)
    with formats.open(log) as trace:
        assert trace.path == entry
        assert trace.format == "generic"


def test_its_beginning_is_read_once(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def counted(path: Path, file: Path) -> Head:
        read.append(file)
        return read_head(path, file)

    monkeypatch.setattr("ttdebug.formats.opening.read_head", counted)
    formats.open(log).close()
    assert read == [log]


def test_a_changed_file_is_converted_again(log: Path) -> None:
    formats.open(log).close()
    with log.open("ab") as stream:
        stream.write(LOG)
    with formats.open(log) as trace:
        assert trace.last_seq == 10


def test_another_mapping_is_another_conversion(log: Path) -> None:
    with formats.open(log) as guessed, formats.open(log, mapping="name=type") as told:
        assert guessed.path != told.path
        assert told.event(1).name == "step"


def test_nothing_appears_beside_the_file(log: Path) -> None:
    formats.open(log).close()
    assert [path.name for path in log.parent.iterdir() if path.name != "cache"] == ["run.jsonl"]


def test_warnings_survive_in_the_cache(log: Path) -> None:
    log.write_bytes(LOG + b"garbage\n")
    for _ in range(2):
        with formats.open(log) as trace:
            [warning] = trace.warnings
            assert warning.startswith("line 6: not JSON")
            assert "5 events before it" in warning


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_files_open(tmp_path: Path, suffix: str) -> None:
    pack = gzip.compress if suffix == ".gz" else zstandard.compress
    path = tmp_path / f"run.jsonl{suffix}"
    path.write_bytes(pack(LOG[:100]) + pack(LOG[100:]))
    for _ in range(2):
        with formats.open(path) as trace:
            assert (trace.format, trace.last_seq) == ("generic", 5)


def test_a_compressed_recording_of_ours_opens(log: Path, tmp_path: Path) -> None:
    formats.import_file(log, tmp_path / "run.ttd")
    packed = tmp_path / "run.ttd.zst"
    packed.write_bytes(zstandard.compress((tmp_path / "run.ttd").read_bytes()))
    with formats.open(packed) as trace:
        assert (trace.format, trace.last_seq) == ("ttd", 5)


def test_damaged_compression_gives_what_precedes_it(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl.gz"
    path.write_bytes(gzip.compress(LOG * 2000)[:-200])
    with formats.open(path) as trace:
        assert trace.last_seq > 1000
        assert "decompression stopped" in trace.warnings[0]


def test_what_unpacks_to_more_than_there_is_room_for_is_read_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compressed, "PIECE", 1000)
    monkeypatch.setattr(compressed, "MAX_BYTES", 10 * len(LOG))
    path = tmp_path / "run.jsonl.gz"
    path.write_bytes(gzip.compress(LOG * 2000))
    with formats.open(path) as trace:
        assert 0 < trace.last_seq <= 50
        assert "no room for more" in trace.warnings[0]


def test_a_reader_that_fails_keeps_what_it_read(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(self: object, source: Source, writer: Writer, report: Report) -> None:
        line = writer.run("r")
        for _ in range(events):
            writer.append(line, "message")
        report.describe(line, "recorded")
        for at in range(300):
            report.warn("odd", line=at)
        raise ValueError("a bug")

    monkeypatch.setattr(GenericReader, "read", read)
    events = 2
    with formats.open(log, format="generic") as trace:
        assert trace.last_seq == 2
        assert trace.warnings[0] == "reading stopped after event 2: a bug"
        assert trace.warnings[-1] == "100 further warnings not listed"
        assert len(trace.warnings) == 202
    events = 0
    log.write_bytes(LOG * 2)
    with pytest.raises(TraceError, match=r"cannot be read as .*: a bug"):
        formats.open(log, format="generic")


def test_compressed_garbage(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl.gz"
    path.write_bytes(b"\x1f\x8bnonsense")
    with pytest.raises(TraceError, match="is damaged"):
        formats.open(path)


def test_standard_input(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    class Piped:
        buffer = io.BytesIO(LOG)

    monkeypatch.setattr(sys, "stdin", Piped())
    with formats.open("-") as trace:
        assert trace.last_seq == 5
        directory = trace.path.parent
        assert directory.exists()
    assert not directory.exists()
    assert entries(cache) == []


def test_an_unwritable_cache_is_done_without(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "file" / "cache"))
    with formats.open(log) as trace:
        directory = trace.path.parent
        assert trace.last_seq == 5
    assert not directory.exists()


def test_the_cache_keeps_what_was_used_last(
    log: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caches, "MAX_BYTES", 200_000)
    for n in range(5):
        log.write_bytes(LOG * (n + 1))
        with formats.open(log) as trace:
            os.utime(trace.path, (n, n))
            newest = trace.path
    kept = entries(cache)
    assert newest in kept
    assert sum(path.stat().st_size for path in kept) <= 200_000


def test_what_killed_conversions_left_is_swept_up(log: Path, cache: Path) -> None:
    formats.open(log).close()
    left = cache / "conversions" / ".work-left"
    fresh = cache / "conversions" / ".work-fresh"
    left.mkdir()
    fresh.mkdir()
    os.utime(left, (0, 0))
    log.write_bytes(LOG + LOG)
    formats.open(log).close()
    assert not left.exists()
    assert fresh.exists()


def test_import_writes_a_recording_of_ours(log: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.ttd"
    assert formats.import_file(log, target) == ()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with formats.open(target) as trace:
        assert (trace.format, trace.last_seq, trace.sealed) == ("ttd", 5, True)
    with pytest.raises(UsageError, match="already"):
        formats.import_file(target, tmp_path / "again.ttd")


def test_an_import_keeps_its_warnings(log: Path, tmp_path: Path) -> None:
    log.write_bytes(LOG + b"garbage\n")
    told = formats.import_file(log, tmp_path / "out.ttd")
    with formats.open(tmp_path / "out.ttd") as trace:
        assert trace.warnings == told
        assert len(told) == 1


def test_progress_can_cancel_and_leaves_nothing(log: Path, cache: Path) -> None:
    def stop(done: int, total: int) -> None:
        assert 0 < done <= total == len(LOG)
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        formats.open(log, progress=stop)
    assert entries(cache) == []


@pytest.mark.parametrize("name", ["run.jsonl", "run.LOG"])
def test_a_directory_opens_its_only_recording(log: Path, tmp_path: Path, name: str) -> None:
    log.rename(tmp_path / name)
    with formats.open(tmp_path) as trace:
        assert trace.last_seq == 5


def test_a_directory_of_several_names_them(log: Path, tmp_path: Path) -> None:
    (tmp_path / "other.jsonl").write_bytes(LOG)
    with pytest.raises(TraceError, match=r"other\.jsonl, run\.jsonl"):
        formats.open(log.parent)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gone.jsonl", None, "does not exist"),
        ("empty.jsonl", b"", "is empty"),
        ("blank.jsonl", b"\n \n", "nothing but blanks"),
        ("prose.txt", b"Dear diary,\ntoday I ran.\n", "--format"),
        ("image.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "looked for: ttdebug"),
        ("wide.jsonl", "{}".encode("utf-16"), "iconv"),
        ("config.json", b'{"name": "x", "private": true}', "--map"),
    ],
)
def test_what_cannot_be_opened(tmp_path: Path, name: str, content: bytes | None, says: str) -> None:
    path = tmp_path / "sub" / name
    path.parent.mkdir()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TraceError, match=says) as error:
        formats.open(path)
    assert name in str(error.value)


def test_a_missing_file_names_its_neighbours(log: Path) -> None:
    with pytest.raises(TraceError, match=r"near it: run\.jsonl"):
        formats.open(log.with_name("runs.jsonl"))


def test_an_empty_directory(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(TraceError, match="without recordings"):
        formats.open(tmp_path / "nothing")


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(TraceError, match="not a regular file"):
        formats.open(tmp_path / "pipe.jsonl")


@pytest.mark.parametrize(
    ("mapping", "says"),
    [("tme=ts", "did you mean time"), ("time", "ROLE=FIELD"), ("state=", "needs the name")],
)
def test_a_mapping_with_a_slip(log: Path, mapping: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        formats.open(log, mapping=mapping)


def test_an_unknown_format(log: Path) -> None:
    with pytest.raises(UsageError, match="known formats: ttd"):
        formats.open(log, format="nonsense")
    with pytest.raises(TraceError, match="not a ttdebug recording"):
        formats.open(log, format="ttd")


def test_a_tie_between_formats_is_not_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    generic, claude = registry.by_name("generic"), registry.by_name("claude-code")
    for reader in (generic, claude):
        monkeypatch.setattr(type(reader), "sniff", lambda self, head: 0.7)
    with pytest.raises(TraceError, match="choose one with --format"):
        registry.detect(Head(Path("x"), 1, "text", b"{}"))


def test_a_folder_names_only_files_that_a_reader_knows(tmp_path: Path) -> None:
    log = '{"ts": 1, "type": "a"}\n{"ts": 2, "type": "b"}\n'
    (tmp_path / "settings.json").write_text("[1, 2, 3]")
    (tmp_path / "one.jsonl").write_text(log)
    with formats.open(tmp_path) as trace:
        assert trace.last_seq == 2
    (tmp_path / "two.jsonl").write_text(log)
    with pytest.raises(TraceError, match=r"its recordings: one\.jsonl, two\.jsonl$"):
        formats.open(tmp_path)
