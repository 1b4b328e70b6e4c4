"""Where recordings are looked for, and what is told of one without reading it."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from tests.recordings import trip
from tests.support import SHARED, needs_shared
from ttdebug import formats
from ttdebug.formats import discovery
from ttdebug.formats.cache import Cache
from ttdebug.formats.discovery import Found
from ttdebug.store.writer import Writer


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("TTDEBUG_CACHE", str(tmp_path / "cache"))
    return folder


def claude(path: Path, text: str = "Mend the parser", count: int = 3) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    about: dict[str, object] = {"sessionId": "s", "cwd": "/home/ag/app", "version": "2.0.30"}
    lines = [
        about
        | {"type": "user", "uuid": f"u{at}", "parentUuid": f"u{at - 1}" if at else None,
           "timestamp": f"2026-01-01T00:00:{at:02}.000Z",
           "message": {"role": "user", "content": text if at == 1 else "<command-name>x"}}
        for at in range(count)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def one(path: Path, format: str | None = None) -> Found:  # noqa: A002 - as in Found
    status = path.stat()
    return Found(path, path.name, status.st_size, status.st_mtime, format)


def test_tools_are_found_where_they_keep_their_logs(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claude(home / ".claude/projects/-home-ag-app/a.jsonl")
    rollout = home / ".codex/sessions/2026/01/02/rollout-2026-01-02.jsonl"
    rollout.parent.mkdir(parents=True)
    rollout.write_text("{}\n")
    chat = home / ".gemini/tmp/abc/chats/session-2026.json"
    chat.parent.mkdir(parents=True)
    chat.write_text("{}")
    found = {place.name: discovery.in_place(place) for place in discovery.homes()}
    assert {name: [item.name for item in items] for name, items in found.items() if items} == {
        "Claude Code": ["a.jsonl"],
        "Codex": ["rollout-2026-01-02.jsonl"],
        "Gemini CLI": ["session-2026.json"],
    }
    moved = claude(tmp_path / "elsewhere/projects/p/b.jsonl")
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "elsewhere"))
    (place,) = [place for place in discovery.homes() if place.name == "Claude Code"]
    assert [item.path for item in discovery.in_place(place)] == [moved]


def test_a_folder_is_looked_through_newest_first(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    for name, age in (("a.ttd", 3), ("deep/er/b.jsonl", 2), ("node_modules/c.jsonl", 1)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
        os.utime(folder / name, (1_000_000 - age, 1_000_000 - age))
    (folder / "readme.txt").write_text("")
    assert [item.name for item in discovery.in_folder(folder)] == ["deep/er/b.jsonl", "a.ttd"]


def test_a_log_is_told_by_its_ends(tmp_path: Path) -> None:
    about = discovery.read_about(one(claude(tmp_path / "a.jsonl"), "claude-code"))
    assert about is not None
    assert (about.format, about.title, about.project) == (
        "claude-code", "Mend the parser", "/home/ag/app"
    )  # fmt: skip
    assert about.took == 2.0
    assert about.events is None


def test_a_file_that_was_opened_is_told_by_its_conversion(tmp_path: Path) -> None:
    path = claude(tmp_path / "a.jsonl")
    with formats.open(path, format="claude-code") as trace:
        events = trace.last_seq
    about = discovery.read_about(one(path), Cache.open())
    assert about is not None
    assert about.events == events
    assert len(about.activity) == len(about.errors) > 0
    assert about.title == "Mend the parser"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_what_is_packed_is_told_by_what_is_in_it(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    path, ours = tmp_path / "a.jsonl.x", tmp_path / "trip.ttd.x"
    path.write_bytes(pack(claude(tmp_path / "a.jsonl").read_bytes()))
    trip(tmp_path / "trip.ttd").close()
    ours.write_bytes(pack((tmp_path / "trip.ttd").read_bytes()))
    about = discovery.read_about(one(path), Cache.open())
    assert about is not None
    assert (about.format, about.title) == ("claude-code", "Mend the parser")
    about = discovery.read_about(one(ours), Cache.open())
    assert about is not None
    assert about.format == "ttdebug"
    (tmp_path / "b.gz").write_bytes(pack(b"Dear diary,\ntoday I ran.\n"))
    assert discovery.read_about(one(tmp_path / "b.gz")) is None


def test_ours_tells_all_and_whether_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "trip.ttd"
    trip(path).close()
    about = discovery.read_about(one(path))
    assert about is not None
    assert (about.format, about.agents, about.events, about.live) == ("ttdebug", 2, 16, False)
    assert about.faults == 2  # the error, and the span that failed
    with Writer.create(tmp_path / "live.ttd") as writer:
        writer.append(writer.run("r"), "note")
        about = discovery.read_about(one(tmp_path / "live.ttd"))
        assert about is not None
        assert about.live


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    for name, data in (("a.ttd", b"no"), ("b.json", b'{"name": "x"}'), ("c.jsonl", b"\0\1\2" * 99)):
        (tmp_path / name).write_bytes(data)
        assert discovery.read_about(one(tmp_path / name)) is None
    assert discovery.read_about(Found(tmp_path / "gone.ttd", "gone.ttd", 1, 1.0)) is None


@needs_shared
@pytest.mark.parametrize(
    ("file", "format", "title"),
    [
        ("claude-code/compaction-small.jsonl", "claude-code", "Start a long conversation"),
        ("codex/confab-2026-shapes.jsonl", "codex", "add the linear mcp to my codex config"),
        ("gemini-cli/session-jsonl-v0.40.jsonl", "gemini-cli", "Say hello and list files."),
    ],
)
def test_real_logs_say_what_they_are_about(file: str, format: str, title: str) -> None:  # noqa: A002
    about = discovery.read_about(one(SHARED / "traces" / file, format))
    assert about is not None
    assert about.title == title
