"""Searching on the screen: hits as they are found, marked where seen, kept when stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.conftest import Open
from tests.tui.stage import Stage
from ttdebug.model import Object
from ttdebug.store.writer import Writer
from ttdebug.tui import background


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """9,000 events; some hundred messages hold a needle, and the state's messages three."""
    path = tmp_path_factory.mktemp("search") / "run.ttd"
    with Writer.create(path, durability="batch") as writer:
        main = writer.run("r")
        held: list[Object] = [{"role": "user", "content": f"Needle {n}"} for n in range(3)]
        state: Object = {"messages": [*held, {"role": "tool"}], "n": 1}
        writer.append(main, "state", agent="a", state=state)
        for n in range(9_000):
            text = f"a needle {n}" if n % 50 == 0 else f"hay {n}"
            writer.append(main, "message", agent="a", data={"content": text})
    return path


async def searched(stage: Stage, text: str) -> None:
    await stage.press("slash")
    await stage.type(text)
    await stage.press("enter")


def marked(stage: Stage, name: str) -> set[str]:
    """The texts that are marked in a pane."""
    pane = stage.page.lines(name)
    lines = [pane.content(y, pane.size.width)[0] for y in range(pane.size.height)]
    return {part.text for line in lines for part in line if "underline" in part.style}


async def test_matches_are_marked_where_they_are_seen(opened: Open) -> None:
    async with opened(2) as stage:
        await searched(stage, "needle")
        assert marked(stage, "timeline") == {"needle"}
        await stage.press("I")
        assert marked(stage, "event") == {"needle"}
        assert "hay" not in marked(stage, "timeline")
        await stage.press("escape")
        assert marked(stage, "timeline") == set()
        assert len(stage.desk.hit_list) == 181


async def test_matches_in_folded_rows_are_counted(opened: Open) -> None:
    async with opened(2, size=(160, 40)) as stage:
        await searched(stage, "needle")
        await stage.press("T")
        (row,) = [line for line in stage.lines if "messages" in line and "[4]" in line]
        assert "3 matches" in row


async def test_a_hit_is_told_and_shown_in_the_list(opened: Open) -> None:
    async with opened(2) as stage:
        await searched(stage, "needle 50")
        assert stage.seq == 52
        await stage.press(".")
        assert stage.seq == 502
        assert "hit 2 of 4" in stage.header
        assert "/data/content  a needle 500" in stage.header
        (row,) = [line for line in stage.lines if "▌    2 " in line]
        assert "502" in row


async def test_what_was_found_before_esc_is_kept(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "_AT_ONCE", 0.0)
    async with opened(4_500) as stage:
        page = stage.page
        began = page.scans.stop
        kept: list[int] = []

        def keep(*found: object, **more: object) -> None:
            kept.append(len(stage.desk.hit_list))
            type(page.searching)._keep(page.searching, *found, **more)  # type: ignore[arg-type]  # as it was called
            began()

        monkeypatch.setattr(page.searching, "_keep", keep)
        monkeypatch.setattr("ttdebug.tui.searching._TELL_EVERY", 0.0)
        await searched(stage, "needle")
        assert 0 < len(stage.desk.hit_list) < 181
        assert "Stopped: at least" in stage.header
        assert page.arrangement.drawer == "hits"


async def test_hits_are_listed_on_a_narrow_screen_until_esc(opened: Open) -> None:
    async with opened(2, size=(80, 24)) as stage:
        assert "Changed here" in stage.text
        await searched(stage, "needle 50")
        assert "Hits 4" in stage.text
        assert "Changed here" not in stage.text
        await stage.press("escape")
        assert "Changed here" in stage.text
        assert len(stage.desk.hit_list) == 4
