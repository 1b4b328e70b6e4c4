"""Keys that move: every motion, both directions, counts, history, bookmarks, playing."""

from __future__ import annotations

import pytest

from tests.tui.conftest import Open


@pytest.mark.parametrize(
    ("at", "keys", "there"),
    [
        (3, ["j"], 4),
        (3, ["down", "down"], 5),
        (3, ["k"], 2),
        (3, ["1", "0", "j"], 13),
        (8, ["right"], 11),
        (8, ["3", "right"], 13),
        (13, ["left"], 12),
        (6, ["n"], 8),
        (8, ["N"], 6),
        (6, ["s"], 7),
        (7, ["f"], 8),
        (7, ["u"], 6),
        (7, ["F"], 6),
        (1, ["e"], 7),
        (14, ["E"], 7),
        (4, [")"], 15),
        (15, ["("], 4),
        (11, ["{"], 10),
        (10, ["}"], 11),
        (5, ["g"], 0),
        (5, ["G"], 16),
        (5, ["1", "2", "G"], 12),
        (5, ["G", "<"], 5),
        (5, ["G", "<", ">"], 16),
        (0, ["pagedown"], 16),
    ],
)
async def test_a_key_goes_where_it_should(
    opened: Open, at: int, keys: list[str], there: int
) -> None:
    async with opened(at) as stage:
        await stage.press(*keys)
        assert stage.seq == there


async def test_a_motion_that_leads_nowhere_says_so_and_what_helps(opened: Open) -> None:
    async with opened(16) as stage:
        await stage.press("e")
        assert stage.seq == 16
        assert "No error after 16. E searches back" in stage.header


async def test_goto_takes_positions_as_people_write_them(opened: Open) -> None:
    async with opened(1) as stage:
        for text, there in (("12", 12), ("50%", 8), ("start", 0), ("fix:13", 11)):
            await stage.press("t")
            await stage.type(text)
            await stage.press("enter")
            assert stage.seq == there, text
        await stage.press("t")
        await stage.type("nonsense")
        await stage.press("enter")
        assert "nonsense" in stage.lines[-1]


async def test_bookmarks_go_back_to_where_they_were_set(opened: Open) -> None:
    async with opened(8) as stage:
        await stage.press("m", "a", "G", "'", "a")
        assert stage.seq == 8
        assert "  a " in stage.text
        await stage.press("'", "z")
        assert "No bookmark z" in stage.header


async def test_writes_of_the_selected_path_are_walked_in_both_directions(opened: Open) -> None:
    async with opened(11, watches=["budget.remaining"]) as stage:
        assert "writes of budget.remaining" in stage.footer
        await stage.press("[")
        assert stage.seq == 8
        await stage.press("[")
        assert stage.seq == 5
        await stage.press("2", "]")
        assert stage.seq == 11


async def test_playing_moves_on_and_pauses(opened: Open) -> None:
    async with opened(0) as stage:
        await stage.pilot.press("space")
        stage.page.player.set_speed(1000.0)
        for _ in range(200):
            await stage.pilot.pause(0.02)
            if stage.seq > 2:
                break
        assert stage.seq > 2
        if stage.page.player.playing:
            await stage.press("space")
            assert "Paused" in stage.header
        assert not stage.page.player.playing


async def test_search_results_become_the_hit_list(opened: Open) -> None:
    async with opened(11) as stage:
        await stage.press("slash")
        await stage.type("partner15")
        await stage.press("enter")
        assert stage.desk.found == [4, 10]
        assert stage.seq == 10
        await stage.press("comma")
        assert stage.seq == 4
        await stage.press("full_stop")
        assert stage.seq == 10
        await stage.press("full_stop")
        assert "No hit after 10" in stage.header


async def test_switching_the_timeline_keeps_the_place_both_have(opened: Open) -> None:
    async with opened(8) as stage:
        await stage.command("timeline fix")
        assert stage.desk.timeline.name == "fix"
        assert stage.seq == 8
        await stage.press("G")
        assert stage.seq == 19
