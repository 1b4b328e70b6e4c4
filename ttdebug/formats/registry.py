"""The formats ttdebug reads, imported only when a file has to be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

from ttdebug.errors import TraceError, UsageError
from ttdebug.formats.reader import Head, Reader

MODULES = (
    "ttdebug_jsonl",
    "langgraph",
    "inspect_ai",
    "dbos",
    "pydantic_ai",
    "smolagents",
    "langsmith",
    "langfuse",
    "agentops",
    "mlflow",
    "jaeger",
    "otlp",
    "openai_agents",
    "claude_code",
    "codex",
    "gemini_cli",
    "atif",
    "swe_agent",
    "mini_swe_agent",
    "openhands",
    "burr",
    "redux_devtools",
    "autogen",
    "temporal",
    "chrome_trace",
    "generic",
)
"""Modules of this package, each with a `READER`; on equal confidence the earlier one wins."""

SURE = 0.5
CLOSE = 0.05
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@cache
def readers() -> tuple[Reader, ...]:
    """Every known reader, most specific first."""
    loaded: list[Reader] = []
    for module in MODULES:
        reader: Reader = import_module(f"ttdebug.formats.{module}").READER
        loaded.append(reader)
    return tuple(loaded)


def by_name(name: str) -> Reader:
    """The reader called `name`, as given to `--format`."""
    for reader in readers():
        if reader.name == name:
            return reader
    known = ", ".join(reader.name for reader in readers())
    raise UsageError(f"unknown format {name!r}; known formats: ttd, {known}")


def inside(folder: Path) -> Path | None:
    """The file to open for a folder that as a whole is one recording; else None."""
    found = (reader.inside(folder) for reader in readers())
    return next((path for path in found if path is not None), None)


def confidences(head: Head) -> list[tuple[float, Reader]]:
    """How sure each reader is of a file, the surest first; of equals, who goes first wins."""
    scores = [(reader.sniff(head), -order, reader) for order, reader in enumerate(readers())]
    ordered = sorted(scores, key=lambda score: score[:2], reverse=True)
    return [(score, reader) for score, _, reader in ordered]


def detect(head: Head) -> Reader:
    """The reader most sure of `head`, else a TraceError that says what was looked for."""
    return choose(head, confidences(head))


def choose(head: Head, scores: Sequence[tuple[float, Reader]]) -> Reader:
    """The same, where `confidences` has told the scores."""
    if head.magic == "empty":
        nothing = "is empty" if not head.size else "holds nothing but blanks"
        raise TraceError(f"{head.path} {nothing}; was the recording ever started?")
    if head.data.startswith(_UTF16):
        raise TraceError(f"{head.path} is UTF-16 text; convert it first: iconv -f UTF-16 -t UTF-8")
    best, winner = scores[0]
    if best < SURE:
        looked = ", ".join(reader.title for reader in readers())
        raise TraceError(
            f"{head.path} is not a recording that ttdebug recognises (looked for: ttdebug, "
            f"{looked}); name its format with --format, or its columns with "
            "--format generic --map time=FIELD,type=FIELD,state=FIELD"
        )
    rivals = [r.name for score, r in scores[1:] if best < 1 and best - score < CLOSE]
    if rivals:
        names = " or ".join([winner.name, *rivals])
        raise TraceError(f"{head.path} could be {names}; choose one with --format")
    return winner
