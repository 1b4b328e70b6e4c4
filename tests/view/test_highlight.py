"""What was searched is marked in lines that are drawn already, and nothing else changes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ttdebug.analyze.matching import sought
from ttdebug.view.gate import lit
from ttdebug.view.highlight import highlighted
from ttdebug.view.line import Line, Span, plain, span

TEXTS = st.text("ab é日", max_size=6)
lines = st.lists(st.builds(lambda text: span(lit(text)), TEXTS), max_size=5).map(tuple)


def marked(line: Line) -> list[str]:
    return [part.text for part in line if "underline" in part.style]


def test_matches_are_marked_in_every_span() -> None:
    line = (span("one two", "dim"), span(" tw"), span("o", "on:band"))
    found = highlighted(line, sought("two").each)
    assert plain(found) == plain(line)
    assert marked(found) == ["two", "tw", "o"]
    assert Span(lit("one "), "dim") in found
    assert found[-1].style == "on:band bold underline"


def test_columns_without_words_are_left_alone() -> None:
    line = (span("日 12 "), span("12 of 12"))
    assert marked(highlighted(line, sought("12").each, 6)) == ["12", "12"]


def test_expressions_are_marked_where_they_match() -> None:
    assert marked(highlighted((span("aab ab"),), sought("/^a+/").each)) == ["aa"]
    assert marked(highlighted((span("ab"),), sought("/x*/").each)) == []


@given(lines, st.text("ab é日", min_size=1, max_size=2))
def test_text_never_changes(line: Line, query: str) -> None:
    found = highlighted(line, sought(query).each)
    assert plain(found) == plain(line)
    assert ("".join(marked(found)) != "") == (query in plain(line))
