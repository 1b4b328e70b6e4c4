"""Replay at a speed, on a clock of the test's own."""

from __future__ import annotations

import pytest

from ttdebug.replay.player import SPEEDS, Player, faster, slower

TIMES = [0, 1, 3, 3, 2, 100]


def player(speed: float = 1.0, row: int = -1, now: float = 0.0) -> Player:
    return Player(lambda at: TIMES[at] * 10**9, len(TIMES), row, now, speed=speed)


def row_at(playing: Player, now: float) -> int:
    while playing.step_due(now):
        pass
    return playing.row


@pytest.mark.parametrize(
    ("speed", "after", "row"),
    [
        (1, 0.0, 0),
        (1, 0.99, 0),
        (1, 1.0, 1),
        (1, 2.99, 1),
        (1, 3.0, 4),
        (1, 4.99, 4),
        (1, 5.0, 5),
        (1, 1e9, 5),
        (2, 0.5, 1),
        (0.25, 1.99, 0),
        (0.25, 2.0, 1),
        (1000, 0.003, 4),
        (1000, 0.102, 5),
    ],
)
def test_what_is_due_when(speed: float, after: float, row: int) -> None:
    assert row_at(player(speed), after) == row


def test_another_speed_rescales_what_remains() -> None:
    playing = player(row=0)
    playing.set_speed(2, 0.5)
    assert row_at(playing, 0.74) == 0
    assert row_at(playing, 0.75) == 1
    with pytest.raises(ValueError, match=r"0\.25 to 1000"):
        playing.set_speed(2000, 1)


def test_a_caller_may_look_at_each_row() -> None:
    playing = player(row=1)
    rows = []
    while playing.step_due(2.0):
        rows.append(playing.row)
        if playing.row == 3:
            break
    assert rows == [2, 3]


def test_unknown_times_play_at_an_even_pace() -> None:
    playing = Player(lambda _: None, 100, 0, 0.0)
    assert row_at(playing, 1.05) == 10


def test_nothing_is_due_after_the_end() -> None:
    playing = player(row=5)
    assert playing.finished
    assert not playing.step_due(99)
    assert playing.row == 5


def test_the_offered_speeds() -> None:
    assert faster(1) == 2
    assert slower(1) == 0.5
    assert faster(1000) == 1000
    assert slower(0.25) == 0.25
    assert list(SPEEDS) == sorted(SPEEDS)
