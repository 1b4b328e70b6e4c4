"""The frame around the panes: header, footer, and the rules with pane titles on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ttdebug.view.gate import Safe
from ttdebug.view.line import Line


class Where(NamedTuple):
    """Where the cursor is; `at` and `of` are seqs, `rank` counts events of the timeline."""

    file: str
    run: str
    timeline: str
    seq: int
    last: int
    percent: float
    elapsed: float | None = None
    total: float | None = None


class Stop(NamedTuple):
    """Why we stand here: "stopped by breakpoint 1", "budget.remaining == null became true"."""

    what: str
    why: str = ""
    kind: Literal["breakpoint", "plain", "warning", "error"] = "plain"


class Key(NamedTuple):
    """A key and what it does now."""

    key: str
    does: str


def header(where: Where, stop: Stop | None, width: int) -> Line:
    """The first line of the screen: file, run, timeline, why we stopped, position."""
    raise NotImplementedError


def footer(keys: Sequence[Key], end: Sequence[Key], width: int) -> Line:
    """Keys that work now, `end` at the right; dropped from the right until it fits."""
    raise NotImplementedError


def rule(
    titles: Sequence[Safe | str],
    width: int,
    *,
    active: int = 0,
    focused: bool = False,
    right: Safe | str = "",
) -> Line:
    """The rule above a pane with its titles (tabs); heavy and accent where the focus is."""
    raise NotImplementedError
