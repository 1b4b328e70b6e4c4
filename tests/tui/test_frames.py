"""Whole frames as text at the sizes people use; a change of the look is a change of these files.

`TTDEBUG_GOLDEN=write` writes them anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.tui.conftest import Open
from tests.tui.stage import Stage

GOLDEN = Path(__file__).parent / "golden"
NULL = "state.budget.remaining == null"

CASES: dict[str, tuple[tuple[int, int], list[str]]] = {
    "main-200x50": ((200, 50), ["c"]),
    "main-120x40": ((120, 40), ["c"]),
    "main-80x24": ((80, 24), ["c"]),
    "diff-80x24": ((80, 24), ["c", "tab"]),
    "state-120x40": ((120, 40), ["c", "tab", "tab"]),
    "causes-80x24": ((80, 24), ["c", "shift+tab"]),
    "small-60x16": ((60, 16), ["c"]),
    "why-120x40": ((120, 40), ["c", "W"]),
    "help-120x40": ((120, 40), ["question_mark"]),
}


@pytest.mark.parametrize("name", CASES)
async def test_a_frame_looks_as_agreed(opened: Open, name: str) -> None:
    size, keys = CASES[name]
    async with opened(0, size=size, breakpoints=[NULL], watches=["budget.remaining"]) as stage:
        await stage.press(*keys)
        check(name, stage)


async def test_the_ascii_frame_has_no_other_character(opened: Open) -> None:
    async with opened(0, breakpoints=[NULL], watches=["budget.remaining"]) as stage:
        await stage.command("ascii on")
        await stage.press("c")
        assert stage.text.isascii()
        check("ascii-120x36", stage)


def check(name: str, stage: Stage) -> None:
    """Compare the frame with its file; what took how long is not part of it."""
    frame = re.sub(r"\d+ ms", "n ms", stage.text) + "\n"
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("TTDEBUG_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(frame, encoding="utf-8")
    assert frame == path.read_text(encoding="utf-8")
