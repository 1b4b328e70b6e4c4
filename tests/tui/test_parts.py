"""What needs no app: layout, keymap, session, styles, the filter, command words."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color

from ttdebug.errors import UsageError
from ttdebug.model import Position
from ttdebug.tui import commands, layout
from ttdebug.tui.actions import ACTIONS, HINTS, RIGHT_HINTS
from ttdebug.tui.filters import ColourlessFilter, SafetyFilter
from ttdebug.tui.keymap import Count, Keymap
from ttdebug.tui.session import Session, load_session, save_session
from ttdebug.tui.theme import PALETTES, Ink

BLACK = Color(0, 0, 0)


@pytest.mark.parametrize("width", [60, 79, 80, 99, 100, 120, 159, 160, 200, 400])
@pytest.mark.parametrize("height", [16, 20, 23, 24, 36, 50, 120])
@pytest.mark.parametrize("zone", ["timeline", "diff", "state", "causality", "drawer"])
def test_every_size_is_used_up(width: int, height: int, zone: layout.Zone) -> None:
    for alone in (False, True):
        shape = layout.shape(width, height, zone, maximised=alone)
        dividers = 2 if 0 not in shape.panes else 0
        assert sum(shape.panes) + dividers == width
        below = shape.drawer + 1 if shape.drawer else shape.changed + 1 if shape.changed else 0
        assert 3 + shape.minimap + shape.body + below + shape.watch == height
        assert shape.body >= 1 or (alone and zone == "drawer")


def test_a_list_has_the_width_of_watches_that_are_not_there() -> None:
    shape = layout.shape(120, 40, "timeline", listed=True, watched=False)
    assert shape.drawer_left == 120
    assert layout.shape(120, 40, "timeline", listed=True).drawer_left < 60
    assert layout.shape(120, 40, "timeline", watched=False).drawer_left < 60


def test_actions_have_unique_ids_and_no_key_means_two_things() -> None:
    ids = [action.id for action in ACTIONS]
    assert len(ids) == len(set(ids))
    taken: dict[tuple[str, str], str] = {}
    for action in ACTIONS:
        for key in action.keys:
            for zone in action.zones:
                assert taken.setdefault((key, zone), action.id) == action.id
    known = set(ids)
    assert all(set(hint.ids) <= known for hint in (*HINTS, *RIGHT_HINTS))


def test_overrides_replace_keys_and_warn_of_clashes() -> None:
    keymap = Keymap({"next-event": ["e"], "nonsense": ["x"]})
    found = keymap.action("e", "timeline")
    assert found is not None
    assert found.id == "next-event"
    assert keymap.action("j", "timeline") is None
    assert any("next-error" in warning for warning in keymap.warnings)
    assert any("nonsense" in warning for warning in keymap.warnings)
    assert "e" not in keymap.keys("next-error", "timeline")


def test_a_broken_key_file_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text("[keys\n")
    keymap = Keymap.load(path)
    assert keymap.warnings
    assert keymap.action("j", "timeline") is not None
    path.write_text('[keys]\nnext-event = "ctrl+n j"\n')
    assert Keymap.load(path).keys("next-event", "timeline") == ("ctrl+n", "j")


def test_counts_are_typed_before_keys() -> None:
    count = Count()
    assert not count.take("0")
    assert all(count.take(digit) for digit in "10")
    assert count.spend() == 10
    assert count.spend() is None


def test_sessions_survive_and_broken_ones_are_empty(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "session.json"
    session = Session(Position(1, 5), [{"kind": "break"}], ["a.b"], {"x": Position(1, 3)}, "a.b")
    save_session(path, session, "run.ttd")
    assert load_session(path) == session
    assert path.stat().st_mode & 0o077 == 0
    path.write_text('{"marks": {"a": [1]}, "position": "x", "watches": 5}')
    assert load_session(path).position is None
    path.write_text("nonsense")
    assert load_session(path) == Session()


def test_styles_hold_their_contrast_on_coloured_rows() -> None:
    for theme in PALETTES:
        ink = Ink(theme)
        quiet, raised = ink.style("faint"), ink.style("faint on:band")
        assert quiet.color != raised.color
        assert ink.style("chip").bold


def test_without_colour_only_attributes_remain() -> None:
    ink = Ink(colour=False)
    assert ink.style("fg on:band").reverse
    assert ink.style("removed on:removed_bg").strike
    assert ink.style("added on:added_bg").underline
    for words in ("fg", "chip", "error on:sel", "accent bold on:band"):
        assert ink.style(words).color is None
        assert ink.style(words).bgcolor is None


def test_the_last_gate_lets_nothing_act() -> None:
    hostile = "a\x1b]52;c;x\x07\x9b2J\u202eb\u200bc\U000e0041\x7f"
    filtered = SafetyFilter().apply([Segment(hostile)], BLACK)
    assert filtered[0].text == "a]52;c;x2Jbc"
    plain = [Segment("plain")]
    assert SafetyFilter().apply(plain, BLACK) is plain
    styled = [Segment("x", Ink().style("accent on:band"))]
    style = ColourlessFilter().apply(styled, BLACK)[0].style
    assert style is not None
    assert style.color is None


def test_command_words_are_known_by_their_short_forms_and_nearest_names() -> None:
    assert commands.parse("b x == 1").command.name == "break"
    assert commands.parse("rc").command.action == "reverse-continue"
    with pytest.raises(UsageError, match="Did you mean watch"):
        commands.parse("wtch a")
    with pytest.raises(UsageError, match="needs CONDITION"):
        commands.parse("break")


def test_completion_offers_words_then_what_follows_them() -> None:
    def candidates(kind: commands.Argument, typed: str) -> list[str]:
        return ["budget.left"] if kind == "path" and "budget.left".startswith(typed) else []

    assert "watch " in commands.complete("wa", candidates)
    assert commands.complete("watch bud", candidates) == ["watch budget.left"]
    assert commands.complete("nonsense x", candidates) == []
