"""The state folded from a conversation: its deltas add up, whatever happens in which order."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ttdebug.delta import apply
from ttdebug.foreign.shapes import embedded
from ttdebug.foreign.values import plain_text, slim
from ttdebug.formats.conversation import Conversation
from ttdebug.formats.conversation.edits import Edit, edited
from ttdebug.model import MISSING

WORDS = st.sampled_from(["a", "b", "c/d", "~e"])
STEPS = st.one_of(
    st.tuples(st.just("say"), WORDS, st.sampled_from(["user", "tool"]), st.text(max_size=3)),
    st.tuples(st.just("forget")),
    st.tuples(st.just("lose"), st.sets(WORDS)),
    st.tuples(st.just("drop"), st.integers(0, 3)),
    st.tuples(st.just("write_file"), WORDS, WORDS),
    st.tuples(st.just("touch_file"), WORDS, WORDS),
    st.tuples(st.just("remove_file"), WORDS),
    st.tuples(st.just("plan"), st.lists(WORDS, max_size=2)),
    st.tuples(st.just("spend"), st.dictionaries(WORDS, st.integers(0, 9), max_size=2)),
    st.tuples(st.just("spent"), WORDS, st.integers(0, 9)),
    st.tuples(st.just("enter"), WORDS),
    st.tuples(st.just("configure"), WORDS, st.none() | WORDS),
    st.tuples(st.just("unset"), WORDS),
    st.tuples(st.just("take")),
    st.tuples(st.just("restate")),
)


def whole(conversation: Conversation) -> Any:
    twin = conversation.copy()
    twin.restate()
    return twin.take()[0]


@given(st.lists(STEPS, max_size=30))
def test_deltas_lead_to_the_whole_state(steps: list[Any]) -> None:
    conversation = Conversation(["a"])
    reached: Any = None
    for name, *arguments in [*steps, ("take",)]:
        if name != "take":
            getattr(conversation, name)(*arguments)
            continue
        state, delta = conversation.take()
        reached = apply(reached, delta or []) if state is MISSING else state
        assert reached == whole(conversation)


def test_messages_are_shortened_and_replaced_by_identity() -> None:
    conversation = Conversation()
    conversation.say("call", "tool", "", status="open")
    conversation.say("call", "tool", "x" * 900, status="ok")
    assert whole(conversation)["messages"] == [
        {"id": "call", "role": "tool", "content": "x" * 500, "status": "ok"}
    ]


def test_edits_fit_or_nothing_is_known() -> None:
    assert edited("a b a", [Edit("a", "c"), Edit("b", "d")]) == "c d a"
    assert edited("a b a", [Edit("a", "c", everywhere=True)]) == "c b c"
    assert edited(None, [Edit("", "new")]) == "new"
    assert edited("a", [Edit("x", "y")]) is None
    assert edited(None, [Edit("x", "y")]) is None


def test_values_are_taken_apart_whatever_they_are() -> None:
    assert plain_text(["a", {"text": "b"}, {"image": 1}, 3]) == "a\nb"
    assert plain_text(None) == ""
    assert embedded('{"a": [1]}') == {"a": [1]}
    assert embedded("[1, ") == "[1, "
    assert slim([{"url": "data:image/png;base64," + "A" * 90, "text": "data: x"}]) == [
        {"url": "[112 characters of base64, blake2b 3683742de75e0075]", "text": "data: x"}
    ]
