"""Spans as bars: where there is little room the labels stay."""

from __future__ import annotations

import pytest

from ttdebug.model import Event
from ttdebug.tui import waterfall
from ttdebug.view.line import plain

SECOND = 1_000_000_000


def spans(depth: int) -> list[Event]:
    return [
        Event(
            at, "r", "main", 1, "booker", "task", f"task number {at}", time=at * SECOND,
            duration=(20 - at) * SECOND, opens=True,
        )
        for at in range(1, depth + 2)
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "bars"), [(27, False), (34, True), (60, True)])
def test_labels_stay_and_bars_go_first(width: int, bars: bool) -> None:
    rows = waterfall.rows(spans(4), 4, 3, width)
    texts = [plain(rows.line(index)) for index in range(len(rows))]
    assert all("task num" in text for text in texts)
    assert any("▇" in text for text in texts) == bars
    assert all(len(text) <= width for text in texts)
    assert texts[0].endswith("19.00s")
