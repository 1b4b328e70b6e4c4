"""What a model was told in two calls: recorded with the call or folded into a state."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ttdebug.analyze import prompts
from ttdebug.analyze.context import ContextDiff, context_diff, is_truncated
from ttdebug.errors import NotFoundError
from ttdebug.model import JSON, MISSING, Event, Object, Position
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer


def said(role: str, content: JSON, **more: JSON) -> Object:
    return {"role": role, "content": content, **more}


def record(path: Path, *calls: Object, agent: str = "bot") -> Path:
    """One model call after the other, each with its result, on one timeline."""
    with Writer.create(path, durability="batch") as writer:
        line = writer.run("r")
        for data in calls:
            call = writer.append(line, "llm.call", agent=agent, name="m", opens=True, data=data)
            usage: Object = {"usage": {"input_tokens": 10 * call, "output_tokens": 1}}
            writer.append(line, "llm.result", agent=agent, name="m", closes=call, data=usage)
    return path


def compared(tmp_path: Path, old: Object, new: Object) -> ContextDiff:
    with Trace.open(record(tmp_path / "calls.ttd", old, new)) as trace:
        timeline = next(iter(trace.timelines))
        call = prompts.call_at(trace, Position(timeline, trace.last_seq))
        return context_diff(prompts.call_before(trace, call, timeline), call)


def told(found: ContextDiff) -> list[tuple[str, int | None, int | None]]:
    return [(one.kind, one.old, one.new) for one in found.messages]


SYSTEM = said("system", "You plan trips. Be brief.")
ASK = said("user", "Find a hotel in Oslo for two, not far from the station")
LONG = said("tool", "offer " * 300)


def test_kept_injected_dropped_changed_and_truncated(tmp_path: Path) -> None:
    old: Object = {"messages": [SYSTEM, ASK, said("assistant", "Looking"), LONG]}
    changed = said("user", "Find a hotel in Bergen for two, not far from the station")
    cut = said("tool", "offer " * 20 + "... [280 offers omitted]")
    fresh = said("assistant", "Nine offers, the Grand is the best of them")
    found = compared(tmp_path, old, {"messages": [SYSTEM, changed, cut, fresh]})
    assert told(found) == [
        ("kept", 0, 0), ("changed", 1, 1), ("dropped", 2, None), ("truncated", 3, 2),
        ("injected", None, 3),
    ]  # fmt: skip
    assert found.counts() == {kind: 1 for kind, *_ in told(found)}
    assert (found.old.tokens, found.new.tokens) == (10, 30)
    assert not found.same


def test_a_message_put_first_leaves_the_others_kept(tmp_path: Path) -> None:
    messages: list[JSON] = [ASK, said("assistant", "a"), said("user", "b")]
    found = compared(tmp_path, {"messages": messages}, {"messages": [SYSTEM, *messages]})
    assert told(found) == [("injected", None, 0), *(("kept", at, at + 1) for at in range(3))]


def test_identities_pair_messages_that_share_no_word(tmp_path: Path) -> None:
    old, new = (said("user", text, id="m1") for text in ("one two", "three four"))
    assert told(compared(tmp_path, {"messages": [old]}, {"messages": [new]})) == [("changed", 0, 0)]
    (tmp_path / "calls.ttd").unlink()
    same = compared(tmp_path, {"messages": [said("user", "x", id="m1")]},
                    {"messages": [said("user", "x", id="m2")]})  # fmt: skip
    assert same.same


def test_settings_and_a_system_prompt_beside_the_messages(tmp_path: Path) -> None:
    old: Object = {"system": "Be brief and kind.", "tools": [{"name": "search"}, {"name": "book"}]}
    new: Object = {"system": "Be brief.", "tools": [{"name": "search"}], "temperature": 0.5}
    both: Object = {"messages": [ASK]}
    found = compared(tmp_path, {**old, **both}, {**new, **both})
    assert [(one.path, one.kind) for one in found.settings] == [
        ("/tools/1", "removed"), ("/temperature", "added"),
    ]  # fmt: skip
    assert told(found) == [("changed", 0, 0), ("kept", 1, 1)]


@pytest.mark.parametrize(
    "data",
    [
        {"prompt": "Find a hotel"},
        {"messages": ["Find a hotel"]},
        {"messages": [said("user", [{"type": "text", "text": "Find a hotel"}])]},
        {"input": '[{"role": "user", "content": "Find a hotel"}]'},
        {"span": {"attributes": {"gen_ai.input.messages": [said("user", "Find a hotel")]}}},
    ],
)
def test_prompts_are_found_where_formats_keep_them(tmp_path: Path, data: Object) -> None:
    with Trace.open(record(tmp_path / "calls.ttd", data)) as trace:
        call = prompts.call_at(trace, Position(next(iter(trace.timelines)), 2))
        assert [message.text for message in call.messages] == ["Find a hotel"]
        assert call.source == "recorded"


def test_without_a_recorded_prompt_the_state_tells(tmp_path: Path) -> None:
    path = tmp_path / "folded.ttd"
    with Writer.create(path, durability="batch") as writer:
        line = writer.run("r")
        messages: list[JSON] = []
        for text in ("one", "two"):
            messages = [*messages, said("user", text)]
            writer.append(line, "message", agent="bot", state={"messages": messages})
            messages = [*messages, said("assistant", f"re {text}")]
            writer.append(line, "llm.result", agent="bot", state={"messages": messages})
    with Trace.open(path) as trace:
        call = prompts.call_at(trace, Position(line, 4))
        found = context_diff(prompts.call_before(trace, call, line), call)
        assert (found.new.source, found.new.owner) == ("state", "bot")
        assert told(found) == [("kept", 0, 0), ("injected", None, 1), ("injected", None, 2)]


def test_calls_are_those_of_who_acts(tmp_path: Path) -> None:
    path = tmp_path / "two.ttd"
    with Writer.create(path, durability="batch") as writer:
        line = writer.run("r")
        for agent in ("a", "b", "a"):
            writer.append(line, "llm.call", agent=agent, data={"prompt": agent})
        writer.append(line, "message", agent="b", data={})
        writer.append(line, "message", agent="nobody", data={}, state=MISSING)
    with Trace.open(path) as trace:

        def call(seq: int, agent: str | None = None) -> int:
            return prompts.call_at(trace, Position(line, seq), agent=agent).event.seq

        assert (call(3), call(4), call(5), call(5, "b")) == (3, 2, 3, 2)
        last = prompts.call_at(trace, Position(line, 3))
        assert prompts.call_before(trace, last, line).event.seq == 1
        with pytest.raises(NotFoundError, match="first model call of b"):
            prompts.call_before(trace, prompts.call_at(trace, Position(line, 4)), line)
        with pytest.raises(NotFoundError, match="No model call of nobody"):
            call(5, "nobody")


def test_nothing_that_tells_is_an_error(tmp_path: Path) -> None:
    with (
        Trace.open(record(tmp_path / "calls.ttd", {"other": 1})) as trace,
        pytest.raises(NotFoundError, match="was not recorded"),
    ):
        prompts.call_at(trace, Position(next(iter(trace.timelines)), 1))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("one two three", "one two", True),
        ("one two three", "two three", True),
        ("a" * 500, "a" * 50 + "…", True),
        ("head " * 50 + "tail " * 50, "head head [truncated 490 characters] tail tail ", True),
        ("I do not like it", "I like it", False),
        ("one two three", "one TWO three", False),
        ("one two", "one two three", False),
        ("one two three", "one and three", False),
        ("one two", "", False),
    ],
)
def test_truncated_is_what_was_cut(old: str, new: str, expected: bool) -> None:
    assert is_truncated(old, new) is expected


messages = st.lists(
    st.builds(said, st.sampled_from(["user", "tool"]), st.sampled_from("abc")), max_size=8
)


@settings(deadline=None)
@given(old=messages, new=messages)
def test_every_message_is_told_once(old: list[Object], new: list[Object]) -> None:
    def call(values: list[Object]) -> prompts.Call:
        found = [prompts.Message(str(one["role"]), str(one["content"]), one) for one in values]
        return prompts.Call(EVENT, tuple(found), {}, "recorded")

    found = context_diff(call(old), call(new))
    assert sorted(one.old for one in found.messages if one.old is not None) == [*range(len(old))]
    assert [one.new for one in found.messages if one.new is not None] == [*range(len(new))]
    assert found.same == (old == new)


EVENT = Event(1, "r", "main", 1, "bot", "llm.call")
