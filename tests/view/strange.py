"""Random events, states and text that is wide, combining or hostile, for width properties."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from ttdebug.model import JSON, Counts, Event

text = st.text(
    st.sampled_from("ab _.é界🎉한\u0301\u202e\x1b\n\t❤\ufe0f👩\u200d💻[]/~\"'\ud83d０"), max_size=40
)
names = st.one_of(st.sampled_from(["a", "b", "id", "name", "remaining", "0", "1", ""]), text)
scalars: st.SearchStrategy[JSON] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    text,
    text.map(lambda part: f"{part} some longer words here {part}"),
)


def _containers(inner: st.SearchStrategy[JSON]) -> st.SearchStrategy[JSON]:
    return st.one_of(
        st.lists(inner, max_size=6),
        st.dictionaries(names, inner, max_size=6),
        st.lists(st.integers(0, 20), unique=True, max_size=5).map(
            lambda ids: [{"id": number, "n": 0} for number in ids]
        ),
    )


values: st.SearchStrategy[JSON] = st.recursive(scalars, _containers, max_leaves=12)
objects = st.dictionaries(names, values, max_size=6)
widths = st.integers(16, 140)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[JSON, JSON]:
    """A state and what became of it: parts dropped, replaced, added, moved."""
    before: Any = draw(objects)
    after = copy.deepcopy(before)
    for name in list(after):
        change = draw(st.integers(0, 4))
        if change == 0:
            del after[name]
        elif change == 1:
            after[name] = draw(values)
        elif change == 2 and isinstance(after[name], list) and after[name]:
            after[name].pop(draw(st.integers(0, len(after[name]) - 1)))
            after[name].insert(0, draw(values))
        elif change == 3 and isinstance(after[name], str):
            after[name] += draw(text)
    after.update(draw(st.dictionaries(names, values, max_size=2)))
    return before, after


_TYPES = """llm.call llm.result tool.call tool.result message error retry state checkpoint
decision run.start x x.end handoff"""
types = st.sampled_from(_TYPES.split())


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Any event a recording could hold."""
    field = st.sampled_from(
        [
            "messages",
            "output",
            "usage",
            "args",
            "result",
            "error",
            "content",
            "to",
            "message",
            "role",
        ]
    )
    return Event(
        seq=draw(st.integers(1, 2_000_000)),
        run="r",
        timeline="main",
        timeline_id=1,
        agent=draw(st.none() | st.sampled_from(["planner", "booker", "界"]) | text),
        type=draw(types | text.filter(bool)),
        name=draw(st.none() | text),
        time=draw(st.none() | st.integers(0, 2**62)),
        elapsed=draw(st.none() | st.floats(-1e6, 1e9)),
        opens=draw(st.booleans()),
        status=draw(st.sampled_from([None, "ok", "error", "open"])),
        duration=draw(st.none() | st.integers(-5, 10**15)),
        changes=Counts(*(draw(st.integers(0, 12_000)) for _ in range(3))),
        data=draw(st.dictionaries(field | names, values, max_size=4)),
        source=draw(st.dictionaries(names, values, max_size=2)),
    )
