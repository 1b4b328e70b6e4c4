"""What is known of the formats, and what a file is taken for."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from ttdebug.errors import TraceError
from ttdebug.formats import registry
from ttdebug.formats.heads import read_head
from ttdebug.formats.opening import OWN, Opening
from ttdebug.formats.reader import Report


class Format(NamedTuple):
    """A format by the name `--format` takes."""

    name: str
    title: str
    recovers: str


class Guess(NamedTuple):
    """How sure a reader is of a file, 0 to 1."""

    name: str
    title: str
    confidence: float


class Recognised(NamedTuple):
    """The readers that are not indifferent to a file, the surest first.

    `chosen` is the format it opens as, None if it needs `--format`; `doubt` says why.
    """

    guesses: tuple[Guess, ...]
    chosen: str | None
    doubt: str = ""


_OURS: Final = Format(OWN, "ttdebug recording", "everything")


def known() -> list[Format]:
    """Every format that opens, ours first, then by name; what guesses stands last."""
    found = [Format(one.name, one.title, one.recovers) for one in registry.readers()]
    *sure, guessing = found
    return [_OURS, *sorted(sure), guessing]


def recognise(path: str | os.PathLike[str]) -> Recognised:
    """What a file is taken for by its beginning; raises TraceError if it cannot be read."""
    opening = Opening(path, None, None, None)
    with TemporaryDirectory(prefix="ttdebug-") as scratch:
        if not opening.stdin and opening.is_ours(opening.path):
            return Recognised((Guess(OWN, _OURS.title, 1.0),), OWN)
        file = opening.plain(Path(scratch), Report())
        if opening.is_ours(file):
            return Recognised((Guess(OWN, _OURS.title, 1.0),), OWN)
        head = read_head(opening.path, file)
        scores = registry.confidences(head)
        guesses = tuple(Guess(one.name, one.title, score) for score, one in scores if score > 0)
        try:
            return Recognised(guesses, registry.choose(head, scores).name)
        except TraceError as error:
            return Recognised(guesses, None, str(error))
