from __future__ import annotations

import json

import jsonpatch
from hypothesis import given

from tests.core.strategies import states
from ttdebug import delta
from ttdebug.model import JSON


@given(states, states)
def test_applying_the_delta_gives_exactly_the_new_state(old: JSON, new: JSON) -> None:
    assert delta.equal(delta.apply(old, delta.make(old, new)), new)


@given(states, states)
def test_any_json_patch_library_can_apply_it(old: JSON, new: JSON) -> None:
    made = json.loads(json.dumps(delta.make(old, new)))
    assert delta.equal(jsonpatch.apply_patch(old, made), new)


@given(states, states)
def test_invert_undoes(old: JSON, new: JSON) -> None:
    made = delta.make(old, new)
    assert delta.equal(delta.apply(new, delta.invert(old, made)), old)


@given(states, states)
def test_nothing_is_modified(old: JSON, new: JSON) -> None:
    before = json.dumps([old, new])
    made = delta.make(old, new)
    encoded = json.dumps(made)
    delta.apply(old, made)
    delta.invert(old, made)
    assert json.dumps([old, new]) == before
    assert json.dumps(made) == encoded


@given(states)
def test_equal_states_have_an_empty_delta(state: JSON) -> None:
    assert delta.make(state, json.loads(json.dumps(state))) == []
