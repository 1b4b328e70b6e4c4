"""Hypothesis strategies of states and paths."""

from __future__ import annotations

from hypothesis import strategies as st

from ttdebug.model import JSON
from ttdebug.paths import Ident, Index, Key, Step

# few distinct values, so that two random states have something in common
tricky = st.sampled_from(
    [True, False, 0, 1, 1.0, 0.0, -0.0, None, "", "a", "1", "é", "/", "~", "~1"]
)
scalars = st.one_of(
    tricky,
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
)
keys = st.one_of(
    st.sampled_from(["a", "b", "", "~", "/", "a/b", "m~n", "0", "-"]), st.text(max_size=3)
)
records = st.fixed_dictionaries(
    {"id": st.one_of(st.integers(0, 9), st.sampled_from(["x", "y", "z"]))}, optional={"v": tricky}
)


def _containers(children: st.SearchStrategy[JSON]) -> st.SearchStrategy[JSON]:
    lists: st.SearchStrategy[JSON] = st.lists(children, max_size=6)
    return st.one_of(
        lists, st.lists(records, max_size=6), st.dictionaries(keys, children, max_size=5)
    )


states: st.SearchStrategy[JSON] = st.recursive(scalars, _containers, max_leaves=25)
texts = st.text(max_size=5)
steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(Key, texts),
    st.builds(Index, st.integers(-99, 99)),
    st.builds(Ident, st.one_of(st.none(), texts), texts),
)
paths = st.lists(steps, max_size=5).map(tuple)
