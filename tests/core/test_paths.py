from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.strategies import paths, states, texts
from ttdebug import delta
from ttdebug import paths as p
from ttdebug.errors import PathSyntaxError
from ttdebug.model import JSON, MISSING
from ttdebug.paths import Ident, Index, Key


@given(paths)
def test_what_is_written_dotted_reads_back(path: p.Path) -> None:
    assert p.parse(p.dotted(path)) == path


@given(st.lists(texts, max_size=5))
def test_pointers_read_back(segments: list[str]) -> None:
    text = p.pointer(segments)
    assert list(p.split_pointer(text)) == segments
    assert p.parse(text) == tuple(Key(segment) for segment in segments)


@given(states, st.data())
def test_every_place_can_be_named_both_ways(state: JSON, data: st.DataObject) -> None:
    node, segments = state, list[str]()
    while isinstance(node, (dict, list)) and node:
        if isinstance(node, dict):
            segments.append(data.draw(st.sampled_from(sorted(node))))
            node = node[segments[-1]]
        else:
            at = data.draw(st.integers(0, len(node) - 1))
            segments.append(str(at))
            node = node[at]
    path = p.parse(p.pointer(segments))
    assert p.concrete(state, path) == tuple(segments)
    assert delta.equal(p.resolve(state, path), node)
    assert delta.equal(p.resolve(state, p.parse(p.dotted(path))), node)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ()),
        ("budget.remaining", (Key("budget"), Key("remaining"))),
        ("state.x", (Key("state"), Key("x"))),
        ("event.data.from.import", (Key("event"), Key("data"), Key("from"), Key("import"))),
        ('a["x.y"].b', (Key("a"), Key("x.y"), Key("b"))),
        ("a['it''s']".replace("''", "\\'"), (Key("a"), Key("it's"))),
        ("a['say \"hi\"']", (Key("a"), Key('say "hi"'))),
        ("list[-1]", (Key("list"), Index(-1))),
        ("list.0", (Key("list"), Key("0"))),
        ("[0][1].a", (Index(0), Index(1), Key("a"))),
        ("todo[id=5].status", (Key("todo"), Ident("id", "5"), Key("status"))),
        ("plan[id=i-1d0]", (Key("plan"), Ident("id", "i-1d0"))),
        ('[id="a b"]', (Ident("id", "a b"),)),
        ("[=x]", (Ident(None, "x"),)),
        ('["my id"=5]', (Ident("my id", "5"),)),
        ('["a"]', (Key("a"),)),
        ("foo-bar.größe", (Key("foo-bar"), Key("größe"))),
        ("/a~1b/m~0n/0", (Key("a/b"), Key("m~n"), Key("0"))),
        ("/", (Key(""),)),
    ],
)
def test_reads(text: str, path: p.Path) -> None:
    assert p.parse(text) == path


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("a..b", 2, "expected a name"),
        ("a.", 2, "expected a name"),
        (".a", 0, "expected a name"),
        ("a b", 1, 'expected ".name" or "["'),
        ("a[", 2, "expected an index"),
        ("a[x]", 3, "expected an index"),
        ("a[id=]", 5, "expected a value"),
        ("a[id=1", 5, "expected a value"),
        ('a["x"', 5, "expected an index"),
        ('a["x', 2, "never closed"),
        ('a["\\q"]', 2, "bad escape"),
        ("a[0", 3, 'expected "]"'),
        ("/a~2b", 2, '"~" is written "~0"'),
        ("/a~", 2, '"~" is written "~0"'),
    ],
)
def test_says_where_and_what(text: str, column: int, expected: str) -> None:
    with pytest.raises(PathSyntaxError, match=re.escape(expected)) as failure:
        p.parse(text)
    assert failure.value.column == column
    assert f"column {column + 1}" in str(failure.value)


STATE: JSON = {
    "todo": [{"id": 5, "status": "open"}, {"id": "i-1", "status": "done"}],
    "list": [10, 20],
    "0": "zero",
    "people": [{"name": "Ann"}, {"name": "Ann"}],
}


@pytest.mark.parametrize(
    ("text", "pointer", "value"),
    [
        ("todo[id=5].status", "/todo/0/status", "open"),
        ("todo[id=i-1].status", "/todo/1/status", "done"),
        ("todo[=5].status", "/todo/0/status", "open"),
        ("todo[status=done].id", "/todo/1/id", "i-1"),
        ("list[-1]", "/list/1", 20),
        ("list.0", "/list/0", 10),
        ("0", "/0", "zero"),
        ("people[name=Ann]", "/people/0", {"name": "Ann"}),
    ],
)
def test_resolves(text: str, pointer: str, value: JSON) -> None:
    path = p.parse(text)
    assert p.resolve(STATE, path) == value
    segments = p.concrete(STATE, path)
    assert segments is not None
    assert p.pointer(segments) == pointer


@pytest.mark.parametrize(
    "text",
    ["x", "todo[id=6]", "list[2]", "list[-3]", "/list/01", "/list/-", "/list/-1", "list.x",
     "0.x", "people[=Ann]", "todo[0].id.x", "[0]", "[id=5]"],
)  # fmt: skip
def test_missing_is_an_answer(text: str) -> None:
    assert p.resolve(STATE, p.parse(text)) is MISSING
    assert p.concrete(STATE, p.parse(text)) is None


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([], None),
        ([{"id": 1}, {"id": 2}], "id"),
        ([{"id": 1, "key": "a"}, {"id": 1, "key": "b"}], "key"),
        ([{"id": 1}, {"id": "1"}], None),
        ([{"id": True}, {"id": 2}], None),
        ([{"id": 1.5}, {"id": 2}], None),
        ([{"name": "a"}, {"name": "b"}], "name"),
        ([{"id": 1}, 2], None),
    ],
)
def test_identity(items: list[JSON], field: str | None) -> None:
    assert p.identity(items) == field


def test_a_null_is_there() -> None:
    assert p.resolve({"a": None}, p.parse("a")) is None
    assert p.concrete({"a": None}, p.parse("a")) == ("a",)
    assert p.concrete(MISSING, ()) is None
    assert p.concrete({}, ()) == ()
