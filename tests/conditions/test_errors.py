"""Bad conditions point at the column, say what was expected, and suggest the nearest name."""

from __future__ import annotations

import re

import pytest

from tests.conditions.test_planner import ATOMS
from ttdebug.errors import ConditionError
from ttdebug.replay.conditions import compile as condition
from ttdebug.replay.conditions import compile_plain, render_error
from ttdebug.replay.conditions.counting import compile_hits
from ttdebug.replay.conditions.nodes import Node
from ttdebug.replay.conditions.writing import written
from ttdebug.replay.templates import Template

TABLE: list[tuple[str, int, str, str | None]] = [
    ("", 0, "expected a condition", None),
    ("   ", 3, "expected a condition", None),
    ("event.typ == 3", 6, "unknown field event.typ; did you mean event.type?", "event.type"),
    ("event.parent.nme", 13, "did you mean event.parent.name?", "event.parent.name"),
    ("event.tool == 1", 6, "unknown field event.tool", "event.data.tool"),
    ("event[0]", 6, "unknown field event[...]", None),
    ("event", 0, "expected a field, as in event.type", None),
    ("event.type.x", 11, "has no fields of its own", None),
    ("event.changes", 6, "expected event.changes.added", None),
    ("stat.x == 1", 0, "did you mean state?", "state"),
    ("type == 1", 0, "did you mean event.type?", "event.type"),
    ("budget.remaining < 5", 0, "unknown name budget", "state.budget.remaining"),
    ("event.name == bash", 14, 'is it the text "bash", or state.bash?', "state.bash"),
    ("states.x == 1 and states", 18, "expected an agent", None),
    ("lne(state.x)", 0, "unknown function lne; did you mean len?", "len"),
    ("len()", 0, "expected len(x)", None),
    ("any(state.x)", 0, "expected any(list, condition)", None),
    ("changed(before.x)", 8, "write state", None),
    ("changed(event.seq)", 8, "expected a path in a state", None),
    ("any(state.x, changed(it))", 21, "cannot follow an element", None),
    ('matches(event.name, "(")', 20, "this is not a pattern", None),
    ("matches(event.name, 5)", 20, "expected matches", None),
    ('event.time > "soon"', 13, 'expected a time such as "2026-11-20T20:31:00Z"', None),
    ("state.x ==", 10, "expected a value, but the condition ends here", None),
    ("state.x == == 1", 11, "unexpected `==`; expected a value", None),
    ("state.x == 5)", 12, "unexpected `)`; expected `and`", None),
    ("(state.x == 5", 13, "expected `)`, but the condition ends here", None),
    ("state.x = 5", 8, "did you mean `==`?", "=="),
    ("state.x && state.y", 8, "did you mean `and`?", "and"),
    ("state.x is null", 8, "did you mean `==`?", "=="),
    ("!state.x", 0, "did you mean `not`?", "not"),
    ("state.x AND state.y", 8, "did you mean `and`?", "and"),
    ("5 < not 3", 4, "unexpected `not`; expected a value", None),
    ("state.x not 5", 12, "expected `in` after `not`", None),
    ("state.", 6, "expected a field name after `.`", None),
    ("state .x", 6, "must follow its name without a space", None),
    ("state.x[", 8, "expected an index, a quoted key or `id=value`", None),
    ("state.x[*].y", 8, "any(list, ...)", None),
    ("state.x[id=]", 11, "expected the value that names the element", None),
    ('state.x["y"', 11, "expected `]`", None),
    ('state.x == "abc', 11, 'this string has no closing "', None),
    ('"\\u12"', 1, "four hexadecimal digits", None),
    ("1x == 1", 0, "neither a number nor a name", None),
    ("state.x ** 2", 9, "unexpected `*`; expected a value", None),
    ("state.x @ 2", 8, "unexpected character '@'", None),
    ("state.x.y()", 9, "only functions take `(`", None),
    ("(state.x then state.y)", 9, "a temporal form stands alone, outside brackets", None),
    ("state.x then state.y then state.z", 21, "expected the end", None),
    ("state.x then state.y within 5 and state.z", 30, "what belongs to a part stands inside", None),
    ("state.x thn state.y", 8, "did you mean `then`?", "then"),
    ("state.x followed by state.y", 8, "did you mean `then`?", "then"),
    ("state.x then", 12, "expected a value, but the condition ends here", None),
    ("state.x then not", 16, "expected a value, but the condition ends here", None),
    ("state.x then evnt.type == 1", 13, "did you mean event?", "event"),
    ("state.x then state.y within", 27, "expected a number of events, or a time such as 5s", None),
    ("state.x then state.y within x", 28, "expected a number of events", None),
    ("state.x then state.y within 1.5", 28, "expected a number of events", None),
    ("state.x then state.y within 0", 28, "at least 1 event", None),
    ("state.x then state.y within 5 d", 30, "expected the end", None),
    ("no state.x", 10, "expected `after`", None),
    ("no", 2, "expected a value", None),
    ("state.x without state.y", 23, "expected `before it`", None),
    ("state.x without state.y before then", 31, "expected `it` after `before`", None),
    ("state.x without state.y before it within 5", 34, "not within a window", None),
    ("that.type == 1", 0, "it can stand only in B", None),
    ("state.x then that.typ == 1", 18, "did you mean that.type?", "that.type"),
    ("state.x == 5s", 11, "unexpected `5s`", None),
    ("[1, 2", 5, "expected `,` or `]`", None),
    ("{}", 0, "unexpected character '{'", None),
    ("(" * 60, 40, "nested more than 40 deep", None),
    ("1+" * 120 + "1", 0, "more than 100 parts", None),
    ("1" * 501, 500, "the most is 500", None),
]


@pytest.mark.parametrize(("text", "column", "message", "suggestion"), TABLE)
def test_an_error_says_where_and_what(
    text: str, column: int, message: str, suggestion: str | None
) -> None:
    with pytest.raises(ConditionError) as caught:
        condition(text)
    assert caught.value.column == column
    assert message in str(caught.value)
    assert caught.value.suggestion == suggestion
    assert "\n" not in str(caught.value)


def test_the_mark_stands_under_the_column() -> None:
    with pytest.raises(ConditionError) as caught:
        condition('"\t日本" == event.typ')
    text, mark, message = render_error(caught.value)
    assert text == '" 日本" == event.typ'
    assert mark == " " * 17 + "╵"
    assert message.endswith("did you mean event.type?")


@pytest.mark.parametrize(
    "text",
    [
        "event.data.from == 1", "event.data.and.or.not.in == 1", "state.in == state.not.null",
        "state.true.false[0] == 1", 'state["x.y"]["z w"] == 1', "state.todo[id=5].status == 1",
        "state.todo[id=i-1d0].x == 1", "state.todo[key='a]b'] == 1", "state.x[-1].y[ 0 ]",
        "state.0.1e5.x", "state.$ttd == 1", "state.größe > 1", "1e3 == 1_000", "-2.5E-3 < .5",
        "null == None and true == True and false == False", "state", "before", "not not state",
        "[] == []", "[1, [2, 'x']] == state.x", 'states["a b"].c', "states.a.c.d",
        "any(state.x, type == 'a' and status in ['b'])", "all(state.x, len > 3)", "state.list[=7]",
        "event.time >= '2026-11-20T20:31:00Z' and event.time < 2e9", "event.parent.data.x",
        "state.then.not.without == 1", "any(state.x, then == 1 and within == no)",
        "state.x then state.y", "state.x then not state.y within 10 events",
        "no state.x or state.y after state.z within 500ms", "state.x without state.y before it",
        "state.x then (state.y) within 1.5 s", "state.x then not(state.y)within 2 minutes",
        "state.x then event.data.id == that.data.id and that.parent.name == 'x' within 1h",
        "state.x\n==\n1", "matches(state.x, '\\d+\\bfoo')",
    ],
)  # fmt: skip
def test_what_is_written_like_this_is_understood(text: str) -> None:
    assert condition(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        *ATOMS,
        "(state.a or state.b) and not (state.c and state.d)",
        "not (1 < 2 != 3)",
        "(1 + 2) * 3 - (4 - 5) / -(6 % 7) == - 8",
        'state["x y"].z[id=5][-1] == "q\\"\\n\u202e"',
        "any(state.x, it.state == 1 and not = 2 or it[0] in [1, 'a', null])".replace(
            "not =", "no =="
        ),
        "all(state.x, any(tags, it == y))",
        "states['a b'].c == before.d",
        "glob(event.data.x, 'a*')",
        "event.parent.parent.name == event.data['x.y']",
        "state.a and (state.b and state.c) or true",
    ],
)
def test_a_tree_can_be_written_again(text: str) -> None:
    tree = compile_plain(text).tree
    again = written(tree)
    assert written(compile_plain(again).tree) == again
    assert unplaced(compile_plain(again).tree) == unplaced(tree)


def unplaced(node: Node) -> object:
    """A tree without the columns at which it was written."""
    return re.sub(r"columns?=(\(.*?\)|[0-9]+)", "", repr(node))


def test_equal_texts_make_equal_conditions() -> None:
    assert condition("state.x == 1") == condition("state.x == 1")
    assert hash(condition("state.x == 1")) == hash(condition("state.x == 1"))


@pytest.mark.parametrize(
    ("text", "edge", "admitted"),
    [
        ("state.x == 1", True, ["a", "b"]),
        ("states.a.x == state.y", True, ["a", "b"]),
        ("event.type == 'a'", False, ["a"]),
        ("'a' == event.type and state.x", False, ["a"]),
        ("event.type in ['b', 'c'] and state.x", False, ["b"]),
        ("glob(event.type, 'a*') and event.seq > 3", False, ["a"]),
        ("(event.type == 'a' or event.type == 'b') and before.x", False, ["a", "b"]),
        ("event.type == 'a' or state.x", False, ["a", "b"]),
        ("not event.type == 'a'", False, ["b"]),
        ("changed(state.x)", False, ["a", "b"]),
        ("true", False, ["a", "b"]),
    ],
)
def test_what_an_index_may_use(text: str, edge: bool, admitted: list[str]) -> None:
    compiled = compile_plain(text)
    assert compiled.edge is edge
    assert [name for name in ("a", "b") if compiled.admits("type", name)] == admitted


@pytest.mark.parametrize(
    ("text", "admitted"),
    [
        ("hits > 3", [4, 5, 6]), ("hits % 2 == 0", [2, 4, 6]), ("ignore 4", [5, 6]),
        ("hits == 1 or hits > 5", [1, 6]), ("hits in [2, 3]", [2, 3]),
    ],
)  # fmt: skip
def test_hit_conditions_count(text: str, admitted: list[int]) -> None:
    compiled = compile_hits(text)
    assert [ordinal for ordinal in range(1, 7) if compiled.admits(ordinal)] == admitted


@pytest.mark.parametrize("text", ["hist > 3", "event.seq > 3", "ignore x", "hits >", ""])
def test_hit_conditions_are_about_hits(text: str) -> None:
    with pytest.raises(ConditionError):
        compile_hits(text)


@pytest.mark.parametrize(
    ("text", "column"),
    [("{", 0), ("x}", 1), ("{event.sq}", 7), ("ab {1 +}", 7), ("{'}'", 0), ("x" * 501, 500)],
)
def test_a_log_text_is_read_with_care(text: str, column: int) -> None:
    with pytest.raises(ConditionError) as caught:
        Template.parse(text)
    assert caught.value.column == column
