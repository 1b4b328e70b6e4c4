"""Recordings damaged at random, but the same every time, and what readers make of them.

`python -m tests.formats.mutations COUNT FILE...` reads COUNT mutants of each file and prints one
JSON object per failure, then the peak of memory in MB. A mutant that fails can be made again:
`mutant(FILE, NUMBER)`.
"""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import sys
import tempfile
import traceback
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from tests.support import SHARED, peak_megabytes
from ttdebug.errors import TraceError
from ttdebug.formats import registry
from ttdebug.formats.compressed import is_compressed, unpack
from ttdebug.formats.heads import read_head
from ttdebug.formats.reader import Reader, Report
from ttdebug.formats.source import Source
from ttdebug.store.writer import Writer

TRACES = SHARED / "traces"
DAMAGE = (TraceError, sqlite3.Error, OSError, EOFError, zlib.error, zipfile.BadZipFile)
"""What readers may raise; a conversion tells it as the end of what can be read."""

SECONDS = 5
KEPT = 6
SHORT = 400
SMALL = 16 << 10
ODD: tuple[Callable[[], Any], ...] = (
    lambda: None, lambda: True, lambda: -1, lambda: 10**30, lambda: 1.5, str, lambda: "\ud83d",
    list, dict, lambda: [[]], lambda: {"type": {}},
)  # fmt: skip


def sources() -> list[Path]:
    """Every recording there is to damage."""
    found = (path for path in TRACES.rglob("*") if path.is_file() and path.suffix != ".md")
    return sorted(found)


@cache
def seed(path: Path) -> bytes:
    """The file in small, if it is text: long lists and strings are cut, all shapes are kept."""
    data = path.read_bytes()
    if len(data) <= SMALL:
        return data
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    try:
        return json.dumps(_shrunk(json.loads(text))).encode()
    except ValueError:
        lines = _sampled(text.splitlines())
    try:
        small = [json.dumps(_shrunk(json.loads(line))) for line in lines if line.strip()]
    except ValueError:
        return data[:SMALL]
    return "".join(f"{line}\n" for line in small).encode()


def mutant(path: Path, number: int) -> bytes:
    """The file with one to three faults, always the same for the same number."""
    chance = random.Random(f"{path.relative_to(TRACES)} {number}")
    data = seed(path)
    for _ in range(chance.randint(1, 3)):
        data = chance.choice(FAULTS)(data, chance)
    return data


def _flip(data: bytes, chance: random.Random) -> bytes:
    mutated = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        if mutated:
            mutated[chance.randrange(len(mutated))] ^= 1 << chance.randrange(8)
    return bytes(mutated)


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randint(0, len(data))]


def _hole(data: bytes, chance: random.Random) -> bytes:
    start = chance.randint(0, len(data))
    length = chance.randint(0, max(1, len(data) // 8))
    return data[:start] + chance.choice((b"", b"\0" * length)) + data[start + length :]


def _swap(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _repeat(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    return b"\n".join(lines[: at + 1] + lines[at:])


def _retype(data: bytes, chance: random.Random) -> bytes:
    """Values of other types at random places, in the document or in one of its lines."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    for whole, text in ((True, data), (False, lines[at])):
        try:
            value = json.loads(text)
        except ValueError:
            continue
        for _ in range(chance.randint(1, 4)):
            value = _with_odd(value, chance)
        new = json.dumps(value).encode()
        return new if whole else b"\n".join([*lines[:at], new, *lines[at + 1 :]])
    return _flip(data, chance)


FAULTS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _cut, _hole, _swap, _repeat, _retype, _retype, _retype,
)  # fmt: skip


def _with_odd(value: Any, chance: random.Random) -> Any:
    """`value` with something else in one place, the deeper the rarer."""
    if not isinstance(value, dict | list) or not value or chance.random() < 0.1:
        return chance.choice(ODD)()
    key = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
    if chance.random() < 0.1:
        del value[key]
    else:
        value[key] = _with_odd(value[key], chance)
    return value


def _shrunk(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shrunk(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shrunk(inner) for inner in _sampled(value)]
    return value[:SHORT] if isinstance(value, str) else value


def _sampled(items: list[Any]) -> list[Any]:
    """The first of a list, the last, and some between."""
    if len(items) <= 2 * KEPT:
        return items
    step = len(items) // KEPT
    return [*items[:KEPT], *items[KEPT:-2:step], *items[-2:]]


@cache
def reader_of(path: Path) -> Reader:
    """Who reads the sound file."""
    with tempfile.TemporaryDirectory() as name:
        plain = _plain(path, Path(name))
        try:
            return registry.detect(read_head(path, plain))
        except TraceError:
            return registry.by_name("generic")


def _plain(path: Path, scratch: Path) -> Path:
    with path.open("rb") as stream:
        if not is_compressed(stream.read(64)):
            return path
        stream.seek(0)
        unpack(stream, scratch / "plain", path, Report())
    return scratch / "plain"


def attempt(path: Path, number: int, scratch: Path, writer: Writer) -> None:
    """Read one mutant as what the sound file is; raises what a reader must not raise."""
    file = scratch / path.name
    file.write_bytes(mutant(path, number))
    with _limited():
        try:
            plain = _plain(file, scratch)
            registry.confidences(read_head(file, plain))
            reader_of(path).read(Source(file, plain), writer, Report())
        except DAMAGE:
            pass


@contextmanager
def _limited() -> Iterator[None]:
    def late(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"not done after {SECONDS} s")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


def main(count: int, names: list[str]) -> None:
    """Read `count` mutants of each file; print failures, then the memory it took."""
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder)
            with Writer.create(scratch / "out.ttd", durability="batch") as writer:
                for number in range(count):
                    try:
                        attempt(Path(name), number, scratch, writer)
                    except Exception as error:
                        where = traceback.extract_tb(error.__traceback__)[-1]
                        text = f"{type(error).__name__}: {error} ({where.filename}:{where.lineno})"
                        print(json.dumps({"file": name, "number": number, "error": text}))
    print(json.dumps(int(peak_megabytes())))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
