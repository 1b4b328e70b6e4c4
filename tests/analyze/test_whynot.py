"""Why a condition did not hit: which events came nearest, and which terms failed there."""

from __future__ import annotations

import pytest

from ttdebug.analyze.misses import NearMiss
from ttdebug.analyze.whynot import why_not
from ttdebug.errors import Cancelled
from ttdebug.model import MISSING, Position
from ttdebug.replay import conditions
from ttdebug.replay.work import Work
from ttdebug.store.trace import Trace

MAIN, FORK = 1, 2


def misses(trace: Trace, text: str, at: Position | None = None, **more: object) -> list[NearMiss]:
    return why_not(trace, conditions.compile(text), at=at, **more)  # type: ignore[arg-type]  # each caller names real parameters


def outline(found: list[NearMiss]) -> list[tuple[int, list[str]]]:
    return [(miss.seq, [failed.term for failed in miss.failed]) for miss in found]


def test_the_fewest_failed_terms_come_first(trace: Trace) -> None:
    text = 'event.type == "tool.result" and event.agent == "planner" and event.status == "error"'
    found = misses(trace, text)
    assert outline(found)[:3] == [
        (15, ['event.status == "error"']),
        (12, ['event.status == "error"']),
        (7, ['event.agent == "planner"']),
    ]
    assert found[0].held == ('event.type == "tool.result"', 'event.agent == "planner"')
    assert dict(found[0].failed[0].values) == {"event.status": "ok"}


def test_the_event_one_expected_comes_first(trace: Trace) -> None:
    text = 'event.type == "tool.result" and state.budget.remaining == 100 and event.name == null'
    found = misses(trace, text, Position(MAIN, 11))
    assert outline(found)[:2] == [
        (11, ['event.type == "tool.result"', "event.name == null"]),
        (12, ["state.budget.remaining == 100"]),
    ]
    assert dict(found[0].failed[1].values) == {"event.name": "book"}


def test_of_events_as_good_the_nearest_comes_first(trace: Trace) -> None:
    text = 'event.type == "decision" and event.agent == "booker"'
    found = misses(trace, text, Position(MAIN, 5))
    assert [miss.seq for miss in found[1:4]] == [6, 4, 7]


def test_a_state_that_was_true_already(trace: Trace) -> None:
    (found, *_) = misses(trace, "state.budget.remaining == 100", Position(MAIN, 9))
    assert found.told == "becomes true (it has been true since event 1)"
    (found, *_) = misses(trace, "state.budget.remaining == null", Position(MAIN, 12))
    assert found.told == "it hits here"


def test_a_single_term_was_attempted_where_its_path_was_written(trace: Trace) -> None:
    found = misses(trace, "state.budget.remaining == 5")
    assert [(miss.seq, miss.told) for miss in found] == [
        (12, "state.budget.remaining == 5 (it is null)"),
        (1, "state.budget.remaining == 5 (it is 100)"),
    ]
    on_fork = misses(trace, "state.todo[id=1].done == null", Position(FORK, 15))
    assert [miss.seq for miss in on_fork] == [15, 1]


@pytest.mark.parametrize(
    ("text", "seqs", "hint"),
    [
        ('event.type == "tool.resutl"', [15, 12, 7],
         "No event has the type tool.resutl. The nearest: tool.result"),
        ('event.name == "serch"', [4], "No event has the name serch. The nearest: search"),
        ('event.agent == "boker" and event.type == "error"', [6],
         "No event has the agent boker. The nearest: booker"),
        ('event.status == "failed" and event.type == "error"', [6],
         "No event has the status failed"),
    ],
)  # fmt: skip
def test_a_value_that_never_occurred(trace: Trace, text: str, seqs: list[int], hint: str) -> None:
    found = misses(trace, text)
    assert [miss.seq for miss in found][: len(seqs)] == seqs
    assert found[0].failed[0].hint.startswith(hint)


def test_a_path_that_never_existed_is_tried_as_it_may_be_meant(trace: Trace) -> None:
    found = misses(trace, "state.budget.remainig == null")
    assert [miss.seq for miss in found] == [12, 1]
    values = dict(found[0].failed[0].values)
    assert values == {"state.budget.remainig": MISSING, "state.budget.remaining": None}
    assert "The nearest: budget.remaining (written at 1)" in found[0].failed[0].hint


def test_fields_of_events_are_looked_for_where_there_are_any(trace: Trace) -> None:
    found = misses(trace, "event.duration > 5")
    assert [(miss.seq, miss.told) for miss in found] == [
        (7, "event.duration > 5 (it is 3.0)"), (4, "event.duration > 5 (it is 3.0)"),
    ]  # fmt: skip
    assert misses(trace, "event.data.nothing > 5") == []


def test_what_spoke_against_a_temporal_condition(trace: Trace) -> None:
    found = misses(trace, 'event.type == "error" then not event.type == "tool.result" within 3')
    assert [(miss.seq, miss.told) for miss in found] == [
        (6, 'then not event.type == "tool.result" within 3 events'
            " (tool.result of booker at event 7 (1 event later))"),
    ]  # fmt: skip
    assert dict(found[0].failed[0].values) == {"tool.result": 7}
    (first, *_) = misses(trace, 'event.type == "x" then event.type == "retry"', Position(MAIN, 2))
    assert outline([first]) == [(2, ['event.type == "x"'])]


def test_an_agent_and_a_limit(trace: Trace) -> None:
    found = misses(trace, 'event.status == "ok" and event.type == "error"', agent="booker")
    assert [miss.seq for miss in found] == [6]
    assert len(misses(trace, "event.seq > 99", limit=2)) == 2


def test_it_can_be_stopped(trace: Trace) -> None:
    with pytest.raises(Cancelled):
        misses(trace, "state.budget.remaining == 5 and event.seq > 3", work=Work(lambda: True))


def test_a_function_is_told_by_its_own_value(trace: Trace) -> None:
    (found, *_) = misses(trace, "len(state.budget) > 900")
    ((label, value),) = found.failed[0].values.items()
    assert (label, isinstance(value, int)) == ("len(state.budget)", True)
    assert found.told.endswith(f"(it is {value})")
