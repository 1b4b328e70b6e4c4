"""Redux DevTools exports: plain, jsan, actions alone, and what is damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import SHARED, needs_shared
from ttdebug import formats
from ttdebug.formats.documents import closed
from ttdebug.formats.redux_devtools.jsan import Jsan
from ttdebug.model import JSON, Object
from ttdebug.store.trace import Trace

REAL = SHARED / "traces" / "generated" / "redux_devtools"


def lifted(states: list[Any], **more: JSON) -> Object:
    """An export with one action per state."""
    actions: Object = {
        str(n): {
            "type": "PERFORM_ACTION",
            "action": {"type": "step" if n else "@@INIT", "by": n},
            "timestamp": 1700000000000 + n,
        }
        for n in range(len(states))
    }
    computed: list[JSON] = [one if "error" in one else {"state": one} for one in states]
    return {
        "actionsById": actions,
        "stagedActionIds": [*range(len(states))],
        "skippedActionIds": [],
        "currentStateIndex": len(states) - 1,
        "computedStates": computed,
        **more,
    }


def opened(tmp_path: Path, document: Object) -> Trace:
    path = tmp_path / "state.json"
    path.write_text(json.dumps(document))
    return formats.open(path)


def fidelity(trace: Trace) -> str:
    return str(trace.facts(trace.runs[0].id)["fidelity"])


def test_an_action_is_an_event_with_the_state_it_left(tmp_path: Path) -> None:
    with opened(tmp_path, lifted([{"n": 0}, {"n": 1}], isLocked=False)) as trace:
        assert trace.format == "redux-devtools"
        first, second = trace.events()
        assert (first.type, first.name, second.type, second.name) == (
            "state", "@@INIT", "action", "step",
        )  # fmt: skip
        assert first.data["devtools"] == {
            "skippedActionIds": [], "currentStateIndex": 1, "isLocked": False,
        }  # fmt: skip
        assert second.data == {"action": {"by": 1}}
        assert second.source == {"action_id": 1, "index": 1}
        assert second.time == 1700000000001 * 10**6
        assert trace.state(2, "store") == {"n": 1}
        assert "recorded: state after every action;" in fidelity(trace)


def test_a_reducer_that_threw_is_one_error(tmp_path: Path) -> None:
    later = "Interrupted by an error up the chain"
    states: list[Any] = [
        {"n": 0},
        {"state": {"n": 0}, "error": "TypeError: x"},
        {"state": {"n": 0}, "error": later},
    ]
    with opened(tmp_path, lifted(states)) as trace:
        assert [event.status for event in trace.events()] == [None, "error", "cancelled"]
        assert trace.event(2).data["error"] == "TypeError: x"


def test_skipped_current_and_unstaged_actions_are_marked(tmp_path: Path) -> None:
    document = lifted([{"n": 0}, {"n": 0}, {"n": 2}])
    document |= {"skippedActionIds": [1], "currentStateIndex": 1}
    actions: Any = document["actionsById"]
    actions["9"] = {"action": {"type": "rolled back"}}
    with opened(tmp_path, document) as trace:
        assert (trace.event(2).status, trace.event(2).data["skipped"]) == ("cancelled", True)
        assert trace.event(2).data["current"] is True
        assert (trace.event(4).type, trace.event(4).source) == ("marker", {"action_id": "9"})
        assert "showing the state after action 1" in fidelity(trace)


def test_after_max_age_the_first_action_stands_for_the_committed_state(tmp_path: Path) -> None:
    document = lifted([{"n": 31}, {"n": 32}])
    document["stagedActionIds"] = [0, 32]
    actions: Any = document["actionsById"]
    actions["32"] = actions.pop("1")
    with opened(tmp_path, document) as trace:
        assert trace.event(1).data["committed"] == "stands for all before action 32"
        assert (trace.event(2).source["action_id"], trace.event(2).name) == (32, "step")


def test_states_that_were_not_computed_are_counted(tmp_path: Path) -> None:
    document = lifted([{"n": 0}, {"n": 1}])
    document["computedStates"] = [{"state": {"n": 0}}]
    with opened(tmp_path, document) as trace:
        assert not trace.event(2).has_state
        assert "after 1 of 2 actions" in fidelity(trace)


@pytest.mark.parametrize("as_text", [True, False])
def test_actions_alone_have_no_states(tmp_path: Path, as_text: bool) -> None:
    actions: JSON = [{"type": "plan/add", "id": 1}, 7]
    base: JSON = {"n": 0}
    document: Object = {"payload": actions, "preloadedState": base}
    if as_text:
        document = {"payload": json.dumps(actions), "preloadedState": json.dumps(base)}
    with opened(tmp_path, document) as trace:
        assert [(event.type, event.name) for event in trace.events()] == [
            ("state", "preloadedState"),
            ("action", "plan/add"),
            ("marker", None),
        ]
        assert trace.state(3, "store") == {"n": 0}
        assert "need the reducer" in fidelity(trace)


def test_a_cut_off_export_is_read_up_to_the_cut(tmp_path: Path) -> None:
    text = json.dumps(lifted([{"n": n} for n in range(5)]), indent=1)
    path = tmp_path / "state.json"
    path.write_text(text[: text.index('"n": 3')])
    with formats.open(path) as trace:
        assert trace.last_seq == 5
        assert trace.state(4, "store") == {}
        assert trace.state(3, "store") == {"n": 2}
        assert "what precedes it was read" in trace.warnings[0]
        assert trace.warnings[0].startswith("line ")


@pytest.mark.parametrize(
    ("beginning", "whole"),
    [
        ('{"a": 1, "b": ', '{"a": 1}'),
        ('{"a": [1, {"b": "x', '{"a": [1, {}]}'),
        ('{"a": "], {", "b": [1, 2', '{"a": "], {", "b": [1]}'),
        ('{"a": {}}', '{"a": {}}'),
        ('{"a": 1]', "{}"),
        ("", ""),
    ],
)
def test_brackets_are_closed_after_the_last_whole_value(beginning: str, whole: str) -> None:
    assert closed(beginning) == whole


@pytest.mark.parametrize(
    ("mark", "value"),
    [
        ("u", None),
        ("d1777968000000", "2026-05-05T08:00:00.000Z"),
        ("dNaN", "NaN"),
        ("rgi,a+b", "/a+b/gi"),
        ("eboom", "boom"),
        ("f() => {}", "() => {}"),
        ("sid", "Symbol(id)"),
        ("?", {"$jsan": "?"}),
        ('$.a[1]["x y"]', 5),
        ("$.a[7]", {"$ttd": "truncated", "reason": "a reference leads nowhere"}),
        ("$.a.b.c", {"$ttd": "truncated", "reason": "a reference leads nowhere"}),
    ],
)
def test_jsan_marks(mark: str, value: JSON) -> None:
    assert Jsan({"a": [0, {"x y": 5}]}).restore({"$jsan": mark}) == value


def test_jsan_knows_undefined_from_null_and_keys_from_marks() -> None:
    jsan = Jsan({})
    raw: JSON = {"gone": {"$jsan": "u"}, "list": [{"$jsan": "u"}], "own": {"$jsan": ["key"]}}
    assert jsan.restore(raw) == {"list": [None], "own": {"$jsan": "key"}}
    assert jsan.undefined
    wrapped: JSON = {"data": {"a": 1}, "__serializedType__": "ImmutableMap"}
    assert jsan.restore(wrapped) == {"a": 1}


def test_jsan_references_that_never_end_are_cut() -> None:
    root: Object = {"a": {"self": {"$jsan": "$.a"}}}
    jsan = Jsan(root)
    assert "truncated" in json.dumps(jsan.restore(root["a"]))
    assert jsan.problem == "contains itself"


def test_jsan_references_that_multiply_are_cut() -> None:
    root: Object = {"a0": "x"}
    for n in range(1, 60):
        root[f"a{n}"] = [{"$jsan": f"$.a{n - 1}"}] * 2
    jsan = Jsan(root)
    json.dumps(jsan.restore(root["a59"]))
    assert jsan.problem is not None
    assert "repeat more than" in jsan.problem


@needs_shared
def test_plain_and_jsan_exports_of_one_store_agree() -> None:
    with (
        formats.open(REAL / "lifted_state.json") as plain,
        formats.open(REAL / "lifted_state_jsan.json") as jsan,
    ):
        assert plain.last_seq == jsan.last_seq == 79
        for seq in range(1, 80):
            assert plain.state(seq, "store") == jsan.state(seq, "store")
        assert plain.warnings == jsan.warnings == ()
