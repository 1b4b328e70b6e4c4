"""Planted secrets are nowhere: not in the file, its log, what it is recovered to, or exports."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import ttdebug
from tests.recorder.planted import ENVIRONMENT, Planted, planted
from ttdebug.cli.exporting import FORMATS
from ttdebug.formats.export.part import Part
from ttdebug.store import codec
from ttdebug.store.trace import Trace

PLANTED = planted()


def _record(rec: ttdebug.Recorder, at: int, value: Any, state: dict[str, Any]) -> None:
    """Have a value pass through everything that takes one, and change in place in a state."""
    state["log"].append(value)
    state["memory"][f"m{at}"] = {"text": value, "seen": 0}
    rec.event("x", value=value)
    state["memory"][f"m{at}"] = {"text": "nothing", "seen": 1}
    rec.event("x")
    state["memory"][f"m{at}"]["text"] = value
    state["last"] = value
    if isinstance(value, dict):
        state.update({key: item for key, item in value.items() if isinstance(item, (str, int))})
        state["member"].update(value)
    with rec.span("tool.call", "t", argument=value) as call:
        call.result([value])
    rec.message(value, role="user")
    if isinstance(value, str):
        rec.event(value, value, cause=call)
        rec.checkpoint(value, description=value)
        rec.note(value)
        rec.fork(value).event("x")
        with suppress(ValueError), rec.span("y"):
            raise ValueError(value)


def _texts(path: Path) -> Iterator[bytes]:
    """All that a file holds: as bytes, and every column as it is read."""
    yield path.read_bytes()
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
        for row in connection.execute(f"SELECT * FROM {table}"):
            for column in row:
                if isinstance(column, bytes) and column.startswith(b"\x28\xb5\x2f\xfd"):
                    yield _unpacked(column)
                else:
                    yield str(column).encode()
    connection.close()


def _unpacked(column: bytes) -> bytes:
    try:
        return codec.unpack(column)
    except Exception:  # a keyframe that builds on another one: exports hold its states
        return b""


def _exports(path: Path) -> Iterator[bytes]:
    with Trace.open(path) as trace:
        for module in FORMATS.values():
            part = Part(trace, 1, trace.last_seq)
            yield b"".join(import_module(module).lines(part))
        for event in trace.events():
            if event.agent is not None:
                yield json.dumps(trace.state(event.seq, event.agent), default=str).encode()


def test_planted_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(PLANTED) >= 75
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    cache = tmp_path / "cache"
    monkeypatch.setenv("TTDEBUG_CACHE", str(cache))
    state: dict[str, Any] = {"log": [], "memory": {f"k{at}": {"v": at} for at in range(40)}}
    state |= {"last": None, "member": {}}
    path = tmp_path / "x.ttd"
    rec = ttdebug.record(path, agent="a", state=lambda: state, run=str(PLANTED[20].value))
    for at, secret in enumerate(PLANTED):
        _record(rec, at, secret.value, state)
    killed = tmp_path / "killed.ttd"
    for side in ("", "-wal"):
        shutil.copyfile(f"{path}{side}", f"{killed}{side}")
    rec.close()
    assert rec.stats.faults == 0, rec.stats
    Trace.open(killed).close()
    texts = [*_texts(path), *_exports(path), killed.with_name("killed.ttd-wal").read_bytes()]
    for file in cache.rglob("*.ttd"):
        texts += _texts(file)
    assert sum(map(len, texts)) > 1_000_000
    everything = b"\n".join(texts)
    found = [secret for secret in PLANTED if _occurs(secret, everything)]
    assert found == []


def _occurs(planted: Planted, everything: bytes) -> bool:
    forms = [part.encode() for part in planted.secrets]
    forms += [base64.b64encode(part)[4:-4] for part in forms]
    return any(form in everything for form in forms)


def test_what_is_searched_would_be_found(tmp_path: Path) -> None:
    path = tmp_path / "x.ttd"
    with ttdebug.record(path, agent="a", redact=False) as rec:
        for secret in PLANTED:
            rec.snapshot({"value": secret.value, "log": ["x" * 2000]})
    everything = b"\n".join([*_texts(path), *_exports(path)])
    text = [secret for secret in PLANTED if not isinstance(secret.value, bytes)]
    assert all(_occurs(secret, everything) for secret in text)


def test_wishes(tmp_path: Path) -> None:
    wishes = ttdebug.Redact(
        allow=["demo_password", re.compile("EXAMPLE")], deny=["*iban", re.compile(r"\bcase-\d+")]
    )
    path = tmp_path / "x.ttd"
    with ttdebug.record(path, agent="a", redact=wishes) as rec:
        seq = rec.event(
            "x",
            demo_password="open-sesame",
            key="AKIAIOSFODNN7EXAMPLE",
            payee_IBAN=1234,
            text="case-77!",
        )
    with Trace.open(path) as trace:
        data = trace.event(seq).data
    assert isinstance(data, dict)
    assert data["demo_password"] == "open-sesame"
    assert data["key"] == "AKIAIOSFODNN7EXAMPLE"
    assert str(data["payee_IBAN"]).startswith("[redacted:name:")
    assert re.fullmatch(r"\[redacted:denied:\w{4}\]!", str(data["text"]))
