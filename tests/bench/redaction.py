"""How often redaction takes something harmless for a secret, and how long it looks for secrets.

How often is the share of texts it changes. For that it reads every recording and JSON text below
the folders given: the sample traces, and the reference recordings if they are there. What is
changed is shown with --show, to be judged. How long is told for kinds of text, small and large,
and for what would keep a careless pattern busy: the time for each KB must not grow with the text.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ttdebug
from tests.support import SAMPLES, SHARED
from ttdebug.recorder.redaction import Redactor
from ttdebug.store.trace import Trace

SMALL = 350  # characters
LARGE = 1_000_000
REPEATED = [
    "a", "=", "A", "a-b_c", "eyJ", "-eyJ", ".eyJaaaaaaaa", "://", "://a:", "sk-", "sk-a ",
    "-----BEGIN ", "12345678:AA", "SG.", "token=", "pwd:", "cookie:", "--token=", "?token=",
    "'token':'", "token = \"", "password: ", "Bearer ", "Authorization: ", "curl -u ", "mysql -p",
]  # fmt: skip


def documents(folder: Path) -> Iterator[Any]:
    for path in sorted(folder.rglob("*.ttd")):
        with Trace.open(path) as trace:
            for event in trace.events():
                yield event.data
                yield trace.delta(event.seq)
    for path in sorted(folder.rglob("*.json*")):
        text = path.read_text(errors="replace")
        try:
            yield json.loads(text)
            continue
        except ValueError:
            pass
        for line in text.splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue


def texts(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every text and number in a document, and the key it stands under."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, name)
    elif value is not None and not isinstance(value, bool):
        yield name, value


def measure(folder: Path, *, show: bool) -> None:
    redactor = Redactor({})
    count = 0
    changed: Counter[str] = Counter()
    for document in documents(folder):
        for name, text in texts(document):
            count += 1
            before = redactor.found.copy()
            redactor.value(text, name)
            new = redactor.found - before
            changed.update(new.keys())
            if show and new:
                print(f"  {' '.join(new)}: {name} = {text!s:.300}")
    share = changed.total() / max(1, count)
    print(
        f"{folder.name:16} {count:8} texts, {changed.total()} changed ({share:.3%}) {dict(changed)}"
    )


def kinds() -> Iterator[tuple[str, str]]:
    """A text of each kind that agents record, at least LARGE characters long."""
    chance = random.Random(1)
    words = "the agent reads a file, then calls the tool and finds that its token limit is near."
    prose = " ".join(chance.choices(words.split(), k=LARGE // 4))
    yield "prose", prose
    call = {"type": "tool_use", "name": "read", "max_tokens": 100, "url": "https://example.org/a"}
    calls = [call | {"id": at, "text": prose[at : at + 60]} for at in range(LARGE // 120)]
    yield "json", json.dumps(calls)
    sources = [path.read_text() for path in sorted(Path(ttdebug.__file__).parent.rglob("*.py"))]
    yield "code", "".join(sources)
    line = "2026-01-02T03:04:05.{:06}Z INFO [worker-1] agent.tools: id=4f3c-9f6e-{} status=ok"
    yield "log", "\n".join(line.format(at, at * at) for at in range(LARGE // 60))
    yield "base64", base64.b64encode(chance.randbytes(LARGE)).decode()


def per_kb(text: str) -> float:
    """Microseconds for each KB of a text, the best of some tries."""
    best = float("inf")
    tries = max(3, 100_000 // len(text))
    for _ in range(tries):
        redactor = Redactor({})
        start = time.perf_counter()
        redactor.text(text)
        best = min(best, time.perf_counter() - start)
    return best * 1e6 / (len(text) / 1000)


def measure_speed() -> None:
    for kind, text in kinds():
        small, large = per_kb(text[:SMALL]), per_kb(text[:LARGE])
        print(f"{kind:16} {small:8.1f} us/KB of {SMALL} B, {large:8.1f} us/KB of 1 MB")
    found = []
    for part in REPEATED:
        small, large = (per_kb((part * size)[:size]) for size in (LARGE // 64, LARGE // 4))
        found.append((large / small, large, part))
    growth, _, part = max(found)
    _, slowest, at = max(found, key=lambda each: each[1])
    print(f"{'repeated':16} {slowest:8.1f} us/KB at worst ({at!r}), {growth:.1f} times as long")
    print(f"{'':16} for each KB in a text 16 times as long ({part!r})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="*", type=Path, default=[SAMPLES, SHARED / "traces"])
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    for folder in asked.folder:
        measure(folder, show=asked.show)
    measure_speed()


if __name__ == "__main__":
    main()
