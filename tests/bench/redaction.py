"""How often redaction takes something harmless for a secret: the share of texts it changes.

Reads every recording and JSON text below the folders given: the sample traces, and the reference
recordings if they are there. What is changed is shown with --show, to be judged.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support import SAMPLES, SHARED
from ttdebug.recorder.redaction import Redactor
from ttdebug.store.trace import Trace


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="*", type=Path, default=[SAMPLES, SHARED / "traces"])
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    for folder in asked.folder:
        measure(folder, show=asked.show)


if __name__ == "__main__":
    main()
